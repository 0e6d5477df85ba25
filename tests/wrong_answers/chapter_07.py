"""Wrong answers to the exercises of chapter 7."""

import numpy as np
from scipy import stats

from tests.wrong_answers import Stops
from utils.images import shift


def _around(first, second, half):
    mean = np.mean(first) - np.mean(second)
    return mean, mean - half, mean + half


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
        lambda a, b: _around(a, b, 1.96 * (a - b).std(ddof=1) / len(a) ** 0.5),
        lambda a, b: _around(a, b, stats.t.ppf(0.975, len(a) - 1) * (a - b).std() / len(a) ** 0.5),
        lambda a, b: _around(a, b, stats.t.ppf(0.975, len(a) - 1) * (a - b).std(ddof=1)),
        lambda a, b: _around(a, b, 2 * ((a.var(ddof=1) + b.var(ddof=1)) / len(a)) ** 0.5),
        lambda a, b: np.mean(a) - np.mean(b),
        Stops(lambda a, b: None - a),
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
