"""Wrong answers to the exercises of chapter 9."""

import numpy as np
from sklearn.svm import SVC

from tests.wrong_answers import Stops


def learned_by_heart(images, labels):
    x = images.reshape(len(images), -1) / 255
    scores = SVC(C=10, gamma=0.02).fit(x, labels).decision_function(x)
    return np.argsort(scores[np.arange(len(labels)), labels])[:50]


def far_from_the_mean(images, labels):
    means = np.stack([images[labels == digit].mean(axis=0) for digit in range(10)])
    return np.argsort(((images - means[labels]) ** 2).sum(axis=(1, 2)))[:50]


def on_a_half(wrong, seed, images=slice(100)):
    order = np.random.default_rng(seed).permutation(wrong.shape[1])
    return wrong[:, order[images]].mean(axis=1)


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
        lambda first, second, third: third,
        lambda first, second, third: 2 * third - second,
        lambda first, second, third: second**2 / first,
        lambda first, second, third: 0.0,
        lambda first, second, third: [third, 0],
        Stops(None),
    ],
    "9.2": [
        learned_by_heart,
        far_from_the_mean,
        lambda images, labels: np.arange(50),
        lambda images, labels: np.zeros(50, int),
        lambda images, labels: np.ones(len(labels), bool),
        Stops(None),
    ],
    "9.3": [
        lambda wrong, seed: wrong.mean(axis=1).min(),
        lambda wrong, seed: on_a_half(wrong, seed).min(),
        lambda wrong, seed: wrong[-1].mean(),
        lambda wrong, seed: wrong.mean(),
        lambda wrong, seed: wrong[on_a_half(wrong, seed).argmin()].mean(),
        lambda wrong, seed: on_a_half(wrong, seed),
        lambda wrong, seed: wrong[wrong[:, :100].mean(axis=1).argmin(), 100:].mean(),
        Stops(None),
    ],
    "9.4": [
        by_rows,
        the_first_films,
        other_side,
        lambda sources, share, seed: np.flatnonzero(by_rows(sources, share, seed)),
        lambda sources, share, seed: np.arange(len(sources)) < share * len(sources),
        lambda sources, share, seed: np.zeros(len(sources), bool),
        Stops(None),
    ],
}
