"""Train the released networks and write them to `data/models`: `python -m utils.machinery.release [NAME ...]`.

Each is trained on the 55,000 training images with seed 0; `models.json` says what came out, and from which code.
"""

import argparse
import dataclasses
import hashlib
import sys

import numpy as np

from utils.area import filled_area
from utils.evaluation import bootstrap_interval, error_rate, predict_digits, predict_values
from utils.experiments.tasks import Task
from utils.mnist import load_mnist
from utils.models import INDEX, load_released, released
from utils.networks import to_regressor
from utils.paths import MODELS
from utils.provenance import code_hash, provenance
from utils.recipes import RECIPES, Recipe
from utils.records import write_json
from utils.saving import save_without_optimizer
from utils.training import set_seed

SEED = 0


def classifier():
    """Chapter 4's network, and what there is to say about it."""
    task, recipe = Task(), RECIPES["series"]
    x, y = task.training()
    network = task.network(y, SEED)
    recipe.train(network, x, y, progress=False)
    x_test, y_test = task.test()
    test = error_rate(y_test, predict_digits(network, x_test))
    return network, {
        "recipe": dataclasses.asdict(recipe),
        "validation_error": round(task.error(network), 5),
        "test_error": test.rate,
        "test_error_low": round(test.low, 5),
        "test_error_high": round(test.high, 5),
    }


def area():
    """Chapter 5's regressor of filled area in px², made from the released classifier and trained for longer."""
    mnist, recipe = load_mnist(), Recipe(20, 128, 0.007)
    task = Task("regressor", mnist)
    x, y = task.training()
    set_seed(SEED)
    network = to_regressor(load_released("classifier"), float(y.mean()), float(y.std()))
    recipe.train(network, x, y, "mean_absolute_error", progress=False)
    x_test, _ = task.test()
    off = np.abs(predict_values(network, x_test) - filled_area(mnist.x_test))
    low, high = bootstrap_interval(off)
    return network, {
        "recipe": dataclasses.asdict(recipe),
        "validation_mae": round(task.error(network), 3),
        "test_mae": round(float(off.mean()), 3),
        "test_mae_low": round(low, 3),
        "test_mae_high": round(high, 3),
    }


NETWORKS = {"classifier": classifier, "area": area}
"""What can be released: functions that train a network and measure it."""


def release(name):
    """Train a network of `NETWORKS`, write `data/models/NAME.keras`, and its entry in `data/models/models.json`."""
    about = provenance(code_hash("import utils.machinery.release"))
    trained, measured = NETWORKS[name]()
    file = MODELS / f"{name}.keras"
    save_without_optimizer(trained, file)
    entry = {"parameters": trained.count_params(), "seed": SEED, **measured}
    entry["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    write_json(INDEX, released() | {name: entry | {"provenance": about}})


def main(arguments=None):
    """Release the networks that `arguments` name, or all."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.machinery.release", description=release.__doc__
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NETWORKS))
    names = parser.parse_args(arguments).names
    if unknown := [name for name in names if name not in NETWORKS]:
        print(f"error: {', '.join(unknown)}; allowed: {', '.join(NETWORKS)}", file=sys.stderr)
        return 2
    for name in names or NETWORKS:
        release(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
