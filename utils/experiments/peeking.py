"""What a choice by the reported digits is worth on others: an experiment of chapter 7."""

from dataclasses import replace

import numpy as np

from utils.evaluation import predict_digits
from utils.experiments.tasks import FEW, FEW_RECIPE, Task

RUNS = 10
EPOCHS = 20
LOOKS = 10
"""The last epochs of a run, after each of which somebody looks."""
DIGITS = 5_000
SPLITS = 100


def wrong_after_epochs(task, x, y, x_new, y_new, seed):
    """Train a fresh LeNet-5 as `FEW_RECIPE` says, for `EPOCHS`, and return which new digits it misreads.

    Returns:
        (looks, n) bools, a row for each of the last `LOOKS` epochs.
    """
    network, wrong = task.network(y, seed), []

    def look(row):
        if row["epoch"] > EPOCHS - LOOKS:
            wrong.append(predict_digits(network, x_new) != y_new)

    replace(FEW_RECIPE, epochs=EPOCHS).train(network, x, y, after_epoch=look, progress=False)
    return np.array(wrong)


def looked_and_true(wrong, rng, splits=SPLITS):
    """Choose by the errors on a random half of the digits, and count those on the half looked at and on the other.

    Args:
        wrong: (runs, looks, n) bools: which digits are misread.
        rng: a `numpy.random.Generator`.
        splits: how many random halves to average over.

    Returns:
        {choice: (error on the half looked at, on the other half)} for "last epoch" (nothing is chosen; mean over the
        runs), "best epoch" (of each run; mean over the runs), "best run" (by its last epoch) and "best of all". Where
        several have the fewest errors, the first is taken.
    """
    found = {choice: [] for choice in ("last epoch", "best epoch", "best run", "best of all")}
    runs, looks, n = wrong.shape
    for _ in range(splits):
        order = rng.permutation(n)
        seen, other = (
            wrong[..., rows].mean(axis=-1) for rows in (order[: n // 2], order[n // 2 :])
        )
        epoch, run = seen.argmin(axis=1), seen[:, -1].argmin()
        any_run, any_epoch = np.unravel_index(seen.argmin(), seen.shape)
        every = np.arange(runs)
        chosen = (every, np.full(runs, -1)), (every, epoch), (run, -1), (any_run, any_epoch)
        for pairs, place in zip(found.values(), chosen):
            pairs.append((seen[place].mean(), other[place].mean()))
    return {choice: tuple(np.mean(pairs, axis=0)) for choice, pairs in found.items()}


def peeking(seeds=range(10)):
    """Errors on the half of the digits that a choice was made by and on the other half, over ten groups of ten runs."""
    task = Task()
    for seed in seeds:
        x, y = task.sample(FEW + DIGITS, seed)
        rng = np.random.default_rng(seed)
        order = rng.permutation(len(x))
        few, new = order[:FEW], order[FEW:]
        sets = x[few], y[few], x[new], y[new]
        wrong = [wrong_after_epochs(task, *sets, RUNS * seed + run) for run in range(RUNS)]
        for choice, errors in looked_and_true(np.array(wrong), rng).items():
            for half, error in zip(("looked at", "other"), errors):
                yield {"choice": choice, "half": half, "seed": seed, "error": round(error, 5)}
