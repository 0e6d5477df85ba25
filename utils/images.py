"""Pixels in, pixels out: pad, scale, normalize, move, degrade; and drawn shapes. Taught in 02_pad_to_32x32."""

import numpy as np
from scipy import ndimage
from skimage import draw

CONTRAST = (0.4, 1.0)
BACKGROUND = (0.0, 0.3)
LIGHTING = 0.15
NOISE = 0.1
"""What `degrade` draws from: contrast, background, largest change by the lighting, noise. On the scale [0, 1]."""

INK_RANGE_1998 = (-0.1, 1.175)
"""Background and full ink in the 1998 paper (section II-B)."""


def pad(images, size=32, value=0):
    """Center `images` in frames of `size` x `size` pixels.

    Args:
        images: (n, height, width) array of any dtype.
        size: height and width of the result, in pixels; at least those of the images.
        value: what the border is filled with: the background *in the scale that the images have now*.

    Returns:
        (n, size, size) array of the same dtype. An odd difference puts the extra pixel below and to the right.

    Raises:
        ValueError: `images` has not three dimensions, or is larger than `size`.
    """
    images = _three_dimensional(images)
    missing = [size - side for side in images.shape[1:]]
    if min(missing) < 0:
        raise ValueError(
            f"size is {size}; allowed: at least the images' {images.shape[1]}x{images.shape[2]} pixels"
        )
    border = [(0, 0), *((gap // 2, gap - gap // 2) for gap in missing)]
    return np.pad(images, border, constant_values=value)


def scale(images):
    """Map uint8 values 0..255 to float32 values 0..1, in any shape.

    Raises:
        ValueError: the images are not uint8: scaling twice would turn every image black.
    """
    if images.dtype != np.uint8:
        raise ValueError(
            f"images are {images.dtype}; allowed: uint8, 0 to 255 (are they scaled already?)"
        )
    scaled = images.astype(np.float32)
    scaled /= np.float32(255)
    return scaled


def standardize(images, mean, std):
    """Return (images - mean) / std; take `mean` and `std` from the training images only."""
    return (images - np.float32(mean)) / np.float32(std)


def to_1998_range(images):
    """Map [0, 1] to the paper's range: background -0.1, full ink 1.175 (section II-B)."""
    background, ink = INK_RANGE_1998
    return np.float32(background) + images * np.float32(ink - background)


def shift(images, down=0, right=0):
    """Move (n, height, width) `images` by whole pixels; what enters is background 0, what leaves is lost."""
    images = _three_dimensional(images)
    height, width = images.shape[1:]
    frame = np.pad(images, ((0, 0), (abs(down), abs(down)), (abs(right), abs(right))))
    top, left = abs(down) - down, abs(right) - right
    return frame[:, top : top + height, left : left + width]


def zoom(images, factor):
    """Scale what is in (n, side, side) float `images` by `factor` about the frame's center; the frame stays.

    Args:
        images: (n, side, side) float, background 0.
        factor: above 1 enlarges, below 1 shrinks. Values between pixels are interpolated linearly.

    Returns:
        (n, side, side) array of the same dtype.

    Taught in 08_trust_a_measurement.
    """
    images = _three_dimensional(images)
    middle = (np.array(images.shape[1:]) - 1) / 2
    steps = np.array([1, 1 / factor, 1 / factor])
    start = np.array([0, *(middle - middle / factor)])
    return ndimage.affine_transform(images, steps, offset=start, order=1)


SHAPES = ("ellipse", "rectangle", "polygon")


def shapes(kind, n, rng, side=32):
    """Draw `n` images of one filled shape each, of random size, place and direction.

    Args:
        kind: one of `SHAPES`. Half axes and half sides are uniform from 3 to 9 px; a polygon has 3 to 7 corners that lie
            3 to 11 px from its middle. The middle is within 3 px of the frame's.
        n: number of images.
        rng: a `numpy.random.Generator`.
        side: height and width of the frame in pixels.

    Returns:
        (n, side, side) float32, 0 outside and 1 inside.

    Raises:
        ValueError: an unknown kind.

    Source: drawn by `skimage.draw`. Taught in 08_trust_a_measurement.
    """
    if kind not in SHAPES:
        raise ValueError(f"kind is {kind!r}; allowed: {', '.join(SHAPES)}")
    frames = np.zeros((n, side, side), np.float32)
    for frame in frames:
        row, column = side / 2 + rng.uniform(-3, 3, 2)
        half, turn = rng.uniform(3, 9, 2), rng.uniform(0, np.pi)
        if kind == "ellipse":
            inside = draw.ellipse(row, column, *half, shape=frame.shape, rotation=turn)
        else:
            if kind == "rectangle":
                corners = half * np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]])
                corners = corners @ [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
            else:
                angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 8)))
                reach = rng.uniform(3, 11, len(angles))
                corners = np.stack([reach * np.sin(angles), reach * np.cos(angles)], axis=1)
            inside = draw.polygon(row + corners[:, 0], column + corners[:, 1], shape=frame.shape)
        frame[inside] = 1
    return frames


def prepare(images):
    """Make the networks' input from raw digits: pad to 32x32, scale to [0, 1], add the channel.

    Args:
        images: (n, 28, 28) uint8.

    Returns:
        (n, 32, 32, 1) float32 in [0, 1].
    """
    return scale(pad(images, 32))[..., np.newaxis]


def degrade(images, rng):
    """Turn clean digits into scenes: random contrast and background, uneven lighting, noise.

    Each image gets its own background b in `BACKGROUND` and contrast c in `CONTRAST` (both uniform), a plane of light
    that rises in a random direction from -`LIGHTING` to +`LIGHTING`, and Gaussian noise with standard deviation
    `NOISE`: b + c * image + light + noise, cut off to [0, 1].

    Args:
        images: (n, side, side, 1) or (n, side, side) float in [0, 1], background 0.
        rng: a `numpy.random.Generator`.

    Returns:
        float32 array of the same shape, in [0, 1].

    Taught in 05_area_regression.
    """
    x = images.reshape(images.shape[:3])
    one_each = (len(x), 1, 1)
    angle = rng.uniform(0, 2 * np.pi, one_each)
    cos, sin = np.cos(angle), np.sin(angle)
    steepest = LIGHTING / (np.abs(cos) + np.abs(sin))  # the plane is highest in a corner
    place = np.linspace(-1, 1, x.shape[1], dtype=np.float32)
    scene = rng.standard_normal(x.shape, dtype=np.float32)
    scene *= np.float32(NOISE)
    scene += (steepest * cos).astype(np.float32) * place[:, None]
    scene += (steepest * sin).astype(np.float32) * place
    scene += rng.uniform(*BACKGROUND, one_each).astype(np.float32)
    contrast = rng.uniform(*CONTRAST, one_each).astype(np.float32)
    for start in range(
        0, len(x), 1_000
    ):  # in parts: all at once would need the images' memory again
        part = slice(start, start + 1_000)
        scene[part] += contrast[part] * x[part]
    return np.clip(scene, 0, 1, out=scene).reshape(images.shape)


def _three_dimensional(images):
    if np.ndim(images) != 3:
        raise ValueError(
            f"images have the shape {np.shape(images)}; allowed: three dimensions, (n, height, width)"
        )
    return images
