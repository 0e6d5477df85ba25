"""The recorded tables: `python -m utils.measurements [NAME ...]` remakes `data/measurements/NAME.csv`.

Run it on a machine that does nothing else: some of the tables are times.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from utils.backend import keras, tf
from utils.evaluation import error_rate, predict_digits
from utils.images import prepare, scale, shift
from utils.mnist import load_mnist, split
from utils.networks import ACTIVATIONS, POOLINGS, keras_convnet, lenet5
from utils.paths import MEASUREMENTS
from utils.training import compile_classifier, fit, set_seed, warmup_cosine

SEEDS = range(5)
SHIFTS = (0, 1, 2, 3, 4, 6)
VARIANTS = [(activation, "average") for activation in ACTIVATIONS] + [
    ("relu", pooling) for pooling in POOLINGS[1:]
]
VARIANT_EPOCHS = 5


class Recipe(NamedTuple):
    """How a network is trained."""

    build: Callable
    batch_size: int
    peak: float
    schedule: bool
    label_smoothing: float

    def train(self, network, x, y, epochs, **options):
        """Compile and fit `network`; `options` as for `training.fit`, whose table is returned."""
        rate = (
            warmup_cosine(self.peak, len(x), self.batch_size, epochs)
            if self.schedule
            else self.peak
        )
        compile_classifier(network, rate, self.label_smoothing)
        return fit(network, x, y, epochs=epochs, batch_size=self.batch_size, **options)


RECIPES = {
    "article": Recipe(lenet5, 32, 1e-3, False, 0.0),
    "keras_example": Recipe(keras_convnet, 128, 1e-3, False, 0.0),
    "schedule": Recipe(lenet5, 256, 1e-2, True, 0.0),
    "series": Recipe(lenet5, 256, 1e-2, True, 0.05),
}


def train_variant(mnist, activation, pooling, seed, progress=False):
    """Train one variant of LeNet-5 for `VARIANT_EPOCHS` epochs on 55,000 images; return it and its history."""
    train, _ = split(mnist.y_train)
    set_seed(seed)
    network = lenet5(activation, pooling)
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    return network, RECIPES["series"].train(network, x, y, VARIANT_EPOCHS, progress=progress)


def shifted_errors(network, mnist):
    """Test error with the digits moved by `SHIFTS` pixels, mean of right and left: {pixels: error}."""
    errors = {}
    for pixels in SHIFTS:
        both = [shift(mnist.x_test, right=step) for step in {pixels, -pixels}]
        wrong = [
            error_rate(mnist.y_test, predict_digits(network, prepare(moved))).rate for moved in both
        ]
        errors[pixels] = sum(wrong) / len(wrong)
    return errors


def variants():
    """Test error of activations and poolings under one recipe, over seeds, with shifted digits."""
    mnist = load_mnist()
    for activation, pooling in VARIANTS:
        for seed in SEEDS:
            network, history = train_variant(mnist, activation, pooling, seed)
            row = {
                "activation": activation,
                "pooling": pooling,
                "seed": seed,
                "parameters": network.count_params(),
            }
            row["seconds"] = round(history["seconds"].sum(), 1)
            yield row | {
                f"error_shift_{k}": round(v, 5) for k, v in shifted_errors(network, mnist).items()
            }


def recipes():
    """Validation and test error after every epoch, for three recipes and the same network, over seeds."""
    mnist = load_mnist()
    train, validation = split(mnist.y_train)
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    held_out = prepare(mnist.x_train[validation]), mnist.y_train[validation]
    test = prepare(mnist.x_test), mnist.y_test
    for name in ("article", "schedule", "series"):
        for seed in SEEDS:
            set_seed(seed)
            history = RECIPES[name].train(
                lenet5(), x, y, 8, validation=held_out, reevaluate=test, progress=False
            )
            for row in history.itertuples():
                errors = {
                    "validation_error": 1 - row.val_accuracy,
                    "test_error": 1 - row.train_accuracy,
                }
                yield {"recipe": name, "seed": seed, "epoch": row.epoch} | {
                    k: round(v, 5) for k, v in errors.items()
                }


def time_to_99():
    """Seconds of training until the test error is at most 1%, for three recipes; evaluations are not counted.

    The test set is looked at after every epoch: that is right for a race to a stated mark, and wrong for choosing a
    network.
    """
    mnist = load_mnist()
    for seed in range(3):
        for name, epochs in (("article", 20), ("keras_example", 20), ("series", 4)):
            set_seed(seed)
            network = RECIPES[name].build()
            inputs = (
                prepare if network.input_shape[1] == 32 else lambda images: scale(images)[..., None]
            )
            test = inputs(mnist.x_test), mnist.y_test
            history = RECIPES[name].train(
                network,
                inputs(mnist.x_train),
                mnist.y_train,
                epochs,
                validation=test,
                until=lambda row: row["val_accuracy"] >= 0.99,
                progress=False,
            )
            row = {
                "recipe": name,
                "seed": seed,
                "parameters": network.count_params(),
                "epochs": len(history),
            }
            row["seconds"] = round(history["seconds"].sum(), 1)
            yield row | {"test_error": round(1 - history["val_accuracy"].iloc[-1], 5)}


TABLES = {"variants": variants, "recipes": recipes, "time_to_99": time_to_99}


def record(name):
    """Make the table `name` and write it, with the command and the machine in its first lines, when it is complete."""
    rows = []
    for row in TABLES[name]():
        rows.append(row)
        print(row, flush=True)
    MEASUREMENTS.mkdir(exist_ok=True)
    file = MEASUREMENTS / f"{name}.csv"
    head = (
        f"# python -m utils.measurements {name}\n"
        f"# {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, "
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}\n"
    )
    file.write_text(head + pd.DataFrame(rows).to_csv(index=False), encoding="utf-8")


def main(arguments=None):
    """Parse the command line and record the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.measurements", description="Remake recorded tables."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(TABLES)}; without any, all"
    )
    names = parser.parse_args(arguments).names or list(TABLES)
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        parser.error(f"no table {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names:
        record(name)


if __name__ == "__main__":
    sys.exit(main())
