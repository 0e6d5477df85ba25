"""The exercises of 05_area_regression: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.area import hull_area
from utils.evaluation import conformal_radius
from utils.exercises.answers import number
from utils.images import prepare
from utils.mnist import load_mnist


def _hull_regressor(answer):
    digits = load_mnist()
    says = np.asarray(answer(prepare(digits.x_test[:1_000])))
    if says.shape != (1_000,):
        return f"for 1,000 images 1,000 numbers are wanted, not an array of shape {says.shape}"
    error = np.abs(says - hull_area(digits.x_test[:1_000])).mean()
    if error <= 12:
        return None
    return f"the mean absolute error is {error:.1f} px²; train longer, and check the target and its unit"


def _target_for_a_line(answer):
    rng = np.random.default_rng(11)
    x = load_mnist().x_train[np.sort(rng.choice(60_000, 2_000, replace=False))]
    target = np.asarray(answer(x), dtype=float)
    if target.shape != (2_000,):
        return f"for 2,000 images 2,000 numbers are wanted, not an array of shape {target.shape}"
    if np.std(target) == 0:
        return "all numbers are equal: then there is nothing to predict"
    sums = x.sum(axis=(1, 2), dtype=float)
    error = np.abs(np.polyval(np.polyfit(sums, target, 1), sums) - target).mean() / np.std(target)
    if error < 0.001:
        return None
    return f"the line is off by {error:.2f} standard deviations of your target: a network can do that too"


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


CHECKS = {
    "5.1": number(61_026, 61_026, "add two heads of 84 weights and a bias each to the trunk"),
    "5.2": _hull_regressor,
    "5.3": _target_for_a_line,
    "5.4": _radius,
}
