"""`training.fit` and predictions against plain Keras and against the processor: for chapter 7 and `utils.bench`."""

import math
import time

import numpy as np

from utils.backend import keras
from utils.evaluation import predict
from utils.experiments.tasks import Task
from utils.networks import layer_table, lenet5
from utils.recipes import RECIPES
from utils.training import CrossEntropy, compile_classifier, compile_network, fit


def epoch_seconds():
    """Seconds of an epoch of LeNet-5 on 55,000 images, five times, after one epoch that is not counted."""
    x, y = Task().training()
    ways = [(f"fit, batches of {size}", size, {}) for size in (32, 128, 256)]
    ways.append(("fit, batches of 256, compiled with XLA", 256, {"jit_compile": True}))
    ways.append(("fit, batches of 256, 20 steps in a call", 256, {"steps_per_execution": 20}))
    for name, batch_size, options in ways:
        network = lenet5()
        network.compile(keras.optimizers.Adam(), CrossEntropy(), **options)
        for run in range(6):
            start = time.perf_counter()
            network.fit(x, y, batch_size=batch_size, verbose=0)
            if run:
                yield {"way": name, "run": run, "seconds": round(time.perf_counter() - start, 2)}
    for batch_size in (32, 128, 256):
        network = lenet5()
        network.compile(keras.optimizers.Adam(), CrossEntropy())
        history = fit(network, x, y, epochs=6, batch_size=batch_size, progress=False)
        for run, seconds in enumerate(history["seconds"][1:], 1):
            way = f"training.fit, batches of {batch_size}"
            yield {"way": way, "run": run, "seconds": round(seconds, 2)}


def fit_pairs(seeds=range(15)):
    """Validation error of the series' recipe by `training.fit` and by `network.fit`, from the same start for a seed."""
    task, recipe = Task(), RECIPES["series"]
    x, y = task.training()
    for seed in seeds:
        for way in ("training.fit", "network.fit"):
            network = task.network(y, seed)
            if way == "training.fit":
                recipe.train(network, x, y, progress=False)
            else:
                loss = CrossEntropy(recipe.label_smoothing)
                compile_network(network, recipe.optimizer_for(len(x)), loss)
                network.fit(x, y, epochs=recipe.epochs, batch_size=recipe.batch_size, verbose=0)
            error = round(task.error(network), 5)
            yield {"way": way, "seed": seed, "validation_error": error}


def epoch_pairs(x, y, batch_size, pairs=10):
    """Return seconds of epochs of LeNet-5 by `training.fit` and by `network.fit`, in turn, after one that is not counted.

    Args:
        x, y: training images (n, 32, 32, 1) and labels (n,).
        batch_size: images in a step.
        pairs: how many.

    Returns:
        (pairs, 2) array.
    """
    ours, keras_own = lenet5(), lenet5()
    for network in (ours, keras_own):
        compile_classifier(network, 0.001)
    theirs = []

    def keras_epoch(_):
        start = time.perf_counter()
        keras_own.fit(x, y, batch_size=batch_size, verbose=0)
        theirs.append(time.perf_counter() - start)

    options = {"epochs": pairs + 1, "after_epoch": keras_epoch, "progress": False}
    history = fit(ours, x, y, batch_size=batch_size, **options)
    return np.column_stack([history["seconds"], theirs])[1:]


def floor_seconds(rows, size=2_000, times=5):
    """Seconds that an epoch's multiply-adds would take as one large matrix product: no program can be faster.

    Args:
        rows: number of training images.
        size: side of the square matrices that are multiplied.
        times: products to time; the quickest counts.
    """
    forward = int(layer_table(lenet5())["multiply_adds"].sum())
    work = 3 * forward * rows  # twice as many backward as forward
    a, b = np.random.default_rng(0).random((2, size, size), dtype=np.float32)
    seconds = math.inf
    for _ in range(times):
        start = time.perf_counter()
        a @ b
        seconds = min(seconds, time.perf_counter() - start)
    return work / size**3 * seconds


def prediction_seconds(x, times=7):
    """Median seconds to predict `x`: {"evaluation.predict": ..., "network.predict": ...}, after one that is not counted."""
    network = lenet5()
    ways = {
        "evaluation.predict": lambda: predict(network, x),
        "network.predict": lambda: network.predict(x, batch_size=1_000, verbose=0),
    }
    found = {name: [] for name in ways}
    for time_number in range(times + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            if time_number:
                found[name].append(time.perf_counter() - start)
    return {name: float(np.median(seconds)) for name, seconds in found.items()}
