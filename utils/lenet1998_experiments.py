"""The experiments of chapter 7 that need many runs: optimizers, the published network, a ladder to today, the best recipe.

Each table is a generator of rows; `utils.measurements` records them.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from utils.backend import keras
from utils.distortions import distort, stretch
from utils.evaluation import predict_digits
from utils.experiments import RECIPES
from utils.images import INK_RANGE_1998, prepare
from utils.lenet1998 import (
    MapLoss,
    PartialConvolution,
    RadialBasis,
    Subsampling,
    lenet1998,
    squashed,
)
from utils.mnist import WRONG_TEST_LABELS, load_mnist, split
from utils.sdlm import DiagonalLevenbergMarquardt, curvature_meter, eta_1998
from utils.training import CrossEntropy, fit, set_seed, warmup_cosine

layers = keras.layers

SEEDS = range(5)
PASSES = 20
"""Passes of the published network through the 60,000 training images, as in the paper."""
DECAYS = (0.0, 0.03, 0.1, 0.3)
"""Weight decays to choose from for the published network."""
DECAY = 0.1
"""The one with the fewest validation errors."""
BEST_EPOCHS = 30
"""Epochs of the best plain LeNet-5: what fits into three minutes on two cores."""


class Optimizer(NamedTuple):
    """A way to train the published network.

    Attributes:
        name: "SDLM" (the paper's), "SGD" (with momentum 0.9) or "Adam".
        rate: the largest learning rate; SDLM has the paper's own schedule in its place.
        cosine: whether the rate warms up and falls along a cosine, or stays.
        batch_size: images in a step.
        weight_decay: share of each weight that is taken off in a step, times the learning rate (for SDLM eta).
    """

    name: str
    rate: float | None = None
    cosine: bool = True
    batch_size: int = 128
    weight_decay: float = 0.0

    def train(self, network, x, y, passes, loss, **options):
        """Compile and fit `network`; `options` as for `training.fit`, whose table is returned."""
        rate = self.rate
        if self.name == "SDLM":
            rate = eta_1998(len(x), self.batch_size)
        elif self.cosine:
            rate = warmup_cosine(rate, len(x), self.batch_size, passes)
        make = {
            "SDLM": DiagonalLevenbergMarquardt,
            "SGD": partial(keras.optimizers.SGD, momentum=0.9),
            "Adam": keras.optimizers.Adam,
        }[self.name]
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
        network.compile(make(rate, weight_decay=self.weight_decay or None), loss, metrics=metrics)
        after_epoch = options.pop("after_epoch", None)
        if self.name == "SDLM":
            measure = curvature_meter(network, x[:500])
            after_epoch = _both(measure, after_epoch)
        return fit(
            network,
            x,
            y,
            epochs=passes,
            batch_size=self.batch_size,
            after_epoch=after_epoch,
            **options,
        )


def _both(first, second):
    return lambda row: (first(row), second and second(row))[1]


SDLM = Optimizer("SDLM", batch_size=16)
ADAM = Optimizer("Adam", 0.004)
OPTIMIZERS = (
    SDLM,
    *(Optimizer("SGD", rate) for rate in (0.001, 0.002)),
    *(Optimizer("Adam", rate) for rate in (0.002, 0.004, 0.008)),
)


def optimizers_1998(seeds=range(2)):
    """Validation error of the published network after ten passes through 50,000 images, by optimizer and rate."""
    x, y, held = choosing_data()
    for optimizer in OPTIMIZERS:
        for seed in seeds:
            set_seed(seed)
            network = lenet1998()
            history = optimizer.train(network, x, y, 10, MapLoss(), progress=False)
            yield {
                "optimizer": optimizer.name,
                "rate": optimizer.rate,
                "batch_size": optimizer.batch_size,
                "seed": seed,
                "validation_errors": _misread(network, held),
                "seconds_per_pass": round(history["seconds"].mean(), 1),
            }


def choosing_data():
    """50,000 training images with labels, and (images, labels) of the 10,000 others, to choose with."""
    mnist = load_mnist()
    train, validation = split(mnist.y_train, 10_000)
    held = prepare(mnist.x_train[validation]), mnist.y_train[validation]
    return prepare(mnist.x_train[train]), mnist.y_train[train], held


def _misread(network, held):
    return int(np.sum(predict_digits(network, held[0]) != held[1]))


def train_1998(x, y, seed, passes=PASSES, distorted=False, weight_decay=0.0, **options):
    """Return the published network, trained with SDLM and the loss of equation 9, and the history of `fit`.

    Args:
        x, y: training images (n, 32, 32, 1) in [0, 1] and labels.
        seed: decides weights, order and distortions.
        passes: through the training images.
        distorted: distort the images anew for each pass.
        weight_decay: as for `Optimizer`; the paper has none.
        options: as for `training.fit`.
    """
    set_seed(seed)
    network = lenet1998()
    augment = partial(distort, rng=np.random.default_rng(seed)) if distorted else None
    optimizer = SDLM._replace(weight_decay=weight_decay)
    return network, optimizer.train(network, x, y, passes, MapLoss(), augment=augment, **options)


def decays(seeds=range(3)):
    """Validation errors of the published network after 20 passes through 50,000 images, by weight decay."""
    x, y, held = choosing_data()
    for decay in DECAYS:
        for seed in seeds:
            network, _ = train_1998(x, y, seed, weight_decay=decay, progress=False)
            yield {
                "weight_decay": decay,
                "seed": seed,
                "validation_errors": _misread(network, held),
            }


def published(seeds=SEEDS, **options):
    """Errors of the published network after each of 20 passes, over seeds; `options` as for `train_1998`."""
    x, y, sets = final_data()
    for seed in seeds:
        _, history = train_1998(x, y, seed, evaluate=sets, progress=False, **options)
        for row in _errors(history):
            yield {"seed": seed} | row


def published_decay(seeds=SEEDS):
    """The same with the weight decay that `decays` decides for."""
    return published(seeds, weight_decay=DECAY)


def published_distorted(seeds=SEEDS):
    """The same with the paper's distortions, drawn anew for each pass."""
    return published(seeds, distorted=True)


def final_data():
    """The 60,000 training images and labels, and what to measure: {"test": all, "doubtful": the wrongly labeled}."""
    mnist = load_mnist()
    test, wrong = prepare(mnist.x_test), list(WRONG_TEST_LABELS)
    sets = {"test": (test, mnist.y_test), "doubtful": (test[wrong], mnist.y_test[wrong])}
    return prepare(mnist.x_train), mnist.y_train, sets


def _errors(history):
    """Rows of a table, one an epoch: running training error, and test errors with and without the doubtful labels."""
    for row in history.itertuples():
        errors, doubtful = round(10_000 * (1 - row.test_accuracy)), 1 - row.doubtful_accuracy
        doubtful = round(len(WRONG_TEST_LABELS) * doubtful)
        yield {
            "epoch": row.epoch,
            "running_error": round(1 - row.accuracy, 5),
            "test_errors": errors,
            "of_them_doubtful": doubtful,
            "seconds": round(row.seconds, 1),
        }


RUNGS = (
    "as published",
    "optimizer: Adam",
    "schedule",
    "loss: cross-entropy",
    "linear output",
    "all of C3's kernels",
    "plain average pooling",
    "Glorot's start",
    "ReLU",
    "distortions",
)
"""The ladder of chapter 7: each rung is the one before with one change."""


def ladder_network(rung):
    """Build the uncompiled network of a rung of `RUNGS`.

    All keep the 1998 range of the input.

    Args:
        rung: its number, from 0.
    """

    def has(name):
        return rung >= RUNGS.index(name)

    def start(fan_in):
        today = {"activation": squashed(fan_in)["activation"]}
        options = today if has("Glorot's start") else squashed(fan_in)
        return options | ({"activation": "relu"} if has("ReLU") else {})

    dense_c3, plain = has("all of C3's kernels"), has("plain average pooling")
    pool = partial(layers.AveragePooling2D, 2) if plain else Subsampling
    linear = {**squashed(84), "activation": None}
    background, ink = INK_RANGE_1998
    return keras.Sequential(
        [
            keras.Input((32, 32, 1), name="image"),
            layers.Rescaling(ink - background, background, name="range"),
            layers.Conv2D(6, 5, name="C1", **start(25)),
            pool(name="S2"),
            layers.Conv2D(16, 5, name="C3", **start(150))
            if dense_c3
            else PartialConvolution(name="C3"),
            pool(name="S4"),
            layers.Conv2D(120, 5, name="C5", **start(400)),
            layers.Flatten(name="flatten"),
            layers.Dense(84, name="F6", **start(120)),
            layers.Dense(10, name="output", **linear)
            if has("linear output")
            else RadialBasis(name="output"),
        ],
    )


def climb(rung, x, y, passes, seed, **options):
    """Return the network of a rung, trained, and its history; `options` as for `training.fit`."""
    set_seed(seed)
    network = ladder_network(rung)
    optimizer = SDLM if rung == 0 else ADAM._replace(cosine=rung >= RUNGS.index("schedule"))
    if not optimizer.cosine:
        optimizer = optimizer._replace(rate=0.001)
    loss = CrossEntropy() if rung >= RUNGS.index("loss: cross-entropy") else MapLoss()
    if rung >= RUNGS.index("distortions"):
        options["augment"] = partial(distort, rng=np.random.default_rng(seed))
    return network, optimizer.train(network, x, y, passes, loss, **options)


def ladder(seeds=SEEDS):
    """Test error after ten passes, with one change after another from the published network to today's, over seeds."""
    x, y, sets = final_data()
    for seed in seeds:
        for number, name in enumerate(RUNGS):
            network, history = climb(number, x, y, 10, seed, evaluate=sets, progress=False)
            *_, last = _errors(history)
            yield {
                "rung": name,
                "seed": seed,
                "parameters": network.count_params(),
                "test_errors": last["test_errors"],
                "seconds_per_pass": round(history["seconds"].mean(), 1),
            }


GENTLE = {"shift": 2.0, "scale": 0.1, "squeeze": 0.0, "shear": 0.1, "rotation": 0.15}
STRONG = {"shift": 2.0, "scale": 0.15, "squeeze": 0.15, "shear": 0.2, "rotation": 0.2}
CANDIDATES = {
    "no distortions": (None, 0.0),
    "strong": (STRONG, 0.0),
    "gentle and elastic": (GENTLE, 1.0),
    "strong and elastic": (STRONG, 1.0),
}
"""Recipes for the plain LeNet-5: the amounts for `distortions.distort`, and for `distortions.stretch`."""


def train_candidate(name, x, y, seed, epochs=BEST_EPOCHS, **options):
    """Return the plain LeNet-5, trained by one of `CANDIDATES`, and its history; `options` as for `training.fit`.

    All else is as in the recipe of chapter 4.
    """
    amounts, elastic = CANDIDATES[name]
    rng = np.random.default_rng(seed)

    def augment(images):
        images = distort(images, rng, **amounts)
        return stretch(images, rng, elastic) if elastic else images

    recipe = RECIPES["series"]
    set_seed(seed)
    network = recipe.build()
    options["augment"] = augment if amounts else None
    return network, recipe.train(network, x, y, epochs, **options)


def candidates():
    """Validation errors of recipes for the plain LeNet-5: 50,000 images to train on, 10,000 others to choose with."""
    x, y, held = choosing_data()
    for name in CANDIDATES:
        network, history = train_candidate(name, x, y, 0, progress=False)
        yield {
            "recipe": name,
            "validation_errors": _misread(network, held),
            "seconds": round(history["seconds"].sum(), 1),
        }


BEST = "strong"
"""The candidate with the fewest validation errors."""


def best(seeds=SEEDS):
    """Errors of the best plain LeNet-5 after each epoch on all 60,000 training images, over seeds."""
    x, y, sets = final_data()
    for seed in seeds:
        _, history = train_candidate(BEST, x, y, seed, evaluate=sets, progress=False)
        for row in _errors(history):
            yield {"seed": seed} | row
