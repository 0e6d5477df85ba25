"""The experiments of chapter 8 that need many runs: ways to start, losses, augmentation.

All errors are on the 5,000 validation images.
"""

from functools import partial

import numpy as np

from utils.augmentation import random_flip_and_turn
from utils.backend import keras
from utils.evaluation import predict_values, regression_metrics
from utils.experiments.tasks import SEEDS, Task
from utils.mnist import load_mnist
from utils.models import load_released
from utils.networks import lenet5, to_regressor
from utils.recipes import Recipe
from utils.training import set_seed

STARTS = ("scratch", "frozen", "fine-tuned")
LOSSES = {
    "MAE": "mean_absolute_error",
    "MSE": "mean_squared_error",
    "Huber": keras.losses.Huber(delta=5.0),
}
"""The losses compared; Huber's changes from squares to absolute values at 5 px²."""
RECIPES_BY_SIZE = {
    1_000: Recipe(40, 64, 0.01),
    10_000: Recipe(12, 128, 0.01),
    55_000: Recipe(5, 256, 0.01),
}
"""How to train on so many images."""


def train_regressor(
    classifier, x, y, *, start="fine-tuned", loss="MAE", augment=None, seed=0, progress=False
):
    """Return a regressor of filled area, made from `classifier` and trained as `RECIPES_BY_SIZE` says for so many images.

    Args:
        classifier: a network made by `lenet5`, trained on digits; not used if `start` is "scratch".
        x, y: training images (n, 32, 32, 1) in [0, 1], targets (n, 1) in px²; n one of the keys of `RECIPES_BY_SIZE`.
        start: one of `STARTS`: a fresh trunk; the classifier's, left as it is; the classifier's, trained further.
        loss: one of `LOSSES`.
        augment: as for `training.fit`.
        seed: decides the fresh weights and the order of the images.
    """
    set_seed(seed)
    trunk = lenet5() if start == "scratch" else classifier
    network = to_regressor(trunk, float(y.mean()), float(y.std()), freeze=start == "frozen")
    RECIPES_BY_SIZE[len(x)].train(network, x, y, LOSSES[loss], augment=augment, progress=progress)
    return network


def validation_errors(task, network):
    """The regressor's errors on the validation images in px², rounded for a table."""
    x, y = task.validation
    found = regression_metrics(y[:, 0], predict_values(network, x))
    return {name: round(found[name], 3) for name in ("mae", "rmse", "bias")}


def _start():
    """The task, and the trained classifier that the regressors start from."""
    return Task("regressor", load_mnist()), load_released("classifier")


def area_starts(seeds=SEEDS):
    """Errors of filled area from three starting points, with 1,000 and with 55,000 images, over seeds."""
    task, classifier = _start()
    for size in (1_000, 55_000):
        for start in STARTS:
            for seed in seeds:
                x, y = task.sample(size, seed)
                network = train_regressor(classifier, x, y, start=start, seed=seed)
                row = {"images": size, "start": start, "seed": seed}
                yield row | validation_errors(task, network)


def area_losses(seeds=SEEDS):
    """Errors of filled area with three losses, on 10,000 images, over seeds."""
    task, classifier = _start()
    for loss in LOSSES:
        for seed in seeds:
            x, y = task.sample(10_000, seed)
            network = train_regressor(classifier, x, y, loss=loss, seed=seed)
            yield {"loss": loss, "seed": seed} | validation_errors(task, network)


def area_augmentation(seeds=SEEDS):
    """Errors of filled area with and without random flips and quarter turns, over seeds."""
    task, classifier = _start()
    for size in (1_000, 10_000):
        for name in ("none", "turns"):
            for seed in seeds:
                rng = np.random.default_rng(seed)
                augment = partial(random_flip_and_turn, rng=rng) if name == "turns" else None
                x, y = task.sample(size, seed)
                network = train_regressor(classifier, x, y, augment=augment, seed=seed)
                row = {"images": size, "augmentation": name, "seed": seed}
                yield row | validation_errors(task, network)
