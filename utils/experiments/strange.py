"""Ten kinds of pictures that are no digits: what chapter 12's refusal is measured on.

Other fonts, curves and ranges than the guard's (`guard`), and test digits where it saw training digits; textures, photographs
and blanks it has never seen.
"""

import numpy as np
from scipy import ndimage
from skimage import data, draw

from utils.experiments.guard import LIKE_DIGITS, letter
from utils.images import SHAPES, shapes

KINDS = (
    "letters",
    "scribbles",
    "two digits in one",
    "shapes",
    "textures",
    "photographs",
    "noise",
    "blanks",
    "half digits",
    "turned digits",
)
OTHER_FONTS = ("STIXGeneral", "STIXGeneralItalic", "cmr10", "cmss10", "cmtt10")


def strange_pictures(kind, n, digits, labels, seed=0):
    """Draw `n` pictures of a kind of `KINDS`.

    Args:
        kind: one of `KINDS`.
        n: how many.
        digits: (m, 28, 28) uint8, from which three kinds are made.
        labels: (m,) their labels.
        seed: a whole number.

    Returns:
        A list of (h, w) uint8.
    """
    rng = np.random.default_rng([99, seed, KINDS.index(kind)])
    return [_one(kind, digits, labels, rng) for _ in range(n)]


def _one(kind, digits, labels, rng):
    if kind == "letters":
        return 255 - letter(rng, OTHER_FONTS, side=96)
    if kind == "scribbles":
        return _loops(rng)
    if kind == "two digits in one":
        return _two(*digits[rng.integers(0, len(digits), 2)], rng)
    if kind == "shapes":
        image = shapes(SHAPES[rng.integers(3)], 1, rng)[0]
        if rng.random() < 0.5:
            image = image - ndimage.binary_erosion(image, iterations=2)
        return (255 * np.kron(image, np.ones((4, 4)))).astype(np.uint8)
    if kind in ("textures", "photographs"):
        names = ("brick", "grass", "gravel")
        if kind == "photographs":
            names = ("astronaut", "camera", "chelsea", "coffee", "rocket", "coins", "cell")
        picture = getattr(data, str(rng.choice(names)))()
        if picture.ndim == 3:
            picture = picture.mean(axis=2).astype(np.uint8)
        side = int(rng.integers(80, min(picture.shape) - 1))
        top, left = (int(rng.integers(0, size - side)) for size in picture.shape)
        return picture[top : top + side, left : left + side]
    if kind == "noise":
        return rng.integers(0, 256, (rng.integers(28, 120),) * 2).astype(np.uint8)
    if kind == "blanks":
        level, noise = rng.uniform(60, 250), rng.uniform(0, 4)
        slope = np.linspace(-1, 1, 100) * rng.uniform(0, 20)
        return np.clip(level + slope + rng.normal(0, noise, (100, 100)), 0, 255).astype(np.uint8)
    rows = np.flatnonzero(~np.isin(labels, [int(d) for d in LIKE_DIGITS]))
    digit = digits[rng.choice(rows)]
    if kind == "turned digits":
        return np.rot90(digit, rng.choice([1, 3]))
    digit = np.pad(digit, 4)
    cut = int(np.rint(rng.uniform(15, 20)))
    return (digit[:cut], digit[-cut:], digit[:, :cut], digit[:, -cut:])[rng.integers(4)]


def _two(first, second, rng):
    """Two digits written over each other or so close that they touch."""
    shift = int(rng.integers(5, 15))
    frame = np.zeros((36, 60), np.uint8)
    frame[4:32, 4:32] = first
    part = frame[4:32, 4 + shift : 32 + shift]
    np.maximum(part, second, out=part)
    return frame


def _loops(rng, side=100):
    """A curve of a few waves, of changing width."""
    t = np.linspace(0, 2 * np.pi, 600)
    place = np.zeros((2, len(t)))
    for frequency in range(1, 8):
        place += rng.normal(0, 1 / np.sqrt(frequency), (2, 1)) * np.sin(
            frequency * t * rng.uniform(0.6, 1.4) + rng.uniform(0, 2 * np.pi, (2, 1))
        )
    low, high = place.min(1, keepdims=True), place.max(1, keepdims=True)
    place = 8 + (side - 16) * (place - low) / (high - low)
    image = np.zeros((side, side), np.uint8)
    for row, column in place.T:
        image[draw.disk((row, column), rng.uniform(1.5, 2.5), shape=image.shape)] = 255
    return image
