"""The exercises of 01_load_mnist: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.exercises.answers import number


def _boxes():
    """Digit-like test images: (20, 28, 28) uint8 with ink in a random box."""
    rng = np.random.default_rng(7)
    boxes = np.zeros((20, 28, 28), np.uint8)
    for image in boxes:
        top, left = rng.integers(2, 12, 2)
        image[top : top + rng.integers(3, 14), left : left + rng.integers(3, 14)] = rng.integers(
            100, 256
        )
    return boxes


def _ink_height(answer):
    boxes = _boxes()
    heights = np.asarray(answer(boxes))
    if heights.shape != (20,):
        return f"for 20 images 20 numbers are wanted, not an array of shape {heights.shape}"
    expected = (boxes >= 128).any(axis=2).sum(axis=1)
    if np.array_equal(heights, expected):
        return None
    if np.array_equal(heights, (boxes >= 128).any(axis=1).sum(axis=1)):
        return "these are widths: you counted columns"
    return "some heights are off; ink begins at 128, and a row counts once however many ink pixels it has"


def _most_confused(answer):
    rng = np.random.default_rng(3)
    for _ in range(20):
        labels = rng.integers(0, 10, 2_000)
        predictions = np.where(rng.random(2_000) < 0.7, labels, rng.integers(0, 10, 2_000))
        label, prediction = rng.choice(10, 2, replace=False)
        predictions[np.flatnonzero(labels == label)[:60]] = prediction
        pair = tuple(int(value) for value in answer(labels, predictions))
        if pair[0] == pair[1]:
            return f"{pair} is not a mistake: leave the right answers out"
        if pair == (prediction, label):
            return "the order is (label, prediction)"
        if pair != (label, prediction):
            return "another pair has more mistakes"
    return None


CHECKS = {
    "1.1": number(
        35_000, 41_000, "put p = 0.01 into 1.96 standard errors, set it to 0.001, and solve for n"
    ),
    "1.2": _ink_height,
    "1.3": _most_confused,
}
