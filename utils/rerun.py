"""Run the notebooks with papermill: `python -m utils.rerun [NOTEBOOK ...] [-p name=value ...]`, from any folder.

With `--grid name=value,value,...` a notebook runs once for each combination of values: see `utils.sweep`.

A run is built in `runs/TIME-running` and becomes `runs/latest` when every notebook has finished; the run that was
`latest` before is kept under its time. A run that fails or is stopped ends as `runs/TIME-failed`, without results.
"""

import argparse
import ast
import json
import os
import shutil
import sys
import textwrap
import time
from pathlib import Path

from nbclient.exceptions import DeadKernelError
from papermill import execute_notebook, inspect_notebook
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.log import logger

from utils.paths import ARTIFACTS_VARIABLE, NOTEBOOKS, RUNS

TIME = "%Y-%m-%dT%H-%M-%S"


class RerunError(ValueError):
    """What was asked for cannot be run; nothing was executed."""


class NotebookFailed(RuntimeError):
    """A notebook stopped with an error; the message is the error's last line."""


class _LiveClient(PapermillNotebookClient):
    """Shows a notebook's own progress line (see `training.fit`) behind papermill's bar."""

    def process_message(self, message, *arguments, **options):
        text = message["content"].get("data", {}).get("text/plain", "")
        if self.nb_man.pbar is not None and message["msg_type"] == "update_display_data":
            self.nb_man.pbar.set_postfix_str(text)
        return super().process_message(message, *arguments, **options)


class _LiveEngine(NBClientEngine):
    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **options):
        quiet = ["--log-level=40"]
        return _LiveClient(
            nb_man, kernel_name=kernel_name, timeout=None, log=logger, extra_arguments=quiet
        ).execute()


papermill_engines.register("live", _LiveEngine)


def series():
    """Return the notebooks of the series in order: {name: path}."""
    return {path.stem: path for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))}


def find(name):
    """Return the full name of the notebook that `name` (its number, its name, or a path to it) means.

    Raises:
        RerunError: no notebook, or more than one, is meant.
    """
    stem = Path(name).name.removesuffix(".ipynb")
    found = [known for known in series() if known == stem or known.split("_")[0] == stem]
    if len(found) != 1:
        raise RerunError(f"no notebook {name!r}; there are: {', '.join(series())}")
    return found[0]


def parameters_of(notebook):
    """Return the parameters of a notebook with their defaults: {name: value}."""
    return {
        name: value_of(known["default"])
        for name, known in inspect_notebook(str(series()[notebook])).items()
    }


def execute(notebook, output, parameters=None):
    """Execute one notebook of the series with papermill, in `notebooks/`, with this Python.

    Args:
        notebook: its name, a key of `series()`.
        output: path for the executed copy.
        parameters: {name: value} to inject.

    Raises:
        RerunError: a parameter is unknown.
        NotebookFailed: a cell raised an error, or the kernel died.
    """
    check_parameters(notebook, parameters or {})
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"
    try:
        execute_notebook(
            str(series()[notebook]),
            str(output),
            parameters=parameters,
            engine_name="live",
            kernel_name="python3",
            cwd=str(NOTEBOOKS),
            progress_bar={"desc": notebook, "leave": False, "file": sys.stderr},
        )
    except PapermillExecutionError as error:
        raise NotebookFailed(f"{error.ename}: {error.evalue}") from error
    except DeadKernelError as error:
        raise NotebookFailed(f"the kernel died ({error}): out of memory?") from error


def check_parameters(notebook, parameters):
    """Raise a RerunError if `notebook` does not have one of `parameters`."""
    known = parameters_of(notebook)
    for name in parameters:
        if name not in known:
            raise RerunError(f"{notebook} has no parameter {name!r}; it has: {', '.join(known)}")


