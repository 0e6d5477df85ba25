"""What each remedy against overfitting is worth, alone, on few images: an experiment of chapter 9."""

import time
from dataclasses import replace

import numpy as np

from utils.augmentation import random_flip_and_turn, random_shift
from utils.experiments.tasks import FEW, FEW_RECIPE, SEEDS, TASKS, Task
from utils.mnist import load_mnist

REMEDIES = (
    "none",
    "more data",
    "augmentation",
    "dropout",
    "weight decay",
    "early stopping",
    "smaller network",
)


def train_remedy(task, remedy, seed, progress=False):
    """Train on few images with one of `REMEDIES`, alone; return the network.

    More data: four times the images and a quarter of the epochs. Augmentation: shifts by up to 2 px for the classifier;
    shifts, flips and quarter turns for the regressor. Dropout: 0.3 after C5 and F6. Weight decay: 0.1. Early stopping:
    the weights of the epoch with the lowest loss on 200 of the images, which are not trained on. Smaller network: half
    the width.
    """
    x, y = task.sample(4 * FEW if remedy == "more data" else FEW, seed)
    changed = {"dropout": {"dropout": 0.3}, "smaller network": {"width": 0.5}}.get(remedy, {})
    network = task.network(y, seed, **changed)
    options = {"progress": progress}
    recipe = FEW_RECIPE
    if remedy == "more data":
        recipe = replace(recipe, epochs=recipe.epochs // 4)
    if remedy == "weight decay":
        recipe = replace(recipe, weight_decay=0.1)
    if remedy == "augmentation":
        options["augment"] = _augmentation(task, seed)
    if remedy == "early stopping":
        return _stopped_early(recipe, network, x, y, seed, options)
    recipe.train(network, x, y, **options)
    return network


def _augmentation(task, seed):
    """Random changes that leave the task's target true."""
    rng = np.random.default_rng(seed)
    if task.name == "classifier":
        return lambda x: random_shift(x, rng)
    return lambda x: random_flip_and_turn(random_shift(x, rng), rng)


def _stopped_early(recipe, network, x, y, seed, options):
    """Train on all but 200 of the images, and return the network as it was when their loss was lowest."""
    order = np.random.default_rng(seed).permutation(len(x))
    held, kept = order[:200], order[200:]
    best = {"val_loss": np.inf}

    def keep_best(row):
        if row["val_loss"] < best["val_loss"]:
            best.update(val_loss=row["val_loss"], weights=network.get_weights())

    options |= {"evaluate": {"val": (x[held], y[held])}, "after_epoch": keep_best}
    recipe.train(network, x[kept], y[kept], **options)
    network.set_weights(best["weights"])
    return network


def remedies(seeds=SEEDS):
    """Validation error on few images with each remedy alone, and its processor seconds, over seeds."""
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for remedy in REMEDIES:
            for seed in seeds:
                start = time.process_time()
                network = train_remedy(task, remedy, seed)
                seconds = time.process_time() - start
                yield {
                    "task": name,
                    "remedy": remedy,
                    "seed": seed,
                    "error": round(task.error(network), 5),
                    "seconds": round(seconds, 1),
                }
