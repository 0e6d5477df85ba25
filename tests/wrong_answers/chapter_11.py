"""Wrong answers to the exercises of chapter 11."""

import numpy as np

from tests.wrong_answers import Stops


def every_window(distances, limit):
    return [int(row.argmin()) for row in distances if row.min() <= limit]


def across_silence(distances, limit):
    digits = every_window(distances, limit)
    return [digit for place, digit in enumerate(digits) if place == 0 or digits[place - 1] != digit]


def without_limit(distances, limit):
    return across_silence(distances, np.inf)


def farthest(distances, limit):
    return across_silence(-distances, limit)


def first_step(errors, change):
    return errors[frozenset([change])] - errors[frozenset()]


def last_step(errors, change):
    everything = max(errors, key=len)
    return errors[everything] - errors[everything - {change}]


def over_subsets(errors, change):
    """Each set once, where each order should count once."""
    return np.mean([errors[some] - errors[some - {change}] for some in errors if change in some])


def normal(differences, half, ddof=1):
    deviation = np.std(differences, ddof=ddof)
    return max(2, int(np.ceil((1.96 * deviation / half) ** 2)))


def with_five(differences, half):
    return max(2, int(np.ceil((2.776 * np.std(differences, ddof=1) / half) ** 2)))


WRONG = {
    "11.1": [
        every_window,
        across_silence,
        without_limit,
        farthest,
        lambda distances, limit: distances.argmin(axis=1),
        Stops(None),
    ],
    "11.2": [
        first_step,
        last_step,
        lambda errors, change: (first_step(errors, change) + last_step(errors, change)) / 2,
        over_subsets,
        lambda errors, change: errors[frozenset([change])],
        Stops(None),
    ],
    "11.3": [
        normal,
        with_five,
        lambda differences, half: normal(differences, half, ddof=0),
        lambda differences, half: normal(differences / np.sqrt(len(differences)), half),
        lambda differences, half: len(differences),
        lambda differences, half: np.arange(2, 5),
        Stops(None),
    ],
}
