"""From the published network to today's, one change after another, and back by one: experiments of chapter 11.

A setting is a set of `CHANGES`. Its rate is tuned by the same number of trials on 5,000 validation images; then it is
measured on 10,000 others, with other seeds. No test image is looked at.
"""

from functools import partial

import numpy as np
import pandas as pd

from utils.augmentation import random_affine
from utils.backend import keras
from utils.evaluation import predict_digits
from utils.experiments.tasks import Task
from utils.images import INK_RANGE_1998
from utils.lenet1998 import MapLoss, PartialConvolution, RadialBasis, Subsampling, squashed
from utils.levenberg_marquardt import eta_1998
from utils.networks import scaled_tanh
from utils.recipes import Recipe
from utils.records import recorded
from utils.training import CrossEntropy, set_seed

layers = keras.layers

CHANGES = (
    "tuned rate",
    "Adam",
    "batch of 64",
    "schedule",
    "cross-entropy",
    "linear output",
    "all of C3's kernels",
    "plain average pooling",
    "Glorot's start",
    "ReLU",
    "input from 0 to 1",
    "label smoothing",
    "distortions",
)
"""What leads from the published network to today's, in the order of the ladder."""
RUNGS = ("as published", *CHANGES)
RATES = {
    "SDLM": (0.33, 1.0, 3.0, 9.0),
    "Adam": (0.0005, 0.0015, 0.0045, 0.0135),
    "SGD": (0.01, 0.03, 0.1, 0.3),
}
"""The trials of a setting, by its optimizer. Those of SDLM are factors on the paper's rates."""
UNTUNED = {"SDLM": 1.0, "Adam": 0.001}
"""The paper's rates, and Keras's default."""
IMAGES, PASSES = 10_000, 10
"""Training images, drawn anew for each seed, and passes through them."""
SEEDS = range(10)
TRIALS = range(8)
"""Four rates, each with two seeds that are none of `SEEDS`."""


class PaperSchedule(Recipe):
    """The paper's schedule of 20 passes in `epochs`: all of its rates times `learning_rate`.

    Without SDLM, the same fall from `learning_rate`.
    """

    def _rate(self, rows):
        eta = eta_1998(rows, self.batch_size)
        unit = 1 if self.optimizer == "SDLM" else eta.values[0]
        rates = [self.learning_rate * rate / unit for rate in eta.values]
        boundaries = [round(step * self.epochs / 20) for step in eta.boundaries]
        return keras.optimizers.schedules.PiecewiseConstantDecay(boundaries, rates)


class PartlyConnected(PartialConvolution):
    """C3 with the paper's table, and with the activation and the start of the other layers.

    Args:
        activation: a function of an array.
        glorot: start as Glorot's kernels of a full C3 would, biases at 0; otherwise as in the paper.
    """

    def __init__(self, activation, glorot, **options):
        super().__init__(**options)
        self.activation, self.glorot = keras.activations.get(activation), glorot

    def build(self, shape):
        super().build(shape)
        if self.glorot:
            largest = (6 / (25 * 6 + 25 * 16)) ** 0.5
            uniform = keras.initializers.RandomUniform(-largest, largest)
            self.kernels.assign(uniform(self.kernels.shape))
            self.bias.assign(np.zeros(self.bias.shape))

    def call(self, x):
        kernel = keras.ops.matmul(self.kernels, self.places)
        kernel = keras.ops.reshape(kernel, (5, 5, x.shape[-1], len(self.table)))
        return self.activation(keras.ops.conv(x, kernel) + self.bias)


def settings():
    """Every setting that is measured: {(kind, name): its set of changes}.

    The kind "up to" is the ladder: all changes up to the one that gives the name. The kind "without" has all changes
    but that one.
    """
    ladder = {("up to", name): frozenset(CHANGES[:place]) for place, name in enumerate(RUNGS)}
    without = {("without", name): frozenset(CHANGES) - {name} for name in CHANGES[:-1]}
    return ladder | without


