"""The series, or a part of it, run into `runs/latest`.

A run is built in `runs/TIME-running` and becomes `runs/latest` when every notebook has finished; the run that was
`latest` before is kept under its time. A run that fails or is stopped ends as `runs/TIME-failed`, without results.
"""

import shutil
import sys
import textwrap
import time

from utils.machinery import folders
from utils.machinery.notebooks import NotebookFailed, check_parameters, execute, record_of
from utils.paths import runs
from utils.records import RESULTS, readable, write_json


def run(notebooks, parameters, parent=None):
    """Run notebooks one after the other into `latest`, printing a line for each.

    Args:
        notebooks: names, keys of `paths.series()`.
        parameters: {name: value}, injected into each.
        parent: folder that gets `latest`; None for `paths.runs()`.

    Returns:
        True if every notebook finished.

    Raises:
        UsageError: a parameter is unknown to one of the notebooks; nothing was run.
    """
    for notebook in notebooks:
        check_parameters(notebook, parameters)
    stamp = time.strftime(folders.TIME)
    folder = folders.claim(parent or runs(), stamp)
    finished = {}
    try:
        for notebook in notebooks:
            about = _run_one(notebook, folder, parameters)
            if about:
                finished[notebook] = about
        if len(finished) == len(notebooks):
            write_json(folder / RESULTS, finished)
    finally:
        if len(finished) < len(notebooks):
            kept = folders.release(folder, f"{stamp}-failed")
            print(f"No results were written; what ran is in {kept}", file=sys.stderr)
    if len(finished) < len(notebooks):
        return False
    _print_table(finished, folders.replace(folder, "latest", RESULTS))
    return True


def _run_one(notebook, folder, parameters):
    """Run one notebook in a run's folder and print a line; return what is known of it, or None if it failed."""
    start = time.perf_counter()
    artifacts = folder / "artifacts"
    try:
        execute(notebook, folder / f"{notebook}.ipynb", parameters, artifacts)
    except NotebookFailed as error:
        seconds = time.perf_counter() - start
        print(f"{notebook} FAILED after {seconds:.0f} s. {error}", flush=True)
        return None
    seconds = time.perf_counter() - start
    print(f"{notebook} finished in {seconds:.0f} s", flush=True)
    return record_of(artifacts, notebook, parameters, seconds)


def _print_table(finished, folder):
    width = max(100, shutil.get_terminal_size().columns)
    print(f"\n{'notebook':<26}{'seconds':>8}  results")
    for notebook, about in finished.items():
        results = ", ".join(f"{name} {readable(value)}" for name, value in about["results"].items())
        start = f"{notebook:<26}{about['seconds']:>8.0f}  "
        print(
            textwrap.fill(results, width, initial_indent=start, subsequent_indent=" " * len(start))
            if results
            else start
        )
    print(f"{'together':<26}{sum(row['seconds'] for row in finished.values()):>8.0f}  in {folder}")
