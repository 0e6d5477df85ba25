"""The exercises of 06_diagnose_overfitting: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.exercises.answers import function
from utils.histories import UNLABELED
from utils.images import prepare
from utils.mnist import load_mnist, split, stratified_sample

LARGEST_ERROR = 0.08
"""The share of other digits that the repaired run of exercise 6.2 may misread."""
STOPS = (
    ([0.9, 0.5, 0.6, 0.7, 0.4], 2, 4, 2),
    ([0.9, 0.5, 0.6, 0.4, 0.5, 0.3, 0.4, 0.4], 2, 8, 6),
    ([0.9, 0.5, 0.6, 0.55, 0.52, 0.7, 0.1], 3, 5, 2),
    ([0.9, 0.8, 0.7], 1, 3, 3),
    ([0.4, 0.5], 5, 2, 1),
    ([0.5, 0.5, 0.5, 0.1], 2, 3, 1),
)
"""Exercise 6.1: validation losses, patience, the epoch in which training stops, and the best one up to there."""


@function
def _patience(answer):
    for losses, patience, stop, best in STOPS:
        given = answer(list(losses), patience)
        if not isinstance(given, (tuple, list)) or len(given) != 2:
            return "two epochs are wanted: where training stopped, and the best one"
        for name, right, epoch in zip(
            ("the epoch it stops in", "the best epoch"), (stop, best), given
        ):
            if epoch != right:
                return f"with losses {losses} and patience {patience}, {name} is not {epoch}"
    return None


@function
def _repair(answer):
    digits = load_mnist()
    train, validation = split(digits.y_train)
    few = train[stratified_sample(digits.y_train[train], 200, seed=1)]
    network = answer(prepare(digits.x_train[few]), digits.y_train[few], 1)
    if not hasattr(network, "predict"):
        return f"a trained Keras model is wanted, not {type(network).__name__}"
    others = validation[:2_000]
    # not `evaluation.predict`: Keras's own lets layers rest that move images in training
    predicted = network.predict(prepare(digits.x_train[others]), verbose=0).argmax(axis=1)
    error = np.mean(predicted != digits.y_train[others])
    return None if error <= LARGEST_ERROR else f"it misreads {error:.1%} of other digits"


def _five_verdicts(answer):
    if not isinstance(answer, dict) or set(answer) != set("abcde"):
        return "a dict with the keys a to e is wanted"
    wrong = [letter for letter, label in zip("abcde", UNLABELED) if answer[letter] != label]
    return f"look again at {', '.join(wrong)}" if wrong else None


CHECKS = {
    "6.1": _patience,
    "6.2": _repair,
    "6.3": _five_verdicts,
}
