"""Copies of the notebooks for students, without the solutions: `python -m utils.student FOLDER [NOTEBOOK ...]`.

A copy differs from its notebook in one thing: the folded solutions are gone. It runs inside a copy of the repository, on
Colab, or wherever the repository is on Python's path. Used in the book's page for teachers.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from utils.machinery.arguments import UsageError
from utils.machinery.notebooks import find
from utils.paths import series

SOLUTION = "<summary>Solution</summary>"
"""What a cell with a solution holds."""


def student_copy(notebook):
    """Return a notebook (nbformat's) without the cells that hold a solution; the others are as they were."""
    copy = nbformat.from_dict(notebook)
    copy.cells = [
        cell
        for cell in copy.cells
        if not (cell.cell_type == "markdown" and SOLUTION in cell.source)
    ]
    return copy


def write_copies(folder, names=None):
    """Write student copies to `folder`, which is made if need be.

    Args:
        folder: where to.
        names: notebooks of the series, by the beginning of their names; None for all.

    Returns:
        The paths of the copies.

    Raises:
        UsageError: a name fits no notebook, or a file would be overwritten; nothing was written.
    """
    folder = Path(folder)
    chosen = [find(name) for name in names] if names else list(series())
    copies = {name: folder / f"{name}.ipynb" for name in chosen}
    if there := [file.name for file in copies.values() if file.exists()]:
        raise UsageError(f"{folder} has {there[0]} already; allowed: a folder without it")
    folder.mkdir(parents=True, exist_ok=True)
    for name, file in copies.items():
        nbformat.write(student_copy(nbformat.read(series()[name], as_version=4)), file)
    return list(copies.values())


def main(arguments=None):
    """Write the copies that `arguments` ask for; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.student",
        description="Write copies of the notebooks without the solutions.",
    )
    parser.add_argument("folder", metavar="FOLDER", help="where to")
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK", help="such as 04; without any, all")
    chosen = parser.parse_args(arguments)
    try:
        copies = write_copies(chosen.folder, chosen.names)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{len(copies)} notebooks without solutions are in {chosen.folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
