"""The exercises of 13_small_devices: a check for each, which returns None if right, or a hint."""

import numpy as np

LARGEST_FILE = 10_000
"""Bytes that the network of 13.3 may have in int8."""


def _quantize_another_layer(answer):
    rng = np.random.default_rng(53)
    for shape in ((84, 10), (120, 84), (3, 2)):
        kernel = rng.normal(0, rng.uniform(0.1, 2, shape[1]), shape)
        if shape[1] > 2:
            kernel[:, 1] = 0
        numbers, scales = answer(kernel.copy())
        numbers, scales = np.asarray(numbers), np.asarray(scales)
        if numbers.shape != shape or numbers.dtype != np.int8:
            return f"the numbers should be int8 of shape {shape}, not {numbers.dtype} of {numbers.shape}"
        if scales.shape != shape[1:]:
            return (
                f"{shape[1]} outputs need {shape[1]} scales, not an array of shape {scales.shape}"
            )
        if not np.isfinite(scales).all():
            return "a scale is not finite: look at an output whose weights are all 0"
        largest = np.abs(numbers.astype(int)).max(axis=0)
        if not set(largest.tolist()) <= {0, 127} or (largest == 0).sum() > (shape[1] > 2):
            return f"the largest weights became {sorted(set(largest.tolist()))}; 127 is wanted in each output"
        off = np.abs(numbers * scales - kernel).max(axis=0)
        if (off > 0.51 * np.where(largest > 0, scales, np.inf)).any():
            return "a number times its scale is more than half a step away from its weight"
    return None


def _find_the_overflow(answer):
    rng = np.random.default_rng(59)
    for inputs in (2, 5, 40, 400):
        x = rng.integers(-128, 128, (30, inputs)).astype(np.int8)
        kernel = rng.integers(-127, 128, (inputs, 8)).astype(np.int8)
        expected = x.astype(np.int64) @ kernel.astype(np.int64)
        sums, share = answer(x.copy(), kernel.copy())
        sums = np.asarray(sums)
        if sums.shape != expected.shape:
            return f"the sums should have the shape {expected.shape}, not {sums.shape}"
        if not np.array_equal(sums, expected):
            row = np.argwhere(sums != expected)[0]
            return f"with {inputs} inputs a sum is {sums[tuple(row)]}; it should be {expected[tuple(row)]}"
        outside = np.mean((expected > 32_767) | (expected < -32_768))
        if not np.isclose(share, outside):
            return f"with {inputs} inputs the share outside of 16 bits should be {outside:.3f}, not {share}"
    return None


def _ten_kilobytes(answer):
    from utils.devices import run_litert, to_litert
    from utils.evaluation import predict_digits
    from utils.images import prepare
    from utils.mnist import load_mnist, split
    from utils.models import load_released

    if getattr(answer, "output_shape", None) != (None, 10):
        return "a Keras network with ten outputs is wanted"
    mnist = load_mnist()
    train, validation = split(mnist.y_train)
    content = to_litert(answer, "int8", prepare(mnist.x_train[train[:300]]))
    if len(content) > LARGEST_FILE:
        return f"its int8 file has {len(content):,} bytes; at most {LARGEST_FILE:,} are allowed"
    x, y = prepare(mnist.x_train[validation]), mnist.y_train[validation]
    error = np.mean(run_litert(content, x).argmax(axis=1) != y)
    limit = np.mean(predict_digits(load_released("classifier"), x) != y) + 0.01
    if error > limit:
        return f"in int8 it misreads {error:.2%} of the validation images; at most {limit:.2%} are allowed"
    return None


CHECKS = {
    "13.1": _quantize_another_layer,
    "13.2": _find_the_overflow,
    "13.3": _ten_kilobytes,
}
