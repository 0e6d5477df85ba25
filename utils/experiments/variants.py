"""Activations, poolings and frames, each at the learning rate that suits it; and the cure for shifted digits: chapter 7.

All learn from 20,000 digits, other ones for each seed. Their rates are chosen on 5,000 digits and they are compared on
10,000 others, all from the training set: see `held_out`.
"""

from dataclasses import replace

import numpy as np
import pandas as pd

from utils.augmentation import random_shift
from utils.backend import keras
from utils.evaluation import predict_digits
from utils.experiments.held_out import choose_and_judge, held_out_task
from utils.images import shift
from utils.networks import lenet5
from utils.recipes import RECIPES
from utils.records import recorded
from utils.training import set_seed

layers = keras.layers

PLAIN = "LeNet-5"
VARIANTS = {
    PLAIN: {},
    "tanh": {"activation": "tanh"},
    "scaled tanh": {"activation": "scaled_tanh"},
    "logistic sigmoid": {"activation": "sigmoid"},
    "max pooling": {"pooling": "max"},
    "strides": {"pooling": "stride"},
    "frame of 28": None,
}
"""What differs from `networks.lenet5`: its arguments; "frame of 28" is `small_frame_lenet5`."""
POOLINGS = (PLAIN, "max pooling", "strides")
"""The variants that learn from shifted digits too."""
IMAGES = 20_000
RATES = (0.0008, 0.002, 0.005, 0.012, 0.03)
"""The learning rates that each variant is tried with."""
RECIPE = replace(RECIPES["series"], epochs=6, batch_size=128)
"""How all are trained, but for the rate."""
LONG = 12
"""Epochs of the longer runs."""
LARGEST = 3
"""Largest shift in training, in pixels along each axis."""
SHIFTS = range(6)
"""Pixels by which digits are moved sideways, to count errors."""


def small_frame_lenet5():
    """LeNet-5 for 28x28 images as they are, without a border: 61,817 parameters, 0.2% more than `lenet5`.

    C5's kernel has 4x4 places there and not 5x5, so that it would have fewer parameters; 171 units instead of 120 make
    up for it. Taught in 07_compare_variants.
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Conv2D(6, 5, activation="relu", name="C1"),
            layers.AveragePooling2D(2, name="S2"),
            layers.Conv2D(16, 5, activation="relu", name="C3"),
            layers.AveragePooling2D(2, name="S4"),
            layers.Conv2D(171, 4, activation="relu", name="C5"),
            layers.Flatten(name="flatten"),
            layers.Dense(84, activation="relu", name="F6"),
            layers.Dense(10, name="output"),
        ],
        name="small_frame_lenet5",
    )


def build_variant(variant):
    """Return the uncompiled network of one of `VARIANTS`."""
    options = VARIANTS[variant]
    return small_frame_lenet5() if options is None else lenet5(**options)


def in_frame(network, x):
    """Cut (n, 32, 32, 1) images to the frame that the network takes, without copying."""
    border = (32 - network.input_shape[1]) // 2
    return x[:, border : 32 - border, border : 32 - border]


def train_variant(variant, x, y, rate, seed, shifted=False, epochs=RECIPE.epochs, progress=False):
    """Return one of `VARIANTS`, trained as `RECIPE` says.

    Args:
        variant: a key of `VARIANTS`.
        x, y: images (n, 32, 32, 1) in [0, 1] and labels (n,).
        rate: the largest learning rate.
        seed: decides weights, order and shifts.
        shifted: train on digits moved at random by up to `LARGEST` pixels along each axis, anew in each epoch.
        epochs, progress: as for `training.fit`.
    """
    set_seed(seed)
    network, rng = build_variant(variant), np.random.default_rng(seed)
    recipe = replace(RECIPE, learning_rate=rate, epochs=epochs)
    augment = (lambda images: random_shift(images, rng, LARGEST)) if shifted else None
    recipe.train(network, in_frame(network, x), y, augment=augment, progress=progress)
    return network


def misread(network, x, y):
    """The share of misread digits among images (n, 32, 32, 1)."""
    return float(np.mean(predict_digits(network, in_frame(network, x)) != y))


def sideways(x, pixels):
    """Move (n, 32, 32, 1) images by so many pixels, every other one to the right, the rest to the left."""
    moved = np.empty_like(x)
    for start, right in ((0, pixels), (1, -pixels)):
        moved[start::2, ..., 0] = shift(x[start::2, ..., 0], right=right)
    return moved


def variant_rates(seeds=range(2)):
    """Errors of each variant at each rate, on the digits to choose with, over two seeds."""
    task = held_out_task()
    choosing, _ = choose_and_judge(task)
    for seed in seeds:
        x, y = task.sample(IMAGES, _seed_of_trials(seed))
        for variant in VARIANTS:
            for rate in RATES:
                network = train_variant(variant, x, y, rate, _seed_of_trials(seed))
                error = round(misread(network, *choosing), 5)
                yield {"variant": variant, "rate": rate, "seed": seed, "error": error}


def _seed_of_trials(seed):
    """Another one than any of those that are compared."""
    return 100 + seed


def best_rates():
    """The rate with the lowest mean error in the recorded `variant_rates` and `rates_above`: {variant: rate}."""
    trials = pd.concat([recorded("variant_rates"), recorded("rates_above")])
    means = trials.groupby(["variant", "rate"])["error"].mean().unstack()
    return means.idxmin(axis=1).to_dict()


def variants(seeds=range(10)):
    """Errors of each variant at its best rate on the digits to judge by, moved sideways, over ten seeds.

    Those of `POOLINGS` learn from shifted digits too, and LeNet-5 with and without them for twice as long.
    """
    rates, task = best_rates(), held_out_task()
    _, (x_new, y_new) = choose_and_judge(task)
    moved = {pixels: sideways(x_new, pixels) for pixels in SHIFTS}
    runs = [(variant, False, RECIPE.epochs) for variant in VARIANTS]
    runs += [(variant, True, RECIPE.epochs) for variant in POOLINGS]
    runs += [(PLAIN, shifted, LONG) for shifted in (False, True)]
    for seed in seeds:
        x, y = task.sample(IMAGES, seed)
        for variant, shifted, epochs in runs:
            network = train_variant(variant, x, y, rates[variant], seed, shifted, epochs)
            yield {
                "variant": variant,
                "learned": "shifted" if shifted else "as they are",
                "epochs": epochs,
                "rate": rates[variant],
                "seed": seed,
            } | {
                f"error_{pixels}": round(misread(network, images, y_new), 5)
                for pixels, images in moved.items()
            }
