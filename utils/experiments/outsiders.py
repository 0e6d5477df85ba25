"""Digits of other writers, from scikit-learn: 8x8 counts from 0 to 16. What chapter 12 measures on them."""

import numpy as np
from PIL import Image


def from_8x8(image):
    """Enlarge 8x8 counts (0 to 16) smoothly, with paper around: (8, 8) -> (96, 96) uint8, ink bright."""
    gray = np.pad((np.asarray(image) * 255 / 16).astype(np.uint8), 2)
    large = Image.fromarray(gray).resize((96, 96), Image.Resampling.BICUBIC)
    return np.asarray(large)


def through_8x8(digits):
    """Make 8x8 counts from MNIST's digits as the outsiders were made: ink in blocks of their 20x20 box, counted.

    Args:
        digits: (n, 28, 28) uint8.

    Returns:
        (n, 8, 8) float from 0 to 16.
    """
    found = []
    for digit in digits:
        rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
        box = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        tall = Image.fromarray(box).resize(
            (
                max(1, round(32 * box.shape[1] / max(box.shape))),
                max(1, round(32 * box.shape[0] / max(box.shape))),
            ),
            Image.Resampling.BILINEAR,
        )
        frame = np.zeros((32, 32))
        top, left = (32 - tall.height) // 2, (32 - tall.width) // 2
        frame[top : top + tall.height, left : left + tall.width] = np.asarray(tall) >= 128
        found.append(frame.reshape(8, 4, 8, 4).sum(axis=(1, 3)))
    return np.array(found)
