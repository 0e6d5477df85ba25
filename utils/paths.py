"""Where the series lives: the repository's folders, found from this file and never from the working directory."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
MEASUREMENTS = DATA / "measurements"
NOTEBOOKS = ROOT / "notebooks"
RUNS = ROOT / "runs"

ARTIFACTS_VARIABLE = "LENET5_ARTIFACTS"


def artifacts(notebook):
    """Return the folder for what `notebook` makes, creating it if needed.

    It is `artifacts/NOTEBOOK` in the repository, or `$LENET5_ARTIFACTS/NOTEBOOK` where that variable is set:
    `utils.rerun` sets it, so that a rerun never overwrites what you made by hand.

    Args:
        notebook: the notebook's file name without its ending, such as "04_train_classifier".
    """
    folder = Path(os.environ.get(ARTIFACTS_VARIABLE, ROOT / "artifacts")) / notebook
    folder.mkdir(parents=True, exist_ok=True)
    return folder
