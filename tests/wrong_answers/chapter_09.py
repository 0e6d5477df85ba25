"""Wrong answers to the exercises of chapter 9."""

import numpy as np
from scipy import stats

from tests.wrong_answers import Stops
from utils.evaluation import mean_interval


def on_straight_axes(images, errors, target):
    slope, start = np.polyfit(images, errors, 1)
    return (target - start) / slope


def between_the_ends(images, errors, target):
    slope = np.log(errors[-1] / errors[0]) / np.log(images[-1] / images[0])
    return images[0] * (target / errors[0]) ** (1 / slope)


def half_logarithmic(images, errors, target):
    slope, start = np.polyfit(np.log(images), errors, 1)
    return np.exp((target - start) / slope)


def as_given(without, with_remedy):
    change = np.mean(with_remedy) - np.mean(without)
    spread = np.std(without) + np.std(with_remedy)
    half = 1.96 * spread / np.sqrt(len(without))
    return change, change - half, change + half


def around(without, with_remedy, factor, ddof):
    change = with_remedy - without
    half = factor * np.std(change, ddof=ddof) / np.sqrt(len(change))
    return change.mean(), change.mean() - half, change.mean() + half


def unpaired(without, with_remedy):
    found = stats.ttest_ind(with_remedy, without).confidence_interval()
    return np.mean(with_remedy) - np.mean(without), found.low, found.high


def by_rows(sources, share, seed):
    return np.random.default_rng(seed).random(len(sources)) < share


def the_first_films(sources, share, seed):
    films = np.unique(sources)
    return np.isin(sources, films[: int(share * len(films))])


def other_side(sources, share, seed):
    films = np.random.default_rng(seed).permutation(np.unique(sources))
    return ~np.isin(sources, films[: int(share * len(films))])


WRONG = {
    "9.1": [
        on_straight_axes,
        between_the_ends,
        half_logarithmic,
        lambda images, errors, target: np.polyfit(np.log(images), np.log(errors), 1),
        lambda images, errors, target: np.log(between_the_ends(images, errors, target)),
        Stops(None),
    ],
    "9.2": [
        as_given,
        unpaired,
        lambda a, b: around(a, b, 1.96, 1),
        lambda a, b: around(a, b, stats.t.ppf(0.975, len(a) - 1), 0),
        lambda a, b: mean_interval(a - b),
        lambda a, b: np.mean(b - a),
    ],
    "9.3": [
        by_rows,
        the_first_films,
        other_side,
        lambda sources, share, seed: np.flatnonzero(by_rows(sources, share, seed)),
        lambda sources, share, seed: np.arange(len(sources)) < share * len(sources),
        lambda sources, share, seed: np.zeros(len(sources), bool),
        Stops(None),
    ],
}
