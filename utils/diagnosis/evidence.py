"""The numbers in a history that the rules of a diagnosis compare."""

import numpy as np

from utils.diagnosis.rules import THRESHOLDS

TINY = 1e-12
"""Where a loss of 0 would be divided by, or its logarithm taken."""


def collect_evidence(table, training):
    """Return the numbers that the rules compare, {name: number}, as shares (1 is 100%).

    Args:
        table: DataFrame with `loss` and `val_loss` of each epoch.
        training: (epochs,) training loss at the end of each epoch.

    Returns:
        Only `lost_epoch`, from 1, for a run with a loss that is not finite.
    """
    lost = ~np.isfinite(table.filter(like="loss")).all(axis=1).to_numpy()
    if lost.any():
        return {"lost_epoch": int(np.argmax(lost)) + 1}
    running, validation = table["loss"].to_numpy(), table["val_loss"].to_numpy()
    epochs = len(validation)
    last = min(epochs, max(3, epochs // 4))
    start, end = max(training[0], TINY), max(training[-last:].mean(), TINY)
    lowest = np.minimum.accumulate(training)
    smooth = _median_of_three(validation)
    best = int(np.argmin(validation))
    noise = _noise(validation)
    pace = (
        np.polyfit(np.arange(last), np.log(np.maximum(validation[-last:], TINY)), 1)[0]
        if last > 1
        else 0
    )
    return {
        "epochs": epochs,
        "climb": np.max(training - lowest) / max(training[0] - lowest[-1], 0.2 * start),
        "jumps": noise / max(np.median(validation), TINY),
        "first_to_second": running[0] / max(running[min(1, epochs - 1)], TINY),
        "learned_later": 1 - running[1:].min() / max(running[1], TINY) if epochs > 2 else 1.0,
        "best_epoch": best + 1,
        "rise": smooth[max(best, epochs - last) :].mean() / max(smooth[best], TINY) - 1,
        "training_rise": end / max(training[best], TINY) - 1,
        "rise_allowed": max(
            THRESHOLDS.rise, THRESHOLDS.noises * noise / np.sqrt(last) / max(smooth[best], TINY)
        ),
        "validation_to_training": validation[-last:].mean() / end,
        "gap": (validation[-last:].mean() - end) / start,
        "training_left": end / start,
        "would_fall": 1 - np.exp(min(pace, 0) * last),
        "last": last,
    }


def _noise(values):
    """Standard deviation of `values` about a smooth curve, from their second differences; 0 for fewer than three."""
    if len(values) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(values, 2))) / (0.6745 * np.sqrt(6)))


def _median_of_three(values):
    padded = np.pad(values, 1, mode="edge")
    return np.median([padded[:-2], padded[1:-1], padded[2:]], axis=0)
