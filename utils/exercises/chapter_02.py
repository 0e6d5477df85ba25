"""The exercises of 02_pad_to_32x32: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.exercises.answers import number


def _middle(answer):
    frames = np.random.default_rng(5).integers(0, 256, (3, 32, 32), dtype=np.uint8)
    middle = np.asarray(answer(frames))
    if middle.shape != (3, 28, 28):
        return f"the shape must be (3, 28, 28) for three images, not {middle.shape}"
    return (
        None
        if np.array_equal(middle, frames[:, 2:30, 2:30])
        else "the size is right, the place is not"
    )


def _backgrounds(answer):
    if np.shape(answer) != (2,):
        return "a tuple of two numbers is wanted"
    wrong = [
        which
        for which, a, b in zip(("first", "second"), answer, (-0.1, -0.4242))
        if abs(a - b) > 0.005
    ]
    return (
        f"the {' and the '.join(wrong)} is not what the background 0 has become" if wrong else None
    )


CHECKS = {
    "2.1": number(22, 22, "C3's units see 14 pixels and lie 2 pixels apart"),
    "2.2": _middle,
    "2.3": _backgrounds,
}
