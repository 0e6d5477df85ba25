"""Heads of the area regressor: losses, several areas at once, an output that cannot be negative. For chapter 8.

Each is trained from scratch on 10,000 images at the best of four rates. Rates are chosen on every second validation image,
errors are measured on the others. What the trials chose is read from the recorded table `head_trials`.
"""

from dataclasses import dataclass, replace

import numpy as np

from utils.area import filled_area, hull_area, ink_area
from utils.backend import keras
from utils.evaluation import predict
from utils.experiments.tasks import Task
from utils.networks import lenet5
from utils.recipes import Recipe
from utils.records import recorded
from utils.training import fit, set_seed

AREAS = {"ink": ink_area, "filled": filled_area, "hull": hull_area}
"""What can be measured: ink; ink and holes; the convex hull. In px²."""
IMAGES = 10_000
RECIPE = Recipe(20, 128, 0.01)
RATES = (0.004, 0.01, 0.025, 0.06)
"""The learning rates that are tried."""
EMPTY = 100
"""Empty frames among the training images of the head "with empty frames"; their area is 0."""


@dataclass(frozen=True)
class Head:
    """What a regressor predicts, and how it is taught.

    Attributes:
        areas: keys of `AREAS`, one for each output.
        loss: a Keras loss or its name.
        positive: let no output be negative.
        empty: empty frames that replace as many training images.
    """

    areas: tuple = ("filled",)
    loss: object = "mean_absolute_error"
    positive: bool = False
    empty: int = 0


HEADS = {
    "absolute": Head(),
    "squared": Head(loss="mean_squared_error"),
    "Huber": Head(loss=keras.losses.Huber(delta=5.0)),
    "softplus": Head(positive=True),
    "with empty frames": Head(positive=True, empty=EMPTY),
    "ink": Head(("ink",)),
    "hull": Head(("hull",)),
    "three areas": Head(tuple(AREAS)),
}
"""The heads compared; Huber's loss changes from squares to absolute values at 5 px²."""


def area_network(y, seed, positive=False):
    """A fresh LeNet-5 with one linear output for each column of the training targets.

    Args:
        y: (n, outputs) px²; each output starts at the mean of its column and counts in its standard deviation.
        seed: decides the weights.
        positive: put every output through softplus, log(1 + exp(area)): nearly the same above 5 px², never below 0.

    Returns:
        An uncompiled keras.Sequential from (n, 32, 32, 1) to (n, outputs) in px².
    """
    set_seed(seed)
    layers = keras.layers
    network = keras.Sequential([keras.Input((32, 32, 1)), *lenet5().layers[:-1]])
    network.add(layers.Dense(y.shape[1], name="head"))
    network.add(layers.Rescaling(y.std(axis=0).tolist(), offset=y.mean(axis=0).tolist()))
    if positive:
        network.add(layers.Activation("softplus"))
    return network


def train_heads(network, x, y, loss, recipe):
    """Compile a network of one or more outputs with `loss` and fit it as `recipe` says."""
    network.compile(recipe.optimizer_for(len(x)), loss)
    fit(network, x, y, epochs=recipe.epochs, batch_size=recipe.batch_size, progress=False)


def areas_of(x):
    """Measure images (n, 32, 32, 1) in [0, 1] in all ways of `AREAS`: {name: (n,) float32 in px²}."""
    return {name: area(x[..., 0]).astype("float32") for name, area in AREAS.items()}


def train_head(name, x, areas, seed, rate):
    """Train a head of `HEADS` at a rate; return the network.

    Args:
        name: a key of `HEADS`.
        x: training images (n, 32, 32, 1) in [0, 1].
        areas: {key of `AREAS`: (n,) float32}, those that the head predicts.
        seed: decides the weights and the order of the images.
        rate: the largest learning rate.
    """
    head = HEADS[name]
    y = _targets(head, areas)
    if head.empty:
        x, blank = x.copy(), slice(None, None, max(1, len(x) // head.empty))
        x[blank] = y[blank] = 0
    network = area_network(y, seed, head.positive)
    train_heads(network, x, y, head.loss, replace(RECIPE, learning_rate=rate))
    return network


def _targets(head, areas):
    return np.stack([areas[area] for area in head.areas], axis=1)


def _errors(name, network, x, areas):
    """Mean absolute error of each area; for filled area also the root mean squared error and the bias. In px²."""
    head = HEADS[name]
    residuals = predict(network, x).astype(float) - _targets(head, areas)
    found = {f"mae_{area}": None for area in AREAS} | {"rmse_filled": None, "bias_filled": None}
    for area, residual in zip(head.areas, residuals.T):
        found[f"mae_{area}"] = np.abs(residual).mean()
        if area == "filled":
            found["rmse_filled"] = np.sqrt(np.mean(residual**2))
            found["bias_filled"] = residual.mean()
    return {key: value if value is None else round(float(value), 3) for key, value in found.items()}


def _score(name, network, x, areas):
    """What a head's rate is chosen by: its own loss, as Keras measures it."""
    head = HEADS[name]
    loss = keras.losses.get(head.loss)
    return round(float(np.mean(loss(_targets(head, areas), predict(network, x)))), 4)


def head_trials(seeds=(10,)):
    """The loss of each head at each of four rates, on every second validation image."""
    task = Task("regressor")
    x_new = task.validation[0][::2]
    areas_new = areas_of(x_new)
    for seed in seeds:
        x, _ = task.sample(IMAGES, seed)
        areas = areas_of(x)
        for name in HEADS:
            for rate in RATES:
                network = train_head(name, x, areas, seed, rate)
                row = {"head": name, "rate": rate, "seed": seed}
                yield row | {"choosing_loss": _score(name, network, x_new, areas_new)}


def area_heads(seeds=range(5)):
    """Errors of each head at its best rate, its smallest answer, and what it says of an empty frame, over seeds."""
    task, trials = Task("regressor"), recorded("head_trials")
    best = trials.loc[trials.groupby("head")["choosing_loss"].idxmin()].set_index("head")["rate"]
    x_new = task.validation[0][1::2]
    areas_new, nothing = areas_of(x_new), np.zeros((1, 32, 32, 1), "float32")
    for seed in seeds:
        x, _ = task.sample(IMAGES, seed)
        areas = areas_of(x)
        for name in HEADS:
            network = train_head(name, x, areas, seed, float(best[name]))
            row = {"head": name, "rate": float(best[name]), "seed": seed}
            row |= _errors(name, network, x_new, areas_new)
            row["smallest_answer"] = round(float(predict(network, x_new).min()), 3)
            areas_of_head = HEADS[name].areas
            column = areas_of_head.index("filled") if "filled" in areas_of_head else 0
            yield row | {"empty_frame": round(float(predict(network, nothing)[0, column]), 3)}
