"""Wrong answers to the exercises of chapter 7."""

import numpy as np
from scipy import stats

from tests.wrong_answers import Stops
from utils.images import shift


def _needed(quantile, ddof=1, first=2):
    """A search for the number of seeds with another quantile, deviation or start."""

    def search(pilot, half):
        n = first
        while quantile(n, len(pilot)) * np.std(pilot, ddof=ddof) / np.sqrt(n) > half:
            n += 1
        return n

    return search


def _t(n, _):
    return stats.t.ppf(0.975, n - 1)


def _only_to_the_right(x, right):
    moved = np.roll(x, right, axis=2)
    moved[:, :, :right] = 0
    return moved


def _empties_a_frame_that_stays(x, right):
    moved = np.roll(x, right, axis=2)
    moved[:, :, slice(0, right) if right > 0 else slice(right, None)] = 0
    return moved


WRONG = {
    "7.1": [
        _needed(lambda n, _: 1.96),
        _needed(lambda n, pilot: stats.t.ppf(0.975, pilot - 1)),
        _needed(lambda n, _: stats.t.ppf(0.95, n - 1)),
        _needed(lambda n, _: 2 * _t(n, _)),
        _needed(_t, ddof=0),
        lambda pilot, half: (1.96 * np.std(pilot, ddof=1) / half) ** 2,
        Stops(lambda pilot, half: None - half),
    ],
    "7.2": [
        lambda x, right: np.roll(x, right, axis=2),
        _only_to_the_right,
        _empties_a_frame_that_stays,
        lambda x, right: shift(x, down=right),
        lambda x, right: shift(x, right=-right),
        lambda x, right: x[:, :, right:],
    ],
    "7.3": [0.05, 0.11, 30, None],
    "7.4": [0.02, 0.089, 0.63, 16.7, 0.8, None],
}
