"""Wrong answers to the exercises of chapter 4."""

import numpy as np

from tests.wrong_answers import Stops

WRONG = {
    "4.1": [214, 214.8, 216, 55_000, None],
    "4.2": [
        lambda step, steps, peak: peak,
        lambda step, steps, peak: peak * (1 - step / steps),
        lambda step, steps, peak: peak * np.cos(np.pi * step / steps),
        Stops(lambda step, steps, peak: None),
    ],
    "4.3": [0.05, 0.11, 30, None],
}
