"""Normalization of executed notebooks, and that a false checkpoint is found."""

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tests.notebooks import NOTEBOOKS
from utils.machinery import refresh
from utils.machinery.refresh import METADATA, normalize


def executed(source="1 + 1", outputs=(), **metadata):
    cell = new_code_cell(source, execution_count=1, outputs=list(outputs), metadata=metadata)
    cell.id = "cell-a"
    return new_notebook(
        cells=[new_markdown_cell("# T"), cell],
        metadata={"widgets": {}, "papermill": {"duration": 3}},
    )


def printed(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def test_only_tags_and_outputs_are_kept():
    raw = executed(
        outputs=[printed("2\n")],
        tags=["parameters"],
        papermill={"duration": 1},
        execution={"a": "b"},
    )
    clean = normalize(raw, executed())
    assert clean.metadata == METADATA
    assert [cell.metadata for cell in clean.cells] == [{}, {"tags": ["parameters"]}]
    assert clean.cells[1].outputs[0].text == "2\n"


def test_what_the_head_says_for_teachers_is_kept(tmp_path, monkeypatch):
    head = "# 1. T\n\n| | |\n|---|---|\n| Afterwards you can | walk |\n| You need | two feet |"
    raw = executed(outputs=[printed("2\n")])
    raw.cells[0].source = head
    teaching = {"needs": "two feet", "gives": "walk"}
    assert normalize(raw, raw).metadata == METADATA | {"teaching": teaching}
    raw.metadata = {}
    path = tmp_path / "01_t.ipynb"
    nbformat.write(raw, path)
    monkeypatch.setattr(refresh, "series", lambda: {"01_t": path})
    refresh.repeat_head("01_t")
    after = nbformat.read(path, as_version=4)
    assert after.metadata == {"teaching": teaching} and after.cells == raw.cells


def timed(sources, seconds):
    """A notebook of code cells, the last tagged `timing` with the output `seconds`."""
    cells = [new_code_cell(source, execution_count=1) for source in sources]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    cells[-1].metadata["tags"] = ["timing"]
    cells[-1].outputs = [printed(seconds)]
    return new_notebook(cells=cells)


def test_timing_cells_keep_their_output_until_code_in_or_above_them_changes():
    sources = ["setup", "n = 1", "t(n)"]
    first = normalize(timed(sources, "3 s"), timed(sources, "2 s"))
    assert first.cells[-1].outputs[0].text == "3 s"
    for sources, expected in (
        (["setup", "n = 1", "t(n)"], "3 s"),
        (["moved", "n = 1", "t(n)"], "3 s"),
        (["setup", "n = 2", "t(n)"], "5 s"),
        (["setup", "n = 1", "u(n)"], "5 s"),
    ):
        again = normalize(timed(sources, "5 s"), first)
        assert again.cells[-1].outputs[0].text == expected


def test_addresses_go_and_printed_text_is_merged():
    table = new_output(
        "execute_result", data={"text/plain": "<Styler at 0x7fa4955d7810>"}, execution_count=1
    )
    clean = normalize(executed(outputs=[printed("1\n"), printed("2\n"), table]), executed())
    first, second = clean.cells[1].outputs
    assert first.text == "1\n2\n" and second.data["text/plain"] == "<Styler>"


def test_a_styled_table_gets_the_name_of_its_cell():
    html = '<style>#T_c0ffe_row0 {}</style><table id="T_c0ffe"><td id="T_c0ffe_row0">T_total</td>'
    table = new_output("execute_result", data={"text/html": html}, execution_count=1)
    clean = normalize(executed(outputs=[table]), executed())
    name = f"T_{clean.cells[1].id}"
    assert clean.cells[1].outputs[0].data["text/html"] == html.replace("T_c0ffe", name)


@pytest.mark.parametrize(
    "output",
    [printed("warning", "stderr"), new_output("error", ename="E", evalue="", traceback=[])],
)
def test_errors_and_standard_error_are_refused(output):
    with pytest.raises(ValueError, match="left an error or standard error"):
        normalize(executed(outputs=[output]), executed())


def nbval(path):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbval-lax",
        "--nbval-current-env",
        "-p",
        "no:cacheprovider",
        path,
    ]
    return subprocess.run(
        command, cwd=path.parent, capture_output=True, text=True, encoding="utf-8"
    )


@pytest.mark.long
def test_a_false_checkpoint_and_a_changed_output_fail_under_nbval(tmp_path):
    """The first cells of chapter 1, up to its first checkpoint: as they are, made false, and printing something else."""
    notebook = NOTEBOOKS["01_load_mnist"].copy()
    first = next(
        i for i, cell in enumerate(notebook.cells) if "checkpoint(" in cell.source and i > 6
    )
    cells = notebook.cells[: first + 1]
    path = tmp_path / "part.ipynb"
    versions = {
        "as it is": lambda source: source,
        "false": lambda source: source.replace("< 65", "> 65"),
        "other output": lambda source: source.replace("65 px² of ink", "66 px² of ink"),
    }
    returned = {}
    for version, change in versions.items():
        changed = new_notebook(cells=[cell.copy() for cell in cells], metadata=notebook.metadata)
        changed.cells[-1].source = change(changed.cells[-1].source)
        assert (version == "as it is") == (changed.cells[-1].source == cells[-1].source)
        nbformat.write(changed, path)
        returned[version] = nbval(path).returncode
    assert returned == {"as it is": 0, "false": 1, "other output": 1}
