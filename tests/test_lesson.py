"""Parameter checks, checkpoints, results, records."""

import json

import numpy as np
import pytest

from utils import lesson
from utils.paths import ARTIFACTS_VARIABLE, MEASUREMENTS


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
    table = lesson.save_results("04", count=np.int64(3), rate=np.float32(0.5), name="x")
    assert json.loads((tmp_path / "04" / "results.json").read_text()) == {
        "count": 3,
        "rate": 0.5,
        "name": "x",
    }
    assert table["value"].tolist() == ["3", "0.5", "x"]
    assert [path.name for path in (tmp_path / "04").iterdir()] == ["results.json"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, [1]])
def test_save_results_refuses_and_writes_nothing(tmp_path, monkeypatch, value):
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tmp_path))
    with pytest.raises(ValueError, match="the result bad is"):
        lesson.save_results("04", bad=value)
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("file", sorted(MEASUREMENTS.glob("*.csv")), ids=lambda path: path.stem)
def test_records_name_the_command_that_made_them(file):
    from utils.measurements import TABLES

    assert file.read_text().startswith(f"# python -m utils.measurements {file.stem}\n# 20")
    assert file.stem in TABLES
    assert len(lesson.recorded(file.stem)) > 0


def test_every_table_is_recorded():
    from utils.measurements import TABLES

    assert set(TABLES) == {file.stem for file in MEASUREMENTS.glob("*.csv")}
