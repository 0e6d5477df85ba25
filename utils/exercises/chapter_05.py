"""The exercises of 05_area_regression: a check for each, which returns None if right, or a hint."""

from functools import cache

import numpy as np
from scipy import ndimage

from utils.area import filled_area
from utils.images import prepare
from utils.mnist import load_mnist
from utils.pipeline import Pipeline, calibrate, level
from utils.scenes import draw_noise, draw_scenes


def _drawn():
    """Five images of ink in uint8 that digits seldom look like."""
    drawn = np.zeros((5, 28, 28), np.uint8)
    drawn[1] = 255
    rows, columns = np.mgrid[:28, :28]
    drawn[2][np.abs(rows - 14) + np.abs(columns - 14) == 6] = 255  # closed by corners alone
    drawn[3, 4:20, 4:20] = 200
    drawn[3, 6:9, 6:9] = drawn[3, 12:15, 6:9] = drawn[3, 10, 16] = 127
    drawn[4, 14] = 255  # paper on both sides, and no hole
    return drawn


def _holes(answer):
    x = np.concatenate([_drawn(), load_mnist().x_train[:400]])
    found = np.asarray(answer(x.copy()))
    if found.shape != (len(x),):
        return (
            f"for {len(x)} images {len(x)} numbers are wanted, not an array of shape {found.shape}"
        )
    ink = x >= 128
    holes = np.array([ndimage.label(ndimage.binary_fill_holes(i) & ~i)[1] for i in ink])
    if np.array_equal(found, holes):
        return None
    many, few = np.sum(found > holes), np.sum(found < holes)
    return (
        f"of {len(x)} images {many} get too many holes and {few} too few; draw a small ring by hand, "
        "closed by corners alone, and a line across the whole image"
    )


@cache
def _scenes():
    """Scenes of training and of validation digits: (scenes, areas) for each, and the pipeline's error on the latter."""
    digits, rng = load_mnist(), np.random.default_rng(17)
    rows = rng.choice(60_000, 4_000, replace=False)
    scenes = prepare(digits.x_train[rows])[..., 0]
    scenes = draw_scenes(scenes, draw_noise(len(rows), rng), rng)
    areas = filled_area(digits.x_train[rows])
    known, fresh = (scenes[:2_000], areas[:2_000]), (scenes[2_000:], areas[2_000:])
    error = np.abs(Pipeline().fit(*known).predict(fresh[0]) - fresh[1]).mean()
    return known, fresh, error


def _better_pipeline(answer):
    known, fresh, chapter = _scenes()

    def counts(scenes):
        return np.array([np.asarray(answer(scene.copy()), dtype=float) for scene in scenes])

    before = counts(known[0])
    if before.ndim != 1 or not np.isfinite(before).all():
        return "for one (32, 32) scene one finite number is wanted"
    noise = [level(scenes)[1] for scenes, _ in (known, fresh)]
    calibration = calibrate(before, noise[0], known[1])
    error = np.abs(calibration(counts(fresh[0]), noise[1]) - fresh[1]).mean()
    if error <= 0.9 * chapter:
        return None
    return (
        f"calibrated, it is off by {error:.1f} px² on fresh scenes, the chapter's by {chapter:.1f} px²; "
        "wanted: at most nine tenths of that. Draw the steps of a dark scene: which one goes wrong, and where?"
    )


def _mean_absolute_error(answer):
    rng = np.random.default_rng(19)
    for n in (3, 50, 1_000):
        true = rng.integers(20, 300, n)
        predicted = true + rng.normal(2, 9, n)
        expected = np.abs(predicted - true).mean()
        for shape in ((n, 1), (n,)):
            found = np.asarray(answer(predicted.reshape(shape), true))
            if found.shape != ():
                return f"one number is wanted, not an array of shape {found.shape}"
            if not np.isclose(found, expected):
                return (
                    f"for predictions {shape} and targets ({n},) the answer is {found:.1f} px² and "
                    f"should be {expected:.1f} px²; print the shape of each step"
                )
    return None


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


CHECKS = {
    "5.1": _holes,
    "5.2": _better_pipeline,
    "5.3": _mean_absolute_error,
    "5.4": _target_for_a_line,
}
