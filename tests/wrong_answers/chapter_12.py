"""Wrong answers to the exercises of chapter 12."""

import numpy as np

from tests.wrong_answers import Stops


def in_the_middle(box):
    frame = np.zeros((28, 28))
    top, left = ((28 - side) // 2 for side in box.shape)
    frame[top : top + box.shape[0], left : left + box.shape[1]] = box
    return frame


def by_13(box):
    frame = np.zeros((28, 28))
    rows, columns = (np.arange(side) for side in box.shape)
    row = int(13 - np.floor((box.sum(1) @ rows) / box.sum() + 0.5))
    column = int(13 - np.floor((box.sum(0) @ columns) / box.sum() + 0.5))
    row, column = max(0, row), max(0, column)
    frame[row : row + box.shape[0], column : column + box.shape[1]] = box
    return frame


WRONG = {
    "12.1": [
        in_the_middle,
        by_13,
        lambda box: box,
        lambda box: np.zeros((28, 28)),
        28,
        Stops(lambda: None),
    ],
    "12.2": [
        lambda height, width: (20, 20),
        lambda height, width: (height, width),
        lambda height, width: (20, 20 * width // height),
        lambda height, width: 20 / max(height, width),
        lambda height, width: (20 * height // max(height, width), 20 * width // max(height, width)),
        (20, 20),
    ],
    "12.3": [
        lambda people, test: ~test,
        lambda people, test: np.isin(people, people[test]),
        lambda people, test: test,
        lambda people, test: np.zeros(40, bool),
        lambda people, test: np.flatnonzero(~test),
        Stops(lambda: None),
    ],
}
