"""The exercises of 04_train_classifier: a check for each, which returns None if right, or a hint."""

import numpy as np

HEALTHY, PIXELS, SOFTMAX, LABELS = "healthy", "pixels", "softmax", "labels"
SUSPECTS = {"a": SOFTMAX, "b": LABELS, "c": HEALTHY, "d": PIXELS}


def suspect(name):
    """Return a set-up for training, (network, x, y), that may have a mistake in it: which one, exercise 4.3 asks.

    Args:
        name: "a", "b", "c" or "d".

    Returns:
        A compiled network, 64 images (64, 32, 32, 1) and labels (64,); the same ones with every call.

    Raises:
        ValueError: there is no such set-up.
    """
    if name not in SUSPECTS:
        raise ValueError(f"name is {name!r}; allowed: {', '.join(SUSPECTS)}")
    from utils.backend import keras  # loads TensorFlow; only when somebody asks
    from utils.images import prepare
    from utils.mnist import load_mnist
    from utils.networks import lenet5
    from utils.training import set_seed

    bug, mnist = SUSPECTS[name], load_mnist()
    x, y = prepare(mnist.x_train[:64]), mnist.y_train[:64].astype(int)
    set_seed(4)
    network = lenet5()
    if bug == SOFTMAX:
        # the Rescaling keeps quiet Keras's warning, which would tell
        last = [keras.layers.Softmax(), keras.layers.Rescaling(1.0)]
        network = keras.Sequential([network, *last])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.002), loss)
    if bug == PIXELS:
        x = 255 * x
    return network, x, np.roll(y, 1) if bug == LABELS else y


def _bowl(w):
    return 2 * w[0] ** 2 + w[1] ** 2 + 1.5 * w[0] * w[1] - w[0] + w[2] ** 2 / 2


def _bowl_slopes(w):
    return np.array([4 * w[0] + 1.5 * w[1] - 1, 2 * w[1] + 1.5 * w[0], w[2]])


def _valley(w):
    return np.logaddexp(0, -w[0]) + np.logaddexp(0, w[0] - w[1]) + w[1] ** 2 / 4


def _valley_slopes(w):
    left, right = 1 / (1 + np.exp(w[0])), 1 / (1 + np.exp(w[1] - w[0]))
    return np.array([right - left, w[1] / 2 - right])


def _descent(answer):
    for loss, slopes, start, rate in (
        (_bowl, _bowl_slopes, [1.0, -2.0, 3.0], 0.1),
        (_valley, _valley_slopes, [-1.0, 2.0], 0.7),
    ):
        for steps in (0, 1, 7):
            expected = np.array(start)
            for _ in range(steps):
                expected = expected - rate * slopes(expected)
            given = np.asarray(answer(loss, np.array(start), rate, steps))
            if given.shape != expected.shape:
                return f"an array of {len(start)} weights is wanted, not {given!r}"
            if not np.allclose(given, expected, atol=0.002):
                return (
                    f"after {steps} steps on one of the check's functions the weights are off: does every weight step "
                    "against its own slope, and are all slopes of a step measured at the same place?"
                )
    return None


def _batches(answer):
    for rows, size in ((103, 10), (60, 20), (7, 50)):
        epochs = [[np.asarray(batch) for batch in answer(rows, size)] for _ in range(2)]
        for batches in epochs:
            seen = np.concatenate(batches)
            if sorted(seen) != list(range(rows)):
                return f"{rows} rows in batches of {size}: not every row comes exactly once"
            if len(batches) != -(-rows // size) or max(map(len, batches)) > size:
                sizes = ", ".join(str(len(batch)) for batch in batches)
                return f"{rows} rows in batches of {size} give batches of {sizes}"
        if rows == 103:
            if any(np.ptp(batch) < size for batch in epochs[0] if len(batch) == size):
                return "a batch holds only neighbors: images that stand together stay together"
            if np.array_equal(*map(np.concatenate, epochs)):
                return "two epochs have the same order"
    return None


def _suspects(answer):
    if not isinstance(answer, dict) or set(answer) != set(SUSPECTS):
        return "a word for each of the four is wanted: {'a': ..., 'b': ..., 'c': ..., 'd': ...}"
    if sorted(map(str, answer.values())) != sorted(SUSPECTS.values()):
        return f"each of these words is wanted once: {', '.join(sorted(SUSPECTS.values()))}"
    if answer != SUSPECTS:
        return "for each, note the loss before training and after 60 epochs, and look at some images with their labels"
    return None


ONE_CHANGE = ("learning_rate", "batch_size", "schedule", "label_smoothing", "activation", "pooling")
WANTED = 0.018


def _one_change(answer):
    """Train for three epochs on 20,000 images, warm-up and cosine, with one thing changed."""
    if not isinstance(answer, dict) or len(answer) != 1 or not set(answer) <= set(ONE_CHANGE):
        return f"one change is wanted, {{name: value}}, with a name from {', '.join(ONE_CHANGE)}"
    from dataclasses import replace

    from utils.evaluation import error_rate, predict_digits
    from utils.images import prepare
    from utils.mnist import load_mnist, split
    from utils.networks import lenet5
    from utils.recipes import Recipe
    from utils.training import set_seed

    network_part = {name: answer[name] for name in answer if name in ("activation", "pooling")}
    recipe = Recipe(epochs=3, batch_size=256, learning_rate=0.005)
    recipe = replace(recipe, **{name: answer[name] for name in answer if name not in network_part})
    mnist = load_mnist()
    train, validation = split(mnist.y_train, train_size=20_000)
    set_seed(0)
    network = lenet5(**network_part)
    recipe.train(network, prepare(mnist.x_train[train]), mnist.y_train[train], progress=False)
    predicted = predict_digits(network, prepare(mnist.x_train[validation]))
    error = error_rate(mnist.y_train[validation], predicted).rate
    if error <= WANTED:
        return None
    return f"this change leads to a validation error of {error:.2%}: how many steps does it take?"


CHECKS = {
    "4.1": _descent,
    "4.2": _batches,
    "4.3": _suspects,
    "4.4": _one_change,
}
