"""Sweeps of a small notebook in a copy of `utils`, so that every process of a sweep finds that notebook."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import nbformat
import pandas as pd
import psutil
import pytest
from dask.system import CPU_COUNT

from tests.test_rerun import notebook
from utils import paths, rerun
from utils.evaluation import mean_interval
from utils.machinery import jobs, notebooks, runs, sweep, trial
from utils.paths import ARTIFACTS_VARIABLE, ROOT
from utils.records import recorded

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
BODY = """
import json, os, time
from pathlib import Path
with open("started", "a") as file:
    file.write(f"{os.getpid()}\\n")
while hold and not Path("go").exists():
    time.sleep(0.05)
if rate > 1:
    raise ValueError(f"rate is {rate}; allowed: a number from 0 to 1")
folder = Path(os.environ["LENET5_ARTIFACTS"], "NAME")
folder.mkdir(parents=True)
results = {"rate": rate, "error": rate + seed**2, "threads": os.environ["OMP_NUM_THREADS"]}
(folder / "results.json").write_text(json.dumps({"NAME": {"results": results}}))
with open("log", "a") as file:
    file.write(f"{rate} {seed} {hold}\\n")
"""


def write_notebooks(folder, body=BODY):
    folder.mkdir(exist_ok=True)
    for name in ("01_a", "02_b"):
        small = notebook(name, body)
        small.cells[0].source = "seed = 0  # @param\nrate = 0.5  # @param\nhold = 0  # @param"
        nbformat.write(small, folder / f"{name}.ipynb")


@pytest.fixture
def copy(tmp_path):
    """A copy of `utils` with two small notebooks."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "utils", tmp_path / "utils", ignore=ignore)
    write_notebooks(tmp_path / "notebooks")
    return tmp_path


def environment(copy):
    kept = {name: value for name, value in os.environ.items() if name != ARTIFACTS_VARIABLE}
    return kept | {"PYTHONPATH": str(copy)}


def start(copy, *arguments, module="utils.rerun", **options):
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.Popen(
        command, cwd=copy, env=environment(copy), text=True, encoding="utf-8", **options
    )


def run(copy, *arguments, module="utils.rerun"):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = start(copy, *arguments, module=module, **pipes)
    out, err = process.communicate(timeout=120)
    return SimpleNamespace(status=process.returncode, out=out, err=err)


def lines(copy, name):
    """What the small notebooks wrote: to "started" when they began, to "log" when they had finished."""
    file = copy / "notebooks" / name
    return sorted(file.read_text(encoding="utf-8").splitlines()) if file.exists() else []


def table(copy, name="runs"):
    return pd.read_csv(copy / "runs" / "sweeps" / "01_a" / f"{name}.csv")


def wait_for(condition, seconds=120):
    deadline = time.time() + seconds
    while not condition():
        assert time.time() < deadline
        time.sleep(0.05)


