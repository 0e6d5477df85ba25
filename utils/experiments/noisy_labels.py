"""How a network learns images with random labels: an experiment of chapter 9."""

from dataclasses import replace

import numpy as np

from utils.evaluation import predict_digits
from utils.experiments.tasks import FEW_RECIPE, SEEDS, Task

SHARES = (0.0, 0.2, 0.5, 1.0)
"""Shares of training images whose label is drawn at random."""
EPOCHS = (1, 2, 3, 5, 8, 12, 20, 30, 45, 60)
"""The epochs after which errors are recorded."""


def train_on_noise(task, share, seed, last_epoch=EPOCHS[-1]):
    """Train the classifier `task` on 2,000 images of which a share gets random labels.

    Returns:
        A list of dicts, one for each of `EPOCHS` up to `last_epoch`: `epoch`, the validation `error`, and `fitted_true`
        and `fitted_random`, the shares of training images with a true and with a random label that get the label they
        carry ("" where there are none).
    """
    x, y = task.sample(2_000, seed)
    rng = np.random.default_rng(seed)
    changed = rng.random(len(y)) < share
    labels = np.where(changed, rng.integers(0, 10, len(y)), y)
    network, rows = task.network(y, seed), []

    def measure(row):
        if row["epoch"] in EPOCHS:
            fitted = predict_digits(network, x) == labels
            measured = {"epoch": row["epoch"], "error": round(task.error(network), 5)}
            for name, group in (("fitted_true", ~changed), ("fitted_random", changed)):
                measured[name] = round(fitted[group].mean(), 4) if group.any() else ""
            rows.append(measured)

    recipe = replace(FEW_RECIPE, epochs=last_epoch)
    recipe.train(network, x, labels, after_epoch=measure, progress=False)
    return rows


def noisy_labels(seeds=SEEDS):
    """How images are learned of which a share carries random labels, at some of 60 epochs, over seeds."""
    task = Task()
    for share in SHARES:
        for seed in seeds:
            for row in train_on_noise(task, share, seed):
                yield {"random_share": share, "seed": seed} | row
