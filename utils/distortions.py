"""Random distortions of images, quick enough to draw new ones for every pass. Taught in 07_lenet5_as_published.

`distort` runs on TensorFlow, which `images` does without.
"""

import numpy as np
from scipy import sparse

from utils.backend import tf


def distort(images, rng, shift=2.0, scale=0.15, squeeze=0.15, shear=0.2, rotation=0.0):
    """Move, scale, squeeze and shear each image at random, as the 1998 paper did; turn it too, if asked to.

    Bound to a generator it is an `augment` for `training.fit`. Each pass then has new distortions, where the paper made
    nine copies of each digit once.

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
    amounts: these are ours.
    """
    height, width = images.shape[1:3]
    largest = np.array([shift, shift, scale, squeeze, shear, rotation])
    right, down, size, ratio, slant, turn = rng.uniform(-1, 1, (6, len(images))) * largest[:, None]
    # The operation asks where an output pixel comes from: inverse stretch and shear, after the inverse turn.
    across, along = np.exp(-size - ratio), np.exp(-size + ratio)
    cos, sin = np.cos(turn), np.sin(turn)
    a, b = across * cos - slant * along * sin, -across * sin - slant * along * cos
    d, e = along * sin, along * cos
    x, y = (width - 1) / 2, (height - 1) / 2
    c, f = x - a * (x + right) - b * (y + down), y - d * (x + right) - e * (y + down)
    zero = np.zeros(len(images))
    return tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=np.stack([a, b, c, d, e, f, zero, zero], axis=1).astype(np.float32),
        output_shape=[height, width],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    ).numpy()


CONTROL_POINTS = 7
"""Random numbers along each side from which an elastic displacement is interpolated."""


def stretch(images, rng, amount=1.0, together=64):
    """Displace the pixels by smooth random fields, as if the paper were rubber: elastic distortion.

    Args:
        images: (n, side, side, 1) float32, background 0. Values between pixels are interpolated linearly.
        rng: a `numpy.random.Generator`.
        amount: standard deviation of a pixel's displacement along each axis, in pixels.
        together: about so many images, drawn at random, share a field; one for each would take much longer.

    Returns:
        New float32 array of the same shape.

    Source: Simard, Steinkraus and Platt (2003), section 2.
    """
    side = images.shape[1]
    flat, stretched = images.reshape(len(images), -1), np.empty_like(images)
    for group in np.array_split(rng.permutation(len(images)), -(-len(images) // together)):
        down, right = amount * _smooth_field(side, rng)
        stretched[group] = (flat[group] @ _sampling(down, right)).reshape(-1, side, side, 1)
    return stretched


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
