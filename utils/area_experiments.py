"""The experiments of chapter 5 that need many runs: ways to start, losses, augmentation.

Each table is a generator of rows; `utils.measurements` records them. All errors are on the 5,000 validation images.
"""

import numpy as np

from utils import images
from utils.area import filled_area
from utils.backend import keras
from utils.evaluation import predict_quantity, regression_metrics
from utils.experiments import trained_classifier
from utils.mnist import load_mnist, split
from utils.networks import lenet5, to_regressor
from utils.training import compile_regressor, fit, set_seed, warmup_cosine

SEEDS = range(5)
STARTS = ("scratch", "frozen", "fine-tuned")
LOSSES = {
    "MAE": "mean_absolute_error",
    "MSE": "mean_squared_error",
    "Huber": keras.losses.Huber(delta=5.0),
}
"""The losses compared; Huber's changes from squares to absolute values at 5 px²."""
PLANS = {1_000: (40, 64), 10_000: (12, 128), 55_000: (5, 256)}
"""Training images: (epochs, batch size)."""


def train_regressor(
    classifier, x, y, *, start="fine-tuned", loss="MAE", augment=None, seed=0, progress=False
):
    """Return a regressor of filled area, made from `classifier` and trained as `PLANS` says for so many images.

    Args:
        classifier: a network made by `lenet5`, trained on digits; not used if `start` is "scratch".
        x, y: training images (n, 32, 32, 1) in [0, 1], targets (n,) in px²; n one of the keys of `PLANS`.
        start: one of `STARTS`: a fresh trunk; the classifier's, left as it is; the classifier's, trained further.
        loss: one of `LOSSES`.
        augment: as for `training.fit`.
        seed: decides the fresh weights and the order of the images.
    """
    epochs, batch_size = PLANS[len(x)]
    set_seed(seed)
    trunk = lenet5() if start == "scratch" else classifier
    network = to_regressor(trunk, float(y.mean()), float(y.std()), freeze=start == "frozen")
    compile_regressor(network, warmup_cosine(0.01, len(x), batch_size, epochs), LOSSES[loss])
    fit(
        network,
        x,
        y[:, None],
        epochs=epochs,
        batch_size=batch_size,
        augment=augment,
        progress=progress,
    )
    return network


class AreaTask:
    """Images and filled areas for these experiments.

    Attributes:
        classifier: the trained classifier that the regressors start from.
        validation: (images, areas), 5,000 of each.
    """

    def __init__(self, mnist, classifier=None):
        self.classifier = classifier or trained_classifier(mnist)
        self._mnist, self._areas = mnist, filled_area(mnist.x_train).astype("float32")
        _, rows = split(mnist.y_train)
        self.validation = self._take(rows)

    def training(self, size, seed):
        """`size` training images and their areas; each seed chooses others, none of them a validation image."""
        rows, _ = split(self._mnist.y_train)
        if size < len(rows):
            rows = rows[split(self._mnist.y_train[rows], size, len(rows) - size, seed)[1]]
        return self._take(rows)

    def errors(self, network):
        """The regressor's errors on the validation images in px², rounded for a table."""
        x, y = self.validation
        found = regression_metrics(y, predict_quantity(network, x))
        return {name: round(found[name], 3) for name in ("mae", "rmse", "bias")}

    def _take(self, rows):
        return images.prepare(self._mnist.x_train[rows]), self._areas[rows]


def area_starts(seeds=SEEDS):
    """Errors of filled area from three starting points, with 1,000 and with 55,000 images, over seeds."""
    task = AreaTask(load_mnist())
    for size in (1_000, 55_000):
        for start in STARTS:
            for seed in seeds:
                network = train_regressor(
                    task.classifier, *task.training(size, seed), start=start, seed=seed
                )
                yield {"images": size, "start": start, "seed": seed} | task.errors(network)


def area_losses(seeds=SEEDS):
    """Errors of filled area with three losses, on 10,000 images, over seeds."""
    task = AreaTask(load_mnist())
    for loss in LOSSES:
        for seed in seeds:
            network = train_regressor(
                task.classifier, *task.training(10_000, seed), loss=loss, seed=seed
            )
            yield {"loss": loss, "seed": seed} | task.errors(network)


def area_augmentation(seeds=SEEDS):
    """Errors of filled area with and without random flips and quarter turns, over seeds."""
    task = AreaTask(load_mnist())
    for size in (1_000, 10_000):
        for name in ("none", "turns"):
            for seed in seeds:
                rng = np.random.default_rng(seed)
                augment = (lambda x, rng=rng: images.turns(x, rng)) if name == "turns" else None
                network = train_regressor(
                    task.classifier, *task.training(size, seed), augment=augment, seed=seed
                )
                yield {"images": size, "augmentation": name, "seed": seed} | task.errors(network)
