"""One run of a sweep, in a process of its own: `python -m utils.machinery.trial NOTEBOOK KEY [NAME=VALUE ...]`.

It is built in `runs/sweeps/NOTEBOOK/KEY-running` and becomes `KEY` when it has finished; a run that fails ends as
`KEY-failed`. The key is a hash of the parameters, the code (the notebook's code cells, and what they import from
`utils`), and the versions of the numerical packages. So a run with a result is not repeated, and another code never
passes for this one.
"""

import shutil
import sys
import time
from dataclasses import dataclass

from utils.lesson import notebook_code
from utils.machinery import folders
from utils.machinery.arguments import parse_pairs
from utils.machinery.jobs import OTHER_CODE, end_with_worker, job_key
from utils.machinery.notebooks import NotebookFailed, execute, exit_status, parameters_of, record_of
from utils.paths import runs
from utils.records import RESULTS, read_json, write_json


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
        return runs() / "sweeps" / self.notebook / self.key

    @property
    def result(self):
        """What the trial left, {"parameters", "seconds", "results", "provenance"}, or {} if it has not finished."""
        return read_json(self.folder / RESULTS).get(self.notebook, {})

    @property
    def done(self):
        """Whether the trial has finished."""
        return bool(self.result)

    @property
    def command(self):
        """The arguments of `python -m` that execute the trial."""
        pairs = [f"{name}={value!r}" for name, value in self.chosen.items()]
        return ["utils.machinery.trial", self.notebook, self.key, *pairs]

    def execute(self):
        """Execute the trial; a NotebookFailed leaves `KEY-failed`."""
        parent = self.folder.parent
        shutil.rmtree(parent / f"{self.key}-failed", ignore_errors=True)
        folder = folders.claim(parent, self.key)
        start = time.perf_counter()
        artifacts = folder / "artifacts"
        try:
            execute(self.notebook, folder / f"{self.notebook}.ipynb", self.chosen, artifacts)
        except NotebookFailed:
            folders.release(folder, f"{self.key}-failed")
            raise
        about = record_of(artifacts, self.notebook, self.chosen, time.perf_counter() - start)
        write_json(folder / RESULTS, {self.notebook: about})
        if self.done:  # another sweep was quicker
            shutil.rmtree(folder)
        else:
            folders.release(folder, self.key)

    def __str__(self):
        return ", ".join(f"{name}={value}" for name, value in self.chosen.items())


def trials(notebook, choices):
    """Return the trial of `notebook` with each of `choices`, dictionaries of parameters."""
    code, defaults = notebook_code(notebook), parameters_of(notebook)
    found = []
    for chosen in choices:
        parameters = defaults | chosen
        key = job_key(code, f"{notebook} {sorted(parameters.items())!r}")
        found.append(Trial(notebook, chosen, parameters, key))
    return found


def main(arguments):
    """Execute one trial and return the exit status; 1 also where the code is not that of the key."""
    end_with_worker()
    notebook, key, *pairs = arguments
    (trial,) = trials(notebook, [parse_pairs(pairs)])
    if trial.key != key:
        print(OTHER_CODE, file=sys.stderr)
        return 1
    return exit_status(trial.execute)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
