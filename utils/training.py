"""Seeds, the schedule, and fit with progress and a history as a table. Taught in 04_train_classifier."""

import math
import time
import warnings

import numpy as np
import pandas as pd
from IPython.display import display

from utils.backend import CORES, keras, tf
from utils.evaluation import predict


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
    steps = math.ceil(epochs * math.ceil(rows / batch_size))
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
    compile_network(network, keras.optimizers.Adam(learning_rate), CrossEntropy(label_smoothing))


def compile_regressor(network, learning_rate, loss="mean_squared_error"):
    """Compile `network`, which returns (n, 1) numbers, with Adam, `loss`, and the mean absolute error as `mae`.

    Args:
        network: an uncompiled regressor such as `networks.to_regressor` returns.
        learning_rate: a positive number or a schedule.
        loss: a Keras loss or its name.
    """
    compile_network(network, keras.optimizers.Adam(learning_rate), loss)


def compile_network(network, optimizer, loss):
    """Compile with the measure that fits the output: `mae` for one number, `accuracy` for a score for each class.

    Args:
        network: an uncompiled Keras model.
        optimizer, loss: as for `keras.Model.compile`.
    """
    if network.output_shape[-1] == 1:
        measure = keras.metrics.MeanAbsoluteError(name="mae")
    else:
        measure = keras.metrics.SparseCategoricalAccuracy(name="accuracy")
    network.compile(optimizer, loss, metrics=[measure])


CHUNK = 2_500
"""About so many images are given to TensorFlow at a time: what an interrupt has to wait for."""
SMALLEST_PART = 16
"""Images of a batch that a core gets at least: below, sharing costs more than it saves."""


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

    It does what `network.fit` does: see `compiled_steps`. An interrupt leaves the weights of the last epoch.

    Args:
        network: a compiled Keras model.
        x, y: training images and targets, with the same number of rows. Each epoch sees them in a new random order,
            which NumPy's global generator decides: see `set_seed`.
        epochs: passes through the training data, above 0; with 1.5 the second one ends half way.
        batch_size: images in a step; the last one of an epoch may have fewer.
        evaluate: {prefix: (x, y)}, sets to measure after each epoch with the weights as they are then. Give the
            validation set the prefix "val". For training rows use "train": Keras's own `loss` is a running average over
            weights that were still changing.
        augment: function of images that returns the ones to train on, changed in ways that leave `y` true; it is called
            for some thousand images at a time, and for each image anew in every epoch.
        after_epoch: function of an epoch's row (a dict), called when the epoch is over; training stops if it returns
            True.
        progress: show one line that lives.

    Returns:
        A DataFrame with one row an epoch: `epoch` from 1, `loss` and the metrics, the same for each set of `evaluate`
        (`val_loss`, ...), and `seconds` (training alone, without the evaluations).

    Raises:
        ValueError: `x` and `y` differ in their number of rows.
    """
    if len(x) != len(y):
        raise ValueError(f"x has {len(x):,} rows and y has {len(y):,}; allowed: the same number")
    rows, last, start = [], math.ceil(epochs), time.perf_counter()
    train = compiled_steps(network, x, y, batch_size)
    line = display(_Line("training starts"), display_id=True) if progress else None
    for epoch in range(1, last + 1):
        epoch_start = time.perf_counter()
        order = np.random.permutation(len(x))[: round(len(x) * (epochs - epoch + 1))]
        row = {"epoch": epoch, **_train_epoch(network, train, x, y, order, batch_size, augment)}
        row["seconds"] = time.perf_counter() - epoch_start
        _tell_if_lost(row, network)
        for prefix, data in (evaluate or {}).items():
            row |= {f"{prefix}_{name}": value for name, value in measure(network, *data).items()}
        rows.append(row)
        if after_epoch and after_epoch(row):
            break
        if line:
            elapsed = time.perf_counter() - start
            left = elapsed / epoch * (last - epoch)
            line.update(_Line(f"epoch {epoch} of {last}, {elapsed:.0f} s, {left:.0f} s left"))
    if line:
        count = "1 epoch" if len(rows) == 1 else f"{len(rows)} epochs"
        line.update(_Line(f"trained for {count} on {len(x):,} images"))
    return pd.DataFrame(rows)


def compiled_steps(network, x, y, batch_size):
    """Return a compiled function of images and targets that trains `network` on them, batch by batch.

    A step does what Keras's does. What makes it faster: many steps are one call of TensorFlow, and the network reads the
    parts of a batch side by side, one on each core.

    Args:
        network: a compiled Keras model.
        x, y: arrays such as the function will be given; only the number of rows may differ.
        batch_size: images in a step.
    """
    signature = [tf.TensorSpec((None, *array.shape[1:]), array.dtype) for array in (x, y)]
    variables = network.trainable_variables
    parts = max(1, min(CORES, batch_size // SMALLEST_PART))

    @tf.function(input_signature=signature)
    def train(x, y):
        for start in tf.range(0, len(x), batch_size):
            images, targets = x[start : start + batch_size], y[start : start + batch_size]
            rows = len(images)
            cuts = [rows * part // parts for part in range(parts + 1)]
            with tf.GradientTape() as tape:
                outputs = []
                for low, high in zip(cuts, cuts[1:]):
                    part = images[low : tf.maximum(high, low + 1)]  # no part may be empty
                    outputs.append(network(part, training=True)[: high - low])
                outputs = tf.concat(outputs, axis=0)
                loss = network.compute_loss(images, targets, outputs)
            network.optimizer.apply(tape.gradient(loss, variables), variables)
            _update_metrics(network, loss, targets, outputs)

    return train


def _update_metrics(network, loss, targets, outputs):
    for metric in network.metrics:
        if metric.name == "loss":
            metric.update_state(loss, sample_weight=len(outputs))
        else:
            metric.update_state(targets, outputs)


def _train_epoch(network, train, x, y, order, batch_size, augment):
    """Train on the rows of `order` once; return the loss and the metrics: {name: number}."""
    before = network.get_weights()
    chunk = batch_size * max(1, CHUNK // batch_size)
    network.reset_metrics()
    try:
        for start in range(0, len(order), chunk):
            rows = order[start : start + chunk]
            images = x[rows]
            train(augment(images) if augment else images, y[rows])
    except KeyboardInterrupt:
        network.set_weights(before)
        raise
    return {name: float(value) for name, value in sorted(network.get_metrics_result().items())}


def measure(network, x, y):
    """Return the loss and the metrics of a compiled network on images and targets, {name: number}, as `evaluate` does."""
    outputs = predict(network, x)
    network.reset_metrics()
    loss = network.compute_loss(None, y, outputs, training=False)
    _update_metrics(network, loss, y, outputs)
    return {name: float(value) for name, value in sorted(network.get_metrics_result().items())}


def _tell_if_lost(row, network):
    if not math.isfinite(row["loss"]):
        rate = float(network.optimizer.learning_rate)
        lost = f"the loss is {row['loss']}, at a learning rate of {rate:.3g}"
        warnings.warn(f"epoch {row['epoch']}: {lost}", RuntimeWarning, stacklevel=3)


class _Line:
    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text
