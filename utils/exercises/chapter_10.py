"""The exercises of 10_lenet5_as_published: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.exercises.answers import number


def _equation_9(answer):
    from utils.lenet1998 import MapLoss  # loads TensorFlow; only when an answer is checked

    rng = np.random.default_rng(23)
    for scale, j in ((5, 1.0), (5, 0.1), (60, 3.0), (2_000, 1.0)):
        distances = rng.uniform(0, scale, (200, 10))
        labels = rng.integers(0, 10, 200)
        expected = float(MapLoss(j)(labels, -distances.astype(np.float32)))
        given = np.asarray(answer(distances, labels, j))
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        if not np.isclose(given, expected, rtol=1e-4):
            return f"with distances up to {scale} and j = {j} it should be {expected:.3f}, not {given:.3f}"
    return None


def _codes_as_dense_layer(answer):
    from utils.lenet1998 import CODES

    weights, biases = (np.asarray(part, dtype=float) for part in answer)
    if weights.shape != (84, 10) or biases.shape != (10,):
        return f"shapes (84, 10) and (10,) are wanted, not {weights.shape} and {biases.shape}"
    features = np.random.default_rng(29).uniform(-1.7, 1.7, (50, 84))
    distances = ((features[:, None] - CODES.reshape(10, 84)) ** 2).sum(axis=2)
    extra = features @ weights + biases + distances
    if np.ptp(extra, axis=1).max() > 1e-6:
        return "logits plus distance should be the same number for all ten digits; multiply the square out"
    return None


CHECKS = {
    "10.1": number(
        5, 5, "look at the nearest pair of codes: when is a flipped code as near to both?"
    ),
    "10.2": _codes_as_dense_layer,
    "10.3": _equation_9,
}
