"""Seeds, schedules, recipes, and fit with progress and a history as a table. Taught in 04_train_classifier."""

import math
import time
from dataclasses import dataclass
from functools import partial

import pandas as pd
from IPython.display import display

from utils.backend import keras, tensor
from utils.levenberg_marquardt import DiagonalLevenbergMarquardt, curvature_estimator, eta_1998


def set_seed(seed):
    """Seed Python, NumPy and Keras. Call it again before each network: what was built before would change it."""
    keras.utils.set_random_seed(seed)


def warmup_cosine(peak, rows, batch_size, epochs, warmup=0.2):
    """A learning rate that rises from `peak` / 10 to `peak`, then falls along a half cosine to zero.

    Args:
        peak: the largest learning rate.
        rows: number of training images.
        batch_size, epochs: as given to `fit`; together they are the number of steps.
        warmup: share of the steps in which the rate rises, between 0 and 1.

    Returns:
        A `keras.optimizers.schedules.CosineDecay`.
    """
    steps = epochs * math.ceil(rows / batch_size)
    rising = int(warmup * steps)
    return keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=peak / 10,
        warmup_target=peak,
        warmup_steps=rising,
        decay_steps=steps - rising,
    )


@keras.saving.register_keras_serializable(package="lenet5")
class CrossEntropy(keras.losses.Loss):
    """Cross-entropy of integer labels (n,) and logits (n, classes), with label smoothing.

    Args:
        label_smoothing: share s of the belief that is spread evenly, from 0 to below 1: the target is 1 - s + s/classes
            for the label and s/classes for every other class (Szegedy et al., 2016, section 7).
    """

    def __init__(self, label_smoothing=0.0, name="cross_entropy", **options):
        super().__init__(name=name, **options)
        self.label_smoothing = label_smoothing

    def call(self, labels, logits):
        targets = keras.ops.one_hot(keras.ops.cast(labels, "int32"), logits.shape[-1])
        return keras.losses.categorical_crossentropy(
            targets, logits, from_logits=True, label_smoothing=self.label_smoothing
        )

    def get_config(self):
        return {**super().get_config(), "label_smoothing": self.label_smoothing}


def compile_classifier(network, learning_rate, label_smoothing=0.0):
    """Compile `network`, which returns logits, with Adam, cross-entropy against integer labels, and the accuracy.

    Args:
        network: an uncompiled classifier with (n, classes) logits.
        learning_rate: a positive number, or a schedule such as `warmup_cosine` returns.
        label_smoothing: as for `CrossEntropy`.
    """
    _compile(network, keras.optimizers.Adam(learning_rate), CrossEntropy(label_smoothing))


def compile_regressor(network, learning_rate, loss="mean_squared_error"):
    """Compile `network`, which returns (n, 1) numbers, with Adam, `loss`, and the mean absolute error as `mae`.

    Args:
        network: an uncompiled regressor such as `networks.to_regressor` returns.
        learning_rate: a positive number or a schedule.
        loss: a Keras loss or its name.
    """
    _compile(network, keras.optimizers.Adam(learning_rate), loss)


def _compile(network, optimizer, loss):
    """Compile with the measure that fits the output: one number, or a score for each class."""
    if network.output_shape[-1] == 1:
        measure = keras.metrics.MeanAbsoluteError(name="mae")
    else:
        measure = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    network.compile(optimizer, loss, metrics=[measure])


