"""Recorded tables: made in parts, by workers, kept until all of a table is there, and not older than their code."""

import json
import shutil

import pandas as pd
import pytest

from utils import measurements, provenance, records
from utils.experiments.tables import TABLES, Table
from utils.machinery import jobs, record
from utils.paths import MEASUREMENTS, ROOT
from utils.records import head, recorded

CALLS = []


def seeded(seeds=range(3)):
    for seed in seeds:
        CALLS.append(seed)
        yield {"seed": seed, "error": seed / 8, "note": None if seed else "first"}


def whole():
    CALLS.append("whole")
    yield {"seconds": 1.5}


def broken(seeds=range(2)):
    for seed in seeds:
        if seed:
            raise ValueError("seed 1 is broken")
        yield {"seed": seed}


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Three small tables, made in this process; returns what was made."""
    CALLS.clear()
    small = {"seeded": Table(seeded), "broken": Table(broken), "chapters": Table(whole, timed=True)}
    monkeypatch.setattr(record, "TABLES", small)
    monkeypatch.setattr(measurements, "TABLES", small)
    for room in (record, records):
        monkeypatch.setattr(room, "MEASUREMENTS", tmp_path / "measurements")
    monkeypatch.setattr(record, "runs", lambda: tmp_path / "runs")
    monkeypatch.setattr(jobs, "attempt", lambda part, slots: part.make())
    return CALLS


def test_a_table_is_the_rows_of_its_parts(made, tmp_path, capsys):
    assert measurements.main(["seeded", "chapters", "--workers", "2"]) == 0
    assert sorted(made[:3]) == [0, 1, 2] and made[3:] == ["whole"]
    table = recorded("seeded")
    assert list(table.seed) == [0, 1, 2] and list(table.error) == [0, 0.125, 0.25]
    assert list(table.note.isna()) == [False, True, True]
    assert "3 runs, 0 finished before" in capsys.readouterr().out


def test_a_table_says_where_each_part_comes_from(made, tmp_path):
    first, *_ = record.parts("seeded")
    first.make()
    elsewhere = json.loads(first.file.read_text(encoding="utf-8"))
    elsewhere["provenance"] |= {"processor": "another", "cores": 64}
    first.file.write_text(json.dumps(elsewhere), encoding="utf-8")
    assert measurements.main(["seeded"]) == 0
    command, *sources = head("seeded")
    there, here = map(json.loads, sources)
    assert command == "python -m utils.measurements seeded"
    assert (there["seeds"], there["processor"], there["cores"]) == ([0], "another", 64)
    assert here["seeds"] == [1, 2] and here["processor"] != "another"
    for about in (there, here):
        assert set(about) == {"seeds", *provenance.provenance("")}
        assert about["code"] == provenance.code_hash(Table(seeded).code)
        assert set(about["versions"]) == {"python", *provenance.NUMERICAL}


def test_what_was_stopped_goes_on_where_it_was(made, tmp_path):
    first, *_ = record.parts("seeded")
    first.make()
    assert measurements.main(["seeded"]) == 0
    assert measurements.main(["seeded"]) == 0
    assert sorted(made) == [0, 1, 2]
    assert len(recorded("seeded")) == 3


def test_a_part_that_fails_leaves_the_recorded_table(made, tmp_path, capsys):
    kept = tmp_path / "measurements" / "broken.csv"
    kept.parent.mkdir()
    kept.write_text("as it was", encoding="utf-8")
    assert measurements.main(["broken", "seeded"]) == 1
    assert "FAILED broken, seed 1: ValueError: seed 1 is broken" in capsys.readouterr().out
    assert kept.read_text(encoding="utf-8") == "as it was"
    assert (tmp_path / "measurements" / "seeded.csv").is_file()
    assert len(list(tmp_path.glob("runs/measurements/*"))) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["leak", "seeded"], "no table leak; there are: seeded, broken, chapters"),
        (["seeded", "--workers", "0"], "--workers 0; allowed: a whole number from 1"),
        (
            ["seeded", "--scheduler", "tcp://127.0.0.1:1"],
            "no Dask scheduler answers at 'tcp://127.0.0.1:1'; allowed: tcp://host:port of one",
        ),
    ],
)
def test_wrong_arguments_make_nothing(made, tmp_path, capsys, arguments, message):
    assert measurements.main(arguments) == 2
    assert capsys.readouterr().err == f"error: {message}\n"
    assert not made and not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_worker_with_other_code_is_a_failure():
    message = jobs.attempt(record.Part("leaks", 0, "0" * 12), slots=1)
    assert message == jobs.OTHER_CODE


def test_an_interrupt_is_told_in_one_line(made, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(measurements, "record", interrupted)
    assert measurements.main(["seeded"]) == 130
    assert capsys.readouterr().err == f"{jobs.STOPPED}\n"


@pytest.mark.long
def test_the_real_tables_have_parts_for_their_seeds():
    found = {name: record.parts(name) for name in TABLES}
    assert [part.seed for part in found["published"]] == list(range(15))
    assert [part.seed for part in found["candidates"]] == list(range(7))
    keys = [part.key for made in found.values() for part in made]
    assert len(set(keys)) == len(keys)
    assert {name for name in TABLES if TABLES[name].timed} == {
        "time_to_99",
        "sprints",
        "epoch_seconds",
        "chapters",
    }


def test_every_table_is_recorded_and_every_record_has_its_command():
    assert set(TABLES) == {file.stem for file in MEASUREMENTS.glob("*.csv")}
    for name in TABLES:
        assert head(name)[0] == f"python -m utils.measurements {name}"
        assert len(recorded(name)) > 0


@pytest.mark.parametrize("name", TABLES)
def test_a_record_is_that_of_todays_code_or_declared_stale(name):
    found = record.staleness(name)
    assert found is None or found[0], f"data/measurements/{name}.csv: {found[1]}"


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of `utils` whose code is hashed in place of ours."""
    shutil.copytree(
        ROOT / "utils", tmp_path / "utils", ignore=shutil.ignore_patterns("__pycache__")
    )
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    provenance._read.cache_clear()
    yield tmp_path
    provenance._read.cache_clear()


