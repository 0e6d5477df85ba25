"""Networks for small devices: LiteRT files and what runs them. Taught in 13_small_devices."""

import functools
import io
import os
import tempfile
import time
import warnings
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils.backend import tf
from utils.paths import MODELS
from utils.records import read_json

KINDS = ("float32", "float16", "dynamic", "int8")
"""The files: all numbers in 32 bits; weights in 16; weights in 8; weights and all that is computed in 8."""
_LITE = tf.lite
_OPTIONS = {
    "float32": {},
    "float16": {"target_spec": {"supported_types": [tf.float16]}},
    "dynamic": {},
    "int8": {
        "target_spec": {"supported_ops": [_LITE.OpsSet.TFLITE_BUILTINS_INT8]},
        "inference_input_type": tf.int8,
        "inference_output_type": tf.int8,
    },
}


def on_devices():
    """Return what is known of each file for small devices: {file: {"bytes", "arena_bytes", ...}}, as `export` wrote it."""
    return read_json(MODELS / "devices.json")


@contextmanager
def quiet():
    """Keep what is printed, what C++ writes to the process's standard output and error, and warnings from the reader."""
    kept = [os.dup(stream) for stream in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for stream in (1, 2):
            os.dup2(nowhere, stream)
        with redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for stream, copy in zip((1, 2), kept):
            os.dup2(copy, stream)
            os.close(copy)
        os.close(nowhere)


def to_litert(network, kind, images=None, **options):
    """Convert a network to a LiteRT file.

    Args:
        network: a Keras model of images (n, 32, 32, 1).
        kind: one of `KINDS`.
        images: (n, 32, 32, 1) float32, for "int8" only: the representative set, from which the ranges of all
            intermediate numbers are taken.
        options: further ones for Keras's `export`.

    Returns:
        The file's content, as bytes.

    Raises:
        ValueError: an unknown kind, or "int8" without images.
    """
    if kind not in KINDS:
        raise ValueError(f"kind is {kind!r}; allowed: {', '.join(KINDS)}")
    if kind == "int8" and (images is None or not len(images)):
        raise ValueError("int8 needs images to take the ranges from: at least one")
    chosen = dict(_OPTIONS[kind])
    if kind != "float32":
        chosen["optimizations"] = [_LITE.Optimize.DEFAULT]
    if kind == "int8":
        chosen["representative_dataset"] = lambda: ([image[None]] for image in images)
    with tempfile.TemporaryDirectory() as folder, quiet():
        file = Path(folder) / "network.tflite"
        network.export(str(file), format="litert", verbose=False, **chosen | options)
        return file.read_bytes()


@functools.cache
def interpreter_package():
    """The module whose `Interpreter` is used: LiteRT's own, or, where that is not installed, TensorFlow's."""
    try:
        from ai_edge_litert import interpreter
    except ImportError:  # as on Colab
        return tf.lite, tf.lite.experimental.OpResolverType
    return interpreter, interpreter.OpResolverType


def open_litert(content, batch=1, xnnpack=True):
    """An interpreter of a LiteRT file on one thread, ready for `batch` images.

    Args:
        content: a file's bytes.
        batch: images at a time.
        xnnpack: compute with XNNPACK, which is fast for float; False takes the built-in kernels.
    """
    package, kernels = interpreter_package()
    chosen = kernels.AUTO if xnnpack else kernels.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    with quiet():
        opened = package.Interpreter(
            model_content=content, num_threads=1, experimental_op_resolver_type=chosen
        )
        place = opened.get_input_details()[0]["index"]
        opened.resize_tensor_input(place, [batch, 32, 32, 1])
        opened.allocate_tensors()
    return opened


def quantize(values, scale, zero):
    """The int8 numbers round(value / scale) + zero, cut off at -128 and 127, for float `values` of any shape."""
    return np.clip(np.round(values / scale) + zero, -128, 127).astype(np.int8)


def dequantize(numbers, scale, zero):
    """The float values (number - zero) * scale that int8 `numbers` stand for."""
    return (numbers.astype(np.float32) - zero) * np.float32(scale)


def run_litert(content, images, batch=500, xnnpack=True):
    """Give images to a LiteRT file and return its answers, both as float; int8 files are fed and read as theirs.

    Args:
        content: a file's bytes.
        images: (n, 32, 32, 1) float32 in [0, 1].
        batch: images at a time.
        xnnpack: as for `open_litert`.

    Returns:
        (n, outputs) float32.
    """
    opened, answers = open_litert(content, min(batch, len(images)), xnnpack), []
    into, out = opened.get_input_details()[0], opened.get_output_details()[0]
    size = into["shape"][0]
    for start in range(0, len(images), size):
        given = images[start : start + size]
        missing = size - len(given)
        given = np.pad(given, [(0, missing), (0, 0), (0, 0), (0, 0)])
        if into["dtype"] == np.int8:
            given = quantize(given, *into["quantization"])
        opened.set_tensor(into["index"], given)
        opened.invoke()
        answer = opened.get_tensor(out["index"])[: size - missing]
        if out["dtype"] == np.int8:
            answer = dequantize(answer, *out["quantization"])
        answers.append(answer)
    return np.concatenate(answers)


def microseconds(call, repeats=300):
    """Median time of `call()` in microseconds, after ten calls that do not count."""
    for _ in range(10):
        call()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return 1e6 * float(np.median(times))


def tensors_of(content, image):
    """Run a LiteRT file on one image with its built-in kernels; return every number that stood in it on the way.

    Args:
        content: a file's bytes.
        image: (1, 32, 32, 1) float32 in [0, 1].

    Returns:
        One dict for each operation: `operation`, its name; `inputs` and `output`, each a `Tensor` with what is needed to
        read its numbers.
    """
    package, kernels = interpreter_package()
    with quiet():
        opened = package.Interpreter(
            model_content=content,
            num_threads=1,
            experimental_op_resolver_type=kernels.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        opened.allocate_tensors()
        into = opened.get_input_details()[0]
        opened.set_tensor(into["index"], quantize(image, *into["quantization"]))
        opened.invoke()
    known = {each["index"]: each for each in opened.get_tensor_details()}

    def tensor(place):
        how = known[place]["quantization_parameters"]
        return Tensor(opened.get_tensor(place), how["scales"], how["zero_points"])

    return [
        {
            "operation": each["op_name"],
            "inputs": [tensor(place) for place in each["inputs"] if place >= 0],
            "output": tensor(each["outputs"][0]),
        }
        for each in opened._get_ops_details()
        if each["op_name"] != "DELEGATE"
    ]


class Tensor(NamedTuple):
    """What a LiteRT file holds at one place: whole numbers, and the scale and zero point that give them a meaning."""

    numbers: np.ndarray
    scale: np.ndarray
    zero: np.ndarray
