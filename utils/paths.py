"""Where the series lives, and where what you make goes: never the working directory.

What you make goes into the repository, or into a folder of your own where the repository cannot be written to, such as
a class's shared folder.
"""

import functools
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
MEASUREMENTS = DATA / "measurements"
MODELS = DATA / "models"
NOTEBOOKS = ROOT / "notebooks"

ARTIFACTS_VARIABLE = "LENET5_ARTIFACTS"
"""Environment variable: a folder of yours for what the notebooks make. Empty is as if unset."""


def series():
    """Return the notebooks of the series in order: {name: path}."""
    return {path.stem: path for path in sorted(NOTEBOOKS.glob("[0-9]*.ipynb"))}


def artifacts(notebook):
    """Return the folder for what `notebook` makes, creating it if needed.

    It is `$LENET5_ARTIFACTS/NOTEBOOK` where that variable is set (`utils.rerun` sets it, so that a rerun never
    overwrites what you made by hand), or else `artifacts/NOTEBOOK` in the repository, or in your user data folder where
    the repository cannot be written to; then one line says where.

    Args:
        notebook: the notebook's file name without its ending, such as "04_train_classifier".
    """
    chosen = os.environ.get(ARTIFACTS_VARIABLE)
    folder = (Path(chosen) if chosen else _own_folder() / "artifacts") / notebook
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def runs():
    """Return the folder for reruns, sweeps and parts of recorded tables, which may not exist yet.

    It is `runs` in the repository; where that cannot be written to, `runs` in `$LENET5_ARTIFACTS`, or else in your user
    data folder.
    """
    return _own_folder() / "runs"


@functools.cache
def _own_folder():
    """The repository, or a folder of the reader's where that is read-only; said once."""
    try:
        with tempfile.TemporaryFile(dir=ROOT):
            return ROOT
    except OSError:
        from platformdirs import user_data_path  # seldom needed

        chosen = os.environ.get(ARTIFACTS_VARIABLE)
        folder = Path(chosen) if chosen else user_data_path("lenet5-series", appauthor=False)
        print(f"The series' folder is read-only; what you make goes to {folder}", file=sys.stderr)
        return folder
