"""The exercises of 03_build_lenet5: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.exercises.answers import number


def _cross_entropy(answer):
    rng = np.random.default_rng(2)
    logits, labels = rng.normal(0, 3, (50, 10)), rng.integers(0, 10, 50)
    shifted = logits - logits.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(50), labels]
    given = np.asarray(answer(logits, labels))
    if given.shape != ():
        return f"one number is wanted, the mean, not an array of shape {given.shape}"
    if abs(given - losses.mean()) > 1e-6:
        return "the number is off: is it the mean of -log of the label's softmax probability?"
    with np.errstate(all="ignore"):
        large = answer(logits * 1_000, labels)
    return (
        None
        if np.isfinite(large)
        else "it overflows for logits near 1,000: subtract the largest logit first"
    )


def _lenet5_for_28(answer):
    if not hasattr(answer, "count_params"):
        return f"a Keras model is wanted, not {type(answer).__name__}"
    if answer.input_shape != (None, 28, 28, 1):
        return f"the input must be (28, 28, 1), not {answer.input_shape[1:]}"
    if answer.output_shape != (None, 10):
        return f"the output must be ten logits, not {answer.output_shape[1:]}"
    if answer.count_params() != 44_426:
        return f"it has {answer.count_params():,} parameters; work out what each layer should have"
    return None


CHECKS = {
    "3.1": number(
        440, 440, "each of the 8 maps has a kernel of 3x3 for each of the 6 maps, and one bias"
    ),
    "3.2": _cross_entropy,
    "3.3": _lenet5_for_28,
}
