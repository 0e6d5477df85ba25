"""The exercises of 11_since_1998: a check for each, which returns None if right, or a hint."""

from itertools import combinations, permutations

import numpy as np
from scipy import stats

STRINGS = ("77  2", "7 7", "3", "  ", "1112", "55 5 22", "90 099", " 4  44 4")
"""What the windows of made-up images read; a blank is a silent window."""


def _windows(string, limit, rng):
    distances = rng.uniform(limit * 1.1, limit * 4, (len(string), 10))
    for window, read in enumerate(string):
        if read != " ":
            distances[window, int(read)] = rng.uniform(0, limit * 0.9)
            second = (int(read) + 3) % 10
            distances[window, second] = limit * 0.95
    return distances


def _string_of_digits(answer):
    rng = np.random.default_rng(43)
    for string in STRINGS:
        for limit in (30, 5):
            expected = [int(read) for part in string.split() for read in _runs(part)]
            given = np.asarray(answer(_windows(string, limit, rng), limit)).tolist()
            if given != expected:
                read = "".join("-" if window == " " else window for window in string)
                return f"windows that read {read} (- is silent) should give {expected}, not {given}"
    return None


def _runs(part):
    return [read for place, read in enumerate(part) if place == 0 or part[place - 1] != read]


def _mean_over_orders(answer):
    rng = np.random.default_rng(53)
    for names in (("ReLU",), ("ReLU", "Adam"), ("ReLU", "Adam", "distortions")):
        subsets = [
            frozenset(some) for n in range(len(names) + 1) for some in combinations(names, n)
        ]
        errors = {some: round(float(rng.uniform(0.5, 2)), 2) for some in subsets}
        for change in names:
            orders = list(permutations(names))
            before = [frozenset(order[: order.index(change)]) for order in orders]
            expected = np.mean([errors[some | {change}] - errors[some] for some in before])
            given = np.asarray(answer(dict(errors), change), dtype=float)
            if given.shape != ():
                return f"one number is wanted, not an array of shape {given.shape}"
            if not np.isclose(given, expected, atol=1e-6):
                return f"of {len(orders)} orders of {', '.join(names)}, the mean step of {change} is {expected:.3f}, not {given:.3f}"
    return None


def _pairs_needed(answer):
    rng = np.random.default_rng(47)
    for size, half in ((5, 0.05), (5, 0.5), (8, 0.1), (3, 0.2), (6, 0.02)):
        differences = 0.2 + rng.normal(0, 0.12, size)
        expected = _smallest(np.std(differences, ddof=1), half)
        given = np.asarray(answer(differences, half))
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        if given != expected:
            return (
                f"with the {size} differences {np.round(differences, 3).tolist()} and {half} "
                f"to each side it should be {expected}, not {given}"
            )
    return None


def _smallest(deviation, half):
    pairs = np.arange(2, 10_000)
    reach = stats.t.ppf(0.975, pairs - 1) * deviation / np.sqrt(pairs)
    return int(pairs[reach <= half][0])


CHECKS = {
    "11.1": _string_of_digits,
    "11.2": _mean_over_orders,
    "11.3": _pairs_needed,
}
