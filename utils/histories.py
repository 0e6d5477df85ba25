"""Training histories whose diagnosis is known, to test `diagnosis.diagnose` on.

Some are drawn from formulas with noise, some were recorded from networks that were made to go wrong, or right, in a stated
way: of both a part was held back while the rules were tuned. And some are other people's, as posted in public, labeled by
what their authors or those who answered found out. Used in 06_diagnose_overfitting.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from utils.paths import DATA
from utils.records import recorded

TUNING, HELD_BACK = range(10), range(10, 24)
"""The numbers of the formulas' histories, of each kind, that the rules were tuned on, and of those held back."""
TUNING_SEEDS = range(3)
"""The seeds of the recorded networks that the rules were tuned on; those from 3 on are held back."""
AREA_VARIANCE = 2_788.0
"""Of the filled areas of the training digits, in px² squared: the squared error of a constant answer."""
UNLABELED = ("suspicious", "underfitting", "overfitting", "still improving", "good fit")
PUBLIC = DATA / "histories"


@dataclass(frozen=True)
class LabeledHistory:
    """A history and its true diagnosis.

    Attributes:
        label: one of `diagnosis.VERDICTS`.
        source: what made it, in a few words.
        held_back: not looked at while the rules were tuned.
        history: DataFrame with `epoch`, `loss`, `val_loss`, and more where the run had more.
        known: what whoever made the run knows of its loss, as arguments of `diagnosis.diagnose`: `floor`, `start`,
            `disturbed`.
    """

    label: str
    source: str
    held_back: bool
    history: pd.DataFrame
    known: dict = field(default_factory=dict)


def labeled_histories():
    """Return all of them but the public ones, those of formulas first."""
    return [*_synthetic(), *_recorded()]


def public_histories():
    """Return other people's histories, as posted, with the labels that their threads found; nothing more is known of them.

    `source` is the address. See `data/histories/index.csv`.
    """
    index = pd.read_csv(PUBLIC / "index.csv", encoding="utf-8").set_index("run")
    runs = pd.read_csv(PUBLIC / "histories.csv", encoding="utf-8").groupby("run", sort=False)
    found = []
    for run, rows in runs:
        about = index.loc[run]
        columns = rows.drop(columns="run").dropna(axis=1, how="all").reset_index(drop=True)
        found.append(LabeledHistory(about["label"], about["url"], True, columns))
    return found


def unlabeled():
    """Return five more histories, {letter: DataFrame}, for exercise 6.3; each has another diagnosis, and a floor of 0."""
    rng = np.random.default_rng(6)
    past = np.maximum(np.linspace(-0.5, 1, 40), 0)
    forever = _falling(20, 0.7, 0.05)
    curves = (
        (_falling(30, 0.1, 0.003), _falling(30, 0.1, 0.003)),
        (_falling(30, 0.08, 0.6), 1.04 * _falling(30, 0.08, 0.6)),
        (_falling(40, 0.1, 0.02), _falling(40, 0.08, 0.35) * (1 + past)),
        (forever, 1.1 * forever),
        (_falling(40, 0.1, 0.05), 1.5 * _falling(40, 0.1, 0.05)),
    )
    found = {}
    for letter, (training, validation) in zip("abcde", curves, strict=True):
        history = {"loss": _noisy(rng, training, 0.01), "val_loss": _noisy(rng, validation, 0.02)}
        history = pd.DataFrame(history)
        history.insert(0, "epoch", np.arange(1, len(history) + 1))
        found[letter] = history
    return found


def _recorded():
    found = []
    by = ["label", "kind", "task", "seed", "floor", "disturbed"]
    for (label, kind, task, seed, floor, disturbed), rows in recorded("histories").groupby(
        by, sort=False
    ):
        columns = rows.drop(columns=by).dropna(axis=1, how="all").reset_index(drop=True)
        start = np.log(10) if task == "classifier" else AREA_VARIANCE + floor
        known = {"floor": floor, "start": start, "disturbed": bool(disturbed)}
        source = f"{kind}, {task}"
        found.append(LabeledHistory(label, source, seed not in TUNING_SEEDS, columns, known))
    return found


def _synthetic():
    return [drawn(label, number) for label in FORMULAS for number in (*TUNING, *HELD_BACK)]


def drawn(label, number):
    """One history of a formula, a `LabeledHistory`; the same label and number give the same one."""
    rng = np.random.default_rng([list(FORMULAS).index(label), number])
    training, validation, known = FORMULAS[label](rng)
    height = 10 ** rng.uniform(-1, 3)  # the unit of the loss
    floor = rng.choice([0, 0, 0, rng.uniform(0.1, 1), -rng.uniform(0.2, 2)])  # as a share of it
    history = pd.DataFrame({"loss": training, "val_loss": validation})
    history = height * (history + floor)
    history.insert(0, "epoch", np.arange(1, len(history) + 1))
    known = {"floor": height * floor, "start": height * (1 + floor), "disturbed": False} | known
    return LabeledHistory(label, "formula", number not in TUNING, history, known)


