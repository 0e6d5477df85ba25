"""The answers the exercises accept: a check for each, which returns None if right, or a hint that gives nothing away.

Call `lesson.check_exercise` in a notebook; the solutions stand folded below the exercises.
"""

import numbers

import numpy as np

from utils import histories, images
from utils.area import hull_area
from utils.evaluation import conformal_radius, predict_digits
from utils.mnist import load_mnist
from utils.overfitting_experiments import Task


def verdict(name, answer):
    """Judge `answer` to the exercise `name`: "not attempted", "right", or "not yet: ..." with a hint.

    Args:
        name: chapter and number, such as "2.1".
        answer: what the reader assigned; `...` means nothing yet.

    Raises:
        KeyError: there is no such exercise.
    """
    check = CHECKS[name]
    if answer is ...:
        return "not attempted"
    try:
        hint = check(answer)
    except Exception as error:  # a reader's function may stop with anything
        hint = f"your answer stops with {type(error).__name__}: {error}"
    return "right" if hint is None else f"not yet: {hint}"


def _number(low, high, hint):
    """A check for one number from `low` to `high`."""

    def check(answer):
        if isinstance(answer, bool) or not isinstance(answer, numbers.Real):
            return f"a number is wanted, not {type(answer).__name__}"
        return None if low <= answer <= high else hint

    return check


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


def _half_cosine(answer):
    for step, expected in ((0, 0.01), (500, 0.005), (1_000, 0.0), (250, 0.0085355)):
        given = answer(step, 1_000, 0.01)
        if abs(given - expected) > 1e-6:
            return f"at step {step} of 1,000 with peak 0.01 the rate should be {expected:.4g}, not {given:.4g}"
    return None


def _hull_regressor(answer):
    digits = load_mnist()
    says = np.asarray(answer(images.prepare(digits.x_test[:1_000])))
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


def _five_verdicts(answer):
    if not isinstance(answer, dict) or set(answer) != set("abcde"):
        return "a dict with the keys a to e is wanted"
    wrong = [
        letter for letter, label in zip("abcde", histories.UNLABELED) if answer[letter] != label
    ]
    return f"look again at {', '.join(wrong)}" if wrong else None


def _repair(answer):
    task = Task("classifier")
    network = answer(*task.sample(200, seed=1), 1)
    if not hasattr(network, "predict"):
        return f"a trained Keras model is wanted, not {type(network).__name__}"
    x, y = (part[:2_000] for part in task.validation)
    error = np.mean(predict_digits(network, x) != y)
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


def _equation_9(answer):
    from utils.lenet1998 import MapLoss

    rng = np.random.default_rng(23)
    for scale, j in ((5, 1.0), (5, 0.1), (60, 3.0), (2_000, 1.0)):
        distances = rng.uniform(0, scale, (200, 10))
        labels = rng.integers(0, 10, 200)
        expected = float(MapLoss(j)(labels, -distances.astype(np.float32)))
        given = np.asarray(answer(distances, labels, j))
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        if not np.isclose(given, expected, rtol=1e-4):
            return f"with distances up to {scale} and j = {j} it should be {expected:.3f}, not {given:.3f}"
    return None


def _codes_as_dense_layer(answer):
    from utils.lenet1998 import CODES

    weights, biases = (np.asarray(part, dtype=float) for part in answer)
    if weights.shape != (84, 10) or biases.shape != (10,):
        return f"shapes (84, 10) and (10,) are wanted, not {weights.shape} and {biases.shape}"
    features = np.random.default_rng(29).uniform(-1.7, 1.7, (50, 84))
    distances = ((features[:, None] - CODES.reshape(10, 84)) ** 2).sum(axis=2)
    extra = features @ weights + biases + distances
    if np.ptp(extra, axis=1).max() > 1e-6:
        return "logits plus distance should be the same number for all ten digits; multiply the square out"
    return None


CHECKS = {
    "1.1": _number(
        35_000, 41_000, "put p = 0.01 into 1.96 standard errors, set it to 0.001, and solve for n"
    ),
    "1.2": _ink_height,
    "1.3": _most_confused,
    "2.1": _number(22, 22, "C3's units see 14 pixels and lie 2 pixels apart"),
    "2.2": _middle,
    "2.3": _backgrounds,
    "3.1": _number(
        440, 440, "each of the 8 maps has a kernel of 3x3 for each of the 6 maps, and one bias"
    ),
    "3.2": _cross_entropy,
    "3.3": _lenet5_for_28,
    "4.1": _number(
        215, 215, "divide the images by the batch size; the last, smaller batch is a step too"
    ),
    "4.2": _half_cosine,
    "4.3": _number(
        0.0015, 0.003, "only the digits that exactly one of the two got wrong count: 30 and 10"
    ),
    "5.1": _number(61_026, 61_026, "add two heads of 84 weights and a bias each to the trunk"),
    "5.2": _hull_regressor,
    "5.3": _target_for_a_line,
    "5.4": _radius,
    "6.1": _five_verdicts,
    "6.2": _repair,
    "6.3": _calibration_error,
    "7.1": _number(
        5, 5, "look at the nearest pair of codes: when is a flipped code as near to both?"
    ),
    "7.2": _equation_9,
    "7.3": _codes_as_dense_layer,
}
