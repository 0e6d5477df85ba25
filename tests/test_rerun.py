"""Reruns: parameters, folders, results, failures. Small notebooks in a folder of their own, and the real ones damaged."""

import json
import os
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from utils import paths, rerun
from utils.machinery import folders, notebooks, runs
from utils.machinery.arguments import UsageError
from utils.machinery.notebooks import find
from utils.mnist import FILE
from utils.paths import ARTIFACTS_VARIABLE, ROOT

GOOD = """
import json, os, sys
from pathlib import Path
if epochs == "many":
    raise ValueError(f"epochs is {epochs!r}; allowed: a whole number")
folder = Path(os.environ["LENET5_ARTIFACTS"], "NAME")
folder.mkdir(parents=True)
results = {"epochs": epochs, "rate": rate, "python": sys.executable}
(folder / "results.json").write_text(json.dumps({"NAME": {"results": results}}))
print(Path.cwd().name)
"""


def notebook(name, body=GOOD):
    parameters = new_code_cell(
        "epochs = 3  # @param\nrate = 0.5  # @param", metadata={"tags": ["parameters"]}
    )
    return new_notebook(
        cells=[parameters, new_code_cell(body.replace("NAME", name))],
        metadata={
            "kernelspec": {"name": "nobody-has-this", "display_name": "", "language": "python"}
        },
    )


@pytest.fixture
def series(tmp_path, monkeypatch):
    """Two notebooks, 01_a and 02_b, and a folder for runs."""
    for room in (paths, notebooks):
        monkeypatch.setattr(room, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(runs, "runs", lambda: tmp_path / "runs")
    monkeypatch.setenv(ARTIFACTS_VARIABLE, "")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notebooks").mkdir()
    for name in ("01_a", "02_b"):
        nbformat.write(notebook(name), tmp_path / "notebooks" / f"{name}.ipynb")
    return tmp_path


def results(folder, run="latest"):
    return json.loads((folder / "runs" / run / "results.json").read_text(encoding="utf-8"))


@pytest.mark.long
def test_all_notebooks_run_with_this_python_in_their_folder(series, capsys):
    assert rerun.main(["--workers", "1"]) == 0
    found = results(series)
    assert list(found) == ["01_a", "02_b"]
    assert found["01_a"]["parameters"] == {"epochs": 3, "rate": 0.5}
    assert found["01_a"]["results"] == {"epochs": 3, "rate": 0.5, "python": sys.executable}
    assert found["01_a"]["seconds"] > 0
    executed = nbformat.read(series / "runs" / "latest" / "01_a.ipynb", as_version=4)
    assert executed.cells[-1].outputs[0].text == "notebooks\n"
    assert "01_a finished" in capsys.readouterr().out


def test_parameters_are_passed_and_recorded(series):
    assert rerun.main(["01", "-p", "epochs=7", "-p", "rate=1e-3"]) == 0
    assert list(results(series)) == ["01_a"]
    assert results(series)["01_a"]["parameters"] == {"epochs": 7, "rate": 0.001}
    assert results(series)["01_a"]["results"]["epochs"] == 7


@pytest.mark.parametrize("name", ["2", "02_b", "02_b.ipynb", "notebooks/02_b.ipynb", "02"])
def test_a_notebook_has_many_names(series, name):
    if name == "2":
        with pytest.raises(UsageError, match="no notebook '2'; there are: 01_a, 02_b"):
            find(name)
    else:
        assert find(name) == "02_b"


@pytest.mark.long
def test_earlier_runs_are_kept_under_their_time(series):
    for epochs in (1, 2, 3):
        assert rerun.main(["01", "-p", f"epochs={epochs}"]) == 0
    assert results(series)["01_a"]["parameters"]["epochs"] == 3
    kept = [path for path in (series / "runs").iterdir() if path.name != "latest"]
    before = [
        json.loads((path / "results.json").read_text(encoding="utf-8"))["01_a"]["parameters"][
            "epochs"
        ]
        for path in kept
    ]
    assert sorted(before) == [1, 2] and all(path.name.startswith("20") for path in kept)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["01", "-p", "epoch=1"], "01_a has no parameter 'epoch'; it has: epochs, rate"),
        (["01", "-p", "epochs"], "-p 'epochs'; allowed: -p name=value"),
        (["03"], "no notebook '03'; there are: 01_a, 02_b"),
        (["01", "-p", "epochs=1", "-p", "epochs=2"], "-p epochs stands twice; allowed: once"),
    ],
)
def test_wrong_arguments_run_nothing(series, capsys, arguments, message):
    assert rerun.main(arguments) == 2
    assert capsys.readouterr().err == f"error: {message}\n"
    assert not (series / "runs").exists()


