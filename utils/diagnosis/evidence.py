"""The numbers in a history that the rules of a diagnosis compare.

Losses are measured as distances from the floor, the lowest loss that any network could have, and compared with the span
from the loss before training down to that floor. Where the floor is not known, what was gained in training takes the place
of both. Nothing is divided by a loss itself: it may be negative.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

TINY = 1e-12
"""Stands for a distance of 0 where it would be divided by, or its logarithm taken."""


@dataclass(frozen=True)
class Scale:
    """What the losses of a run are measured by.

    Attributes:
        floor: the lowest loss that any network could have, or None if that is not known.
        start: the loss before anything is learned.
        gain: from the highest of the first losses and the start down to the lowest loss.
        floor_given, start_given: whether the user gave them; otherwise they are guessed.
    """

    floor: float | None
    start: float
    gain: float
    floor_given: bool
    start_given: bool

    @classmethod
    def of(cls, training, validation, floor=None, start=None):
        """The scale of a run. A floor that is not given is guessed to be 0, or unknown if a loss is negative; a start that
        is not given is guessed to be the training loss of the first epoch."""
        lowest = min(training.min(), validation.min())
        guessed = None if lowest < 0 else 0.0
        floor_given, start_given = floor is not None, start is not None
        floor = float(floor) if floor_given else guessed
        start = float(start) if start_given else float(training[0])
        gain = max(start, training[0], validation[0]) - lowest
        return cls(floor, start, float(gain), floor_given, start_given)

    @property
    def span(self):
        """From the start to the floor."""
        return self.gain if self.floor is None else self.start - self.floor

    def distance(self, loss):
        """How far a loss is above the floor."""
        return self.gain if self.floor is None else loss - self.floor


def collect_evidence(table, training, scale):
    """Return the numbers that the rules compare, {name: number}, as shares (1 is 100%).

    Args:
        table: DataFrame with `loss` and `val_loss` of each epoch, finite, and perhaps the accuracies.
        training: (epochs,) training loss at the end of each epoch, finite.
        scale: a `Scale`.
    """
    running, validation = table["loss"].to_numpy(), table["val_loss"].to_numpy()
    second = running[min(1, len(running) - 1)]
    last = min(len(validation), max(3, len(validation) // 4))
    end, val_end = (smoothed(values)[-last:].mean() for values in (training, validation))
    found = {
        "epochs": len(validation),
        "last": last,
        "best_epoch": int(np.argmin(validation)) + 1,
        "learned": _share(scale.start - min(end, val_end), scale.span),
        "learned_later": _share(second - end, scale.distance(second)),
        "first_to_second": _share(scale.distance(running[0]), scale.distance(second)),
        "training_left": _share(end - scale.start, scale.span) + 1,
        "gap": _share(val_end - end, scale.span),
        "ratio": _share(scale.distance(val_end), scale.distance(end)),
        "shakes": _share(max(noise_of(running), noise_of(validation)), scale.span),
        "climb": _climb(training, scale),
    }
    for name in ("accuracy", "val_accuracy"):
        found[name] = float(table[name].iloc[-last:].mean()) if name in table else np.nan
    return found | _trend(validation, training, last, scale)


def _climb(training, scale):
    """How far the training loss ends above its lowest, by more than its noise."""
    ends = np.median(training[-3:]) if len(training) > 2 else training[-1]
    above = ends - training.min()
    if above <= 3 * noise_of(training):
        return 0.0
    return _share(above, max(training[0] - training.min(), 0.1 * scale.span))


def _trend(validation, training, last, scale):
    """How far the validation loss has fallen, whether it has risen since its lowest, and whether it still falls."""
    smooth, noise = smoothed(validation), noise_of(validation)
    best, window = int(np.argmin(validation)), min(len(validation), max(3, last // 2))
    lowest = np.convolve(smooth, np.full(window, 1 / window), "valid").min()
    ends = smooth[max(best, len(validation) - last) :]
    near = min(scale.distance(lowest), scale.gain)
    slope, first = stats.theilslopes(validation[-last:])[:2] if last > 1 else (0.0, validation[-1])
    pace = slope / max(scale.distance(first + slope * (last - 1) / 2), TINY)
    final = max(first + slope * (last - 1), validation[-2:].min())
    before = smooth[:-last].min() if len(validation) > last else validation[0]
    newly = max(_share(before - final, scale.distance(before)), 0)  # below what was reached before
    fell = min(-slope * last, before - final) - 2 * noise
    return {
        "val_gained": _share(validation[0] - smooth.min(), scale.distance(validation[0])),
        "noise": _share(noise, scale.distance(np.median(validation))),
        "rise": _share(ends.mean() - lowest, near),
        "rise_noise": _share(noise * np.sqrt(1 / window + 1 / len(ends)), near),
        "training_rise": _share(
            training[-last:].mean() - training[best],
            max(scale.distance(training[best]), 0.01 * scale.gain),
        ),
        "would_fall": min(1 - np.exp(min(pace, 0) * last), newly),
        "fell": _share(max(fell, 0), scale.gain),
    }


def noise_of(values):
    """Standard deviation of `values` about a smooth curve, from their third differences; 0 for fewer than four."""
    if len(values) < 4:
        return 0.0
    return float(np.median(np.abs(np.diff(values, 3))) / (0.6745 * np.sqrt(20)))


def smoothed(values):
    """The median of each value and its two neighbors, at the ends of the three outermost: a single spike goes."""
    if len(values) < 3:
        return values
    middle = np.median([values[:-2], values[1:-1], values[2:]], axis=0)
    return np.concatenate([middle[:1], middle, middle[-1:]])


def _share(part, whole):
    return float(part / max(whole, TINY))
