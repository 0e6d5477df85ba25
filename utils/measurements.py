"""The recorded tables: `python -m utils.measurements [NAME ...]` remakes `data/measurements/NAME.csv`.

Run it on a machine that does nothing else: some of the tables are times.
"""

import argparse
import os
import platform
import sys
import time

import pandas as pd

from utils.backend import keras, tf
from utils.evaluation import error_rate, predict_digits
from utils.images import prepare, scale, shift
from utils.mnist import load_mnist, split
from utils.networks import ACTIVATIONS, POOLINGS, keras_convnet, lenet5
from utils.paths import MEASUREMENTS
from utils.training import compile_classifier, fit, set_seed, warmup_cosine

SEEDS = range(5)
VARIANTS = [(activation, "average") for activation in ACTIVATIONS] + [("relu", pooling) for pooling in POOLINGS[1:]]
VARIANT_EPOCHS = 5
SHIFTS = (0, 1, 2, 3, 4, 6)
TARGET_ERROR = 0.01


def train_variant(mnist, activation, pooling, seed, progress=False):
    """Train one variant of LeNet-5 for `VARIANT_EPOCHS` epochs on 55,000 images; return it and its history."""
    train, _ = split(mnist.y_train)
    set_seed(seed)
    network = lenet5(activation, pooling)
    compile_classifier(network, warmup_cosine(3e-3, len(train), 128, VARIANT_EPOCHS))
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    return network, fit(network, x, y, epochs=VARIANT_EPOCHS, batch_size=128, progress=progress)


def shifted_errors(network, mnist):
    """Test error with the digits moved right and left by `SHIFTS` pixels, the mean of both: {pixels: error}."""
    errors = {}
    for pixels in SHIFTS:
        both = [shift(mnist.x_test, right=step) for step in {pixels, -pixels}]
        wrong = [error_rate(mnist.y_test, predict_digits(network, prepare(moved))).rate for moved in both]
        errors[pixels] = sum(wrong) / len(wrong)
    return errors


def variants():
    """Test error of activations and poolings, one recipe, five seeds, with shifted digits."""
    mnist = load_mnist()
    for activation, pooling in VARIANTS:
        for seed in SEEDS:
            network, history = train_variant(mnist, activation, pooling, seed)
            row = {"activation": activation, "pooling": pooling, "seed": seed, "parameters": network.count_params()}
            row["seconds"] = round(history["seconds"].sum(), 1)
            yield row | {f"error_shift_{k}": round(v, 4) for k, v in shifted_errors(network, mnist).items()}


def time_to_99():
    """Seconds of training until the test error is at most 1%, for three recipes; evaluations are not counted.

    The test set is looked at after every epoch: that is right for a race to a stated mark, and wrong for choosing a
    network.
    """
    mnist = load_mnist()
    for seed in SEEDS:
        for recipe in RECIPES:
            set_seed(seed)
            network, x, x_test, y, batch_size, epochs, rate = RECIPES[recipe](mnist)
            compile_classifier(network, rate)
            seconds = 0
            for epoch in range(1, epochs + 1):
                start = time.perf_counter()
                network.fit(x, y, batch_size=batch_size, initial_epoch=epoch - 1, epochs=epoch, verbose=0)
                seconds += time.perf_counter() - start
                error = error_rate(mnist.y_test, predict_digits(network, x_test)).rate
                row = {"recipe": recipe, "seed": seed, "epoch": epoch, "seconds": round(seconds, 1)}
                yield row | {"test_error": round(error, 4), "parameters": network.count_params()}
                if error <= TARGET_ERROR:
                    break


def _article(mnist):
    """LeNet-5 with ReLU, Adam at its default rate, batches of 32."""
    return lenet5(), prepare(mnist.x_train), prepare(mnist.x_test), mnist.y_train, 32, 20, 1e-3


def _keras_example(mnist):
    """The network and recipe of Keras's convnet example, which keeps a tenth of the images for validation."""
    x, y = scale(mnist.x_train)[..., None], mnist.y_train
    return keras_convnet(), x[:54_000], scale(mnist.x_test)[..., None], y[:54_000], 128, 20, 1e-3


def _ours(mnist):
    """LeNet-5 with ReLU, batches of 256, warm-up and cosine decay over four epochs."""
    x = prepare(mnist.x_train)
    return lenet5(), x, prepare(mnist.x_test), mnist.y_train, 256, 4, warmup_cosine(1e-2, len(x), 256, 4)


RECIPES = {"article": _article, "keras_example": _keras_example, "series": _ours}
TABLES = {"variants": variants, "time_to_99": time_to_99}


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
    parser = argparse.ArgumentParser(prog="python -m utils.measurements", description="Remake recorded tables.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(TABLES)}; without any, all")
    names = parser.parse_args(arguments).names or list(TABLES)
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        parser.error(f"no table {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names:
        record(name)


if __name__ == "__main__":
    sys.exit(main())
