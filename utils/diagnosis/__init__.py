"""Diagnose a training run from its history alone. Taught in 06_diagnose_overfitting.

reading    what tools write, as one table       evidence   the numbers that the rules compare
rules      the rules and their thresholds       advice     what to try first
report     a diagnosis as text and picture      callback   says it at the end of Keras's `fit`
"""

import numpy as np
import pandas as pd

from utils.diagnosis.advice import ADVICE, advice_for
from utils.diagnosis.evidence import Scale, collect_evidence
from utils.diagnosis.reading import are_several, read_history
from utils.diagnosis.report import Diagnoses, Diagnosis
from utils.diagnosis.rules import (
    CANNOT_TELL,
    THRESHOLDS,
    VERDICTS,
    Finding,
    Thresholds,
    findings,
    verdict_of,
)

__all__ = ["ADVICE", "CANNOT_TELL", "VERDICTS", "Diagnoses", "Diagnosis", "Thresholds", "diagnose"]

AGREE = 2 / 3
"""Share of several runs that must have the same verdict to make it theirs."""


def diagnose(
    history,
    *,
    floor=None,
    start=None,
    disturbed=None,
    loss=None,
    val_loss=None,
    thresholds=THRESHOLDS,
):
    """Say what a training run shows: good fit, underfitting, overfitting, and so on, or that it cannot be told.

    Args:
        history: what `fit` returned (a DataFrame, a Keras `History`, or its dict), the name of a CSV file (Keras's
            `CSVLogger`, Lightning's), or a list of rows; with the training loss and the validation loss of each epoch. A
            list of histories, such as one for each seed, is diagnosed together. If it has `train_loss` beside `loss` (the
            training rows measured again after each epoch), that is compared with the validation loss. Otherwise `loss`
            is, a running average over weights that were still changing, moved by half an epoch to make up for that.
            Accuracies only add to what is known.
        floor: the lowest loss that any network could have, such as 0, or the entropy of smoothed labels. None guesses 0,
            says so, and never says underfitting.
        start: the loss before anything is learned: the logarithm of the number of classes, or the variance of the
            targets. None takes that of the first epoch; give it for a network that had been trained before.
        disturbed: whether dropout, augmentation or noise make training harder than validation. None is not known.
        loss, val_loss: the names of the columns, if they are unusual.
        thresholds: where each rule begins to apply.

    Returns:
        A `Diagnosis`, or `Diagnoses` for a list of histories. The rules stand at the top of `rules`, and in
        06_diagnose_overfitting.

    Raises:
        ValueError: a column is missing, holds something else than numbers, is empty, or differs in length; or `start` is
            not above `floor`.
    """
    if floor is not None and start is not None and not start > floor:
        raise ValueError(f"start is {start}, floor is {floor}; allowed: a start above the floor")
    options = {"floor": floor, "start": start, "disturbed": disturbed, "thresholds": thresholds}
    if are_several(history):
        runs = [diagnose(each, loss=loss, val_loss=val_loss, **options) for each in history]
        return Diagnoses(_shared(runs), runs)
    return _diagnose(read_history(history, loss, val_loss), **options)


def _shared(runs):
    """The verdict of most runs, if they are enough."""
    if not runs:
        raise ValueError("there is no history in the list; allowed: at least one")
    verdicts = pd.Series([run.verdict for run in runs]).value_counts()
    return verdicts.index[0] if verdicts.iloc[0] >= AGREE * len(runs) else CANNOT_TELL


def _diagnose(table, floor, start, disturbed, thresholds):
    training, validation = _training_loss(table), table["val_loss"].to_numpy()
    epochs = np.arange(1, len(table) + 1)
    losses = pd.DataFrame({"epoch": epochs, "training": training, "validation": validation})
    lost = ~np.isfinite(table.filter(like="loss")).all(axis=1).to_numpy()
    if lost.any():
        reason = f"a loss is not finite in epoch {np.argmax(lost) + 1}."
        found, advice = [Finding("unstable", reason)], advice_for("unstable")
        return Diagnosis("unstable", None, found, {}, [reason], [], advice, losses)
    scale = Scale.of(training, validation, floor, start)
    if disturbed is None and "train_loss" in table:
        disturbed = False
    evidence = collect_evidence(table, training, scale)
    found = findings(evidence, scale, disturbed, thresholds)
    verdict = verdict_of(found, evidence, thresholds)
    onset = next((f.onset for f in found if f.verdict == verdict and f.onset), None)
    steady = onset is not None and _accuracy_is_steady(table, onset)
    reasons = [f.reason for f in found if f.sure and f.verdict == verdict]
    reasons += _remarks(verdict, table, onset, steady, evidence, thresholds)
    assumed = [] if onset or verdict == "unstable" else _assumed(scale)
    advice = advice_for(verdict, onset, only_surer=steady)
    return Diagnosis(verdict, onset, found, evidence, reasons, assumed, advice, losses)


def _remarks(verdict, table, onset, steady, evidence, thresholds):
    """What else is worth a sentence."""
    if verdict == "good fit":
        return ["the validation loss has settled near its lowest, and no other rule applies."]
    if verdict == CANNOT_TELL and evidence["epochs"] < thresholds.shortest:
        return [
            f"{evidence['epochs']} epochs are too short to tell; {thresholds.shortest} are needed."
        ]
    if onset is None or "val_accuracy" not in table:
        return []
    if steady:
        return [
            "the validation accuracy does not fall: the network grows too sure of its mistakes, not worse at the task."
        ]
    return ["the validation accuracy falls too."]


def _accuracy_is_steady(table, onset):
    """Whether the validation accuracy ends no lower than at the onset, but for half a percent."""
    if "val_accuracy" not in table:
        return False
    accuracy = table["val_accuracy"].to_numpy()
    last = max(3, len(accuracy) // 4)
    return accuracy[-last:].mean() >= accuracy[onset - 1] - 0.005


def _assumed(scale):
    """What was guessed, and how to give it."""
    said = []
    if not scale.floor_given:
        guess = (
            "how low the loss can go is not known"
            if scale.floor is None
            else "the loss can reach 0"
        )
        said.append(f"{guess}; if you know better, give `floor=`.")
    if not scale.start_given:
        said.append(
            f"nothing was known at a loss of {scale.start:.3g}; if that is wrong, give `start=`."
        )
    return said


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
