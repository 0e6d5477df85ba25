"""Keras on TensorFlow, without start-up lines and warnings about retracing: `from utils.backend import keras`.

TensorFlow writes to the process's standard error before its log settings apply, so the lines are caught there.
Python errors still show.
"""

import os
from contextlib import contextmanager

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


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

__all__ = ["keras", "tf"]
