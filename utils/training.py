"""Seeds, schedule, and fit with progress and a history as a table. Taught in 04_train_classifier."""

import math
import time

import numpy as np
import pandas as pd
from IPython.display import display

from utils.backend import keras, tf


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


def compile_classifier(network, learning_rate, label_smoothing=0.0, weight_decay=None):
    """Compile `network`, which returns logits, with Adam, cross-entropy against integer labels, and the accuracy.

    Args:
        network: an uncompiled classifier with (n, classes) logits.
        learning_rate: a positive number, or a schedule such as `warmup_cosine` returns.
        label_smoothing: as for `CrossEntropy`.
        weight_decay: share of each weight that is taken off in a step, times the learning rate (Loshchilov and Hutter,
            2019); None for none.
    """
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate, weight_decay=weight_decay),
        loss=CrossEntropy(label_smoothing),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )


def compile_regressor(network, learning_rate, loss="mean_squared_error", weight_decay=None):
    """Compile `network`, which returns (n, 1) numbers, with Adam, `loss`, and the mean absolute error as `mae`.

    Args:
        network: an uncompiled regressor such as `networks.to_regressor` returns.
        learning_rate: a positive number or a schedule.
        loss: a Keras loss or its name.
        weight_decay: as for `compile_classifier`.
    """
    network.compile(
        optimizer=keras.optimizers.Adam(learning_rate, weight_decay=weight_decay),
        loss=loss,
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
    )


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
    unchanged = None if augment else _tensor(x)
    line = display(_Line("training starts"), display_id=True) if progress else None
    for epoch in range(1, epochs + 1):
        epoch_start = time.perf_counter()
        history = network.fit(
            _tensor(x, augment) if augment else unchanged,
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


def _tensor(x, change=None):
    """`x`, or what `change` makes of it, as a tensor that is filled in parts: TensorFlow would copy the whole twice."""
    tensor = tf.raw_ops.Empty(shape=x.shape, dtype=tf.float32)
    for rows in np.array_split(np.arange(len(x), dtype=np.int32), -(-len(x) // 5_000)):
        some = x[rows[0] : rows[-1] + 1]
        tensor = tf.raw_ops.InplaceUpdate(
            x=tensor, i=rows, v=tf.cast(change(some) if change else some, tf.float32)
        )
    return tensor


class _Line:
    """A line of text that a display shows and replaces."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text
