"""What looks better than it is, because something of the validation set was seen: an experiment of chapter 9."""

import numpy as np

from utils.evaluation import predict_digits
from utils.experiments.tasks import FEW, FEW_RECIPE, SEEDS, Task
from utils.images import shift, standardize


def leaks(seeds=SEEDS):
    """The error that is reported with each leak, and the error on 5,000 images that nobody looked at.

    Validation rows among the training rows; validation images whose shifted duplicates are trained on; normalization
    with the mean and spread of training and validation images together; and the best of 40 epochs, chosen on 100, 500
    or 2,500 images and reported on the same.
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
            }


def _of_rows(task, x, y, seed):
    """Yield (leak, reported error, true error) where 200 of the images are held for validation."""
    x_new, y_new = task.validation
    held, kept = slice(0, 200), slice(200, None)
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
    half = len(x_new) // 2
    network, errors = task.network(y, seed), []

    def note_errors(_):
        errors.append(predict_digits(network, x_new) != y_new)

    FEW_RECIPE.train(network, x, y, after_epoch=note_errors, progress=False)
    wrong = np.array(errors)
    fresh = wrong[:, half:].mean(axis=1)
    for size in (100, 500, half):
        chosen_on = wrong[:, :size].mean(axis=1)
        best = int(np.argmin(chosen_on))
        yield f"best epoch on {size:,}", float(chosen_on[best]), float(fresh[best])
