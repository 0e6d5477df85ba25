"""Wrong answers to the exercises of chapter 5."""

import numpy as np

from tests.wrong_answers import Stops
from utils.area import hull_area

WRONG = {
    "5.1": [60_941, 61_706, 61_025, None],
    "5.2": [
        lambda x: np.full(len(x), 197.0),
        lambda x: np.full((len(x), 1), 197.0),
        lambda x: x.sum(axis=(1, 2, 3)) * 1.9,
        lambda x: hull_area(x[..., 0]) / 784,
        lambda x: None,
    ],
    "5.3": [
        lambda x: (x >= 128).sum(axis=(1, 2)),
        lambda x: np.ones(len(x)),
        lambda x: x.max(axis=(1, 2)),
        lambda x: x.sum(),
        lambda x: hull_area(x),
    ],
    "5.4": [
        lambda r, c: np.quantile(np.abs(r), c),
        lambda r, c: np.sort(np.abs(r))[int(np.ceil(len(r) * c)) - 1],
        lambda r, c: np.sort(r)[int(np.ceil((len(r) + 1) * c)) - 1],
        lambda r, c: np.abs(r),
        Stops(lambda r, c: None),
    ],
}
