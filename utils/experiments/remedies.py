"""What each remedy against overfitting is worth, alone, on few images: an experiment of chapter 9."""

import time
from dataclasses import replace

import numpy as np

from utils.augmentation import random_flip_and_turn, random_shift
from utils.experiments.curve_tuning import LOSSES
from utils.experiments.tasks import FEW, FEW_RECIPE, TASKS, Task
from utils.mnist import load_mnist

STRENGTHS = {
    "none": (0,),
    "constant rate": (0.002, 0.005),
    "schedule": (0.001, 0.005, 0.01),
    "more data": (2, 4),
    "augmentation": (1, 2, 3),
    "dropout": (0.1, 0.3, 0.5),
    "weight decay": (0.1, 1, 10),
    "smaller network": (0.25, 0.5),
    "together": (1,),
}
"""The strengths of each remedy: the rate, the schedule's largest rate, the factor on the images, the largest shift in
px, the share dropped, the decay, the width; "together" is schedule, augmentation and dropout at once."""
NAMED = {
    "none": 0,
    "schedule": 0.005,
    "more data": 4,
    "augmentation": 2,
    "dropout": 0.3,
    "weight decay": 1,
    "smaller network": 0.5,
}
"""The strength that stands for a remedy in the comparison."""
TOGETHER = {name: NAMED[name] for name in ("schedule", "augmentation", "dropout")}
"""The remedies of "together"."""
HELD = 200
"""Images that early stopping sets aside to decide by."""


def train_remedy(task, remedy, strength, seed, progress=False):
    """Train on few images with one remedy of `STRENGTHS`, alone; return the network.

    More data: so many times the images, and as many times fewer epochs. Augmentation: shifts by up to so many pixels
    for the classifier; shifts, flips and quarter turns for the regressor. Dropout: after C5 and F6.
    """
    used = TOGETHER if remedy == "together" else {remedy: strength}
    times = used.get("more data", 1)
    x, y = task.sample(FEW * times, seed)
    network = task.network(
        y, seed, dropout=used.get("dropout", 0), width=used.get("smaller network", 1)
    )
    recipe = replace(
        FEW_RECIPE,
        epochs=FEW_RECIPE.epochs // times,
        learning_rate=used.get("schedule", used.get("constant rate", FEW_RECIPE.learning_rate)),
        schedule="cosine" if "schedule" in used else "constant",
        weight_decay=used.get("weight decay", 0),
    )
    augment = _augmentation(task, used["augmentation"], seed) if "augmentation" in used else None
    recipe.train(network, x, y, LOSSES[task.name], augment=augment, progress=progress)
    return network


def _augmentation(task, largest, seed):
    """Random changes that leave the task's target true."""
    rng = np.random.default_rng(seed)
    if task.name == "classifier":
        return lambda x: random_shift(x, rng, largest)
    return lambda x: random_flip_and_turn(random_shift(x, rng, largest), rng)


def stop_early(task, seed, progress=False):
    """Train with early stopping on 800 of the images, decided by the other 200.

    Returns:
        {how: network}: "200 images fewer", trained to the end without stopping; "on loss", as it was in the epoch with
        the lowest loss; "on error", likewise; and each "retrained" on all images for as many epochs. A regressor's loss
        is its error, so it has no "on error".
    """
    x, y = task.sample(FEW, seed)
    held = np.random.default_rng(seed).permutation(len(x)) < HELD
    network = task.network(y, seed)
    by = {"on loss": lambda row: row["val_loss"]}
    if task.name == "classifier":
        by["on error"] = lambda row: 1 - row["val_accuracy"]
    best = {how: (np.inf, 0, None) for how in by}

    def keep_best(row):
        for how, value in by.items():
            if value(row) < best[how][0]:
                best[how] = value(row), row["epoch"], network.get_weights()

    options = {"progress": progress, "after_epoch": keep_best}
    options["evaluate"] = {"val": (x[held], y[held])}
    loss = LOSSES[task.name]
    FEW_RECIPE.train(network, x[~held], y[~held], loss, **options)
    found = {"200 images fewer": network}
    for how, (_, epoch, weights) in best.items():
        found[how] = task.network(y, seed)
        found[how].set_weights(weights)
        again = found[f"{how}, retrained"] = task.network(y, seed)
        replace(FEW_RECIPE, epochs=epoch).train(again, x, y, loss, progress=progress)
    return found


def remedies(seeds=range(10)):
    """Validation error on few images with each remedy alone at several strengths, and processor seconds, over seeds.

    `named` marks one strength of each remedy, the one that stands for it in the comparison.
    """
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for seed in seeds:
            for remedy, strengths in STRENGTHS.items():
                for strength in strengths:
                    start = time.process_time()
                    network = train_remedy(task, remedy, strength, seed)
                    seconds = time.process_time() - start
                    named = NAMED.get(remedy) == strength
                    yield _row(task, remedy, strength, named, seed, network, seconds)
            start = time.process_time()
            networks = stop_early(task, seed)
            seconds = time.process_time() - start
            for how, network in networks.items():
                remedy = "none" if how == "200 images fewer" else "early stopping"
                yield _row(task, remedy, how, how == "on loss", seed, network, seconds)


def _row(task, remedy, strength, named, seed, network, seconds):
    row = {"task": task.name, "remedy": remedy, "strength": str(strength), "named": named}
    error = round(task.error(network), 5)
    return row | {"seed": seed, "error": error, "seconds": round(seconds, 1)}