def run(notebooks, parameters):
    """Run notebooks one after the other into `runs/latest`, printing a line for each.

    Args:
        notebooks: names, keys of `series()`.
        parameters: {name: value}, injected into each.

    Returns:
        True if every notebook finished.

    Raises:
        RerunError: a parameter is unknown to one of the notebooks; nothing was run.
    """
    for notebook in notebooks:
        check_parameters(notebook, parameters)
    stamp = time.strftime(TIME)
    folder = RUNS / f"{stamp}-running"
    folder.mkdir(parents=True)
    os.environ[ARTIFACTS_VARIABLE] = str(folder / "artifacts")
    finished, failed = {}, {}
    try:
        for notebook in notebooks:
            start = time.perf_counter()
            try:
                execute(notebook, folder / f"{notebook}.ipynb", parameters)
            except NotebookFailed as error:
                failed[notebook] = str(error)
                print(
                    f"{notebook} FAILED after {time.perf_counter() - start:.0f} s. {error}",
                    flush=True,
                )
                continue
            finished[notebook] = {
                "seconds": round(time.perf_counter() - start, 1),
                "parameters": parameters_of(notebook) | parameters,
                "results": results_of(folder, notebook),
            }
            print(f"{notebook} finished in {finished[notebook]['seconds']:.0f} s", flush=True)
        if not failed:
            (folder / "results.json").write_text(
                json.dumps(finished, indent=1) + "\n", encoding="utf-8"
            )
    finally:
        if len(finished) < len(notebooks):
            kept = folder.rename(RUNS / f"{stamp}-failed")
            print(f"No results were written; what ran is in {kept}", file=sys.stderr)
    if not failed:
        _publish(folder)
        _print_table(finished)
    return not failed


def main(arguments=None):
    """Parse the command line, run, and return the exit status: 0 finished, 1 a notebook failed, 2 wrong arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.rerun", description="Run the series, or a part of it."
    )
    parser.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="number or name; without any, all of them"
    )
    parser.add_argument(
        "-p", action="append", default=[], metavar="NAME=VALUE", help="set a parameter (repeatable)"
    )
    parser.add_argument(
        "--grid",
        action="append",
        default=[],
        metavar="NAME=VALUE,VALUE,...",
        help="run one notebook with each of these values (repeatable: with each combination)",
    )
    parser.add_argument(
        "--workers", type=value_of, metavar="N", help="runs of a grid at a time; without it, one"
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="the Dask scheduler of a cluster to run a grid on"
    )
    chosen = parser.parse_args(arguments)
    try:
        notebooks = [find(name) for name in chosen.notebooks]
        parameters = parse(chosen.p)
        if chosen.grid:
            from utils import sweep  # imports this module

            finished = sweep.sweep(
                notebooks, chosen.grid, parameters, chosen.workers, chosen.scheduler
            )
        elif chosen.workers is not None or chosen.scheduler is not None:
            raise RerunError("--workers or --scheduler without a grid; allowed: with --grid")
        else:
            finished = run(notebooks or list(series()), parameters)
        return 0 if finished else 1
    except RerunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def parse(pairs):
    """Return the parameters that texts such as "epochs=3" spell: {name: value}.

    Raises:
        RerunError: a text has no "=".
    """
    for pair in pairs:
        if "=" not in pair:
            raise RerunError(f"-p {pair!r}; allowed: -p name=value")
    return {name: value_of(text) for name, text in (pair.split("=", 1) for pair in pairs)}


def value_of(text):
    """Return the Python value that `text` spells, or `text` itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def results_of(folder, notebook):
    """Return the results that `notebook` saved in a run's folder: {name: value}, empty if it saved none."""
    file = folder / "artifacts" / notebook / "results.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _publish(folder):
    latest = RUNS / "latest"
    if latest.exists():
        earlier = time.localtime((latest / "results.json").stat().st_mtime)
        latest.rename(_free(RUNS / time.strftime(TIME, earlier)))
    folder.rename(latest)


def _free(path):
    """`path`, or `path` with a number behind it if it is taken."""
    number = 1
    candidate = path
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def _print_table(finished):
    width = max(100, shutil.get_terminal_size().columns)
    print(f"\n{'notebook':<26}{'seconds':>8}  results")
    for notebook, row in finished.items():
        results = ", ".join(f"{name} {_short(value)}" for name, value in row["results"].items())
        start = f"{notebook:<26}{row['seconds']:>8.0f}  "
        print(
            textwrap.fill(results, width, initial_indent=start, subsequent_indent=" " * len(start))
            if results
            else start
        )
    print(
        f"{'together':<26}{sum(row['seconds'] for row in finished.values()):>8.0f}  in {RUNS / 'latest'}"
    )


def _short(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    from utils import rerun  # the module that `utils.sweep` imports, not a second one, __main__

    sys.exit(rerun.main())