def change(copy, file, before, after):
    path = copy / "utils" / file
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    provenance._read.cache_clear()


def keys():
    return {str(part): part.key for name in TABLES for part in record.parts(name)}


@pytest.mark.long
def test_a_docstring_keeps_every_part_and_a_constant_does_not(copy):
    before = keys()
    change(copy, "training.py", '"""Train a compiled network', '"""Fit a compiled network')
    change(copy, "training.py", "import math\n", "import math  # for ceil\n\n")
    assert keys() == before
    change(copy, "training.py", "CHUNK = 2_500", "CHUNK = 2_000")
    after = keys()
    kept = {part for part in before if after[part] == before[part]}
    assert kept == {"chapters"}  # which only measures other processes


@pytest.mark.long
def test_code_that_a_table_does_not_import_keeps_its_parts(copy):
    before = keys()
    change(copy, "experiments/leaks.py", "slice(0, 200)", "slice(0, 100)")
    changed = {part for part, key in keys().items() if key != before[part]}
    assert changed == {f"leaks, seed {seed}" for seed in range(10)}


@pytest.mark.long
def test_another_tensorflow_makes_other_parts(monkeypatch):
    before = keys()
    monkeypatch.setattr(jobs, "versions", lambda: provenance.versions() | {"tensorflow": "9.9"})
    assert not set(keys().values()) & set(before.values())


def test_a_record_is_stale_when_its_code_has_changed(made, copy, tmp_path):
    assert measurements.main(["seeded"]) == 0
    assert record.staleness("seeded") is None
    file = tmp_path / "measurements" / "seeded.csv"
    text = file.read_text(encoding="utf-8")
    about = json.loads(head("seeded")[1])
    file.write_text(text.replace(about["code"], "0" * 12), encoding="utf-8")
    assert record.staleness("seeded") == (False, "the code that makes it has changed")
    file.write_text("# stale: by hand\n" + text, encoding="utf-8")
    assert record.staleness("seeded") == (True, "by hand")
    file.write_text(pd.DataFrame({"seed": [0]}).to_csv(index=False), encoding="utf-8")
    assert record.staleness("seeded")[0] is False
