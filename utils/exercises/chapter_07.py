"""The exercises of 07_compare_variants: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.evaluation import mean_interval
from utils.exercises.answers import number
from utils.images import shift


def _paired_interval(answer):
    rng = np.random.default_rng(7)
    for n in (3, 5, 20):
        luck = rng.normal(0.8, 0.2, n)
        first, second = luck + rng.normal(0.1, 0.03, n), luck + rng.normal(0, 0.03, n)
        given = np.asarray(answer(first, second), dtype=float)
        if given.shape != (3,):
            return (
                f"three numbers are wanted, mean, low and high, not an array of shape {given.shape}"
            )
        expected = np.array(mean_interval(first - second))
        if not np.isclose(given[0], expected[0]):
            return f"with {n} seeds the mean difference should be {expected[0]:.4f}, not {given[0]:.4f}"
        if not np.allclose(given, expected):
            width = (given[2] - given[1]) / (expected[2] - expected[1])
            return f"with {n} seeds your interval is {width:.3g} times as wide as it should be"
    return None


def _shift(answer):
    x = np.random.default_rng(7).integers(1, 256, (4, 12, 10)).astype(np.uint8)
    for right in (1, -1, 0, 4, -4):
        given = np.asarray(answer(x.copy(), right))
        if given.shape != x.shape:
            return f"the shape should stay {x.shape}; with {right} to the right it is {given.shape}"
        wrong = int(np.sum(given != shift(x, right=right)))
        if wrong:
            return f"with {right} to the right {wrong:,} of {x.size:,} pixels are wrong"
    return None


CHECKS = {
    "7.1": _paired_interval,
    "7.2": _shift,
    "7.3": number(
        0.0015, 0.003, "only the digits that exactly one of the two got wrong count: 30 and 10"
    ),
    "7.4": number(
        0.14,
        0.19,
        "draw 20 numbers of errors among 10,000, take the smallest; do it often; mind percent and points",
    ),
}