def alive(copy):
    """The kernels that began and have not ended."""
    pids = [int(pid) for pid in lines(copy, "started") if psutil.pid_exists(int(pid))]
    return [pid for pid in pids if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def finished(copy):
    return list(copy.glob("runs/sweeps/01_a/*/results.json"))


@pytest.mark.long
def test_a_grid_gives_a_row_for_each_run_and_repeats_only_what_changed(copy):
    done = run(copy, "01", "--grid", "rate=0.1,0.2", "--grid", "seed=0,1", "--workers", "2")
    assert done.status == 0, done.err
    assert "4 runs, 0 finished before" in done.out and "4 finished, 0 failed" in done.out
    assert done.err == "", "a log file holds no line that lives"
    runs = table(copy)
    assert list(zip(runs.rate, runs.seed)) == [(0.1, 0), (0.1, 1), (0.2, 0), (0.2, 1)]
    assert (runs.hold == 0).all() and (runs.seconds > 0).all() and runs.failure.isna().all()
    assert list(runs.error) == [0.1, 1.1, 0.2, 1.2]
    assert list(runs["rate (result)"]) == list(runs.rate)
    assert set(runs.threads) == {max(1, CPU_COUNT // 2)}
    means = table(copy, "means").set_index(["result", "rate"])
    assert tuple(means.loc[("error", 0.2), ["mean", "low", "high"]]) == pytest.approx(
        mean_interval([0.2, 1.2])
    )
    assert (means.runs == 2).all() and "threads" not in means.index
    for key in runs.run:
        folder = copy / "runs" / "sweeps" / "01_a" / key
        assert (folder / "artifacts" / "01_a" / "results.json").is_file()
        assert (folder / "01_a.ipynb").is_file()

    more = run(copy, "01", "--grid", "seed=0,1,2", "-p", "rate=0.1")
    assert more.status == 0 and "3 runs, 2 finished before" in more.out
    assert lines(copy, "log") == ["0.1 0 0", "0.1 1 0", "0.1 2 0", "0.2 0 0", "0.2 1 0"]
    assert list(table(copy).run[:2]) == list(runs.run[:2])
    write_notebooks(copy / "notebooks", BODY + "# said in other words")
    assert "1 finished" in run(copy, "01", "--grid", "rate=0.1").out
    assert lines(copy, "log").count("0.1 0 0") == 1
    write_notebooks(copy / "notebooks", BODY + "changed = True")
    changed = run(copy, "01", "--grid", "rate=0.1")
    assert changed.status == 0 and "1 runs, 0 finished before" in changed.out
    assert lines(copy, "log").count("0.1 0 0") == 2


@pytest.mark.long
def test_a_failing_combination_is_reported_and_the_others_finish(copy):
    done = run(copy, "01", "--grid", "rate=7,0.1", "--workers", "2")
    assert done.status == 1 and lines(copy, "log") == ["0.1 0 0"]
    message = "ValueError: rate is 7; allowed: a number from 0 to 1"
    assert f"FAILED rate=7: {message}\n" in done.out and "Traceback" not in done.out + done.err
    assert "1 finished, 1 failed" in done.out
    failed, good = table(copy).itertuples()
    assert failed.failure == message and good.error == 0.1
    folder = copy / "runs" / "sweeps" / "01_a"
    assert not (folder / failed.run).exists()
    assert (folder / f"{failed.run}-failed" / "01_a.ipynb").is_file()


@POSIX
@pytest.mark.long
def test_a_killed_sweep_goes_on_where_it_was(copy):
    arguments = ("01", "--grid", "hold=0,1,2", "--workers", "2")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    killed = start(copy, *arguments, **quiet)
    wait_for(lambda: len(finished(copy)) == 1 and len(lines(copy, "started")) > 1)
    killed.kill()
    killed.wait()
    wait_for(lambda: not alive(copy))
    assert lines(copy, "log") == ["0.5 0 0"] and len(finished(copy)) == 1
    (copy / "notebooks" / "go").touch()
    done = run(copy, *arguments)
    assert done.status == 0 and "3 runs, 1 finished before" in done.out
    assert lines(copy, "log") == ["0.5 0 0", "0.5 0 1", "0.5 0 2"]
    left = {path.name for path in (copy / "runs" / "sweeps" / "01_a").iterdir()}
    assert left == {*table(copy).run, "runs.csv", "means.csv"}


@POSIX
@pytest.mark.long
def test_an_interrupted_sweep_ends_at_once_with_its_runs(copy):
    sweeping = start(copy, "01", "--grid", "hold=1", stderr=subprocess.PIPE)
    wait_for(lambda: alive(copy))
    sweeping.send_signal(signal.SIGINT)
    shown = sweeping.communicate(timeout=10)[1]
    assert sweeping.returncode == 130 and "Traceback" not in shown
    assert "What finished is kept, and the same command goes on from there." in shown
    wait_for(lambda: not alive(copy))
    assert not finished(copy) and not list(copy.rglob("*.csv"))


@POSIX
@pytest.mark.long
def test_a_cluster_that_loses_a_worker_loses_no_run(copy):
    file = copy / "scheduler.json"
    common = ("--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard")
    one = ("--nthreads", "1", "--no-nanny")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [start(copy, "scheduler", *common, "--port", "0", module="dask", **quiet)]
    try:
        wait_for(file.exists)
        for _ in range(2):
            processes.append(start(copy, "worker", *common, *one, module="dask", **quiet))
        address = re.search(r"tcp://127.0.0.1:\d+", file.read_text(encoding="utf-8"))[0]
        grid = ("--grid", "rate=0.1,0.2", "--grid", "seed=0,1", "-p", "hold=1")
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        sweeping = start(copy, "01", *grid, "--scheduler", address, **pipes)
        wait_for(lambda: len(alive(copy)) == 2)
        processes[1].kill()
        wait_for(lambda: len(alive(copy)) < len(lines(copy, "started")))
        (copy / "notebooks" / "go").touch()
        out, err = sweeping.communicate(timeout=120)
        assert sweeping.returncode == 0, out + err
        assert "4 finished, 0 failed" in out and len(lines(copy, "started")) == 5
        assert lines(copy, "log") == ["0.1 0 1", "0.1 1 1", "0.2 0 1", "0.2 1 1"]
    finally:
        for process in processes:
            process.kill()
            process.wait()


@pytest.mark.long
def test_a_worker_with_other_code_is_a_failure(copy, monkeypatch):
    monkeypatch.setattr(jobs, "ROOT", copy)
    message = jobs.attempt(trial.Trial("01_a", {"seed": 1}, {}, "0" * 12), slots=1)
    assert message == jobs.OTHER_CODE
    assert not (copy / "runs").exists()


@pytest.mark.long
def test_notebooks_run_side_by_side_with_one_core_each_and_are_listed_in_their_order(copy):
    running = start(
        copy, "-p", "hold=1", "--workers", "2", stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    wait_for(lambda: len(alive(copy)) == 2)
    (copy / "notebooks" / "go").touch()
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0 and err == "", err
    found = json.loads((copy / "runs" / "latest" / "results.json").read_text(encoding="utf-8"))
    assert list(found) == ["01_a", "02_b"]
    for about in found.values():
        assert about["parameters"]["hold"] == 1
        assert int(about["results"]["threads"]) == max(1, CPU_COUNT // 2)
    assert re.search(r"^together +\d+  in ", out, re.MULTILINE)


@pytest.mark.long
def test_a_notebook_that_fails_beside_another_is_told_and_leaves_no_results(copy):
    done = run(copy, "-p", "rate=7", "--workers", "2")
    message = "ValueError: rate is 7; allowed: a number from 0 to 1"
    assert done.status == 1 and done.out.count(message) == 2 and "Traceback" not in done.out
    (failed,) = (copy / "runs").glob("*-failed")
    assert sorted(path.name for path in failed.glob("*.ipynb")) == ["01_a.ipynb", "02_b.ipynb"]


@POSIX
@pytest.mark.long
def test_an_interrupt_ends_the_notebooks_that_run_side_by_side(copy):
    running = start(copy, "-p", "hold=1", "--workers", "2", stderr=subprocess.PIPE)
    wait_for(lambda: len(alive(copy)) == 2)
    running.send_signal(signal.SIGINT)
    shown = running.communicate(timeout=20)[1]
    assert running.returncode == 130 and "Traceback" not in shown and "Stopped." in shown
    wait_for(lambda: not alive(copy))
    assert not list((copy / "runs").glob("latest*"))


def test_two_notebooks_at_a_time_need_two_cores_and_memory_for_both(monkeypatch):
    for cores, memory, expected in ((1, 16, 1), (2, 3, 1), (2, 16, 2), (64, 512, 2), (2, 0.5, 1)):
        monkeypatch.setattr(runs.os, "cpu_count", lambda cores=cores: cores)
        free = SimpleNamespace(available=int(memory * 1024**3))
        monkeypatch.setattr(runs.psutil, "virtual_memory", lambda free=free: free)
        assert runs.at_a_time() == expected


def test_the_longest_chapters_begin():
    seconds = recorded("chapters").set_index("chapter")["seconds"]
    order = [seconds[name] for name in runs.longest_first(paths.series())]
    assert order == sorted(order, reverse=True)
    assert runs.longest_first(["99_new", "01_load_mnist"]) == ["01_load_mnist", "99_new"]


def test_a_process_that_ends_without_a_word_is_a_failure_with_its_status():
    job = SimpleNamespace(command=["utils.about", "--help"])
    assert jobs.attempt(job, 1) is None
    silent = SimpleNamespace(command=["tests.ends_silently"])
    assert jobs.attempt(silent, 1) == "the process ended with status 1"


@pytest.mark.long
def test_on_a_terminal_one_line_lives(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    planned = [
        SimpleNamespace(key=str(n), done=False, command=["tests.ends_silently"]) for n in "ab"
    ]
    assert set(jobs.run_jobs(planned, workers=2).values()) == {"the process ended with status 1"}
    shown = capsys.readouterr().err
    assert "\r\033[K0 of 2 done" in shown and "0 of 2 done, 2 failed, 0 s left" in shown


@pytest.fixture
def here(tmp_path, monkeypatch):
    """Two small notebooks for sweeps in this process, which end before anything runs."""
    write_notebooks(tmp_path / "notebooks")
    for room in (paths, notebooks):
        monkeypatch.setattr(room, "NOTEBOOKS", tmp_path / "notebooks")
    monkeypatch.setattr(trial, "runs", lambda: tmp_path / "runs")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["01", "--grid", "rates=1,2"],
            "01_a has no parameter 'rates'; it has: seed, rate, hold",
        ),
        (["01", "--grid", "rate"], "--grid 'rate'; allowed: --grid name=value,value,..."),
        (["01", "--grid", "=1,2"], "--grid '=1,2'; allowed: --grid name=value,value,..."),
        (["01", "--grid", "rate="], "--grid 'rate='; allowed: --grid name=value,value,..."),
        (["01", "--grid", "rate=1,,2"], "--grid 'rate=1,,2'; allowed: --grid name=value,value,..."),
        (
            ["01", "--grid", "seed=1,1"],
            "--grid 'seed=1,1' repeats a value; allowed: each value once",
        ),
        (
            ["01", "--grid", "seed=1", "--grid", "seed=2"],
            "--grid seed stands twice; allowed: all its values in one --grid",
        ),
        (["--grid", "seed=1"], "--grid with no notebooks; allowed: with one"),
        (["01", "02", "--grid", "seed=1"], "--grid with 2 notebooks; allowed: with one"),
        (
            ["01", "--grid", "seed=1,2", "-p", "seed=1"],
            "seed is set by -p and by --grid; allowed: one of them",
        ),
        (
            ["01", "--grid", "seed=1", "-p", "rates=1"],
            "01_a has no parameter 'rates'; it has: seed, rate, hold",
        ),
        (
            ["01", "--grid", "seed=1", "--workers", "0"],
            "--workers 0; allowed: a whole number from 1",
        ),
        (
            ["01", "--grid", "seed=1", "--workers", "two"],
            "--workers two; allowed: a whole number from 1",
        ),
        (
            ["01", "--grid", "seed=1", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
            "--workers with --scheduler; allowed: one of them",
        ),
        (
            ["01", "--grid", "seed=1", "--scheduler", "tcp://127.0.0.1:1"],
            "no Dask scheduler answers at 'tcp://127.0.0.1:1'; allowed: tcp://host:port of one",
        ),
        (["01", "--workers", "0"], "--workers 0; allowed: a whole number from 1"),
        (["01", "--scheduler", "tcp://a:1"], "--scheduler without a grid; allowed: with --grid"),
    ],
)
def test_wrong_arguments_run_nothing(here, capsys, arguments, message):
    assert rerun.main(arguments) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", f"error: {message}\n")
    assert not (here / "runs").exists()


def test_without_dask_one_line_says_so(here, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert rerun.main(["01", "--grid", "seed=1"]) == 2
    message = "workers need Dask; allowed after `pip install distributed`"
    assert capsys.readouterr().err == f"error: {message}\n"


def test_means_are_over_seeds_and_a_single_run_has_no_interval():
    def ended(rate, seed, **results):
        return SimpleNamespace(chosen={"rate": rate, "seed": seed}, result={"results": results})

    planned = [
        ended(0.1, 0, error=0.25, best="relu"),
        ended(0.1, 1, error=0.5),
        ended(0.2, 0, error=3),
        SimpleNamespace(chosen={"rate": 0.2, "seed": 1}, result={}),
    ]
    mean, low, high = mean_interval([0.25, 0.5])
    assert sweep.means_over_seeds(planned, {"rate": [0.1, 0.2], "seed": [0, 1]}) == [
        {"result": "error", "rate": 0.1, "runs": 2, "mean": mean, "low": low, "high": high},
        {"result": "error", "rate": 0.2, "runs": 1, "mean": 3},
    ]
