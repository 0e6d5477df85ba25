"""The experiments of chapter 5 that need many runs: three ways to start, losses and augmentation.

Each table is a generator of rows; `utils.measurements` records them.
"""

import numpy as np

from utils.area import filled_area
from utils.backend import keras
from utils.evaluation import regression_metrics
from utils.experiments import RECIPES
from utils.images import prepare
from utils.mnist import load_mnist, split
from utils.networks import lenet5, to_regressor
from utils.training import compile_regressor, fit, set_seed, warmup_cosine

SEEDS = range(3)
EPOCHS = 6
STARTS = ("scratch", "frozen", "fine-tuned")
LOSSES = {
    "squared": "mean_squared_error",
    "Huber, 5 px²": keras.losses.Huber(delta=5.0),
    "absolute": "mean_absolute_error",
    "absolute, flips and turns": "mean_absolute_error",
}


def area_data(mnist, rows):
    """Images and filled areas of the training images `rows`, and of the test set: x, y, x_test, y_test."""
    target, test_target = filled_area(mnist.x_train[rows]), filled_area(mnist.x_test)
    return (
        prepare(mnist.x_train[rows]),
        target.astype("float32"),
        prepare(mnist.x_test),
        test_target,
    )


def area_errors(network, x_test, y_test):
    """Test errors of a regressor of filled area: the dict of `regression_metrics`."""
    return regression_metrics(y_test, network.predict(x_test, batch_size=1_000, verbose=0)[:, 0])


def train_start(mnist, classifier, start, train_size, seed):
    """Mean absolute test error, in px², of a regressor of filled area that starts as `start`, one of `STARTS`.

    Trained for `EPOCHS` epochs, or for 60 at up to 1,000 images, on the absolute error.
    """
    rows, _ = split(mnist.y_train, train_size=train_size, seed=seed)
    x, y, x_test, y_test = area_data(mnist, rows)
    set_seed(seed)
    network = to_regressor(
        lenet5() if start == "scratch" else classifier, y.mean(), y.std(), start == "frozen"
    )
    epochs, batch_size = (60, 32) if train_size <= 1_000 else (EPOCHS, 256)
    compile_regressor(
        network, warmup_cosine(5e-3, len(x), batch_size, epochs), "mean_absolute_error"
    )
    fit(network, x, y[:, None], epochs=epochs, batch_size=batch_size, progress=False)
    return area_errors(network, x_test, y_test)["mae"]


def transfer():
    """Filled area from scratch, with a frozen trunk, and fine-tuned, at two training sizes, over seeds."""
    mnist = load_mnist()
    train, _ = split(mnist.y_train)
    for seed in SEEDS:
        set_seed(seed)
        classifier = lenet5()
        RECIPES["series"].train(
            classifier, prepare(mnist.x_train[train]), mnist.y_train[train], 4, progress=False
        )
        for train_size in (1_000, 55_000):
            for start in STARTS:
                error = train_start(mnist, classifier, start, train_size, seed)
                yield {
                    "train_size": train_size,
                    "start": start,
                    "seed": seed,
                    "mae": round(error, 3),
                }


def turned(x, rng):
    """Each image turned by a random quarter and mirrored or not: eight ways, all with the same area."""
    x, ways = x.copy(), rng.integers(0, 8, len(x))
    for way in range(1, 8):
        part = np.rot90(x[ways == way], way % 4, axes=(1, 2))
        x[ways == way] = part[:, :, ::-1] if way >= 4 else part
    return x


def losses():
    """Filled area from scratch with three losses, and with flips and quarter turns, over seeds."""
    mnist = load_mnist()
    train, _ = split(mnist.y_train)
    x, y, x_test, y_test = area_data(mnist, train)
    for name, loss in LOSSES.items():
        for seed in SEEDS:
            set_seed(seed)
            rng = np.random.default_rng(seed)
            network = to_regressor(lenet5(), y.mean(), y.std())
            compile_regressor(network, warmup_cosine(5e-3, len(x), 256, EPOCHS), loss)
            for _ in range(EPOCHS):
                seen = turned(x, rng) if "turns" in name else x
                fit(network, seen, y[:, None], epochs=1, batch_size=256, progress=False)
            errors = area_errors(network, x_test, y_test)
            yield {
                "variant": name,
                "seed": seed,
                "mae": round(errors["mae"], 3),
                "rmse": round(errors["rmse"], 3),
            }
