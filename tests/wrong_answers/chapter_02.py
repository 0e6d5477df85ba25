"""Wrong answers to the exercises of chapter 2."""

import numpy as np

from tests.wrong_answers import Stops

WRONG = {
    "2.1": [14, 18, 32, 0, None, "22"],
    "2.2": [
        lambda x: x,
        lambda x: x[:, 4:, 4:],
        lambda x: x[:, :28, :28],
        lambda x: x[2:-2, 2:-2],
        Stops(np.zeros(3)),
    ],
    "2.3": [(0, 0), (-0.1, 0), (0.1, 0.4242), -0.1, (-0.1, -0.4242, 0)],
}
