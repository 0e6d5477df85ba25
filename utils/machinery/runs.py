"""The series, or a part of it, run into `runs/latest`.

A run is built in `runs/TIME-running` and becomes `runs/latest` when every notebook has finished; the run that was
`latest` before is kept under its time. A run that fails or is stopped ends as `runs/TIME-failed`, without results.
"""

import os
import shutil
import sys
import textwrap
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import psutil

from utils.machinery import folders
from utils.machinery.jobs import attempt, end_processes, show
from utils.machinery.notebooks import NotebookFailed, check_parameters, execute, record_of
from utils.paths import runs
from utils.records import RESULTS, readable, recorded, write_json

MEMORY = 2 * 1024**3
"""What a chapter may need, in bytes: so much must be free for each that runs at the same time."""


@dataclass(frozen=True)
class Chapter:
    """A notebook of a run: a job, see `jobs`."""

    notebook: str
    folder: Path
    parameters: dict

    @property
    def output(self):
        """The executed copy."""
        return self.folder / f"{self.notebook}.ipynb"

    @property
    def artifacts(self):
        """The folder for what the notebooks of the run make."""
        return self.folder / "artifacts"

    @property
    def command(self):
        """The arguments of `python -m` that execute the notebook."""
        pairs = [f"{name}={value!r}" for name, value in self.parameters.items()]
        place = [str(self.output), str(self.artifacts)]
        return ["utils.machinery.notebooks", self.notebook, *place, *pairs]

    def execute(self):
        """Execute the notebook from this process; return None, or one line that says why it failed."""
        try:
            execute(self.notebook, self.output, self.parameters, self.artifacts)
        except NotebookFailed as error:
            return str(error)
        return None


def run(notebooks, parameters, parent=None, workers=None):
    """Run notebooks into `latest`, several at a time where there are cores and memory, printing a line for each.

    Args:
        notebooks: names, keys of `paths.series()`.
        parameters: {name: value}, injected into each.
        parent: folder that gets `latest`; None for `paths.runs()`.
        workers: notebooks at a time; None for `at_a_time()`.

    Returns:
        True if every notebook finished.

    Raises:
        UsageError: a parameter is unknown to one of the notebooks; nothing was run.
    """
    for notebook in notebooks:
        check_parameters(notebook, parameters)
    start, stamp = time.perf_counter(), time.strftime(folders.TIME)
    folder = folders.claim(parent or runs(), stamp)
    workers = min(workers or at_a_time(), len(notebooks))
    found = {}
    try:
        order = notebooks if workers == 1 else longest_first(notebooks)
        chapters = [Chapter(notebook, folder, parameters) for notebook in order]
        for chapter, failure, seconds in (
            _in_turn(chapters) if workers == 1 else _side_by_side(chapters, workers)
        ):
            show("")
            if failure:
                print(f"{chapter.notebook} FAILED after {seconds:.0f} s. {failure}", flush=True)
                continue
            print(f"{chapter.notebook} finished in {seconds:.0f} s", flush=True)
            about = record_of(chapter.artifacts, chapter.notebook, parameters, seconds)
            found[chapter.notebook] = about
        finished = {notebook: found[notebook] for notebook in notebooks if notebook in found}
        if len(finished) == len(notebooks):
            write_json(folder / RESULTS, finished)
    finally:
        if len(found) < len(notebooks):
            kept = folders.release(folder, f"{stamp}-failed")
            print(f"No results were written; what ran is in {kept}", file=sys.stderr)
    if len(found) < len(notebooks):
        return False
    _print_table(finished, folders.replace(folder, "latest", RESULTS), time.perf_counter() - start)
    return True


def at_a_time():
    """How many notebooks can run at the same time here: two, where there are two cores and memory for both."""
    return max(1, min(2, os.cpu_count(), psutil.virtual_memory().available // MEMORY))


def _in_turn(chapters):
    """Execute chapters one after the other, with all cores; yield (chapter, None or why it failed, seconds)."""
    for chapter in chapters:
        start = time.perf_counter()
        failure = chapter.execute()
        yield chapter, failure, time.perf_counter() - start


def _side_by_side(chapters, workers):
    """Execute chapters in processes that share the cores; yield as `_in_turn` does."""
    start = time.perf_counter()

    def timed(chapter):
        begin = time.perf_counter()
        failure = attempt(chapter, workers)
        return chapter, failure, time.perf_counter() - begin

    pool = ThreadPoolExecutor(workers)
    try:
        waiting = {pool.submit(timed, chapter) for chapter in chapters}
        while waiting:
            done, waiting = wait(waiting, timeout=1, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
            ended = len(chapters) - len(waiting)
            show(f"{ended} of {len(chapters)} done, {time.perf_counter() - start:.0f} s")
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        end_processes()  # none is left, but after an interrupt


def longest_first(notebooks):
    """Return names of notebooks, those first that took longest when they were measured; as they are without a record."""
    try:
        seconds = recorded("chapters").set_index("chapter")["seconds"]
    except FileNotFoundError:
        return list(notebooks)
    return sorted(notebooks, key=lambda notebook: -seconds.get(notebook, 0))


def _print_table(finished, folder, wall):
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
    print(f"{'together':<26}{wall:>8.0f}  in {folder}")