def build(changes):
    """Build the uncompiled network of a setting.

    Args:
        changes: some of `CHANGES`; those that concern the network count.
    """
    activation = "relu" if "ReLU" in changes else scaled_tanh
    glorot = "Glorot's start" in changes

    def start(fan_in, activation=activation):
        return ({} if glorot else squashed(fan_in)) | {"activation": activation}

    plain = "plain average pooling" in changes
    pool = partial(layers.AveragePooling2D, 2) if plain else Subsampling
    low, high = (0, 1) if "input from 0 to 1" in changes else INK_RANGE_1998
    return keras.Sequential(
        [
            keras.Input((32, 32, 1), name="image"),
            layers.Rescaling(high - low, low, name="range"),
            layers.Conv2D(6, 5, name="C1", **start(25)),
            pool(name="S2"),
            layers.Conv2D(16, 5, name="C3", **start(150))
            if "all of C3's kernels" in changes
            else PartlyConnected(activation, glorot, name="C3"),
            pool(name="S4"),
            layers.Conv2D(120, 5, name="C5", **start(400)),
            layers.Flatten(name="flatten"),
            layers.Dense(84, name="F6", **start(120)),
            layers.Dense(10, name="output", **start(84, None))
            if "linear output" in changes
            else RadialBasis(name="output"),
        ],
    )


def optimizer(changes):
    """The optimizer of a setting: Adam, or else SDLM; it needs the codes, so without them SGD with momentum."""
    if "Adam" in changes:
        return "Adam"
    return "SGD" if "linear output" in changes else "SDLM"


def recipe(changes, rate):
    """How a setting is trained, at one rate; see `RATES`."""
    batch = 64 if "batch of 64" in changes else 16
    if "schedule" in changes:
        return Recipe(PASSES, batch, rate, schedule="cosine", optimizer=optimizer(changes))
    return PaperSchedule(PASSES, batch, rate, schedule="1998", optimizer=optimizer(changes))


def train(changes, x, y, seed, rate, **options):
    """Return the network of a setting, trained, and its history.

    Args:
        changes: some of `CHANGES`.
        x, y, options: as for `training.fit`.
        seed: decides weights, order and distortions.
        rate: see `RATES`.
    """
    set_seed(seed)
    network = build(changes)
    if "distortions" in changes:
        options["augment"] = partial(random_affine, rng=np.random.default_rng(seed))
    loss = MapLoss()
    if "cross-entropy" in changes:
        loss = CrossEntropy(0.05 if "label smoothing" in changes else 0.0)
    return network, recipe(changes, rate).train(network, x, y, loss, **options)


def sets():
    """The classifier task with 15,000 validation images, and these in two: 5,000 to tune with, 10,000 to measure with."""
    task = Task(validation_size=15_000)
    tuning = np.arange(len(task.validation[1])) % 3 == 0
    return task, *(tuple(part[which] for part in task.validation) for which in (tuning, ~tuning))


def errors(network, x, y):
    """How many of the images the network misreads."""
    return int(np.sum(predict_digits(network, x) != y))


def ladder_rates(seeds=TRIALS):
    """Errors on 5,000 validation images, by setting and rate; `seeds` are numbers of trials, each a rate and a sample."""
    task, tuning, _ = sets()
    for trial in seeds:
        sample, place = 100 + trial // 4, trial % 4
        x, y = task.sample(IMAGES, sample)
        for (kind, name), changes in settings().items():
            if "tuned rate" in changes:
                rate = RATES[optimizer(changes)][place]
                network, _ = train(changes, x, y, sample, rate, progress=False)
                yield {
                    "kind": kind,
                    "change": name,
                    "rate": rate,
                    "sample": sample,
                    "validation_errors": errors(network, *tuning),
                }


def chosen_rates(table):
    """The rate of each setting with the fewest errors in rows such as those of `ladder_rates`: {(kind, name): rate}."""
    totals = table.groupby(["kind", "change", "rate"], as_index=False)["validation_errors"].sum()
    best = totals.loc[totals.groupby(["kind", "change"])["validation_errors"].idxmin()]
    return {(row.kind, row.change): row.rate for row in best.itertuples()}


def ladder(seeds=SEEDS):
    """Errors on 10,000 validation images, by setting, each at the best of the rates of `ladder_rates` and `ladder_edges`."""
    task, _, measuring = sets()
    rates = chosen_rates(pd.concat([recorded("ladder_rates"), recorded("ladder_edges")]))
    for seed in seeds:
        x, y = task.sample(IMAGES, seed)
        for (kind, name), changes in settings().items():
            rate = rates.get((kind, name), UNTUNED.get(optimizer(changes)))
            network, history = train(changes, x, y, seed, rate, progress=False)
            yield {
                "kind": kind,
                "change": name,
                "seed": seed,
                "rate": rate,
                "parameters": network.count_params(),
                "validation_errors": errors(network, *measuring),
                "seconds_per_pass": round(history["seconds"].mean(), 2),
            }
