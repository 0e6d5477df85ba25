"""Errors against the number of training images, networks and simple models: an experiment of chapter 9."""

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import SVC

from utils.experiments.few_images import flat
from utils.experiments.tasks import SEEDS, TASKS, Task
from utils.mnist import load_mnist
from utils.recipes import Recipe

RECIPES_BY_SIZE = {
    100: Recipe(60, 16, 0.005),
    300: Recipe(60, 32, 0.005),
    1_000: Recipe(40, 32, 0.005),
    3_000: Recipe(25, 64, 0.005),
    10_000: Recipe(12, 128, 0.005),
    30_000: Recipe(8, 256, 0.005),
    55_000: Recipe(6, 256, 0.005),
}
"""How to train on so many images."""


def train_on(task, size, seed, progress=False):
    """Return a network trained on `size` images, a key of `RECIPES_BY_SIZE`, and these images with their targets."""
    x, y = task.sample(size, seed)
    network = task.network(y, seed)
    RECIPES_BY_SIZE[size].train(network, x, y, progress=progress)
    return network, (x, y)


def learning_curves(seeds=SEEDS):
    """Training and validation error against the number of training images; networks and simple models, over seeds.

    `error` is the share of misread digits for the classifier, and the mean absolute error of filled area in px² for the
    regressor.
    """
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for size in RECIPES_BY_SIZE:
            for seed in seeds:
                network, (x, y) = train_on(task, size, seed)
                some = x[:5_000], y[:5_000]
                row = {"task": name, "images": size, "model": "LeNet-5", "seed": seed}
                yield row | {
                    "training_error": round(task.error(network, some), 5),
                    "error": round(task.error(network), 5),
                }
                for model, simple in _simple_models(name, size):
                    simple.fit(flat(x), y.ravel())
                    yield (
                        row
                        | {"model": model}
                        | {
                            "training_error": _simple_error(name, simple, *some),
                            "error": _simple_error(name, simple, *task.validation),
                        }
                    )


def _simple_models(name, size):
    """Models to set beside the network; those that are slow on many images only up to 3,000."""
    if name == "regressor":
        return [("ridge", Ridge(alpha=10))]
    if size > 3_000:
        return []
    return [("linear", LogisticRegression(C=0.02, max_iter=300)), ("SVM", SVC(C=10, gamma=0.02))]


def _simple_error(name, model, x, y):
    predicted, targets = model.predict(flat(x)), y.ravel()
    wrong = predicted != targets if name == "classifier" else np.abs(predicted - targets)
    return round(float(np.mean(wrong)), 5)
