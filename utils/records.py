"""Files that hold results: recorded tables, `results.json` of a notebook or a run, and how they are written."""

import json
import math
import numbers
from pathlib import Path

import pandas as pd

from utils.paths import MEASUREMENTS

RESULTS = "results.json"
"""Name of every file of results. All have one form: {notebook: {"parameters", "seconds", "results", "provenance"}}.

The file that a notebook itself writes has no parameters and no seconds: only `utils.rerun` knows them.
"""


def recorded(name):
    """Read the recorded measurement `data/measurements/NAME.csv` as a DataFrame.

    Its first lines, which begin with "#", are the command that made it and its provenance: see `head`.

    Raises:
        FileNotFoundError: there is no such table; the message names those there are.
    """
    file = MEASUREMENTS / f"{name}.csv"
    if not file.is_file():
        known = ", ".join(sorted(path.stem for path in MEASUREMENTS.glob("*.csv")))
        raise FileNotFoundError(f"no recorded table {name!r}; there are: {known}")
    return pd.read_csv(file, comment="#", encoding="utf-8")


def head(name):
    """Return the lines above a recorded table, without their "# ": the command first, then where the numbers come from.

    A line that begins with "{" is the provenance of some parts as JSON; one that begins with "stale: " says why the table
    may differ from what the command would make today.
    """
    with (MEASUREMENTS / f"{name}.csv").open(encoding="utf-8") as file:
        return [line[2:].rstrip("\n") for line in file if line.startswith("# ")]


def write_text(file, text):
    """Write `text` to `file` as UTF-8 in one step: a reader sees the old file or the new one, never a part."""
    file = Path(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)


def write_json(file, content):
    """Write `content` to `file` as JSON, in one step; NumPy's numbers become plain ones."""
    write_text(file, json.dumps(content, indent=1, default=lambda number: number.item()) + "\n")


def read_json(file):
    """Return what a JSON file holds, or {} where there is no file."""
    file = Path(file)
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def plain(results):
    """Return the results, {name: value}, as Python's own numbers and strings.

    Raises:
        ValueError: a value is not a string or a finite number.
    """
    found = {}
    for name, value in results.items():
        if isinstance(value, numbers.Integral):
            value = int(value)
        elif isinstance(value, numbers.Real) and math.isfinite(value):
            value = float(value)
        elif not isinstance(value, str):
            raise ValueError(
                f"the result {name} is {value!r}; allowed: a finite number or a string"
            )
        found[name] = value
    return found


def readable(value):
    """Return a number as text: four digits of a float, a whole number with commas between thousands."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"
    return str(value)
