"""Keras on TensorFlow, fast and without start-up lines or warnings about retracing: `from utils.backend import keras`.

TensorFlow uses the oneDNN kernels by itself on some processors only; here they are on everywhere, which makes LeNet-5's
epochs two to three times shorter on those where they would be off. TensorFlow writes to the process's standard error
before its log settings apply, so the lines are caught there. Python errors still show.
"""

import os
from contextlib import contextmanager

import numpy as np

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@contextmanager
def _no_standard_error():
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


with _no_standard_error():
    import keras
    import tensorflow as tf

    tf.config.list_physical_devices()

tf.get_logger().setLevel("ERROR")
keras.config.set_image_data_format("channels_last")

__all__ = ["keras", "tensor", "tf"]


def tensor(x, change=None):
    """Return the (n, ...) array `x`, or what `change` makes of it, as a float32 tensor that Keras does not copy again.

    It is filled in parts of at most 5,000 rows: TensorFlow's own conversion holds the images twice, or three times.
    For `training.fit`.

    Args:
        x: (n, ...) array.
        change: function of a part of the rows that returns as many, or None.
    """
    filled = tf.raw_ops.Empty(shape=x.shape, dtype=tf.float32)
    for rows in np.array_split(np.arange(len(x), dtype=np.int32), -(-len(x) // 5_000)):
        some = x[rows[0] : rows[-1] + 1]
        filled = tf.raw_ops.InplaceUpdate(
            x=filled, i=rows, v=tf.cast(change(some) if change else some, tf.float32)
        )
    return filled
