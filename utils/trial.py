"""One run of a sweep, in a process of its own: `python -m utils.trial NOTEBOOK KEY [NAME=VALUE ...]`.

It is built in `runs/sweeps/NOTEBOOK/KEY-running-...` and becomes `KEY` when it has finished; a run that fails ends as
`KEY-failed`. The key is a hash of the parameters and the code: the notebook's code cells, and `utils`, which names the
checksum of the data. So a run with a result never needs to be repeated, and another code never passes for this one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass

import nbformat

from utils import rerun
from utils.paths import ARTIFACTS_VARIABLE, ROOT, RUNS

THREADS = (
    *("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
)


@dataclass(frozen=True)
class Trial:
    """A notebook, the parameters that were chosen, all its parameters, and the key of the whole."""

    notebook: str
    chosen: dict
    parameters: dict
    key: str

    @property
    def folder(self):
        """Where the trial is once it has finished."""
        return RUNS / "sweeps" / self.notebook / self.key

    @property
    def result(self):
        """What the trial left, {"parameters", "seconds", "results"}, or {} if it has not finished."""
        file = self.folder / "result.json"
        return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}

    def __str__(self):
        return ", ".join(f"{name}={value}" for name, value in self.chosen.items())


def trials(notebook, choices):
    """Return the trial of `notebook` with each of `choices`, dictionaries of parameters."""
    code, found = _code(notebook), []
    for chosen in choices:
        parameters = rerun.parameters_of(notebook) | chosen
        key = hashlib.sha256(code + repr(sorted(parameters.items())).encode()).hexdigest()[:12]
        found.append(Trial(notebook, chosen, parameters, key))
    return found


def _code(notebook):
    """A hash of the notebook's code cells and of every file in `utils`."""
    code = hashlib.sha256()
    for cell in nbformat.read(rerun.series()[notebook], as_version=4).cells:
        if cell.cell_type == "code":
            code.update(cell.source.encode() + b"\0")
    for file in sorted((ROOT / "utils").glob("*.py")):
        code.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return code.digest()


def attempt(trial, slots):
    """Execute a trial in a process of its own; Dask calls this on a worker.

    Args:
        trial: what to execute.
        slots: how many trials this machine does at a time; they share its cores.

    Returns:
        None if the trial finished, or one line that says why it failed.
    """
    from dask.system import CPU_COUNT

    threads = dict.fromkeys(THREADS, str(max(1, CPU_COUNT // slots)))
    pairs = [f"{name}={value!r}" for name, value in trial.chosen.items()]
    with subprocess.Popen(
        [sys.executable, "-m", "utils.trial", trial.notebook, trial.key, *pairs],
        cwd=ROOT,
        env=os.environ | threads,
        stdin=subprocess.PIPE,  # open as long as this process lives: see `main`
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    ) as process:
        shown = process.stderr.read()
    if process.returncode == 1:  # see `main`; an uncaught Python error has this status as well
        return shown.strip().splitlines()[-1]
    return f"the process ended with status {process.returncode}" if process.returncode else None


def main(arguments):
    """Execute one trial and return 0, or 1 after a line on standard error that says why it failed.

    The process ends when its standard input does, so no trial outlives the worker that started it.
    """
    threading.Thread(target=lambda: (os.read(0, 1), os._exit(2)), daemon=True).start()
    notebook, key, *pairs = arguments
    (trial,) = trials(notebook, [rerun.parse(pairs)])
    if trial.key != key:
        print("the worker's code is not the code that this sweep started with", file=sys.stderr)
        return 1
    for leftover in trial.folder.parent.glob(f"{key}-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = trial.folder.with_name(f"{key}-running-{uuid.uuid4().hex[:8]}")
    folder.mkdir(parents=True)
    os.environ[ARTIFACTS_VARIABLE] = str(folder / "artifacts")
    start = time.perf_counter()
    try:
        rerun.execute(notebook, folder / f"{notebook}.ipynb", trial.chosen)
    except rerun.NotebookFailed as error:
        folder.rename(trial.folder.with_name(f"{key}-failed"))
        print("\n" + " ".join(str(error).split()), file=sys.stderr)
        return 1
    result = {
        "parameters": trial.parameters,
        "seconds": round(time.perf_counter() - start, 1),
        "results": rerun.results_of(folder, notebook),
    }
    (folder / "result.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    folder.rename(trial.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
