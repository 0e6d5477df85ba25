"""Parameter checks, checkpoints, results, records."""

import json

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from utils import lesson
from utils.paths import ARTIFACTS_VARIABLE
from utils.provenance import code_hash, provenance
from utils.records import read_json


@pytest.mark.parametrize("value", [0, 11, 1.0, "3", True, None])
def test_check_whole_names_parameter_value_and_range(value):
    with pytest.raises(ValueError) as caught:
        lesson.check_whole("epochs", value, 1, 10)
    assert str(caught.value) == f"epochs is {value!r}; allowed: a whole number from 1 to 10"


@pytest.mark.parametrize("value", [0, 1.5, "0.5", True, float("nan")])
def test_check_number(value):
    with pytest.raises(ValueError, match="rate is .*; allowed: a number from 0.1 to 1"):
        lesson.check_number("rate", value, 0.1, 1)


def test_checks_accept_what_is_allowed():
    lesson.check_whole("epochs", np.int64(10), 1, 10)
    lesson.check_number("rate", 1, 0.1, 1)
    lesson.check_choice("pooling", "max", ("average", "max"))


def test_check_choice():
    with pytest.raises(ValueError, match="pooling is 'min'; allowed: 'average', 'max'"):
        lesson.check_choice("pooling", "min", ("average", "max"))


def test_checkpoint_prints_or_raises(capsys):
    lesson.checkpoint("one is one", True)
    lesson.checkpoint("one is two", False, only_if=False)
    assert capsys.readouterr().out.splitlines() == [
        "holds: one is one",
        "not checked (other parameters): one is two",
    ]
    with pytest.raises(lesson.CheckpointError, match="does not hold in this run: one is two"):
        lesson.checkpoint("one is two", False)


def test_save_results_writes_plain_json(tmp_path, monkeypatch):
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tmp_path))
    values = {"count": np.int64(3_000), "rate": np.float32(0.5), "name": "x"}
    table = lesson.save_results("03_build_lenet5", **values)
    file = tmp_path / "03_build_lenet5" / "results.json"
    found = json.loads(file.read_text(encoding="utf-8"))["03_build_lenet5"]
    assert found["results"] == {"count": 3_000, "rate": 0.5, "name": "x"}
    code = code_hash(lesson.notebook_code("03_build_lenet5"))
    assert found["provenance"] == provenance(code)
    assert table["value"].tolist() == ["3,000", "0.5", "x"]
    assert [path.name for path in file.parent.iterdir()] == ["results.json"]


def test_a_notebook_of_your_own_can_save_results_too(tmp_path, monkeypatch):
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tmp_path))
    lesson.save_results("mine", error=0.1)
    found = read_json(tmp_path / "mine" / "results.json")["mine"]
    assert found["results"] == {"error": 0.1} and found["provenance"]["code"] == ""


@pytest.mark.parametrize("line", ["%matplotlib inline", "!ls", "not python at all ("])
def test_a_notebook_with_magics_has_a_hash_too(tmp_path, monkeypatch, line):
    cells = [new_code_cell("from utils import images"), new_code_cell(line)]
    nbformat.write(new_notebook(cells=cells), tmp_path / "01_a.ipynb")
    monkeypatch.setattr("utils.paths.NOTEBOOKS", tmp_path)
    plain = code_hash("from utils import images")
    assert len(plain) == 12 and code_hash(lesson.notebook_code("01_a")) != plain


def test_a_notebook_that_is_just_being_saved_is_read_a_moment_later(tmp_path, monkeypatch):
    """JupyterLab empties a file before it writes it anew."""
    file = tmp_path / "01_a.ipynb"
    whole = nbformat.writes(new_notebook(cells=[new_code_cell("x = 1")]))
    file.write_text("")
    monkeypatch.setattr("utils.paths.NOTEBOOKS", tmp_path)
    monkeypatch.setattr("time.sleep", lambda seconds: file.write_text(whole, encoding="utf-8"))
    assert lesson.notebook_code("01_a").strip() == "x = 1"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, [1]])
def test_save_results_refuses_and_writes_nothing(tmp_path, monkeypatch, value):
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tmp_path))
    with pytest.raises(ValueError, match="the result bad is"):
        lesson.save_results("04", bad=value)
    assert not list(tmp_path.rglob("*.json"))
