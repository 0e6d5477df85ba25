"""The exercises of 08_trust_a_measurement: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.evaluation import conformal_radius


def _radius(answer):
    rng = np.random.default_rng(13)
    for n, coverage in ((19, 0.9), (99, 0.8), (500, 0.9), (4_999, 0.95)):
        residuals = rng.standard_t(3, n)
        given = np.asarray(answer(residuals, coverage))
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        expected = conformal_radius(np.zeros(n), residuals, coverage)
        if not np.isclose(given, expected, rtol=1e-9):
            kind = "small" if given < expected else "large"
            return f"for {n:,} residuals and a coverage of {coverage} your radius is too {kind}"
    return None


def _radius_for_each_answer(answer):
    rng = np.random.default_rng(13)
    for n in (150, 3_000):
        digits = np.concatenate([np.repeat(np.arange(10), 9), rng.integers(0, 10, n - 90)])
        residuals = rng.standard_t(3, n) * (1 + digits)
        given = np.asarray(answer(residuals, digits))
        if given.shape != (10,):
            return f"ten numbers are wanted, not an array of shape {given.shape}"
        for digit in range(10):
            group = residuals[digits == digit]
            expected = conformal_radius(np.zeros(len(group)), group)
            if not np.isclose(given[digit], expected, rtol=1e-9):
                kind = "small" if given[digit] < expected else "large"
                return f"for {len(group)} residuals of images that are called a {digit} your radius is too {kind}"
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


CHECKS = {"8.1": _radius, "8.2": _radius_for_each_answer, "8.3": _lopsided}
