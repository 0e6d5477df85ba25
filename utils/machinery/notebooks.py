"""One notebook of the series, executed by papermill with this Python.

In a process of its own: `python -m utils.machinery.notebooks NOTEBOOK OUTPUT ARTIFACTS [NAME=VALUE ...]`.
"""

import os
import sys
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from nbclient.exceptions import DeadKernelError
from papermill import execute_notebook, inspect_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.log import logger

from utils.machinery.arguments import UsageError, parse_pairs, value_of
from utils.machinery.jobs import end_with_worker
from utils.paths import ARTIFACTS_VARIABLE, NOTEBOOKS, series
from utils.records import RESULTS, read_json


class NotebookFailed(RuntimeError):
    """A notebook stopped with an error; the message is the error's last line."""


class _LiveClient(PapermillNotebookClient):
    """Uses this Python's kernel, and shows a notebook's own progress line (see `training.fit`) behind papermill's bar."""

    def create_kernel_manager(self):
        manager = super().create_kernel_manager()
        manager.kernel_spec_manager = KernelSpecManager(kernel_dirs=[])  # none that is registered
        return manager

    def process_message(self, message, *arguments, **options):
        text = message["content"].get("data", {}).get("text/plain", "")
        if self.nb_man.pbar is not None and message["msg_type"] == "update_display_data":
            self.nb_man.pbar.set_postfix_str(text)
        return super().process_message(message, *arguments, **options)


class _LiveEngine(Engine):
    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, environment, **_):
        quiet = ["--log-level=50"]
        client = _LiveClient(
            nb_man, kernel_name=kernel_name, timeout=None, log=logger, extra_arguments=quiet
        )
        return client.execute(env=environment, cwd=str(NOTEBOOKS))


papermill_engines.register("live", _LiveEngine)


def find(name):
    """Return the full name of the notebook that `name` (its number, its name, or a path to it) means.

    Raises:
        UsageError: no notebook, or more than one, is meant.
    """
    stem = Path(name).name.removesuffix(".ipynb")
    found = [known for known in series() if known == stem or known.split("_")[0] == stem]
    if len(found) != 1:
        raise UsageError(f"no notebook {name!r}; there are: {', '.join(series())}")
    return found[0]


def parameters_of(notebook):
    """Return the parameters of a notebook with their defaults: {name: value}."""
    return {
        name: value_of(known["default"])
        for name, known in inspect_notebook(str(series()[notebook])).items()
    }


def check_parameters(notebook, parameters):
    """Raise a UsageError if `notebook` does not have one of `parameters`."""
    known = parameters_of(notebook)
    for name in parameters:
        if name not in known:
            raise UsageError(f"{notebook} has no parameter {name!r}; it has: {', '.join(known)}")


def execute(notebook, output, parameters=None, artifacts=None):
    """Execute one notebook of the series with papermill, in `notebooks/`, with this Python.

    A bar shows the progress where standard error is a terminal.

    Args:
        notebook: its name, a key of `paths.series()`.
        output: path for the executed copy, written after each cell; None keeps none.
        parameters: {name: value} to inject.
        artifacts: folder for what the notebook makes; None leaves that to `paths.artifacts`.

    Raises:
        UsageError: a parameter is unknown.
        NotebookFailed: a cell raised an error, or the kernel died.
    """
    check_parameters(notebook, parameters or {})
    environment = dict(os.environ)
    if artifacts is not None:
        environment[ARTIFACTS_VARIABLE] = str(Path(artifacts).absolute())
    bar = {"desc": notebook, "leave": False, "file": sys.stderr}
    try:
        execute_notebook(
            str(series()[notebook]),
            output and str(output),
            parameters=parameters,
            engine_name="live",
            kernel_name="python3",
            progress_bar=bar if sys.stderr.isatty() else False,
            environment=environment,
        )
    except PapermillExecutionError as error:
        raise NotebookFailed(f"{error.ename}: {error.evalue}") from error
    except DeadKernelError as error:
        raise NotebookFailed(f"the kernel died ({error}): out of memory?") from error


def record_of(artifacts, notebook, parameters, seconds):
    """Return what is known of a notebook that has run: `parameters`, `seconds`, and its `results` with `provenance`.

    Args:
        artifacts: the folder that was given to `execute`.
        notebook: its name.
        parameters: those that were chosen; the defaults of the others are added.
        seconds: how long it took.
    """
    saved = read_json(Path(artifacts) / notebook / RESULTS).get(notebook, {"results": {}})
    about = {"parameters": parameters_of(notebook) | parameters, "seconds": round(seconds, 1)}
    return about | saved


def exit_status(work, *arguments):
    """Call `work`, which executes a notebook; return 0, or 1 after a line on standard error that says why it failed."""
    try:
        work(*arguments)
    except NotebookFailed as error:
        print("\n" + " ".join(str(error).split()), file=sys.stderr)
        return 1
    return 0


def main(arguments):
    """Execute one notebook and return the exit status."""
    end_with_worker()
    notebook, output, artifacts, *pairs = arguments
    return exit_status(execute, notebook, output, parse_pairs(pairs), artifacts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