@pytest.mark.long
def test_two_runs_begun_in_the_same_second_are_both_kept(series, monkeypatch):
    monkeypatch.setattr(folders, "TIME", "2026")
    first = folders.claim(series / "runs", "2026")
    assert rerun.main(["01", "-p", "epochs=1"]) == 0
    (first / "results.json").write_text("first", encoding="utf-8")
    assert folders.replace(first, "latest", "results.json") == series / "runs" / "latest"
    assert (series / "runs" / "latest" / "results.json").read_text(encoding="utf-8") == "first"
    assert results(series, "2026")["01_a"]["parameters"]["epochs"] == 1
    assert rerun.main(["01", "-p", "epochs=2"]) == 0
    assert {path.name for path in (series / "runs").iterdir()} == {"latest", "2026", "2026-2"}


@pytest.mark.long
def test_runs_can_be_kept_elsewhere(series):
    assert rerun.main(["01", "--folder", str(series / "with spaces and \u00fc")]) == 0
    assert (series / "with spaces and \u00fc" / "latest" / "01_a.ipynb").is_file()
    assert not (series / "runs").exists()


@pytest.mark.long
def test_what_a_killed_run_left_is_cleared_away_and_a_live_one_stays(series):
    live = folders.claim(series / "runs", "live")
    code = "import sys, pathlib; from utils.machinery.folders import claim; claim(pathlib.Path(sys.argv[1]), 'dead')"
    subprocess.run([sys.executable, "-c", code, str(series / "runs")], check=True, cwd=ROOT)
    dead = series / "runs" / "dead-running"
    assert dead.is_dir()
    elsewhere = folders.claim(series / "runs", "elsewhere")
    assert live.is_dir() and not dead.exists()
    owner = json.loads((elsewhere / folders.OWNER).read_text(encoding="utf-8"))
    about = json.dumps(owner | {"host": "another machine", "pid": 1})
    (elsewhere / folders.OWNER).write_text(about, encoding="utf-8")
    assert rerun.main(["01"]) == 0
    assert live.is_dir() and elsewhere.is_dir(), "whether it lives cannot be told from here"


@pytest.mark.long
def test_the_environment_is_left_as_it_was(series, monkeypatch):
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "0")
    before = dict(os.environ)
    assert rerun.main(["01"]) == 0
    assert dict(os.environ) == before


def test_a_log_file_holds_a_line_for_each_notebook_and_no_bar(series, capsys):
    assert rerun.main(["--workers", "1"]) == 0
    shown = capsys.readouterr()
    assert shown.err == "" and "\r" not in shown.out
    assert shown.out.count(" finished in ") == 2


@pytest.mark.long
def test_a_failing_notebook_is_reported_in_one_line_and_leaves_no_results(series, capsys):
    assert rerun.main(["01"]) == 0
    assert rerun.main(["01", "02", "-p", "epochs=many", "--workers", "1"]) == 1
    shown = capsys.readouterr()
    assert (
        "02_b FAILED" in shown.out
        and "ValueError: epochs is 'many'; allowed: a whole number" in shown.out
    )
    assert "Traceback" not in shown.out + shown.err
    assert results(series)["01_a"]["parameters"]["epochs"] == 3
    (failed,) = (series / "runs").glob("*-failed")
    assert not list(failed.rglob("results.json")) and (failed / "02_b.ipynb").is_file()


