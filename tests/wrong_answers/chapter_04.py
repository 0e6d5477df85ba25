"""Wrong answers to the exercises of chapter 4."""

import numpy as np

from tests.wrong_answers import Stops


def descent(loss, start, rate, steps, sign=-1, together=False, in_turn=False):
    """Gradient descent with one mistake: uphill, one nudge for all weights, or each weight moved before the next slope."""
    w = np.array(start, dtype=float)
    for _ in range(steps):
        nudges = 1e-4 * np.eye(len(w))
        if together:
            nudges = np.full_like(nudges, 1e-4)
        here = w
        if in_turn:
            for index, nudge in enumerate(nudges):
                w = w.copy()
                w[index] += sign * rate * (loss(w + nudge) - loss(w - nudge)) / 2e-4
        else:
            w = here + sign * rate * np.array(
                [(loss(here + nudge) - loss(here - nudge)) / 2e-4 for nudge in nudges]
            )
    return w


def cut(order, size):
    return [order[start : start + size] for start in range(0, len(order), size)]


WRONG = {
    "4.1": [
        lambda loss, start, rate, steps: descent(loss, start, rate, steps, sign=1),
        lambda loss, start, rate, steps: descent(loss, start, rate, steps, together=True),
        lambda loss, start, rate, steps: descent(loss, start, rate, steps, in_turn=True),
        lambda loss, start, rate, steps: descent(loss, start, rate, min(steps, 1)),
        lambda loss, start, rate, steps: loss(start),
        Stops(lambda loss, start: start),
    ],
    "4.2": [
        lambda rows, size: cut(np.arange(rows), size),
        lambda rows, size: cut(np.random.default_rng(0).permutation(rows), size),
        lambda rows, size: cut(np.random.permutation(rows)[: rows // size * size], size) or [[]],
        lambda rows, size: cut(np.random.choice(rows, rows), size),
        lambda rows, size: [np.random.permutation(part) for part in cut(np.arange(rows), size)],
        lambda rows, size: np.array_split(np.random.permutation(rows), -(-rows // size) + 1),
        lambda rows, size: [np.random.permutation(rows)],
    ],
    "4.3": [
        {"a": "labels", "b": "softmax", "c": "healthy", "d": "pixels"},
        {"a": "softmax", "b": "healthy", "c": "labels", "d": "pixels"},
        {"a": "softmax", "b": "healthy", "c": "healthy", "d": "pixels"},
        {"a": "softmax", "d": "pixels"},
        "softmax",
    ],
    "4.4": [
        {"pooling": "max"},
        {"label_smoothing": 0.1},
        {"epochs": 30},
        {"batch_size": 32, "learning_rate": 0.01},
        0.01,
    ],
}
