"""Random changes of training images: shifts, flips and turns, affine and elastic distortions.

Each function takes images and a `numpy.random.Generator` and returns new images; bound to a generator it is an `augment`
for `training.fit`, which calls it anew for every epoch. Whether a change leaves the target true depends on the target:
see 08_trust_a_measurement, 09_data_and_remedies and 11_since_1998.
"""

import numpy as np
from scipy import sparse

from utils.backend import keras
from utils.images import shift


def random_shift(images, rng, largest=2):
    """Move each image by a random whole number of pixels along each axis; what enters is background 0.

    Args:
        images: (n, height, width, 1) of any dtype.
        rng: a `numpy.random.Generator`.
        largest: largest shift along each axis, in pixels; each from minus to plus it is as likely.

    Returns:
        New array of the same shape and dtype.

    Taught in 09_data_and_remedies.
    """
    steps = rng.integers(-largest, largest + 1, (len(images), 2))
    moved = np.empty_like(images)
    for down, right in np.unique(steps, axis=0):
        chosen = (steps == (down, right)).all(axis=1)
        moved[chosen, ..., 0] = shift(images[chosen, ..., 0], down, right)
    return moved


def random_flip_and_turn(images, rng):
    """Turn each square image by a random multiple of a quarter turn and mirror it with probability 1/2.

    Args:
        images: (n, side, side, 1) or (n, side, side) of any dtype.
        rng: a `numpy.random.Generator`.

    Returns:
        New array of the same shape and dtype: for each image one of the eight symmetries of the square.

    Taught in 08_trust_a_measurement.
    """
    turned = np.empty_like(images)
    which = rng.integers(0, 8, len(images))
    for symmetry in range(8):
        chosen = images[which == symmetry]
        if symmetry >= 4:
            chosen = chosen[:, ::-1]
        turned[which == symmetry] = np.rot90(chosen, symmetry % 4, axes=(1, 2))
    return turned


def random_affine(images, rng, shift=2.0, scale=0.15, squeeze=0.15, shear=0.2, rotation=0.0):
    """Move, scale, squeeze and shear each image at random, as the 1998 paper did; turn it too, if asked to.

    Each pass has new distortions, where the paper made nine copies of each digit once.

    Args:
        images: (n, height, width, 1) float32, background 0. Values between pixels are interpolated linearly.
        rng: a `numpy.random.Generator`.
        shift: largest translation along each axis, in pixels.
        scale: largest scaling: both axes by one factor from exp(-scale) to exp(scale).
        squeeze: largest squeezing: the rows' direction by a factor from exp(-squeeze) to exp(squeeze), the columns' by
            its inverse.
        shear: largest horizontal shear, in columns per row.
        rotation: largest turn about the middle, in radians; the paper has none.

    Returns:
        New float32 array of the same shape. Each amount is drawn uniformly from minus to plus its largest value.

    Source: LeCun, Bottou, Bengio and Haffner (1998), pages 10 and 11 of the preprint. It names the kinds and no
    amounts: these are ours. Taught in 11_since_1998.
    """
    height, width = images.shape[1:3]
    largest = np.array([shift, shift, scale, squeeze, shear, rotation])
    right, down, size, ratio, slant, turn = rng.uniform(-1, 1, (6, len(images))) * largest[:, None]
    # The operation asks where an output pixel comes from: inverse scaling and shear, after the inverse turn.
    across, along = np.exp(-size - ratio), np.exp(-size + ratio)
    cos, sin = np.cos(turn), np.sin(turn)
    a, b = across * cos - slant * along * sin, -across * sin - slant * along * cos
    d, e = along * sin, along * cos
    x, y = (width - 1) / 2, (height - 1) / 2
    c, f = x - a * (x + right) - b * (y + down), y - d * (x + right) - e * (y + down)
    zero = np.zeros(len(images))
    transforms = np.stack([a, b, c, d, e, f, zero, zero], axis=1).astype(np.float32)
    return keras.ops.image.affine_transform(images, transforms).numpy()


CONTROL_POINTS = 7
"""Random numbers along each side from which an elastic displacement is interpolated."""


def elastic_distortion(images, rng, amount=1.0, together=64):
    """Displace the pixels by smooth random fields, as if the paper were rubber: elastic distortion.

    Args:
        images: (n, side, side, 1) float32, background 0. Values between pixels are interpolated linearly.
        rng: a `numpy.random.Generator`.
        amount: standard deviation of a pixel's displacement along each axis, in pixels.
        together: about so many images, drawn at random, share a field; one for each would take much longer.

    Returns:
        New float32 array of the same shape.

    Source: Simard, Steinkraus and Platt (2003), section 2. Taught in 11_since_1998.
    """
    side = images.shape[1]
    flat, distorted = images.reshape(len(images), -1), np.empty_like(images)
    for group in np.array_split(rng.permutation(len(images)), -(-len(images) // together)):
        down, right = amount * _smooth_field(side, rng)
        distorted[group] = (flat[group] @ _sampling(down, right)).reshape(-1, side, side, 1)
    return distorted


def _smooth_field(side, rng):
    """Two (side, side) fields of mean 0 and variance 1: Gaussian bumps at the control points, of random height."""
    places = np.linspace(0, CONTROL_POINTS - 1, side)[:, None] - np.arange(CONTROL_POINTS)
    bumps = np.exp(-(places**2) / 2)
    bumps /= np.linalg.norm(bumps, axis=1, keepdims=True)
    return bumps @ rng.standard_normal((2, CONTROL_POINTS, CONTROL_POINTS)) @ bumps.T


def _sampling(down, right):
    """The sparse matrix that takes a flat image to its linear interpolation at displaced places; 0 outside."""
    side = len(down)
    rows, columns = np.mgrid[:side, :side]
    y, x = (rows + down).ravel(), (columns + right).ravel()
    top, left = np.floor(y).astype(int), np.floor(x).astype(int)
    sources, weights = [], []
    for i in (top, top + 1):
        for j in (left, left + 1):
            inside = (0 <= i) & (i < side) & (0 <= j) & (j < side)
            sources.append(np.where(inside, i * side + j, 0))
            weights.append(np.where(inside, (1 - abs(y - i)) * (1 - abs(x - j)), 0))
    places = np.tile(np.arange(side * side), 4)
    entries = np.concatenate(weights).astype(np.float32), (np.concatenate(sources), places)
    return sparse.csr_array(entries, shape=(side * side, side * side))