@pytest.mark.long
def test_one_failure_does_not_stop_the_rest(series, capsys):
    nbformat.write(notebook("01_a", "1 / 0"), series / "notebooks" / "01_a.ipynb")
    assert rerun.main(["--workers", "1"]) == 1
    shown = capsys.readouterr().out
    assert "01_a FAILED" in shown and "ZeroDivisionError" in shown and "02_b finished" in shown
    assert not (series / "runs" / "latest").exists()


@pytest.mark.long
def test_a_dead_kernel_is_a_failure(series, capsys):
    nbformat.write(notebook("01_a", "import os; os._exit(1)"), series / "notebooks" / "01_a.ipynb")
    assert rerun.main(["01"]) == 1
    assert "the kernel died" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.long
def test_a_run_that_is_stopped_leaves_nothing_that_looks_finished(series):
    nbformat.write(
        notebook("01_a", "import time; time.sleep(60)"), series / "notebooks" / "01_a.ipynb"
    )
    code = (
        "import sys, pathlib; from utils import paths, rerun; from utils.machinery import notebooks, runs;"
        "paths.NOTEBOOKS = notebooks.NOTEBOOKS = pathlib.Path('notebooks').resolve();"
        "runs.runs = lambda: pathlib.Path('runs').resolve();"
        "sys.exit(rerun.main(['01']))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], cwd=series, stderr=subprocess.DEVNULL)
    deadline = time.time() + 30
    while not list((series / "runs").glob("*-running/*.ipynb")) and time.time() < deadline:
        time.sleep(0.2)
    time.sleep(2)
    process.send_signal(2)
    assert process.wait(timeout=30) == 130
    assert not list(series.rglob("results.json")) and not (series / "runs" / "latest").exists()


def run_module(*arguments, cwd):
    environment = {name: value for name, value in os.environ.items() if name != ARTIFACTS_VARIABLE}
    command = [sys.executable, "-m", "utils.rerun", *arguments]
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, encoding="utf-8", env=environment
    )


@pytest.mark.long
def test_the_command_works_from_any_folder(tmp_path):
    done = run_module("04", "-p", "epoch=1", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(
        "error: 04_train_classifier has no parameter 'epoch'; it has: seed, epochs, "
    )
    assert not list(tmp_path.iterdir())


@pytest.fixture
def copy(tmp_path):
    """A copy of the repository's utils, notebooks and data."""
    for part in ("utils", "notebooks", "data"):
        shutil.copytree(
            ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
    return tmp_path


@pytest.mark.long
@pytest.mark.parametrize(("value", "shown"), [("0", "0"), ("many", "'many'")])
def test_impossible_values_give_one_message(copy, value, shown):
    done = run_module("04_train_classifier", "-p", f"epochs={value}", cwd=copy)
    assert done.returncode == 1
    assert f"ValueError: epochs is {shown}; allowed: a whole number from 1 to 100" in done.stdout
    assert not list(copy.rglob("results.json"))


@pytest.mark.slow
def test_damaged_data_stop_a_notebook_at_once(copy):
    """The others load them in the same place: see `test_notebooks`."""
    content = bytearray(FILE.read_bytes())
    content[-100] ^= 255
    (copy / "data" / "mnist.npz").write_bytes(content)
    done = run_module("01", "06", "13", cwd=copy)
    assert done.returncode == 1
    assert done.stdout.count("DataError") == 3 == done.stdout.count("FAILED")
    assert done.stdout.count("(altered). Restore it with `git checkout -- data/mnist.npz`") == 3


@pytest.mark.long
def test_plain_papermill_runs_a_chapter_from_an_empty_folder(tmp_path):
    chapter = str(paths.series()["03_build_lenet5"])
    command = [sys.executable, "-m", "papermill", chapter, "out.ipynb", "-p", "example", "7"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [*command, "-k", "python3"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert "example = 7" in "\n".join(cell.source for cell in executed.cells)
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]
