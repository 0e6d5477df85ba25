"""The exercises of 07_compare_variants: a check for each, which returns None if right, or a hint."""

import numbers

import numpy as np
from scipy import stats

from utils.exercises.answers import number
from utils.images import shift


def _seeds_needed(answer):
    rng = np.random.default_rng(7)
    for n, half in ((5, 0.5), (10, 0.08), (8, 0.05), (10, 0.03)):
        pilot = rng.normal(0.1, 0.1, n)
        given, expected = answer(pilot.copy(), half), _fewest_seeds(pilot, half)
        if isinstance(given, bool) or not isinstance(given, numbers.Integral):
            return f"a whole number is wanted, not {type(given).__name__}"
        if given != expected:
            more = "more" if given < expected else "fewer"
            return f"for a half width of {half} {more} seeds than {given:,} are needed: try your number, and one less"
    return None


def _fewest_seeds(pilot, half):
    """The smallest number of seeds, from 2, with which a 95% t interval is at most `half` wide to each side."""
    n = 2
    while stats.t.ppf(0.975, n - 1) * np.std(pilot, ddof=1) / np.sqrt(n) > half:
        n += 1
    return n


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
    "7.1": _seeds_needed,
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
