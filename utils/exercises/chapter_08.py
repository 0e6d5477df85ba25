"""The exercises of 08_trust_a_measurement: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.exercises.answers import number

PROMISES = {"a": "kept", "b": "broken", "c": "broken", "d": "broken", "e": "kept"}
"""Whether 90% of the truths lie in the intervals, for each of the situations of exercise 8.3."""


def _upper_bounds(answer):
    rng = np.random.default_rng(13)
    for n, coverage in ((19, 0.9), (99, 0.8), (500, 0.9), (4_999, 0.95)):
        predicted, new = rng.uniform(50, 200, n), rng.uniform(50, 200, 40)
        true = predicted + 3 + rng.gamma(2, 5, n) * rng.choice([-1, 0.4], n)
        given = np.asarray(answer(predicted.copy(), true.copy(), new.copy(), coverage))
        if given.shape != (40,):
            return f"for 40 new answers 40 bounds are wanted, not an array of shape {given.shape}"
        expected = new + np.sort(true - predicted)[int(np.ceil((n + 1) * coverage)) - 1]
        if not np.allclose(given, expected, rtol=1e-9):
            kind = "low" if given.mean() < expected.mean() else "high"
            return f"with {n:,} calibration images and a coverage of {coverage} your bounds are too {kind}"
    return None


def _promises(answer):
    if not isinstance(answer, dict) or set(answer) != set(PROMISES):
        return f"a dict with the keys {', '.join(PROMISES)} is wanted"
    if not set(answer.values()) <= set(PROMISES.values()):
        return 'each value is "kept" or "broken"'
    wrong = sum(answer[key] != value for key, value in PROMISES.items())
    if wrong:
        return f"{wrong} of five differ; ask of each whether the new image could have been one of the calibration images"
    return None


def _lopsided(answer):
    rng = np.random.default_rng(13)
    for areas in (rng.gamma(4, 30, 2_001), rng.normal(200, 20, 500), rng.integers(0, 400, 300)):
        given = np.asarray(answer(areas), dtype=float)
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        missing = areas - given
        cost = np.where(missing > 0, 3 * missing, -missing).mean()
        best = min(
            np.where(areas > value, 3 * (areas - value), value - areas).mean() for value in areas
        )
        if not cost <= 1.0005 * best:
            return f"a number costs {cost:.2f} an area with yours, and {best:.2f} with the best"
    return None


CHECKS = {
    "8.1": number(
        0.36,
        0.42,
        "draw 2 and 20 numbers many times, keep the smallest of each, and compare their means",
    ),
    "8.2": _upper_bounds,
    "8.3": _promises,
    "8.4": _lopsided,
}
