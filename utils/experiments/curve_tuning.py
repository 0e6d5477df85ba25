"""What is tuned before the learning curves are measured, each model by nine trials: an experiment of chapter 9."""

from itertools import product

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import SVC

from utils.experiments.tasks import TASKS, Task
from utils.mnist import load_mnist
from utils.recipes import Recipe

LOSSES = {"classifier": None, "regressor": "mean_absolute_error"}
"""What each task's network minimizes: cross-entropy, and the error in px² by which the regressor is scored."""
EPOCHS = {100: 60, 300: 60, 1_000: 40, 3_000: 30, 10_000: 20, 25_000: 16, 55_000: 12}
"""Epochs of half the training, by the number of training images; the curves also have the whole, twice as many."""
BATCHES = {100: 16, 300: 32, 1_000: 32, 3_000: 64, 10_000: 128, 25_000: 256, 55_000: 256}
"""Images in a step, by the number of training images."""
RATES = (0.0025, 0.005, 0.01)
"""The learning rates that are tried: the largest ones of a warm-up with a cosine decay."""
TUNED_ON = (100, 1_000, 10_000)
"""The numbers of images on which rates are tried, two seeds each; and one seed on all images."""
FEW = 1_000
"""The images on which the simple models are tuned."""
TRIALS = {
    "classifier": {
        "linear": {"C": (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)},
        "SVM": {"C": (1, 10, 100), "gamma": (0.01, 0.02, 0.05)},
    },
    "regressor": {"ridge": {"alpha": (0.3, 1, 3, 10, 30, 100, 200, 300, 1_000)}},
}
"""The settings of the simple models that are tried."""


def simple_model(model, settings):
    """Return an untrained "linear" classifier, "SVM" or "ridge" regression with `settings`, a dict."""
    if model == "linear":
        return LogisticRegression(max_iter=300, **settings)
    return SVC(**settings) if model == "SVM" else Ridge(**settings)


def simple_error(task, model, data):
    """The share of misread digits, or the mean absolute error in px², of a simple model on (images, targets)."""
    x, y = data
    predicted, targets = model.predict(flat(x)), y.ravel()
    wrong = predicted != targets if task.name == "classifier" else np.abs(predicted - targets)
    return float(np.mean(wrong))


def flat(x):
    """One row of 784 pixels for each image, without the empty border."""
    return x[:, 2:30, 2:30].reshape(len(x), -1)


def curve_tuning(seeds=range(100, 102)):
    """Validation error with each setting that is tried, with seeds that no learning curve uses.

    The network's learning rate at several numbers of training images, at half the training; the simple models' settings
    on 1,000 images.
    """
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for seed in seeds:
            for size in (*TUNED_ON, *([55_000] if seed == 100 else [])):
                x, y = task.sample(size, seed)
                for rate in RATES:
                    network = task.network(y, seed)
                    recipe = Recipe(EPOCHS[size], BATCHES[size], rate)
                    recipe.train(network, x, y, LOSSES[name], progress=False)
                    yield _row(task, "LeNet-5", size, f"rate {rate}", seed, task.error(network))
            x, y = task.sample(FEW, seed)
            for model, tried in TRIALS[name].items():
                for values in product(*tried.values()):
                    settings = dict(zip(tried, values))
                    simple = simple_model(model, settings).fit(flat(x), y.ravel())
                    error = simple_error(task, simple, task.validation)
                    text = ", ".join(f"{key} {value}" for key, value in settings.items())
                    yield _row(task, model, FEW, text, seed, error)


def _row(task, model, images, setting, seed, error):
    row = {"task": task.name, "model": model, "images": images, "setting": setting, "seed": seed}
    return row | {"error": round(error, 5)}
