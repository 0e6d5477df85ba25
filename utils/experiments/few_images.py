"""LeNet-5 and a support vector machine on the same few digits, both tuned by nine trials: an experiment of chapter 7."""

from dataclasses import replace
from itertools import product

import numpy as np
from sklearn.svm import SVC

from utils.evaluation import predict_digits
from utils.experiments.held_out import choose_and_judge, held_out_task
from utils.networks import lenet5
from utils.recipes import RECIPES
from utils.records import recorded
from utils.training import set_seed

FEW = 5_000
EPOCHS = 12
SETTINGS = {
    "LeNet-5": {
        f"rate {rate:g}, batches of {size}": {"learning_rate": rate, "batch_size": size}
        for rate, size in product((0.0025, 0.005, 0.01), (32, 64, 128))
    },
    "SVM": {
        f"C {C:g}, gamma {gamma:g}": {"C": C, "gamma": gamma}
        for C, gamma in product((3, 10, 30), (0.01, 0.02, 0.04))
    },
}
"""What each method is tried with."""


def flat(x):
    """One row of 784 pixels for each image (n, 32, 32, 1), without the empty border."""
    return x[:, 2:30, 2:30].reshape(len(x), -1)


def train_method(method, setting, x, y, seed, progress=False):
    """Train LeNet-5 or the SVM, and return a function that reads images (n, 32, 32, 1) and gives digits (n,).

    Args:
        method, setting: a key of `SETTINGS`, and one of its.
        x, y: images (n, 32, 32, 1) in [0, 1] and labels (n,).
        seed: decides LeNet-5's weights and the order of the images; the SVM has nothing to draw.
        progress: as for `training.fit`.
    """
    options = SETTINGS[method][setting]
    if method == "SVM":
        machine = SVC(**options).fit(flat(x), y)
        return lambda images: machine.predict(flat(images))
    set_seed(seed)
    network = lenet5()
    replace(RECIPES["series"], epochs=EPOCHS, **options).train(network, x, y, progress=progress)
    return lambda images: predict_digits(network, images)


def best_setting(method):
    """The setting with the lowest mean error of the recorded `few_images_trials`."""
    trials = recorded("few_images_trials").query("method == @method")
    return trials.groupby("setting", sort=False)["error"].mean().idxmin()


def few_images_trials(seeds=range(2)):
    """Errors of each method with each of its settings on the digits to choose with, over two seeds."""
    task = held_out_task()
    (x_new, y_new), _ = choose_and_judge(task)
    for seed in seeds:
        x, y = task.sample(FEW, 100 + seed)  # other digits than those that are compared
        for method, settings in SETTINGS.items():
            for setting in settings:
                error = np.mean(train_method(method, setting, x, y, 100 + seed)(x_new) != y_new)
                yield {"method": method, "setting": setting, "seed": seed, "error": round(error, 5)}


def few_images(seeds=range(10)):
    """Errors of both methods with their best settings on the digits to judge by, over ten seeds."""
    task = held_out_task()
    _, (x_new, y_new) = choose_and_judge(task)
    best = {method: best_setting(method) for method in SETTINGS}
    for seed in seeds:
        x, y = task.sample(FEW, seed)
        for method, setting in best.items():
            error = np.mean(train_method(method, setting, x, y, seed)(x_new) != y_new)
            yield {"method": method, "setting": setting, "seed": seed, "error": round(error, 5)}
