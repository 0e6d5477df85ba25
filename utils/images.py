"""Pixels in, pixels out: pad, scale, normalize and shift. Taught in 02_pad_to_32x32."""

import numpy as np

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
    return images.astype(np.float32) / np.float32(255)


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
    place = np.linspace(-1, 1, x.shape[1])
    light = np.cos(angle) * place[:, None] + np.sin(angle) * place
    light *= LIGHTING / np.abs(light).max(axis=(1, 2), keepdims=True)
    scene = rng.uniform(*BACKGROUND, one_each) + rng.uniform(*CONTRAST, one_each) * x + light
    scene = np.clip(scene + NOISE * rng.standard_normal(x.shape), 0, 1)
    return scene.astype(np.float32).reshape(images.shape)


def _three_dimensional(images):
    if np.ndim(images) != 3:
        raise ValueError(
            f"images have the shape {np.shape(images)}; allowed: three dimensions, (n, height, width)"
        )
    return images
