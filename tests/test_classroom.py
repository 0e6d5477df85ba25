"""Student copies hold no solution, and a class's returned notebooks are graded, whatever is in them."""

import copy

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
        assert "<summary>Solution" not in text


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


@pytest.mark.long
def test_a_class_is_graded(tmp_path):
    returned(tmp_path / "a", "right", solutions())
    returned(tmp_path, "wrong", {"1.1": "answer = lambda a, b: a - b", "1.2": "answer = 1 / 0"})
    returned(tmp_path, "untouched", {})
    returned(tmp_path, "deletes", {"1.1": DELETES, "1.2": solutions()["1.2"]})
    returned(tmp_path, "endless", {"1.1": solutions()["1.1"], "1.2": ENDLESS})
    (tmp_path / "broken.ipynb").write_text("{")
    table = grade.grade(tmp_path, seconds=45).set_index("notebook")
    number = len(solutions())
    rights = {"a/right": number, "wrong": 0, "untouched": 0, "deletes": 1, "endless": 1}
    for name, right in rights.items():
        row = table.loc[f"{name}.ipynb"]
        assert (row["right"], row["exercises"], row["chapter"]) == (right, number, CHAPTER), name
    assert "1.1 not yet" in table.loc["wrong.ipynb", "verdicts"]
    assert (
        "1.2 not yet: the cell stops with ZeroDivisionError" in table.loc["wrong.ipynb", "verdicts"]
    )
    assert table.loc["untouched.ipynb", "verdicts"].count("not attempted") == number
    assert table.loc["endless.ipynb", "remark"] == "stopped after 45 seconds"
    assert "1.3 no verdict" in table.loc["endless.ipynb", "verdicts"]
    assert table.loc["broken.ipynb", "remark"].startswith("cannot be read")
    assert len(list(tmp_path.rglob("*"))) == len(table) + 1, "nothing was added"


def test_a_folder_without_notebooks_is_refused(tmp_path, capsys):
    with pytest.raises(UsageError, match="has no notebooks"):
        grade.grade(tmp_path)
    assert grade.main([str(tmp_path / "nowhere")]) == 2
    assert "allowed: a folder with returned notebooks" in capsys.readouterr().err
