"""The exercises of 12_your_own_images: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.mnist import load_mnist
from utils.own_images.preparing import cut, placed, scaled

FOLD_ROWS = 40
"""Rows of the split of exercise 12.3."""


def _center(answer):
    if not callable(answer):
        return f"a function is wanted, not {type(answer).__name__}"
    for image in load_mnist().x_train[:200]:
        box = cut(image.astype(float))
        if box.shape[0] > 20 or box.shape[1] > 20:
            continue
        given = np.asarray(answer(box.copy()))
        if given.shape != (28, 28):
            return f"28x28 pixels are wanted, not {given.shape}"
        if not np.array_equal(given, placed(box)):
            if given.sum() != box.sum():
                return "ink is lost or added on the way"
            return "the box is in the frame, but not where its mass is balanced"
    return None


def _scale(answer):
    if not callable(answer):
        return f"a function is wanted, not {type(answer).__name__}"
    for height, width in ((40, 10), (7, 30), (20, 20), (100, 99), (3, 60)):
        given = answer(height, width)
        if not isinstance(given, tuple) or len(given) != 2:
            return "a tuple of two whole numbers is wanted"
        if tuple(given) != scaled(np.ones((height, width))).shape:
            if max(given) != 20:
                return f"for {height}x{width}, the longer side is not 20"
            return f"for {height}x{width}, the shorter side does not keep the aspect"
    return None


def photo_table(seed=0):
    """Return the people of 40 photographs and which of them are in the test part: exercise 12.3.

    Returns:
        (people, test): (40,) names, (40,) bool.
    """
    rng = np.random.default_rng([123, seed])
    people = rng.choice([f"person {letter}" for letter in "ABCDEFGHIJKL"], FOLD_ROWS)
    return people, rng.random(FOLD_ROWS) < 0.25


def _groups(answer):
    if not callable(answer):
        return f"a function is wanted, not {type(answer).__name__}"
    for seed in range(5):
        people, test = photo_table(seed)
        given = np.asarray(answer(people.copy(), test.copy()))
        if given.shape != (FOLD_ROWS,) or given.dtype != bool:
            return f"{FOLD_ROWS} values True or False are wanted"
        expected = ~np.isin(people, people[test])
        if (given & test).any():
            return "a test photograph would be trained on"
        if (given & ~expected).any():
            return "somebody would be in both parts"
        if not np.array_equal(given, expected):
            return "nobody is in both parts, but photographs are thrown away without need"
    return None


CHECKS = {"12.1": _center, "12.2": _scale, "12.3": _groups}
