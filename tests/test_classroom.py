"""Student copies hold no solution, and a class's returned notebooks are graded, whatever is in them."""

import copy
import re

import nbformat
import pytest

from tests.notebooks import NOTEBOOKS, exercises
from utils import grade, student
from utils.machinery.arguments import UsageError

CHAPTER = "01_load_mnist"
ENDLESS = "while True:\n    pass"
DELETES = "import os\nimport shutil\n\nshutil.rmtree(os.getcwd())\nanswer = 1"


def test_student_copies_hold_no_solution_and_the_same_code(tmp_path, capsys):
    assert student.main([str(tmp_path / "class")]) == 0
    assert f"{len(NOTEBOOKS)} notebooks without solutions" in capsys.readouterr().out
    for name, notebook in NOTEBOOKS.items():
        handed = nbformat.read(tmp_path / "class" / f"{name}.ipynb", as_version=4)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert [cell for cell in handed.cells if cell.cell_type == "code"] == code
        text = "\n".join(cell.source for cell in handed.cells)
        for number, (_, solution) in exercises(name).items():
            assert solution.strip() not in text, number
        assert len(notebook.cells) - len(handed.cells) == len(exercises(name))
        summaries = re.findall(r"<summary>(.*?)</summary>", text)
        assert not [summary for summary in summaries if "solution" in summary.lower()]


def test_student_copies_overwrite_nothing(tmp_path, capsys):
    file = tmp_path / f"{CHAPTER}.ipynb"
    file.write_text("mine")
    assert student.main([str(tmp_path), "01", "02"]) == 2
    assert f"has {file.name} already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.read_text() == "mine"


def returned(folder, name, answers, chapter=CHAPTER):
    """Write a copy of a chapter, with `answers` ({exercise: code}) in place of the stubs."""
    notebook = copy.deepcopy(student.student_copy(NOTEBOOKS[chapter]))
    for cell in notebook.cells:
        for number, code in answers.items():
            if f'check_exercise("{number}"' in cell.source:
                cell.source = cell.source.replace("answer = ...", code)
    folder.mkdir(exist_ok=True, parents=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")


def solutions(chapter=CHAPTER):
    return {number: solution for number, (_, solution) in exercises(chapter).items()}


def a_class(folder, right=1, wrong=1, untouched=1, deletes=1, endless=1, broken=1):
    """Write as many returned notebooks of each kind to `folder`."""
    forever = {"1.1": solutions()["1.1"], "1.2": ENDLESS}
    kinds = {
        "right": (right, solutions()),
        "wrong": (wrong, {"1.1": "answer = lambda a, b: a - b", "1.2": "answer = 1 / 0"}),
        "untouched": (untouched, {}),
        "deletes": (deletes, {"1.1": DELETES, "1.2": solutions()["1.2"]}),
        "endless": (endless, forever),
    }
    for kind, (number, answers) in kinds.items():
        for copy_ in range(number):
            returned(folder / kind, str(copy_), answers)
    (folder / "broken").mkdir(parents=True)
    for copy_ in range(broken):
        (folder / "broken" / f"{copy_}.ipynb").write_text("{", encoding="utf-8")


def judged(folder):
    """The table of a class, after a look at what each kind must get."""
    files = sorted(folder.rglob("*"))
    table = grade.grade(folder, seconds=45).set_index("notebook")
    assert sorted(folder.rglob("*")) == files, "nothing was added and nothing was lost"
    number = len(solutions())
    rights = {"right": number, "wrong": 0, "untouched": 0, "deletes": 1, "endless": 1, "broken": 0}
    for name, row in table.iterrows():
        kind = name.split("/")[0]
        assert row["right"] == rights[kind], name
        if kind == "broken":
            assert row["remark"].startswith("cannot be read")
        else:
            assert (row["exercises"], row["chapter"]) == (number, CHAPTER), name
        if kind == "wrong":
            assert "1.1 not yet" in row["verdicts"]
            assert "1.2 not yet: the cell stops with ZeroDivisionError" in row["verdicts"]
        if kind == "untouched":
            assert row["verdicts"].count("not attempted") == number
        if kind == "endless":
            assert (
                row["remark"] == "stopped after 45 seconds" and "1.3 no verdict" in row["verdicts"]
            )
    return table


@pytest.mark.long
def test_a_class_is_graded(tmp_path):
    a_class(tmp_path)
    assert len(judged(tmp_path)) == 6


@pytest.mark.slow
def test_thirty_returned_copies_are_graded_in_one_run(tmp_path):
    a_class(tmp_path, right=4, wrong=4, untouched=13, deletes=2, endless=1, broken=6)
    assert len(judged(tmp_path)) == 30


def test_a_folder_without_notebooks_is_refused(tmp_path, capsys):
    with pytest.raises(UsageError, match="has no notebooks"):
        grade.grade(tmp_path)
    assert grade.main([str(tmp_path / "nowhere")]) == 2
    assert "allowed: a folder with returned notebooks" in capsys.readouterr().err
