"""Which exercises are solved in returned notebooks: `python -m utils.grade FOLDER`.

Every notebook's own answers run in a process of their own, in a folder that is thrown away, for a limited time; where
nothing was written, nothing runs. That protects the table from a broken notebook, not your machine from a hostile one:
untrusted code belongs in a container.
"""

import argparse
import ast
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import nbformat
import pandas as pd
import psutil

from utils.machinery.arguments import UsageError, value_of
from utils.paths import ARTIFACTS_VARIABLE, ROOT, series

SECONDS = 120
"""How long the answers of a notebook may run, in seconds."""
CHECK = r'check_exercise\("([\d.]+)", answer\)'


def grade(folder, seconds=SECONDS, workers=2):
    """Check the exercises of every notebook in `folder` and the folders in it.

    Args:
        folder: what a class returned; nothing in it is changed.
        seconds: time for the answers of one notebook.
        workers: how many notebooks at a time.

    Returns:
        A DataFrame with a row for each notebook: `notebook` (its path in `folder`), `chapter`, `right` and `exercises`
        (how many of how many), a verdict for each exercise ("right", "not yet: ...", "not attempted", "no verdict") as
        one text in `verdicts`, and a `remark` if it could not be read or not be finished.

    Raises:
        UsageError: there is no such folder, or no notebook in it.
    """
    folder = Path(folder)
    files = sorted(folder.rglob("*.ipynb"))
    if not files:
        raise UsageError(f"{folder} has no notebooks; allowed: a folder with returned notebooks")
    with ThreadPoolExecutor(workers) as pool:
        rows = list(pool.map(lambda file: _row(file, seconds), files))
    return pd.DataFrame(rows).assign(notebook=[f.relative_to(folder).as_posix() for f in files])[
        ["notebook", "chapter", "right", "exercises", "verdicts", "remark"]
    ]


def _row(file, seconds):
    """The row of a notebook."""
    row = {"chapter": "", "right": 0, "exercises": 0, "verdicts": "", "remark": ""}
    try:
        notebook = nbformat.read(file, as_version=4)
        chapter, ours = _recognize(notebook)
    except Exception as error:  # a returned file may hold anything
        return row | {"remark": f"cannot be read: {type(error).__name__}"}
    exercises = _exercises(ours)
    if not exercises:
        return row | {"remark": "no exercise of the series is in it"}
    written = _code(notebook)
    if set(written) <= set(ours):
        verdicts, remark = dict.fromkeys(_exercises(written), "not attempted"), ""
    else:
        verdicts, remark = _check_elsewhere(file.resolve(), seconds)
    verdicts = {name: verdicts.get(name, "no verdict") for name in exercises}
    return row | {
        "chapter": chapter,
        "right": sum(verdict == "right" for verdict in verdicts.values()),
        "exercises": len(exercises),
        "verdicts": "; ".join(f"{name} {verdict}" for name, verdict in verdicts.items()),
        "remark": remark,
    }


def _recognize(notebook):
    """The chapter that a notebook is a copy of, and that chapter's code cells: most of its exercises' numbers decide."""
    chapters = [number.split(".")[0].zfill(2) for number in _exercises(_code(notebook))]
    if not chapters:
        return "", []
    number = max(set(chapters), key=chapters.count)
    name = next((name for name in series() if name.startswith(f"{number}_")), None)
    if name is None:
        return "", []
    return name, _code(nbformat.read(series()[name], as_version=4))


def _code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def _exercises(cells):
    return re.findall(CHECK, "\n".join(cells))


def _check_elsewhere(file, seconds):
    """Run a notebook's answers in another process; return {exercise: verdict} and a remark."""
    folder = tempfile.TemporaryDirectory
    with folder(ignore_cleanup_errors=True) as away, folder() as kept:
        report = Path(kept) / "verdicts.json"
        environment = os.environ | {ARTIFACTS_VARIABLE: away, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            [sys.executable, "-m", "utils.grade", "--answers", str(file), str(report)],
            cwd=away,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        remark = ""
        try:
            if process.wait(seconds):
                remark = f"the answers ended with status {process.returncode}"
        except subprocess.TimeoutExpired:
            remark = f"stopped after {seconds} seconds"
            _end(process)
        verdicts = json.loads(report.read_text("utf-8")) if report.is_file() else {}
    return verdicts, remark


def _end(process):
    """End a process and all that it started."""
    family = psutil.Process(process.pid)
    for member in [*family.children(recursive=True), family]:
        member.kill()
    process.wait()


def check_answers(file, report):
    """Run the answers of the notebook `file` and write {exercise: verdict} to `report` after each.

    What runs are the import lines of all its cells, and then, in order, the cells that are not as in the series: what
    the student wrote. A cell that stops is passed over.
    """
    from utils.exercises import verdict  # loads much

    notebook = nbformat.read(file, as_version=4)
    _, ours = _recognize(notebook)
    verdicts, scope = {}, {}

    def check_exercise(name, answer):
        verdicts[name] = verdict(name, answer)
        unfinished = Path(f"{report}.new")
        unfinished.write_text(json.dumps(verdicts), encoding="utf-8")
        unfinished.replace(report)

    cells = _code(notebook)
    with (
        open(os.devnull, "w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        for cell in cells[1:]:
            _run(_imports(cell), scope)
        scope["check_exercise"] = check_exercise
        for cell in cells:
            names = _exercises([cell])
            if names or cell not in ours:
                stopped = _run(cell, scope)
                scope["check_exercise"] = check_exercise
                for name in names:
                    if stopped and name not in verdicts:
                        verdicts[name] = f"not yet: the cell stops with {stopped}"
    Path(report).write_text(json.dumps(verdicts), encoding="utf-8")


def _imports(cell):
    """The import lines of a cell, as code."""
    try:
        nodes = ast.parse(cell).body
    except SyntaxError:
        return ""
    lines = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    return "\n".join(map(ast.unparse, lines))


def _run(code, scope):
    """Run code; return what it stopped with, or None."""
    try:
        exec(code, scope)
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return None


def main(arguments=None):
    """Print the table of a class, or check one notebook's answers; return the exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["--answers"]:
        check_answers(*arguments[1:])
        return 0
    parser = argparse.ArgumentParser(
        prog="python -m utils.grade",
        description="Which exercises are solved in returned notebooks.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="the returned notebooks")
    parser.add_argument(
        "--seconds", type=value_of, default=SECONDS, metavar="N", help="time for each notebook"
    )
    parser.add_argument("--csv", metavar="FILE", help="write the table there too")
    chosen = parser.parse_args(arguments)
    try:
        table = grade(chosen.folder, chosen.seconds)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(table.drop(columns="verdicts").to_string(index=False))
    if chosen.csv:
        table.to_csv(chosen.csv, index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
