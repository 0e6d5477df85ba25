"""The exercises of 10_lenet5_as_published: a check for each, which returns None if right, or a hint."""

import numpy as np


def _tables():
    """(table of C3's connections, whether it may be the paper's, what is wrong with it)."""
    from utils.lenet1998 import C3_TABLE  # loads TensorFlow; only when an answer is checked

    good = [list(row) for row in C3_TABLE]
    other = [*good[:14], good[15], good[14]]
    turned = [sorted((source + 2) % 6 for source in row) for row in good]
    doubled = [good[0], *good[:5], *good[6:]]
    twice = [[0, 1, 1], *good[1:]]
    unsorted = [[2, 1, 0], *good[1:]]
    uneven = [*good[:5], [0, 1, 3], *good[6:]]
    fewer = [*good[:15], [0, 1, 2, 3, 4]]
    return [
        (good, True, "the paper's own table"),
        (turned, True, "a table with the maps of S2 renumbered"),
        (other, True, "a table with two rows changed over"),
        (doubled, False, "a table with a row that stands there twice"),
        (twice, False, "a table with a row that names a map twice"),
        (unsorted, False, "a table with a row that is not sorted"),
        (uneven, False, "a table that shows one map of S2 more often than another"),
        (fewer, False, "a table of 59 kernels"),
    ]


def _possible_table(answer):
    for table, expected, what in _tables():
        if bool(answer(table)) != expected:
            return f"{what} should give {expected}"
    return None


def _sdlm_step(answer):
    rng = np.random.default_rng(31)
    for n, d, eta, mu in ((40, 3, 0.1, 0.02), (1, 2, 0.5, 1.0), (7, 5, 0.01, 0.5)):
        x = rng.normal(size=(n, d)) * np.logspace(0, 1, d)
        w, t = rng.normal(size=d), rng.choice([-1, 1], n)
        p = 1 / (1 + np.exp(-x @ w))
        gradient = x.T @ (p - (t == 1)) / n
        expected = w - eta * gradient / (mu + (p * (1 - p)) @ x**2 / n)
        given = np.asarray(answer(w.copy(), x, t, eta, mu), dtype=float)
        if given.shape != (d,):
            return f"with {d} weights, {d} new weights are wanted, not the shape {given.shape}"
        if not np.allclose(given, expected, rtol=1e-4):
            step, wanted = given - w, expected - w
            return f"a step is {np.round(step, 4)}; it should be {np.round(wanted, 4)}"
    return None


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
    "10.1": _possible_table,
    "10.2": _codes_as_dense_layer,
    "10.3": _equation_9,
    "10.4": _sdlm_step,
}
