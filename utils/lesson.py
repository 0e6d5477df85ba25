"""What every notebook repeats: parameter checks, checkpoints, exercise checks, results, recorded measurements."""

import json
import math
import numbers

import pandas as pd

from utils.paths import MEASUREMENTS, artifacts


class CheckpointError(AssertionError):
    """A checkpoint's condition is false: what the text says does not hold in this run."""


def check_whole(name, value, low, high):
    """Raise a ValueError unless `value` is a whole number from `low` to `high`."""
    whole = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not whole or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; allowed: a whole number from {low:,} to {high:,}")


def check_number(name, value, low, high):
    """Raise a ValueError unless `value` is a number from `low` to `high`."""
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; allowed: a number from {low} to {high}")


def check_choice(name, value, options):
    """Raise a ValueError unless `value` is one of `options`."""
    if value not in options:
        raise ValueError(f"{name} is {value!r}; allowed: {', '.join(map(repr, options))}")


def checkpoint(claim, condition, only_if=True):
    """State something that must hold, and stop the notebook if it does not.

    Args:
        claim: one sentence without numbers that change from run to run.
        condition: its truth in this run.
        only_if: False where the claim is about other parameters than this run's; then nothing is checked and the
            line says so.

    Raises:
        CheckpointError: `condition` is false.
    """
    if not only_if:
        print(f"not checked (other parameters): {claim}")
    elif condition:
        print(f"holds: {claim}")
    else:
        raise CheckpointError(f"does not hold in this run: {claim}")


def check_exercise(name, answer):
    """Say in one line whether `answer` solves the exercise `name`: not attempted, right, or not yet and why."""
    from utils import exercises  # loads much; only when an answer is checked

    print(f"Exercise {name}: {exercises.verdict(name, answer)}")


def save_results(notebook, **results):
    """Write the results to the notebook's artifacts as `results.json` and return them as a table.

    Args:
        notebook: the notebook's file name without its ending.
        **results: names and finite numbers, whole numbers or strings.

    Raises:
        ValueError: a value is not a string or a finite number.
    """
    plain = {}
    for name, value in results.items():
        if isinstance(value, numbers.Integral):
            value = int(value)
        elif isinstance(value, numbers.Real) and math.isfinite(value):
            value = float(value)
        elif not isinstance(value, str):
            raise ValueError(
                f"the result {name} is {value!r}; allowed: a finite number or a string"
            )
        plain[name] = value
    file = artifacts(notebook) / "results.json"
    unfinished = file.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(file)
    return pd.DataFrame(
        {"result": list(plain), "value": [_readable(value) for value in plain.values()]}
    )


def recorded(name):
    """Read the recorded measurement `data/measurements/NAME.csv`; its first line is the command that made it."""
    return pd.read_csv(MEASUREMENTS / f"{name}.csv", comment="#")


def _readable(value):
    return (
        f"{value:.4g}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else value
    )
