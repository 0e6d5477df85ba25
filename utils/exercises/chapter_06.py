"""The exercises of 06_diagnose_overfitting: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.evaluation import predict_digits
from utils.histories import UNLABELED
from utils.images import prepare
from utils.mnist import load_mnist, split, stratified_sample


def _five_verdicts(answer):
    if not isinstance(answer, dict) or set(answer) != set("abcde"):
        return "a dict with the keys a to e is wanted"
    wrong = [letter for letter, label in zip("abcde", UNLABELED) if answer[letter] != label]
    return f"look again at {', '.join(wrong)}" if wrong else None


def _repair(answer):
    digits = load_mnist()
    train, validation = split(digits.y_train)
    few = train[stratified_sample(digits.y_train[train], 200, seed=1)]
    network = answer(prepare(digits.x_train[few]), digits.y_train[few], 1)
    if not hasattr(network, "predict"):
        return f"a trained Keras model is wanted, not {type(network).__name__}"
    others = validation[:2_000]
    predicted = predict_digits(network, prepare(digits.x_train[others]))
    error = np.mean(predicted != digits.y_train[others])
    return None if error <= 0.09 else f"it misreads {error:.1%} of other digits"


def _calibration_error(answer):
    rng = np.random.default_rng(17)
    for _ in range(5):
        logits, labels = rng.normal(0, 2, (500, 10)), rng.integers(0, 10, 500)
        logits[np.arange(300), labels[:300]] += 4
        probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
        bins = np.minimum((sure * 10).astype(int), 9)
        expected = sum(abs((sure - right)[bins == number].sum()) for number in range(10)) / 500
        given = np.asarray(answer(probabilities, labels))
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        if abs(given - expected) > 1e-6:
            return f"it should be {expected:.4f} here, not {given:.4f}"
    return None


CHECKS = {
    "6.1": _five_verdicts,
    "6.2": _repair,
    "6.3": _calibration_error,
}
