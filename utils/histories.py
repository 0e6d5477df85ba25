"""Training histories whose diagnosis is known by construction, to test `diagnosis.diagnose` on.

Half of them are drawn from formulas with noise, half were recorded from networks that were made to go wrong in a stated
way. One half of each was held back while the rules were tuned. Used in 06_diagnose_overfitting.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utils.records import recorded

SYNTHETIC_OF_A_KIND = 10
UNLABELED = ("suspicious", "underfitting", "overfitting", "still improving", "good fit")


@dataclass(frozen=True)
class LabeledHistory:
    """A history and its true diagnosis.

    Attributes:
        label: one of `diagnosis.VERDICTS`.
        source: what made it, in a few words.
        held_back: not looked at while the rules were tuned.
        history: DataFrame with `epoch`, `loss`, `val_loss`, and more where the run had more.
    """

    label: str
    source: str
    held_back: bool
    history: pd.DataFrame


def labeled_histories():
    """Return all of them, the synthetic ones first."""
    return [*_synthetic(), *_recorded()]


def unlabeled():
    """Return five more synthetic histories, {letter: DataFrame}, for exercise 6.1; each has another diagnosis."""
    return {letter: _formula(label, 100) for letter, label in zip("abcde", UNLABELED, strict=True)}


def _recorded():
    found = []
    for (label, source, held_back, _), rows in recorded("histories").groupby(
        ["label", "source", "held_back", "run"], sort=False
    ):
        columns = rows.drop(columns=["label", "source", "held_back", "run"]).dropna(
            axis=1, how="all"
        )
        found.append(LabeledHistory(label, source, bool(held_back), columns.reset_index(drop=True)))
    return found


def _synthetic():
    return [
        LabeledHistory(
            label, "formula", number >= SYNTHETIC_OF_A_KIND // 2, _formula(label, number)
        )
        for label in SYNTHETIC
        for number in range(SYNTHETIC_OF_A_KIND)
    ]


def _formula(label, number):
    """One synthetic history; the same label and number give the same one."""
    rng = np.random.default_rng([list(SYNTHETIC).index(label), number])
    training, validation = SYNTHETIC[label](rng)
    epochs = np.arange(1, len(training) + 1)
    return pd.DataFrame({"epoch": epochs, "loss": training, "val_loss": validation})


def _falling(rng, epochs, pace, floor):
    """A loss of a random scale that falls exponentially to `floor` of its start, in `pace` of the epochs."""
    time = np.arange(epochs)
    return 10 ** rng.uniform(-1, 3) * (floor + (1 - floor) * np.exp(-time / (pace * epochs)))


def _noisy(rng, loss, size):
    return loss * np.exp(size * rng.standard_normal(len(loss)))


def _good_fit(rng):
    epochs = rng.integers(12, 80)
    floor = 10 ** rng.uniform(-2, -0.7)
    training = _falling(rng, epochs, rng.uniform(0.05, 0.12), floor)
    gap = 1 + min(2, 0.08 / floor) * rng.uniform(0.5, 1)
    return _noisy(rng, training, 0.01), _noisy(rng, training * gap, rng.uniform(0.005, 0.04))


def _underfitting(rng):
    epochs = rng.integers(10, 60)
    training = _falling(rng, epochs, rng.uniform(0.03, 0.12), rng.uniform(0.5, 0.9))
    return _noisy(rng, training, 0.01), _noisy(rng, training, 0.02) * rng.uniform(1, 1.15)


def _overfitting(rng):
    epochs = rng.integers(15, 120)
    training = _falling(rng, epochs, rng.uniform(0.08, 0.15), rng.uniform(0.001, 0.05))
    onset = rng.uniform(0.15, 0.6)
    past = np.maximum(np.linspace(0, 1, epochs) - onset, 0) / (1 - onset)
    best = _falling(rng, epochs, onset / 4, rng.uniform(0.3, 0.6))
    validation = best / best[0] * training[0] * (1 + rng.uniform(0.2, 2) * past)
    return _noisy(rng, training, 0.02), _noisy(rng, validation, rng.uniform(0.005, 0.05))


def _unstable(rng):
    epochs = rng.integers(8, 60)
    training = _falling(rng, epochs, rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.5))
    kind = rng.integers(0, 3)
    if kind == 0:
        training[rng.integers(1, epochs) :] = np.nan
    elif kind == 1:
        training = _noisy(rng, training, rng.uniform(0.6, 1.2))
    else:
        training = training * (1 + np.exp(np.linspace(-4, rng.uniform(1.5, 4), epochs)))
    return training, _noisy(rng, training * 1.2, 0.1)


def _still_improving(rng):
    epochs = rng.integers(6, 40)
    training = _falling(rng, epochs, rng.uniform(0.4, 1), rng.uniform(0, 0.1))
    return _noisy(rng, training, 0.01), _noisy(rng, training * rng.uniform(1, 1.2), 0.015)


def _suspicious(rng):
    epochs = rng.integers(10, 80)
    training = _falling(rng, epochs, rng.uniform(0.05, 0.12), rng.uniform(0.001, 0.07))
    ratio = rng.uniform(0.3, 1.05)
    return _noisy(rng, training, 0.01), _noisy(rng, training * ratio, 0.02)


SYNTHETIC = {
    "good fit": _good_fit,
    "underfitting": _underfitting,
    "overfitting": _overfitting,
    "unstable": _unstable,
    "still improving": _still_improving,
    "suspicious": _suspicious,
}
