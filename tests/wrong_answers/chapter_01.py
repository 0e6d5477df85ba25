"""Wrong answers to the exercises of chapter 1."""

import numpy as np

from tests.wrong_answers import Stops


def most_confused(a, b):
    table = np.zeros((10, 10), int)
    np.add.at(table, (a, b), 1)
    np.fill_diagonal(table, 0)
    return np.unravel_index(table.argmax(), table.shape)


WRONG = {
    "1.1": [10_000, 3_800, 380_300, "38032", True],
    "1.2": [
        lambda x: (x >= 128).any(axis=1).sum(axis=1),
        lambda x: (x > 0).any(axis=2).sum(axis=1),
        lambda x: (x >= 128).sum(axis=(1, 2)),
        lambda x: 20,
        lambda x: None,
    ],
    "1.3": [
        lambda y, p: (0, 0),
        lambda y, p: (5, 3),
        lambda y, p: most_confused(p, y),
        Stops(lambda y, p: None),
        Stops((5, 3)),
    ],
}
