"""Digits in photographs from good light to dark: contrast, background, light, noise. Taught in 05_area_regression."""

import numpy as np

from utils.images import BACKGROUND, CONTRAST, LIGHTING

NOISE = (0.02, 0.3)
"""Standard deviation of a pixel's noise in the best and in the worst light, where full ink is 1."""


def draw_noise(n, rng):
    """Draw a noise level in `NOISE` for each of `n` scenes, all equally likely: (n,) float32."""
    return rng.uniform(*NOISE, n).astype(np.float32)


def draw_scenes(images, noise, rng):
    """Turn clean digits into photographs of them, each in a light of its own.

    An image gets a contrast c and a background b, both uniform in `utils.images`' ranges; a plane of light that rises in
    a random direction from -`LIGHTING` in one corner to +`LIGHTING` in another; and Gaussian noise in every pixel:
    b + c * image + light + noise, cut off to [0, 1]. `utils.images.degrade` does the same with one noise for all.

    Args:
        images: (n, side, side, 1) or (n, side, side) float in [0, 1], background 0.
        noise: (n,) standard deviations of the noise, such as `draw_noise` returns.
        rng: a `numpy.random.Generator`.

    Returns:
        float32 array of the same shape, in [0, 1].

    Raises:
        ValueError: `noise` is not one number for each image.
    """
    x = np.asarray(images).reshape(images.shape[:3])
    if np.shape(noise) != (len(x),):
        raise ValueError(f"noise has the shape {np.shape(noise)}; allowed: ({len(x)},)")
    angle = rng.uniform(0, 2 * np.pi, len(x))
    down, right = np.sin(angle), np.cos(angle)
    down, right = (LIGHTING * step / (np.abs(down) + np.abs(right)) for step in (down, right))
    place = np.linspace(-1, 1, x.shape[1], dtype=np.float32)
    scene = rng.standard_normal(x.shape, dtype=np.float32)
    scene *= _one_each(noise)
    scene += _one_each(down) * place[:, None]
    scene += _one_each(right) * place
    scene += _one_each(rng.uniform(*BACKGROUND, len(x)))
    contrast = _one_each(rng.uniform(*CONTRAST, len(x)))
    for start in range(0, len(x), 1_000):  # in parts, to save memory
        part = slice(start, start + 1_000)
        scene[part] += contrast[part] * x[part]
    return np.clip(scene, 0, 1, out=scene).reshape(images.shape)


def _one_each(values):
    return np.asarray(values, np.float32)[:, None, None]
