"""One run of a sweep, in a process of its own: `python -m utils.trial NOTEBOOK KEY [NAME=VALUE ...]`.

It is built in `runs/sweeps/NOTEBOOK/KEY-running-...` and becomes `KEY` when it has finished; a run that fails ends as
`KEY-failed`. The key is a hash of the parameters and the code: the notebook's code cells, and `utils`. So a run with a
result never needs to be repeated, and another code never passes for this one.
"""

import hashlib
import json
import os
import shutil
import sys
import time
import uuid
from dataclasses import dataclass

import nbformat

from utils import rerun, workers
from utils.paths import ARTIFACTS_VARIABLE, RUNS


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

    @property
    def done(self):
        """Whether the trial has finished."""
        return bool(self.result)

    @property
    def command(self):
        """The arguments of `python -m` that execute the trial."""
        pairs = [f"{name}={value!r}" for name, value in self.chosen.items()]
        return ["utils.trial", self.notebook, self.key, *pairs]

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
    cells = nbformat.read(rerun.series()[notebook], as_version=4).cells
    code = [cell.source.encode() + b"\0" for cell in cells if cell.cell_type == "code"]
    return workers.code() + b"".join(code)


def main(arguments):
    """Execute one trial and return 0, or 1 after a line on standard error that says why it failed."""
    workers.end_with_worker()
    notebook, key, *pairs = arguments
    (trial,) = trials(notebook, [rerun.parse(pairs)])
    if trial.key != key:
        print(workers.OTHER_CODE, file=sys.stderr)
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
