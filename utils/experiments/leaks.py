"""What looks better than it is, because something of the validation set was seen: an experiment of chapter 9."""

import numpy as np

from utils.evaluation import predict_digits
from utils.experiments.tasks import FEW, FEW_RECIPE, Task
from utils.images import shift, standardize

CHOSEN_ON = (100, 500, 2_500)
"""Numbers of images on which the best epoch is chosen."""
SUBSETS = 200
"""Random choices of these images, in each run."""


def leaks(seeds=range(10)):
    """The error that is reported with each leak, and the error on images that nobody looked at.

    Validation rows among the training rows; validation images whose shifted duplicates are trained on; normalization
    with the mean and spread of training and validation images together. And the best of 40 epochs, chosen and reported
    on the same images, a random subset of the 5,000, on average over 200 subsets; the true error is that on the other
    images. The last epoch, which nobody chose, is reported on the same subsets. `flattery` is true minus reported.
    """
    task = Task()
    for seed in seeds:
        x, y = task.sample(FEW, seed)
        for leak, reported, true in (*_of_rows(task, x, y, seed), *_of_choice(task, x, y, seed)):
            yield {
                "leak": leak,
                "seed": seed,
                "reported": round(reported, 5),
                "true": round(true, 5),
                "flattery": round(true - reported, 5),
            }


def _of_rows(task, x, y, seed):
    """Yield (leak, reported error, true error) where 200 of the images, drawn at random, are held for validation."""
    x_new, y_new = task.validation
    order = np.random.default_rng(seed).permutation(len(x))
    x, y, held, kept = x[order], y[order], slice(0, 200), slice(200, None)
    duplicates = shift(x[held, ..., 0], right=1)[..., None]
    mixed = np.concatenate([x[kept], duplicates]), np.concatenate([y[kept], y[held]])
    kinds = {
        "none": ((x[kept], y[kept]), x[held], x_new),
        "rows left in": ((x, y), x[held], x_new),
        "shifted duplicates": (mixed, x[held], x_new),
    }
    for kind, seen in (("normalized together", x), ("normalized on training rows", x[kept])):
        mean, std = seen.mean(), seen.std()
        new_kept, new_held, new_all = (
            standardize(part, mean, std) for part in (x[kept], x[held], x_new)
        )
        kinds[kind] = (new_kept, y[kept]), new_held, new_all
    for kind, (data, x_held, x_all) in kinds.items():
        network = task.network(y, seed)
        FEW_RECIPE.train(network, *data, progress=False)
        yield kind, task.error(network, (x_held, y[held])), task.error(network, (x_all, y_new))


def _of_choice(task, x, y, seed):
    """Yield (leak, reported error, true error) where the best epoch is chosen on the images it is reported on."""
    x_new, y_new = task.validation
    network, errors = task.network(y, seed), []

    def note_errors(_):
        errors.append(predict_digits(network, x_new) != y_new)

    FEW_RECIPE.train(network, x, y, after_epoch=note_errors, progress=False)
    wrong, rng = np.array(errors, dtype=float), np.random.default_rng(seed)
    for size in CHOSEN_ON:
        size = min(size, len(y_new) // 2)
        reports = [_report(wrong, rng.permutation(len(y_new)), size) for _ in range(SUBSETS)]
        best, last = np.mean(reports, axis=0)
        yield f"best epoch on {size:,}", *map(float, best)
        yield f"last epoch on {size:,}", *map(float, last)


def _report(wrong, order, size):
    """Errors of the best epoch and of the last, each as (on the images chosen on, on the others).

    Args:
        wrong: (epochs, images), 1 where an image is misread.
        order: the images in random order; the first `size` are those chosen on.
    """
    chosen_on, others = (wrong[:, rows].mean(axis=1) for rows in (order[:size], order[size:]))
    best = int(np.argmin(chosen_on))
    return [(chosen_on[epoch], others[epoch]) for epoch in (best, -1)]
