"""Errors against the number of training images, networks and simple models: an experiment of chapter 9."""

from utils.experiments.curve_tuning import (
    BATCHES,
    EPOCHS,
    LOSSES,
    flat,
    simple_error,
    simple_model,
)
from utils.experiments.tasks import TASKS, Task
from utils.mnist import load_mnist
from utils.recipes import Recipe

RATES = {
    "classifier": {100: 0.02, 1_000: 0.02, 10_000: 0.02, 55_000: 0.01},
    "regressor": {100: 0.0025, 1_000: 0.005, 10_000: 0.02, 55_000: 0.01},
}
"""The learning rates that `curve_tuning` found best, by the number of images; others take the one below."""
SETTINGS = {
    "classifier": {"linear": {"C": 0.1}, "SVM": {"C": 10, "gamma": 0.02}},
    "regressor": {"ridge": {"alpha": 100}},
}
"""The settings of the simple models that `curve_tuning` found best."""
SIMPLE_UP_TO = {"classifier": 3_000, "regressor": 55_000}
"""The most images that the simple models are trained on: some are slow on many."""
HALF = "LeNet-5, half the epochs"


def seeds_of(size):
    """The seeds that measure a curve at `size` training images, ten for the small sets and three for the largest."""
    return {10_000: range(5, 10), 25_000: range(3, 6), 55_000: range(3)}.get(size, range(10))


def recipe_for(name, size):
    """The recipe of the task `name` on `size` training images, for the whole training."""
    tuned = RATES[name]
    rate = tuned[max(known for known in tuned if known <= size)]
    return Recipe(2 * EPOCHS[size], BATCHES[size], rate)


def train_on(task, size, seed, whole=True, progress=False):
    """Return a network trained on `size` images, a key of `EPOCHS`, and these images with their targets.

    `whole` is False for half the epochs.
    """
    x, y = task.sample(size, seed)
    network = task.network(y, seed)
    recipe = recipe_for(task.name, size)
    if not whole:
        recipe = Recipe(EPOCHS[size], recipe.batch_size, recipe.learning_rate)
    recipe.train(network, x, y, LOSSES[task.name], progress=progress)
    return network, (x, y)


def learning_curves(seeds=range(10)):
    """Training and validation error against the number of training images; networks and simple models, over seeds.

    `error` is the share of misread digits for the classifier, and the mean absolute error of filled area in px² for the
    regressor. The network is also trained for half the epochs, to show what the second half is worth.
    """
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for size in EPOCHS:
            for seed in seeds:
                if seed in seeds_of(size):
                    yield from _point(task, size, seed)


def _point(task, size, seed):
    """Yield the rows of one number of images and one seed, a row for each model."""
    row = {"task": task.name, "images": size, "seed": seed}
    for model, whole in (("LeNet-5", True), (HALF, False)):
        network, (x, y) = train_on(task, size, seed, whole)
        some = x[:5_000], y[:5_000]
        yield row | _errors(model, task.error(network, some), task.error(network))
    if size <= SIMPLE_UP_TO[task.name]:
        for model, settings in SETTINGS[task.name].items():
            simple = simple_model(model, settings).fit(flat(x), y.ravel())
            errors = (simple_error(task, simple, data) for data in (some, task.validation))
            yield row | _errors(model, *errors)


def _errors(model, training_error, error):
    return {"model": model, "training_error": round(training_error, 5), "error": round(error, 5)}