def _falling(epochs, pace, left):
    """A loss that falls exponentially from 1 to `left`, in `pace` of the epochs."""
    return left + (1 - left) * np.exp(-np.arange(epochs) / (pace * epochs))


def _noisy(rng, loss, size):
    return loss * np.exp(size * rng.standard_normal(len(loss)))


def _good_fit(rng):
    epochs = rng.integers(12, 80)
    left = 10 ** rng.uniform(-2, -0.7)
    training = _falling(epochs, rng.uniform(0.05, 0.12), left)
    gap = rng.uniform(0.5, 1) if left < 0.04 else rng.uniform(0, 1)
    validation = training * (1 + min(2, 0.08 / left) * gap)
    known = {}
    odd = rng.integers(0, 6)
    if odd == 0:  # one late spike
        validation[rng.integers(epochs // 2, epochs)] *= rng.uniform(2, 5)
    elif odd == 1 and epochs >= 24:  # warm restarts: three cycles, each begins higher
        cycle = np.arange(epochs) * 3 / epochs
        bump = 1 + rng.uniform(1, 4) * np.exp(-8 * (cycle % 1)) * (cycle >= 1)
        training, validation = training * bump, validation * bump
    elif odd == 2:  # dropout makes training harder
        training, known = training * rng.uniform(1.5, 3), {"disturbed": True}
    elif odd == 3:  # the network had been trained before
        training, validation = training[epochs // 5 :], validation[epochs // 5 :]
    return _noisy(rng, training, 0.01), _noisy(rng, validation, rng.uniform(0.005, 0.04)), known


def _underfitting(rng):
    epochs = rng.integers(10, 60)
    training = _falling(epochs, rng.uniform(0.03, 0.12), rng.uniform(0.5, 0.9))
    return _noisy(rng, training, 0.01), _noisy(rng, training, 0.02) * rng.uniform(1, 1.15), {}


def _overfitting(rng):
    epochs = rng.integers(15, 120)
    training = _falling(epochs, rng.uniform(0.08, 0.15), rng.uniform(0.001, 0.05))
    onset = rng.uniform(0.15, 0.6)
    past = np.maximum(np.linspace(0, 1, epochs) - onset, 0) / (1 - onset)
    best = _falling(epochs, onset / 4, rng.uniform(0.3, 0.6))
    validation = best * (1 + rng.uniform(0.2, 2) * past)
    return _noisy(rng, training, 0.02), _noisy(rng, validation, rng.uniform(0.005, 0.05)), {}


def _unstable(rng):
    epochs = rng.integers(8, 60)
    training = _falling(epochs, rng.uniform(0.1, 0.5), rng.uniform(0.1, 0.5))
    kind = rng.integers(0, 4)
    if kind == 0:
        training[rng.integers(1, epochs) :] = np.nan
    elif kind == 1:
        training = _noisy(rng, training, rng.uniform(0.6, 1.2))
    elif kind == 2:
        training = training * (1 + np.exp(np.linspace(-4, rng.uniform(1.5, 4), epochs)))
    else:  # thrown far off in the first epoch, and never back
        training = _noisy(rng, np.full(epochs, rng.uniform(1.1, 2)), rng.uniform(0.01, 0.1))
        training[0] *= rng.uniform(2, 10)
    return training, _noisy(rng, training * 1.2, 0.1), {}


def _still_improving(rng):
    epochs = rng.integers(6, 40)
    training = _falling(epochs, rng.uniform(0.4, 1), rng.uniform(0, 0.1))
    return _noisy(rng, training, 0.01), _noisy(rng, training * rng.uniform(1, 1.2), 0.015), {}


def _suspicious(rng):
    epochs = rng.integers(10, 80)
    training = _falling(epochs, rng.uniform(0.05, 0.12), rng.uniform(0.001, 0.015))
    ratio = rng.uniform(0.5, 1.05)
    if rng.integers(0, 2):  # not learned by heart, but better on what should be new
        training, ratio = training + rng.uniform(0.015, 0.3), rng.uniform(0.3, 0.75)
    return _noisy(rng, training, 0.01), _noisy(rng, training * ratio, 0.02), {}


def _not_learning(rng):
    epochs = rng.integers(8, 60)
    training = _falling(epochs, rng.uniform(0.1, 1), rng.uniform(0.99, 1))
    training[0] *= rng.uniform(1, 1.1)
    return _noisy(rng, training, 0.002), _noisy(rng, training * rng.uniform(0.99, 1.01), 0.004), {}


FORMULAS = {
    "good fit": _good_fit,
    "underfitting": _underfitting,
    "overfitting": _overfitting,
    "unstable": _unstable,
    "still improving": _still_improving,
    "suspicious": _suspicious,
    "not learning": _not_learning,
}
"""What a kind of history is drawn from: {label: function of a generator that returns training and validation loss, from 1
down to 0, and what is known beside their floor and start}."""
