"""The exercises of 02_pad_to_32x32: a check for each, which returns None if right, or a hint."""

import numpy as np
from scipy.signal import correlate


def _detector(answer):
    kernel = np.asarray(answer, float)
    if kernel.shape != (5, 5):
        return f"the shape must be (5, 5), not {kernel.shape}"
    if not np.isfinite(kernel).all():
        return "all 25 weights must be finite numbers"
    stroke = np.zeros((15, 15))
    stroke[:, 6:9] = 1
    sums = correlate(stroke, kernel, mode="valid", method="direct")
    across = correlate(stroke.T, kernel, mode="valid", method="direct")
    little = 1e-9 * abs(kernel).sum()
    if abs(kernel.sum()) > little:
        return f"solid ink must give 0; with pixels of 1 it gives {kernel.sum():.3g}"
    if sums.max() <= little:
        return "its map of a vertical stroke is nowhere above 0"
    if set(np.argwhere(sums > sums.max() - little)[:, 1]) != {5}:
        return "its map is not highest on the middle of a vertical stroke, and only there"
    if across.max() >= sums.max() / 2:
        return "a horizontal stroke reaches half of what a vertical one reaches, or more"
    return None


def _stack(answer):
    layers = [tuple(layer) for layer in answer]
    if set(layers) - {(3, 1), (2, 2)}:
        return "only (3, 1) and (2, 2) may stand in the list"
    if layers.count((2, 2)) != 2:
        return f"exactly two poolings are wanted, not {layers.count((2, 2))}"
    sees, distance = 1, 1
    for kernel, stride in layers:
        sees += (kernel - 1) * distance
        distance *= stride
    return None if sees == 32 else f"a unit of its last layer sees {sees} pixels a side"


SILENT = {(28, 32): 64, (28, 24): 36, (30, 20): 4, (28, 14): 1, (12, 50): 625, (21, 35): 25}
"""For images of one side and frames of another: the smallest batch that reshapes without an error."""


def _silent(answer):
    for (side, frame), images in SILENT.items():
        found = answer(side, frame)
        if found != images:
            if isinstance(found, int | np.integer) and found > 0 and not found * side**2 % frame**2:
                return f"for {side} and {frame} a smaller batch than {found} does it too"
            return f"for {side} and {frame}, reshape does not work with a batch of {found}"
    return None


def _batches():
    """(images, size, background): odd gaps, oblong images, backgrounds other than 0."""
    rng = np.random.default_rng(2)
    cases = []
    for sides, size, background, dtype in (
        ((28, 28), 32, 0, np.uint8),
        ((27, 27), 32, 0, np.uint8),
        ((20, 24), 33, 0, np.uint8),
        ((26, 13), 30, 0, np.uint8),
        ((28, 28), 32, -0.4242, np.float32),
        ((16, 24), 31, 255, np.uint8),
    ):
        images = np.full((3, *sides), background, dtype)
        images[:, 3:9, 4:10] = rng.integers(1, 200, (3, 6, 6))
        images[:, 10, 10] = -1 if dtype is np.float32 else 1
        cases.append((images, size, background))
    return cases


def _frames(answer):
    for images, size, background in _batches():
        n, height, width = images.shape
        what = f"images of {height}x{width} in frames of {size}x{size}"
        frames = np.asarray(answer(images.copy(), size))
        if frames.shape != (n, size, size):
            return f"{what}: the result has the shape {frames.shape}"
        top, left = (size - height) // 2, (size - width) // 2
        wanted = np.full(frames.shape, background, float)
        wanted[:, top : top + height, left : left + width] = images
        middle = frames[:, top : top + height, left : left + width]
        if not np.allclose(middle, images, atol=1e-4):
            return f"{what}: the images are not in the right place, or have changed"
        if not np.allclose(frames, wanted, atol=1e-4):
            return f"{what}: the border is not what the background is"
    return None


CHECKS = {"2.1": _detector, "2.2": _stack, "2.3": _silent, "2.4": _frames}
