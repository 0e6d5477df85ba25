"""What tools write about a training run, read into one table: an epoch a row, the losses as numbers.

Keras's `History` and `CSVLogger`, Lightning's `CSVLogger` (several rows an epoch, with empty fields), the log of Hugging
Face's `Trainer` (a list of dicts), and plain tables.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

NAMES = {
    "loss": ("loss", "train_loss", "train_loss_epoch", "training_loss", "trn_loss"),
    "val_loss": ("val_loss", "valid_loss", "validation_loss", "eval_loss", "val_loss_epoch"),
    "accuracy": ("train_accuracy", "accuracy", "acc", "train_acc"),
    "val_accuracy": ("val_accuracy", "val_acc", "valid_accuracy", "valid_acc", "eval_accuracy"),
}
"""The names under which a column is looked for; the first that is there is taken.

`train_loss` beside `loss` is another matter: the training rows measured again after each epoch.
"""


def read_history(history, loss=None, val_loss=None):
    """Return a history as a table.

    Args:
        history: see `diagnosis.diagnose`; one history, not several.
        loss, val_loss: names of the columns, where they are none of `NAMES`.

    Returns:
        A DataFrame of floats, a row for each epoch that has both losses: `loss`, `val_loss`, and where the history has
        them `train_loss` (measured again), `accuracy` and `val_accuracy`. A loss that is not a number is infinite there.

    Raises:
        ValueError: a column is missing, holds something else than numbers, is empty, or differs in length.
    """
    found = _by_name(history)
    names = {"loss": _chosen("loss", found, loss), "val_loss": _chosen("val_loss", found, val_loss)}
    if names["loss"] == "loss" and "train_loss" in found:
        names["train_loss"] = "train_loss"
    for name in ("accuracy", "val_accuracy"):
        names[name] = next((each for each in NAMES[name] if each in found), None)
    columns = {name: _numbers(found[column], column) for name, column in names.items() if column}
    if "epoch" in found:
        columns["epoch"] = _numbers(found["epoch"], "epoch")
    lengths = {name: values.shape for name, values in columns.items()}
    if len(set(lengths.values())) > 1 or columns["loss"].ndim != 1 or not len(columns["loss"]):
        raise ValueError(
            f"the columns have the shapes {lengths}; allowed: one number for each epoch, at least one epoch"
        )
    table = pd.DataFrame(columns)
    if "epoch" in table:
        table = _one_row_an_epoch(table)
    table = table.dropna(subset=["loss", "val_loss"])
    if not len(table):
        raise ValueError("no epoch has both losses; allowed: at least one that has")
    return table.reset_index(drop=True)


def are_several(history):
    """Whether `history` is a list of histories, such as one for each seed, and not one."""
    return isinstance(history, (list, tuple)) and not _are_rows(history)


def _are_rows(history):
    """Whether a list holds the rows of one table: dicts of single numbers."""
    return bool(history) and all(
        isinstance(row, Mapping) and not any(np.ndim(value) for value in row.values())
        for row in history
    )


def _by_name(history):
    """The columns of a history by their names; what was lost in training is infinite, what is missing is NaN."""
    if isinstance(history, (str, Path)):
        table = pd.read_csv(history, dtype=str, keep_default_na=False, skipinitialspace=True)
        return {
            name: table[name].replace({"nan": "inf", "NaN": "inf", "": "nan"}) for name in table
        }
    if isinstance(history, (list, tuple)) and _are_rows(history):
        names = dict.fromkeys(name for row in history for name in row)
        return {name: [row.get(name, np.nan) for row in history] for name in names}
    history = getattr(history, "history", history)
    if isinstance(history, pd.DataFrame):
        history = {name: history[name] for name in history}
    if not isinstance(history, Mapping):
        raise ValueError(
            f"history is {type(history).__name__}; allowed: a DataFrame, a Keras History or its dict, a list of rows, the "
            "name of a CSV file, or a list of these"
        )
    if "epoch" in history and len(set(history["epoch"])) < len(history["epoch"]):
        return dict(history)  # several rows an epoch, with gaps
    return {name: _infinite_if_lost(values) for name, values in history.items()}


def _infinite_if_lost(values):
    """Numbers with infinity in the place of NaN; anything else as it is."""
    try:
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return values
    return np.where(np.isnan(values), np.inf, values)


def _chosen(name, found, given):
    """The column of `found` that is meant by `name`."""
    column = given or next((each for each in NAMES[name] if each in found), None)
    if column in found:
        return column
    raise ValueError(
        f"history has no {column or name!r}, only {', '.join(map(str, found)) or 'nothing'}; a diagnosis needs the "
        f"training loss and the validation loss of each epoch; name another column by `{name}=`"
    )


def _numbers(values, name):
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name!r} holds something else than numbers") from None


def _one_row_an_epoch(table):
    """The rows of each epoch as one: the mean of what was logged several times in it, such as each hundred steps."""
    epochs = table.pop("epoch")
    if epochs.is_unique:
        return table
    whole = (epochs == epochs.round()).all()  # else an epoch's rows carry 0.25, 0.5, 0.75, 1.0
    return table.groupby(epochs if whole else np.ceil(epochs)).mean()
