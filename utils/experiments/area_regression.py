"""Where a regressor of filled area starts, and flips and turns that leave the area true. For chapter 8.

All errors are on validation images: rates are chosen on every second one, errors are measured on the others.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from utils.augmentation import random_flip_and_turn
from utils.evaluation import predict_values
from utils.experiments.tasks import Task
from utils.networks import lenet5, to_regressor
from utils.recipes import RECIPES, Recipe
from utils.training import set_seed

STARTS = {
    "scratch": (),
    "frozen": ("C1", "C3", "C5", "F6"),
    "half frozen": ("C1", "C3"),
    "fine-tuned": (),
}
"""The layers of the classifier that stay as they are; from scratch, none of its weights are taken."""
FEW, RATES = 1_000, (0.001, 0.004, 0.016, 0.064)
FEW_RECIPE = Recipe(80, 64, 0.01)
"""How the starts are compared: on so many images, each at four rates."""
CLASSIFIER = replace(RECIPES["series"], epochs=4)
PASSES, TURNED, TURNS = (12, 56, 84), 10_000, Recipe(12, 128, 0.01)
"""Flips and turns: passes to compare, the last a half more than the one before; images; and the rest of the recipe."""


def train_start(classifier, start, x, y, rate, seed):
    """Train a regressor of filled area from one of `STARTS`; return it.

    Args:
        classifier: a network made by `lenet5`, trained on digits; not used from scratch.
        x, y: training images (n, 32, 32, 1) in [0, 1], targets (n, 1) in px².
        rate: the largest learning rate.
        seed: decides the fresh weights and the order of the images.
    """
    set_seed(seed)
    trunk = lenet5() if start == "scratch" else classifier
    network = to_regressor(trunk, float(y.mean()), float(y.std()))
    for name in STARTS[start]:
        network.get_layer(name).trainable = False
    recipe = replace(FEW_RECIPE, learning_rate=rate)
    recipe.train(network, x, y, "mean_absolute_error", progress=False)
    return network


def _two_errors(network, task):
    """Mean absolute errors in px²: on the validation images to choose by, and on the others."""
    x, y = task.validation
    off = np.abs(predict_values(network, x) - y[:, 0])
    return {"choosing_mae": round(off[::2].mean(), 3), "mae": round(off[1::2].mean(), 3)}


def area_transfer(seeds=range(5)):
    """Errors on 1,000 images from four starts at four rates, with a classifier of its own for each seed."""
    task, digits = Task("regressor"), Task()
    for seed in seeds:
        labeled, labels = digits.training()
        classifier = digits.network(labels, seed)
        CLASSIFIER.train(classifier, labeled, labels, progress=False)
        x, y = task.sample(FEW, seed)
        for start in STARTS:
            for rate in RATES:
                network = train_start(classifier, start, x, y, rate, seed)
                row = {"start": start, "rate": rate, "seed": seed}
                yield row | _two_errors(network, task)


def area_turns(seeds=range(5)):
    """Errors with and without random flips and quarter turns, from scratch, for more and more passes, over seeds."""
    task = Task("regressor")
    for seed in seeds:
        x, y = task.sample(TURNED, seed)
        for epochs in PASSES:
            for name in ("none", "turns"):
                turn = partial(random_flip_and_turn, rng=np.random.default_rng(seed))
                network, recipe = task.network(y, seed), replace(TURNS, epochs=epochs)
                options = {"augment": turn if name == "turns" else None, "progress": False}
                recipe.train(network, x, y, "mean_absolute_error", **options)
                row = {"images": TURNED, "epochs": epochs, "augmentation": name, "seed": seed}
                yield row | _two_errors(network, task)
