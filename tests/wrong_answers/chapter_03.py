"""Wrong answers to the exercises of chapter 3."""

import numpy as np

from tests.wrong_answers import Made, Stops
from utils.backend import keras
from utils.networks import lenet5

layers = keras.layers


def for_28(kernel=4, activation="relu", pooling=layers.AveragePooling2D, last=None, c1="valid"):
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding=c1, activation=activation),
            pooling(2),
            layers.Conv2D(16, 5, activation=activation),
            pooling(2),
            layers.Conv2D(120, kernel, activation=activation),
            layers.Flatten(),
            layers.Dense(84, activation=activation),
            layers.Dense(10, activation=last),
        ]
    )


def block(maps, row, column):
    return maps[row : row + 5, column : column + 5]


WRONG = {
    "3.1": [
        ("C5", 94, 398_720),
        ("C3", 12, 416_520),
        ("C3", 12, 356_520),
        ("C1", 12, 344_520),
        ("S2", 12, 344_520),
        "C3",
        None,
    ],
    "3.2": [
        Made(lenet5),
        Made(lambda: for_28(kernel=5, c1="same")),
        Made(lambda: for_28(kernel=3)),
        Made(lambda: for_28(activation=None)),
        Made(lambda: for_28(activation="tanh")),
        Made(lambda: for_28(pooling=layers.MaxPooling2D)),
        Made(lambda: for_28(last="softmax")),
        44_426,
    ],
    "3.3": [
        lambda p, k, b, r, c, m: (block(p, r, c) * k[..., m]).sum() + b[m],
        lambda p, k, b, r, c, m: max((block(p, r, c) * k[..., m]).sum(), 0),
        lambda p, k, b, r, c, m: max((block(p, c, r) * k[..., m]).sum() + b[m], 0),
        lambda p, k, b, r, c, m: max((block(p, r, c)[..., 0] * k[..., 0, m]).sum() + b[m], 0),
        lambda p, k, b, r, c, m: max((block(p, r, c) * k[::-1, ::-1, :, m]).sum() + b[m], 0),
        lambda p, k, b, r, c, m: max((block(p, r, c) * k[..., m]).mean() + b[m], 0),
        lambda p, k, b, r, c, m: np.maximum((block(p, r, c) * k[..., m]).sum(axis=2), 0),
        Stops(None),
    ],
    "3.4": [
        {"A": "fine", "B": "softmax", "C": "weights", "D": "activation"},
        {"A": "fine", "B": "weights", "C": "activation", "D": "softmax"},
        {"A": "softmax", "B": "weights", "C": "fine", "D": "activation"},
        {"A": "activation", "B": "weights", "C": "fine"},
        {"A": "linear", "B": "weights", "C": "fine", "D": "softmax"},
        None,
    ],
}
