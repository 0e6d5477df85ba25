"""Recorded tables: made in parts, by workers, kept until all of a table is there."""

import pandas as pd
import pytest

from utils import measurements, workers


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Three small tables, made in this process; returns what was made."""
    calls = []

    def seeded(seeds=range(3)):
        for seed in seeds:
            calls.append(seed)
            yield {"seed": seed, "error": seed / 8, "note": None if seed else "first"}

    def whole():
        calls.append("whole")
        yield {"seconds": 1.5}

    def broken(seeds=range(2)):
        for seed in seeds:
            if seed:
                raise ValueError("seed 1 is broken")
            yield {"seed": seed}

    monkeypatch.setattr(
        measurements, "TABLES", {"seeded": seeded, "broken": broken, "chapters": whole}
    )
    monkeypatch.setattr(measurements, "MEASUREMENTS", tmp_path / "measurements")
    monkeypatch.setattr(measurements, "RUNS", tmp_path / "runs")
    monkeypatch.setattr(workers, "attempt", lambda part, slots: part.make())
    return calls


def test_a_table_is_the_rows_of_its_parts(made, tmp_path, capsys):
    assert measurements.main(["seeded", "chapters", "--workers", "2"]) == 0
    assert sorted(made[:3]) == [0, 1, 2] and made[3:] == ["whole"]
    file = tmp_path / "measurements" / "seeded.csv"
    assert file.read_text().startswith("# python -m utils.measurements seeded\n# 20")
    table = pd.read_csv(file, comment="#")
    assert list(table.seed) == [0, 1, 2] and list(table.error) == [0, 0.125, 0.25]
    assert list(table.note.isna()) == [False, True, True]
    assert "3 runs, 0 finished before" in capsys.readouterr().out


def test_what_was_stopped_goes_on_where_it_was(made, tmp_path):
    first, *_ = measurements.parts("seeded")
    first.make()
    assert measurements.main(["seeded"]) == 0
    assert measurements.main(["seeded"]) == 0
    assert sorted(made) == [0, 1, 2]
    assert len(pd.read_csv(tmp_path / "measurements" / "seeded.csv", comment="#")) == 3


def test_a_part_that_fails_leaves_the_recorded_table(made, tmp_path, capsys):
    recorded = tmp_path / "measurements" / "broken.csv"
    recorded.parent.mkdir()
    recorded.write_text("as it was")
    assert measurements.main(["broken", "seeded"]) == 1
    assert "FAILED broken, seed 1: ValueError: seed 1 is broken" in capsys.readouterr().out
    assert recorded.read_text() == "as it was"
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


def test_a_worker_with_other_code_is_a_failure():
    message = workers.attempt(measurements.Part("leaks", 0, "0" * 12), slots=1)
    assert message == "the worker's code is not the code that this started with"


def test_the_real_tables_have_parts_for_their_seeds():
    found = {name: measurements.parts(name) for name in measurements.TABLES}
    assert [part.seed for part in found["published"]] == [0, 1, 2, 3, 4]
    assert [part.seed for part in found["candidates"]] == [None]
    keys = [part.key for made in found.values() for part in made]
    assert len(set(keys)) == len(keys)
    assert set(measurements.TIMES) < set(found)
