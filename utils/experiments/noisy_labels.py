"""How a network learns wrong labels, and how its losses find them: experiments of chapter 9."""

from dataclasses import replace

import numpy as np
from scipy.special import logsumexp
from sklearn.metrics import average_precision_score

from utils.evaluation import predict, predict_digits
from utils.experiments.tasks import FEW, FEW_RECIPE, Task

SHARES = (0.0, 0.2, 0.5, 1.0)
"""Shares of training images whose label is drawn at random."""
EPOCHS = (1, 2, 3, 5, 8, 12, 20, 30, 45, 60)
"""The epochs after which errors are recorded."""
MANY = 10_000
"""Images among which wrong labels are planted."""
PLANTED = 500
"""Labels that are made wrong."""
RANKED_AFTER = (1, 2, 3, 5, 8)
"""The epochs after which images are ranked by their loss."""
KINDS = ("any digit", "look-alike")
"""How a planted label is wrong: any other digit, or the one it is taken for most easily."""
LOOKS_LIKE = np.array([6, 7, 7, 5, 9, 3, 0, 1, 3, 4])
"""For each digit the one of the look-alike labels."""
READERS = ("trained on them", "not trained on them")
"""Whether the network that ranks images has been trained on them, with the labels that they carry."""


def train_on_noise(task, share, seed, last_epoch=EPOCHS[-1]):
    """Train the classifier `task` on 1,000 images of which a share gets random labels.

    Returns:
        A list of dicts, one for each of `EPOCHS` up to `last_epoch`: `epoch`, the validation `error`, and `fitted_true`
        and `fitted_random`, the shares of training images with a true and with a random label that get the label they
        carry ("" where there are none).
    """
    x, y = task.sample(FEW, seed)
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


def noisy_labels(seeds=range(10)):
    """How 1,000 images are learned of which a share carries random labels, at some of 60 epochs, over seeds."""
    task = Task()
    for share in SHARES:
        for seed in seeds:
            for row in train_on_noise(task, share, seed):
                yield {"random_share": share, "seed": seed} | row


def plant(labels, number, seed, kind="any digit"):
    """Make some labels wrong.

    Args:
        labels: (n,) digits.
        number: how many become wrong.
        seed: decides which.
        kind: one of `KINDS`.

    Returns:
        (labels, planted): new labels (n,), and a boolean array, True where the label was made wrong.
    """
    rng = np.random.default_rng(seed)
    planted = np.zeros(len(labels), bool)
    planted[rng.choice(len(labels), number, replace=False)] = True
    other = (labels.astype(int) + rng.integers(1, 10, len(labels))) % 10
    wrong = LOOKS_LIKE[labels] if kind == "look-alike" else other
    return np.where(planted, wrong, labels), planted


def losses(network, x, labels):
    """The cross-entropy of each image's label, (n,): large where the network does not believe the label."""
    logits = predict(network, x)
    return logsumexp(logits, axis=1) - logits[np.arange(len(labels)), labels]


def losses_by_epoch(task, x, labels, seed, trained=None, ranked=None, last_epoch=RANKED_AFTER[-1]):
    """Train on the rows `trained` (None: all) and return {epoch: losses of the rows `ranked`}, for `RANKED_AFTER`."""
    everything = slice(None)
    trained, ranked = (everything if rows is None else rows for rows in (trained, ranked))
    network, found = task.network(labels, seed), {}

    def rank(row):
        if row["epoch"] in RANKED_AFTER:
            found[row["epoch"]] = losses(network, x[ranked], labels[ranked])

    recipe = replace(FEW_RECIPE, epochs=last_epoch)
    recipe.train(network, x[trained], labels[trained], after_epoch=rank, progress=False)
    return found


def planted_labels(seeds=range(10)):
    """How many of the images with the largest losses carry a planted wrong label, after some epochs, over seeds.

    500 of 10,000 labels are wrong. The images are ranked by a network that was trained on them, or each half by one
    that was trained on the other half.
    """
    task = Task()
    for kind in KINDS:
        for seed in seeds:
            x, y = task.sample(MANY, seed)
            labels, planted = plant(y, min(PLANTED, len(y) // 20), seed, kind)
            order = np.random.default_rng(seed).permutation(len(y))
            halves = order[: len(y) // 2], order[len(y) // 2 :]
            own = losses_by_epoch(task, x, labels, seed)
            first, second = (
                losses_by_epoch(task, x, labels, seed, *rows) for rows in (halves, halves[::-1])
            )
            for epoch in own:
                others = np.empty(len(y))
                others[halves[1]], others[halves[0]] = first[epoch], second[epoch]
                for reader, ranking in zip(READERS, (own[epoch], others)):
                    row = {"kind": kind, "ranked_by": reader, "seed": seed, "epoch": epoch}
                    yield row | _precisions(ranking, planted)


def _precisions(ranking, planted):
    """The share of planted labels among the 100 and the 500 images with the largest losses, and average precision."""
    found = planted[np.argsort(-ranking)]
    return {
        "precision_at_100": round(found[:100].mean(), 4),
        "precision_at_500": round(found[:500].mean(), 4),
        "average_precision": round(average_precision_score(planted, ranking), 4),
    }
