"""Diagnose a training run from its history alone. Taught in 06_diagnose_overfitting.

rules      the rules and their thresholds      evidence   the numbers they compare
report     a diagnosis as text and picture
"""

import numpy as np
import pandas as pd

from utils.diagnosis.evidence import collect_evidence
from utils.diagnosis.report import Diagnosis
from utils.diagnosis.rules import ADVICE, VERDICTS, first_that_applies, rises

__all__ = ["ADVICE", "VERDICTS", "Diagnosis", "diagnose"]


def diagnose(history):
    """Say what a training run shows: good fit, underfitting, overfitting, and so on.

    Args:
        history: what `fit` returned: a DataFrame, a Keras `History`, or its dict, with a number for each epoch in
            `loss` and `val_loss`. If it has `train_loss` (the training rows measured again after each epoch), that is
            compared with `val_loss`. Otherwise `loss` is, a running average over weights that were still changing, and is
            moved by half an epoch to make up for that. `val_accuracy` only adds to the reasons.

    Returns:
        A `Diagnosis`. Its rules stand at the top of `rules` and in 06_diagnose_overfitting.

    Raises:
        ValueError: a column is missing, holds something else than numbers, is empty, or differs in length.
    """
    table = _table(history)
    training = _training_loss(table)
    epochs = np.arange(1, len(table) + 1)
    losses = pd.DataFrame({"epoch": epochs, "training": training, "validation": table["val_loss"]})
    found = collect_evidence(table, training)
    verdict, reason = first_that_applies(found)
    onset = found["best_epoch"] if verdict == "overfitting" and rises(found) else None
    reasons = [reason, *_remarks(table, onset)]
    return Diagnosis(verdict, onset, found, reasons, ADVICE[verdict], losses)


def _remarks(table, onset):
    """What else is worth a sentence: accuracy that does not follow the loss."""
    if onset is None or "val_accuracy" not in table:
        return []
    accuracy = table["val_accuracy"].to_numpy()
    last = max(3, len(accuracy) // 4)
    if accuracy[-last:].mean() >= accuracy[onset - 1] - 0.005:
        return [
            "the validation accuracy does not fall: the network grows too sure of its mistakes, not worse at the task."
        ]
    return ["the validation accuracy falls too."]


def _training_loss(table):
    """The training loss at the end of each epoch: measured, or the running average moved by half an epoch."""
    if "train_loss" in table:
        return table["train_loss"].to_numpy()
    running = table["loss"].to_numpy()
    if len(running) < 2:
        return running
    ends = (running + np.roll(running, -1)) / 2
    ends[-1] = running[-1]
    return ends


def _table(history):
    """The history as a DataFrame of floats, checked."""
    history = getattr(history, "history", history)
    if not isinstance(history, (dict, pd.DataFrame)):
        raise ValueError(
            f"history is {type(history).__name__}; allowed: a DataFrame, a Keras History, or its dict"
        )
    for name in ("loss", "val_loss"):
        if name not in history:
            raise ValueError(
                f"history has no {name!r}, only {', '.join(map(str, history)) or 'nothing'}; a diagnosis needs the "
                "training loss and the validation loss of each epoch"
            )
    columns = {}
    for name in ("loss", "val_loss", "train_loss", "val_accuracy"):
        if name in history:
            try:
                columns[name] = np.asarray(history[name], dtype=float)
            except (TypeError, ValueError):
                raise ValueError(f"{name!r} holds something else than numbers") from None
    lengths = {name: values.shape for name, values in columns.items()}
    if len(set(lengths.values())) > 1 or columns["loss"].ndim != 1 or not len(columns["loss"]):
        raise ValueError(
            f"the columns have the shapes {lengths}; allowed: one number for each epoch, at least one epoch"
        )
    return pd.DataFrame(columns)
