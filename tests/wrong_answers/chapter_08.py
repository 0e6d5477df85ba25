"""Wrong answers to the exercises of chapter 8."""

import numpy as np

from tests.wrong_answers import Stops
from utils.evaluation import conformal_radius
from utils.exercises.chapter_08 import PROMISES


def _bound(predicted, true, coverage, add=1):
    return np.sort(true - predicted)[int(np.ceil((len(true) + add) * coverage)) - 1]


WRONG = {
    "8.1": [0, 0.3, 0.56, 1.87, -0.39, "0.39"],
    "8.2": [
        lambda p, t, new, c: new + conformal_radius(t, p, c),
        lambda p, t, new, c: new + _bound(t, p, c),
        lambda p, t, new, c: new + _bound(p, t, c, add=0),
        lambda p, t, new, c: new + np.quantile(t - p, c),
        lambda p, t, new, c: _bound(p, t, c),
        Stops(lambda p, t, new, c: None + new),
    ],
    "8.3": [
        dict.fromkeys(PROMISES, "kept"),
        dict.fromkeys(PROMISES, "broken"),
        PROMISES | {"c": "kept"},
        {"a": "kept"},
        {key: value == "kept" for key, value in PROMISES.items()},
        "kept",
    ],
    "8.4": [
        np.mean,
        np.median,
        lambda areas: np.quantile(areas, 0.25),
        lambda areas: 3 * np.median(areas),
        np.max,
        lambda areas: areas,
    ],
}
