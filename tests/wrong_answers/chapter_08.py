"""Wrong answers to the exercises of chapter 8."""

import numpy as np

from tests.wrong_answers import Stops
from utils.evaluation import conformal_radius


def _for_each(digits, radius):
    return np.array([radius(digits == digit) for digit in range(10)])


WRONG = {
    "8.1": [
        lambda r, c: np.quantile(np.abs(r), c),
        lambda r, c: np.sort(np.abs(r))[int(np.ceil(len(r) * c)) - 1],
        lambda r, c: np.sort(r)[int(np.ceil((len(r) + 1) * c)) - 1],
        lambda r, c: np.abs(r),
        Stops(lambda r, c: None),
    ],
    "8.2": [
        lambda r, d: np.full(10, conformal_radius(0 * r, r)),
        lambda r, d: conformal_radius(0 * r, r),
        lambda r, d: _for_each(d, lambda rows: np.quantile(np.abs(r[rows]), 0.9)),
        lambda r, d: _for_each(d, lambda rows: np.abs(r[rows]).max()),
        lambda r, d: _for_each(
            d, lambda rows: np.sort(r[rows])[int(np.ceil((rows.sum() + 1) * 0.9)) - 1]
        ),
        Stops(lambda r, d: None + r),
    ],
    "8.3": [
        np.mean,
        np.median,
        lambda areas: np.quantile(areas, 0.25),
        lambda areas: 3 * np.median(areas),
        np.max,
        lambda areas: areas,
    ],
}
