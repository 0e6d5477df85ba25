"""From the published network to today's, one change after another: an experiment of chapter 11."""

from dataclasses import replace
from functools import partial

import numpy as np

from utils.augmentation import random_affine
from utils.backend import keras
from utils.experiments.published import ADAM, SDLM, error_rows, measured_sets
from utils.experiments.tasks import SEEDS, Task
from utils.images import INK_RANGE_1998
from utils.lenet1998 import MapLoss, PartialConvolution, RadialBasis, Subsampling, squashed
from utils.training import CrossEntropy, set_seed

layers = keras.layers

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
"""The rungs: each is the one before with one change, but for the second, whose change of optimizer is a change of batch
size and of rate too: SDLM cannot be had with Adam's."""


def has(rung, name):
    """Whether the rung with this number, from 0, has the change called `name`."""
    return rung >= RUNGS.index(name)


def ladder_network(rung):
    """Build the uncompiled network of a rung of `RUNGS`.

    All keep the 1998 range of the input.

    Args:
        rung: its number, from 0.
    """

    def start(fan_in):
        paper = squashed(fan_in)
        options = {"activation": paper["activation"]} if has(rung, "Glorot's start") else paper
        return options | ({"activation": "relu"} if has(rung, "ReLU") else {})

    plain = has(rung, "plain average pooling")
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
            if has(rung, "all of C3's kernels")
            else PartialConvolution(name="C3"),
            pool(name="S4"),
            layers.Conv2D(120, 5, name="C5", **start(400)),
            layers.Flatten(name="flatten"),
            layers.Dense(84, name="F6", **start(120)),
            layers.Dense(10, name="output", **linear)
            if has(rung, "linear output")
            else RadialBasis(name="output"),
        ],
    )


def rung_recipe(rung):
    """How the network of a rung is trained: ten passes."""
    if not has(rung, "optimizer: Adam"):
        return replace(SDLM, epochs=10)
    if not has(rung, "schedule"):
        return replace(ADAM, epochs=10, learning_rate=0.001, schedule="constant")
    return replace(ADAM, epochs=10)


def train_rung(rung, x, y, seed, recipe=None, **options):
    """Return the network of a rung, trained, and its history.

    Args:
        rung: its number, from 0.
        x, y, options: as for `training.fit`.
        seed: decides weights, order and distortions.
        recipe: None for `rung_recipe`.
    """
    set_seed(seed)
    network = ladder_network(rung)
    if has(rung, "distortions"):
        options["augment"] = partial(random_affine, rng=np.random.default_rng(seed))
    loss = CrossEntropy() if has(rung, "loss: cross-entropy") else MapLoss()
    return network, (recipe or rung_recipe(rung)).train(network, x, y, loss, **options)


def ladder(seeds=SEEDS):
    """Test error after ten passes, with one change after another from the published network to today's, over seeds."""
    task = Task()
    x, y = task.everything()
    for seed in seeds:
        for number, name in enumerate(RUNGS):
            options = {"evaluate": measured_sets(task), "progress": False}
            network, history = train_rung(number, x, y, seed, **options)
            *_, last = error_rows(history)
            yield {
                "rung": name,
                "seed": seed,
                "parameters": network.count_params(),
                "test_errors": last["test_errors"],
                "seconds_per_pass": round(history["seconds"].mean(), 1),
            }
