"""What every notebook repeats: parameter checks, checkpoints, exercise checks, results."""

import ast
import numbers
import time

import nbformat
import pandas as pd
from IPython.core.inputtransformer2 import TransformerManager
from nbformat.reader import NotJSONError

from utils.paths import artifacts, series
from utils.provenance import code_hash, provenance
from utils.records import RESULTS, plain, readable, write_json


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


def score_guess(guess, measured, unit=""):
    """Say in one line how close a reader's guess came to what was measured: a factor of 1 is exact.

    Args:
        guess: a positive number, or `...` where nobody has guessed yet.
        measured: a positive number.
        unit: what follows the numbers, such as "%" or " px²".
    """
    found = f"measured: {measured:,.3g}{unit}"
    if guess is ...:
        print(f"no guess yet; {found}")
        return
    check_number("guess", guess, 1e-12, 1e12)
    factor = max(guess / measured, measured / guess)
    print(f"your guess: {guess:,}{unit}; {found}; off by a factor of {factor:.2g}")


def check_exercise(name, answer):
    """Say in one line whether `answer` solves the exercise `name`: not attempted, right, or not yet and why."""
    from utils import exercises  # loads much; only when an answer is checked

    print(f"Exercise {name}: {exercises.verdict(name, answer)}")


def save_results(notebook, **results):
    """Write the results to the notebook's artifacts as `results.json`, with their provenance; return them as a table.

    Args:
        notebook: the notebook's file name without its ending.
        **results: names and finite numbers, whole numbers or strings.

    Raises:
        ValueError: a value is not a string or a finite number; nothing is written.
    """
    found = plain(results)
    code = code_hash(notebook_code(notebook)) if notebook in series() else ""
    content = {notebook: {"results": found, "provenance": provenance(code)}}
    write_json(artifacts(notebook) / RESULTS, content)
    return pd.DataFrame(
        {"result": list(found), "value": [readable(value) for value in found.values()]}
    )


def notebook_code(notebook):
    """Return the code cells of a notebook of the series as one Python text, for `provenance.code_hash`.

    Magics become calls; a cell that is no Python becomes a string.

    Args:
        notebook: a key of `paths.series()`.
    """
    cells = _readable(series()[notebook]).cells
    return "".join(_python(cell.source) for cell in cells if cell.cell_type == "code")


def _readable(file):
    """Read a notebook, within 10 seconds; while an editor saves it, it is empty or not whole for a moment."""
    deadline = time.monotonic() + 10
    while True:
        try:
            return nbformat.read(file, as_version=4)
        except NotJSONError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _python(source):
    code = TransformerManager().transform_cell(source)
    try:
        ast.parse(code)
    except SyntaxError:
        return f"_ = {source!r}\n"
    return code
