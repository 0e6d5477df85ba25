"""The network of 1998, trained and measured: optimizers, weight decay, twenty passes. Experiments of chapter 10.

A table of test errors has the columns of `error_rows`.
"""

from dataclasses import replace
from functools import partial

import numpy as np

from utils.augmentation import random_affine
from utils.evaluation import predict_digits
from utils.experiments.tasks import SEEDS, Task
from utils.lenet1998 import MapLoss, lenet1998
from utils.mnist import WRONG_TEST_LABELS
from utils.recipes import Recipe
from utils.training import set_seed

SDLM = Recipe(20, 16, None, schedule="1998", optimizer="SDLM")
"""The paper's optimizer and schedule, and its 20 passes through the 60,000 training images."""
ADAM = Recipe(20, 128, 0.004)
OPTIMIZERS = (
    SDLM,
    *(Recipe(20, 128, rate, optimizer="SGD") for rate in (0.001, 0.002)),
    *(replace(ADAM, learning_rate=rate) for rate in (0.002, 0.004, 0.008)),
)
"""What the published network was tried with; each has ten passes then."""
DECAYS = (0.0, 0.03, 0.1, 0.3)
"""Weight decays to choose from for the published network."""
DECAY = 0.1
"""The one with the fewest validation errors."""


def choosing():
    """The classifier task with 10,000 validation images, to choose with: 50,000 are left to train on."""
    return Task(validation_size=10_000)


def misread(task, network):
    """How many validation images the network misreads."""
    x, y = task.validation
    return int(np.sum(predict_digits(network, x) != y))


def train_1998(x, y, seed, distorted=False, recipe=SDLM, **options):
    """Return the published network, trained with the loss of equation 9, and the history of `fit`.

    Args:
        x, y: training images (n, 32, 32, 1) in [0, 1] and labels.
        seed: decides weights, order and distortions.
        distorted: distort the images anew for each pass.
        recipe: how to train; by default as the paper did.
        options: as for `training.fit`.
    """
    set_seed(seed)
    network = lenet1998()
    if distorted:
        options["augment"] = partial(random_affine, rng=np.random.default_rng(seed))
    return network, recipe.train(network, x, y, MapLoss(), **options)


def optimizers_1998(seeds=range(2)):
    """Validation errors of the published network after ten passes through 50,000 images, by optimizer and rate."""
    task = choosing()
    x, y = task.training()
    for optimizer in OPTIMIZERS:
        for seed in seeds:
            recipe = replace(optimizer, epochs=10)
            network, history = train_1998(x, y, seed, recipe=recipe, progress=False)
            yield {
                "optimizer": recipe.optimizer,
                "rate": recipe.learning_rate,
                "batch_size": recipe.batch_size,
                "seed": seed,
                "validation_errors": misread(task, network),
                "seconds_per_pass": round(history["seconds"].mean(), 1),
            }


def decays(seeds=range(3)):
    """Validation errors of the published network after 20 passes through 50,000 images, by weight decay."""
    task = choosing()
    x, y = task.training()
    for decay in DECAYS:
        for seed in seeds:
            recipe = replace(SDLM, weight_decay=decay)
            network, _ = train_1998(x, y, seed, recipe=recipe, progress=False)
            yield {
                "weight_decay": decay,
                "seed": seed,
                "validation_errors": misread(task, network),
            }


def published(seeds=SEEDS, **options):
    """Errors of the published network after each of 20 passes, over seeds; `options` as for `train_1998`."""
    task = Task()
    x, y = task.everything()
    for seed in seeds:
        _, history = train_1998(x, y, seed, evaluate=measured_sets(task), progress=False, **options)
        for row in error_rows(history):
            yield {"seed": seed} | row


def published_decay(seeds=SEEDS):
    """The same with the weight decay that `decays` decides for."""
    return published(seeds, recipe=replace(SDLM, weight_decay=DECAY))


def published_distorted(seeds=SEEDS):
    """The same with the paper's distortions, drawn anew for each pass."""
    return published(seeds, distorted=True)


def measured_sets(task):
    """What is measured after each pass, for `training.fit`: all test images, and those with a doubtful label."""
    return {"test": task.test(), "doubtful": task.doubtful()}


def error_rows(history):
    """Rows of a table, one an epoch: running training error, and test errors, all and those with a doubtful label."""
    for row in history.itertuples():
        doubtful = 1 - row.doubtful_accuracy
        yield {
            "epoch": row.epoch,
            "running_error": round(1 - row.accuracy, 5),
            "test_errors": round(10_000 * (1 - row.test_accuracy)),
            "of_them_doubtful": round(len(WRONG_TEST_LABELS) * doubtful),
            "seconds": round(row.seconds, 1),
        }
