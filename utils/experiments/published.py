"""The network of 1998, trained and measured: twenty passes, weight decay, distortions. Experiments of chapter 10.

The table of test errors has the columns of `error_rows`.
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
from utils.records import recorded
from utils.training import set_seed

SDLM = Recipe(20, 16, None, schedule="1998", optimizer="SDLM")
"""The paper's optimizer and schedule, and its 20 passes through the 60,000 training images."""
DECAYS = (0.0, 0.03, 0.1)
"""Weight decays to choose from for the published network."""
VARIANTS = ("as published", "weight decay", "distortions")
RUNS = range(len(VARIANTS) * len(SEEDS))


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


def decays(seeds=range(2)):
    """Validation errors of the published network after ten passes through 50,000 images, by weight decay.

    In the first ten of the paper's 20 passes lie nine tenths of the sum of its rates, and so of the shrinking.
    """
    task = choosing()
    x, y = task.training()
    for seed in seeds:
        for decay in DECAYS:
            recipe = replace(SDLM, epochs=10, weight_decay=decay)
            network, history = train_1998(x, y, seed, recipe=recipe, progress=False)
            yield {
                "weight_decay": decay,
                "seed": seed,
                "passes": len(history),
                "validation_errors": misread(task, network),
            }


def chosen_decay():
    """The weight decay above 0 with the fewest errors in the recorded table `decays`."""
    table = recorded("decays").query("passes > 0 and weight_decay > 0")
    return float(table.groupby("weight_decay")["validation_errors"].mean().idxmin())


def published(seeds=RUNS):
    """Errors after each of 20 passes, as published and with one addition; `seeds` are numbers of runs.

    Five runs for each of `VARIANTS`, each with a seed of its own. The weight decay is the one that the recorded table
    `decays` decides for: make that one first.
    """
    task = Task()
    x, y = task.everything()
    for number in seeds:
        variant, seed = VARIANTS[number // len(SEEDS)], number % len(SEEDS)
        decay = chosen_decay() if variant == "weight decay" else 0.0
        recipe = replace(SDLM, weight_decay=decay)
        options = {"recipe": recipe, "evaluate": measured_sets(task), "progress": False}
        _, history = train_1998(x, y, seed, distorted=variant == "distortions", **options)
        for row in error_rows(history):
            yield {"variant": variant, "weight_decay": decay, "run": seed} | row


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
