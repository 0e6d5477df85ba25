"""Keras on TensorFlow, fast and without start-up lines or warnings about retracing: `from utils.backend import keras`.

TensorFlow uses the oneDNN kernels by itself on some processors only; here they are on everywhere, which makes LeNet-5's
epochs two to three times shorter on those where they would be off. TensorFlow writes to the process's standard error
before its log settings apply, so the lines are caught there. Python errors still show.
"""

import os
from contextlib import contextmanager

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

CORES = int(os.environ.get("TF_NUM_INTEROP_THREADS", 0)) or os.cpu_count()
"""How many operations TensorFlow does at a time, each on one core: at LeNet-5's size, faster than all cores on one."""
os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(CORES))
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")


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

    if tf.config.list_physical_devices("GPU"):
        CORES = 1  # a GPU takes a batch as a whole

tf.get_logger().setLevel("ERROR")
# rewriting each graph before its first use takes a tenth of a second, and makes no step of these small networks faster
tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})
keras.config.set_image_data_format("channels_last")

__all__ = ["CORES", "keras", "tf"]
