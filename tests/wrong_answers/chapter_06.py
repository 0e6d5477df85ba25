"""Wrong answers to the exercises of chapter 6."""

from dataclasses import replace

import numpy as np

from tests.wrong_answers import Stops
from utils.experiments.tasks import FEW_RECIPE
from utils.networks import lenet5
from utils.training import set_seed

PREDICTED = {"error": "same", "confidence": "higher", "cross-entropy": "higher", "temperature": 3}


def trained_plainly(x, y, seed):
    set_seed(seed)
    network = lenet5()
    replace(FEW_RECIPE, epochs=20).train(network, x, y, progress=False)
    return network


def equal_rows(x_train, x_validation):
    seen = {image.tobytes() for image in x_train}
    return [row for row, image in enumerate(x_validation) if image.tobytes() in seen]


def training_rows(x_train, x_validation):
    flat = x_validation.reshape(len(x_validation), -1)
    return [row for row, image in enumerate(x_train) if (flat == image.ravel()).all(axis=1).any()]


def same_ink(x_train, x_validation):
    ink = x_train.sum(axis=(1, 2)).tolist()
    return [row for row, image in enumerate(x_validation) if min(abs(image.sum() - ink)) < 100]


WRONG = {
    "6.1": [
        {},
        {**PREDICTED, "error": "higher"},
        {**PREDICTED, "cross-entropy": "lower"},
        {**PREDICTED, "temperature": 1 / 3},
        {**PREDICTED, "temperature": "higher"},
        3,
    ],
    "6.2": [lambda x, y, seed: None, trained_plainly, "dropout", Stops(lambda: None)],
    "6.3": [
        equal_rows,
        training_rows,
        same_ink,
        lambda x_train, x_validation: [],
        lambda x_train, x_validation: range(100),
        lambda x_train, x_validation: np.zeros(100, bool),
        [1, 2, 3],
    ],
    "6.4": [{}, dict.fromkeys("abcde", "good fit"), ["good fit"] * 5, {"a": "suspicious"}, None],
}
