"""Wrong answers to the exercises of chapter 10."""

import numpy as np

from tests.wrong_answers import Stops
from utils.lenet1998 import CODES


def equation_9(y, labels, j):
    everything = np.log(np.exp(-j) + np.exp(-y).sum(axis=1))
    return (y[np.arange(len(labels)), labels] + everything).mean()


WRONG = {
    "10.1": [6, 11, 12, 5.5, None],
    "10.2": [
        (CODES.reshape(10, 84).T, np.zeros(10)),
        (-2 * CODES.reshape(10, 84).T, np.zeros(10)),
        (2 * CODES.reshape(10, 84).T, np.arange(10)),
        (2 * CODES.reshape(10, 84), np.zeros(10)),
        Stops(None),
    ],
    "10.3": [
        lambda y, d, j: y[np.arange(len(d)), d].mean(),
        lambda y, d, j: equation_9(y, d, 50.0),
        lambda y, d, j: equation_9(y, d, -j),
        lambda y, d, j: (
            y[np.arange(len(d)), d] + np.log(np.exp(-j) + np.exp(-y).sum(axis=1))
        ).sum(),
        lambda y, d, j: np.log(np.exp(-j) + np.exp(-y).sum(axis=1)),
        Stops(lambda y, d, j: None),
    ],
}
