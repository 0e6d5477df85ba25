"""Photographs to practice on: the preparation of chapter 12 and its guard were tuned with these, never with `photographs`.

A crude renderer of its own: pens from thin to thick, hard shadows, straight lines, a turn and a shear, no color.
"""

import io

import numpy as np
from PIL import Image
from scipy import ndimage


def practice_photograph(digits, rng, columns=1):
    """Render digits on gray paper in rows of `columns`: (n, 28, 28) uint8 -> (h, w) uint8, ink dark."""
    side = int(rng.integers(40, 140))
    cell, rows = int(1.5 * side), -(-len(digits) // columns)
    thin, sharp = rng.uniform(40, 140), rng.uniform(1.5, 5)
    ink = np.zeros((rows * cell + 20, min(columns, len(digits)) * cell + 20))
    for i, digit in enumerate(digits):
        size = (int(1.4 * side),) * 2
        large = np.asarray(Image.fromarray(digit).resize(size, Image.Resampling.BICUBIC), float)
        large = np.clip((large - thin) * sharp, 0, 255) / 255
        top, left = 10 + (i // columns) * cell, 10 + (i % columns) * cell
        part = ink[top : top + size[0], left : left + size[1]]
        np.maximum(part, large, out=part)
    page = np.full(ink.shape, rng.uniform(150, 245))
    if rng.random() < 0.5:
        _rule(page, rng)
    ink = ink * rng.uniform(0.6, 1)
    page = page * (1 - ink) + rng.uniform(20, 80) * ink
    if rng.random() < 0.6:
        matrix = np.eye(2) + rng.uniform(-0.09, 0.09, (2, 2))
        middle = np.array(page.shape) / 2
        page = ndimage.affine_transform(
            page, matrix, middle - matrix @ middle, order=1, mode="nearest"
        )
    down, right = np.mgrid[0 : 1 : page.shape[0] * 1j, 0 : 1 : page.shape[1] * 1j]
    page *= 1 - rng.uniform(0, 0.5) * (right if rng.random() < 0.5 else down)
    if rng.random() < 0.3:
        soft = rng.uniform(0.002, 0.1)
        edge = (right + rng.uniform(-0.3, 0.3) * down - rng.uniform(0.2, 0.8)) / soft
        page *= 1 - rng.uniform(0.1, 0.4) / (1 + np.exp(-np.clip(edge, -50, 50)))
    page = ndimage.gaussian_filter(page, rng.uniform(0.3, 1.5))
    page += rng.normal(0, rng.uniform(1, 7), page.shape)
    pixels = np.clip(page, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=int(rng.integers(40, 90)))
        pixels = np.asarray(Image.open(file))
    return pixels


def _rule(page, rng):
    """Lines across the page that rise a little, sometimes in both directions."""
    step, rise, width = int(rng.integers(20, 50)), rng.uniform(-0.04, 0.04), rng.integers(1, 4)
    rows, columns = np.mgrid[: page.shape[0], : page.shape[1]]
    darker = rng.uniform(25, 60)
    lines = (rows + rise * columns + 5) % step < width
    if rng.random() < 0.3:
        lines |= (columns - rise * rows + 5) % step < width
    page[lines] -= darker
