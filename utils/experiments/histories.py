"""Networks that are made to go wrong, or right, in a stated way: the histories that test `diagnosis.diagnose`.

The label of a history is what was done to its network, decided before the run. `utils.histories` reads the recorded table
and says which seeds are held back. Used in chapter 6.
"""

from functools import partial

import numpy as np

from utils.augmentation import random_shift
from utils.backend import keras
from utils.experiments.tasks import TASKS, Task
from utils.mnist import load_mnist
from utils.networks import to_regressor
from utils.recipes import Recipe
from utils.training import CrossEntropy, set_seed

SMOOTHING = 0.1
"""Label smoothing of the classifiers whose loss cannot reach zero."""
NOISE = 20.0
"""Standard deviation of the noise on the areas, in px², of the regressors whose loss cannot reach zero."""


def histories(seeds=range(8)):
    """Histories whose diagnosis is known by construction, of both tasks.

    Yields:
        A dict for each epoch: `label` (one of `diagnosis.VERDICTS`), `kind` (what was done), `task`, `seed`, `floor` (the
        lowest loss that any network could have), `disturbed` (whether dropout or augmentation made the training images
        harder than the validation images), `epoch`, and the losses and measures of `training.fit`.
    """
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for kind, (label, make) in MADE_TO.items():
            for seed in seeds:
                about = {"label": label, "kind": kind, "task": name, "seed": seed}
                floor = floor_of(kind, name)
                about |= {"floor": floor, "disturbed": make is _disturbed}
                for row in make(task, seed).drop(columns="seconds").to_dict("records"):
                    yield about | {key: float(f"{value:.5g}") for key, value in row.items()}


def floor_of(kind, task):
    """The lowest loss that any network could have: 0 but for a loss with a floor of its own.

    Args:
        kind: a key of `MADE_TO`.
        task: one of `TASKS`.

    Returns:
        With label smoothing the entropy of the smoothed labels; with noise on the areas its variance, in px² squared.
    """
    if MADE_TO[kind][1] is not _with_floor:
        return 0.0
    if task == "regressor":
        return NOISE**2
    other = SMOOTHING / 10
    right = 1 - SMOOTHING + other
    return float(-right * np.log(right) - 9 * other * np.log(other))


def _train(network, data, validation, recipe, **options):
    """The history of `network`, trained on `data` and measured on `validation`, both (images, targets)."""
    return recipe.train(network, *data, evaluate={"val": validation}, progress=False, **options)


def _new(task, size):
    """The first `size` images of the validation set, and their targets."""
    return tuple(part[:size] for part in task.validation)


def _healthy(task, seed):
    x, y = task.sample(6_000, seed)
    return _train(task.network(y, seed), (x, y), _new(task, 1_000), Recipe(10, 128, 0.003))


def _with_floor(task, seed):
    """Smoothed labels, or areas with noise on them, in both sets."""
    (x, y), (x_new, y_new) = task.sample(5_000, seed), _new(task, 1_000)
    network, loss = task.network(y, seed), None
    if task.name == "classifier":
        loss = CrossEntropy(SMOOTHING)
    else:
        rng = np.random.default_rng(seed)
        y, y_new = (
            each + NOISE * rng.standard_normal(each.shape).astype("float32") for each in (y, y_new)
        )
    return _train(network, (x, y), (x_new, y_new), Recipe(10, 128, 0.003), loss=loss)


def _disturbed(task, seed):
    """Dropout, and a new shift of each image in each epoch; both leave the validation images alone."""
    x, y = task.sample(5_000, seed)
    shifts = partial(random_shift, rng=np.random.default_rng(seed))
    network = task.network(y, seed, dropout=0.3)
    return _train(network, (x, y), _new(task, 1_000), Recipe(10, 128, 0.003), augment=shifts)


def _too_small(task, seed):
    """The largest values of 8x8 blocks, 16 in all, and one linear layer."""
    x, y = task.sample(1_500, seed)
    set_seed(seed)
    tiny = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            keras.layers.MaxPooling2D(8),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    if task.name == "regressor":
        tiny = to_regressor(tiny, float(y.mean()), float(y.std()))
    return _train(tiny, (x, y), _new(task, 1_000), Recipe(25, 64, 0.01, schedule="constant"))


def _few_images(task, seed):
    data = task.sample(100, seed)
    recipe = Recipe(60, 8, 0.002, schedule="constant")
    return _train(task.network(data[1], seed), data, _new(task, 500), recipe)


def _wrong_targets(task, seed):
    """Two of five targets, in both sets, belong to another image."""
    rng = np.random.default_rng(seed)
    (x, y), (x_new, y_new) = (
        (images, _shuffled(targets, 0.4, rng))
        for images, targets in (task.sample(1_000, seed), _new(task, 1_000))
    )
    recipe = Recipe(25, 32, 0.002, schedule="constant")
    return _train(task.network(y, seed), (x, y), (x_new, y_new), recipe)


def _shuffled(targets, share, rng):
    """A copy of `targets` in which a share of the rows have changed places."""
    rows = rng.choice(len(targets), round(share * len(targets)), replace=False)
    changed = targets.copy()
    changed[rows] = targets[rng.permutation(rows)]
    return changed


def _huge_rate(task, seed):
    data = task.sample(1_500, seed)
    network = task.network(data[1], seed, activation="tanh")
    recipe = Recipe(10, 32, 0.1, schedule="constant")
    return _train(network, data, _new(task, 1_000), recipe)


def _growing_rate(task, seed):
    """The rate doubles after each epoch: from 0.001 to 2."""
    data = task.sample(1_500, seed)
    network = task.network(data[1], seed)

    def double(_row):
        network.optimizer.learning_rate = 2 * float(network.optimizer.learning_rate)

    recipe = Recipe(12, 32, 0.001, schedule="constant")
    return _train(network, data, _new(task, 1_000), recipe, after_epoch=double)


def _stopped_early(task, seed):
    data = task.sample(3_000, seed)
    recipe = Recipe(8, 64, 0.0001, schedule="constant")
    return _train(task.network(data[1], seed), data, _new(task, 1_000), recipe)


def _leak(task, seed):
    x, y = task.sample(600, seed)
    recipe = Recipe(40, 32, 0.002, schedule="constant")
    return _train(task.network(y, seed), (x, y), (x[:200], y[:200]), recipe)


def _blank(task, seed):
    """Pixels divided by 256 as whole numbers: all images are empty."""
    (x, y), (x_new, y_new) = task.sample(1_000, seed), _new(task, 1_000)
    recipe = Recipe(8, 32, 0.001, schedule="constant")
    return _train(task.network(y, seed), (0 * x, y), (0 * x_new, y_new), recipe)


MADE_TO = {
    "6,000 images, decaying rate": ("good fit", _healthy),
    "smoothed labels or noisy areas": ("good fit", _with_floor),
    "dropout and shifts": ("good fit", _disturbed),
    "16 pixels and a linear layer": ("underfitting", _too_small),
    "100 images, 60 epochs": ("overfitting", _few_images),
    "two of five targets wrong": ("overfitting", _wrong_targets),
    "learning rate 0.1": ("unstable", _huge_rate),
    "learning rate that doubles": ("unstable", _growing_rate),
    "learning rate 0.0001, 8 epochs": ("still improving", _stopped_early),
    "validation rows left in": ("suspicious", _leak),
    "empty images": ("not learning", _blank),
}
"""What is done to a network: {kind: (label, function of task and seed that returns the history)}."""
