"""Wrong answers to the exercises of chapter 2."""

import math

import numpy as np

from tests.wrong_answers import Stops
from utils import images

EDGE = np.repeat([1, 1, 0, -1, -1], 5).reshape(5, 5)
STROKE = np.array([[-3, 2, 2, 2, -3]] * 5)
BLOB = np.where(np.pad(np.ones((3, 3)), 1) == 1, 16, -9)
C, P = (3, 1), (2, 2)


def _frame(batch, size):
    gap = (size - batch.shape[1]) // 2
    return np.pad(batch, ((0, 0), (gap, gap), (gap, gap)))


def _upper_left(batch, size):
    _, height, width = batch.shape
    border = ((0, 0), (0, size - height), (0, size - width))
    return np.pad(batch, border, constant_values=batch[0, 0, 0])


def _extra_above(batch, size):
    turned = images.pad(batch[:, ::-1, ::-1], size, value=np.median(batch))
    return turned[:, ::-1, ::-1]


WRONG = {
    "2.1": [
        EDGE,
        EDGE.T,
        STROKE.T,
        BLOB,
        np.array([[0, 1, 1, 1, 0]] * 5),
        np.array([[-1, -1, 4, -1, -1]] * 5),
        -STROKE,
        np.zeros((5, 5)),
        np.full((5, 5), np.nan),
        STROKE[:3],
    ],
    "2.2": [
        [],
        [C, P],
        [C, P, C, P, C],
        [C] * 15 + [P],
        [C, C, P, C, C, P, C, C, C],
        [(5, 1), (2, 2), (5, 1), (2, 2), (5, 1)],
        [C, C, P, C, C, P, C, (1, 1), C],
        Stops(32),
    ],
    "2.3": [
        lambda side, frame: 64,
        lambda side, frame: frame**2,
        lambda side, frame: frame // math.gcd(side, frame),
        lambda side, frame: side**2 // math.gcd(side**2, frame**2),
        lambda side, frame: side**2 / frame**2,
        lambda side, frame: None,
        Stops(36),
    ],
    "2.4": [
        _frame,
        _upper_left,
        _extra_above,
        lambda batch, size: images.pad(batch, size),
        lambda batch, size: images.pad(batch, size, value=batch.min()),
        lambda batch, size: images.pad(batch, size, value=int(np.median(batch))),
        lambda batch, size: batch,
        lambda batch, size: np.resize(batch, (len(batch), size, size)),
    ],
}