OPTIMIZERS = {
    "Adam": keras.optimizers.Adam,
    "SGD": partial(keras.optimizers.SGD, momentum=0.9),
    "SDLM": DiagonalLevenbergMarquardt,
}
"""What a `Recipe` can train with. SDLM is the paper's, stochastic diagonal Levenberg-Marquardt."""
SCHEDULES = ("cosine", "constant", "1998")
"""Warm-up and cosine decay (`warmup_cosine`); one rate for all steps; the paper's steps (`eta_1998`)."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained, whatever the network and the data. `dataclasses.replace` changes a part of it.

    Attributes:
        epochs: passes through the training images.
        batch_size: images in a step.
        learning_rate: the largest one; None with the schedule "1998", which has its own.
        schedule: one of `SCHEDULES`.
        optimizer: one of `OPTIMIZERS`.
        label_smoothing: as for `CrossEntropy`; only for the loss that `train` takes by itself.
        weight_decay: share of each weight that is taken off in a step, times the learning rate (Loshchilov and Hutter,
            2019).
    """

    epochs: int
    batch_size: int
    learning_rate: float | None
    schedule: str = "cosine"
    optimizer: str = "Adam"
    label_smoothing: float = 0.0
    weight_decay: float = 0.0

    def train(self, network, x, y, loss=None, **options):
        """Compile `network` and fit it to (x, y).

        Args:
            network: a classifier with (n, classes) scores, or a regressor with (n, 1) numbers.
            x, y: as for `fit`.
            loss: a Keras loss or its name; None takes cross-entropy for a classifier and the mean squared error for a
                regressor.
            options: as for `fit`.

        Returns:
            The history, a DataFrame, as for `fit`.
        """
        if loss is None:
            regressor = network.output_shape[-1] == 1
            loss = "mean_squared_error" if regressor else CrossEntropy(self.label_smoothing)
        decay = self.weight_decay or None
        optimizer = OPTIMIZERS[self.optimizer](self.rate(len(x)), weight_decay=decay)
        _compile(network, optimizer, loss)
        if self.optimizer == "SDLM":
            measure = curvature_estimator(network, x[:500])
            options["after_epoch"] = _both(measure, options.get("after_epoch"))
        return fit(network, x, y, epochs=self.epochs, batch_size=self.batch_size, **options)

    def rate(self, rows):
        """The learning rate, or its schedule, for so many training images."""
        if self.schedule == "cosine":
            return warmup_cosine(self.learning_rate, rows, self.batch_size, self.epochs)
        return eta_1998(rows, self.batch_size) if self.schedule == "1998" else self.learning_rate


def _both(first, second):
    """A function of a row that calls two, of which the second may be None and decides whether training stops."""
    return lambda row: (first(row), second and second(row))[1]


RECIPES = {
    "article": Recipe(20, 32, 1e-3, schedule="constant"),
    "keras_example": Recipe(20, 128, 1e-3, schedule="constant"),
    "schedule": Recipe(8, 256, 1e-2),
    "series": Recipe(8, 256, 1e-2, label_smoothing=0.05),
}
"""The recipes that 04_train_classifier compares: the article's, that of Keras's MNIST example, and the series'."""


def fit(
    network,
    x,
    y,
    *,
    epochs,
    batch_size,
    evaluate=None,
    augment=None,
    after_epoch=None,
    progress=True,
):
    """Train a compiled network and return its history as a table.

    Args:
        network: a compiled Keras model.
        x, y: training images and targets, with the same number of rows.
        epochs: passes through the training data, at least 1.
        batch_size: images in a step.
        evaluate: {prefix: (x, y)}, sets to measure after each epoch with the weights as they are then. Give the
            validation set the prefix "val". For training rows use "train": Keras's own `loss` is a running average over
            weights that were still changing.
        augment: function of images that returns the ones to train on in the next epoch, changed in ways that leave `y`
            true; before every epoch it is called for up to 5,000 images at a time.
        after_epoch: function of an epoch's row (a dict), called when the epoch is over; training stops if it returns
            True.
        progress: show one line that says which epoch runs and how long it will take.

    Returns:
        A DataFrame with one row an epoch: `epoch` from 1, `loss` and the metrics, the same for each set of `evaluate`
        (`val_loss`, ...), and `seconds` (training alone, without the evaluations).

    Raises:
        ValueError: `x` and `y` differ in their number of rows.
    """
    if len(x) != len(y):
        raise ValueError(f"x has {len(x):,} rows and y has {len(y):,}; allowed: the same number")
    rows, start = [], time.perf_counter()
    unchanged = None if augment else tensor(x)
    line = display(_Line("training starts"), display_id=True) if progress else None
    for epoch in range(1, epochs + 1):
        epoch_start = time.perf_counter()
        history = network.fit(
            tensor(x, augment) if augment else unchanged,
            y,
            batch_size=batch_size,
            initial_epoch=epoch - 1,
            epochs=epoch,
            verbose=0,
        )
        row = {"epoch": epoch, **{name: values[0] for name, values in history.history.items()}}
        row["seconds"] = time.perf_counter() - epoch_start
        for prefix, data in (evaluate or {}).items():
            measured = network.evaluate(*data, batch_size=1_000, verbose=0, return_dict=True)
            row |= {f"{prefix}_{name}": value for name, value in measured.items()}
        rows.append(row)
        if after_epoch and after_epoch(row):
            break
        if line:
            elapsed = time.perf_counter() - start
            left = elapsed / epoch * (epochs - epoch)
            line.update(_Line(f"epoch {epoch} of {epochs}, {elapsed:.0f} s, {left:.0f} s left"))
    if line:
        count = "1 epoch" if len(rows) == 1 else f"{len(rows)} epochs"
        line.update(_Line(f"trained for {count} on {len(x):,} images"))
    return pd.DataFrame(rows)


class _Line:
    """A line of text that a display shows and replaces."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text
