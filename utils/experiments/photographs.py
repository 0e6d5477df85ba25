"""Photographs of handwritten digits, rendered: what the preparation of chapter 12 is measured on.

It was written apart from `own_images.preparing`, with its own ranges and seeds, and nothing of the preparation was chosen by
what it gives. No photograph of handwritten digits is to be had offline; these stand in for them.
"""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage
from skimage import transform

INKS = ((20, 20, 25), (25, 45, 120), (120, 25, 30), (60, 60, 65), (15, 80, 60))
"""Colors of pens, red, green and blue."""
PAPERS = ((250, 250, 248), (235, 228, 210), (225, 228, 232), (205, 195, 175))
EFFECTS = ("shadow", "perspective", "lines", "noise", "JPEG")
"""What can be left out, to see what each costs."""


@dataclass(frozen=True)
class Photograph:
    """A rendered photograph.

    Attributes:
        pixels: (h, w, 3) uint8.
        labels: the digits in reading order.
        centers: (n, 2) rows and columns of their middles, in pixels.
    """

    pixels: np.ndarray
    labels: tuple
    centers: np.ndarray


def pen_strokes(digit, rng, height):
    """A (28, 28) uint8 digit redrawn with sharp edges, `height` pixels high: (h, w) from 0 to 1."""
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    box = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    box = np.pad(box.astype(float) / 255, 1)
    factor = height / max(box.shape)
    large = np.clip(ndimage.zoom(box, factor, order=3), 0, 1)
    sharp = rng.uniform(4, 9)
    return 1 / (1 + np.exp(-sharp * 2 * (large - rng.uniform(0.35, 0.55))))


def photograph(digits, labels, rng, columns=1, without=()):
    """Render digits on paper, photographed by hand.

    Args:
        digits: (n, 28, 28) uint8, written in rows from left to right.
        labels: (n,) their labels.
        rng: a `numpy.random.Generator`.
        columns: digits in a row.
        without: effects of `EFFECTS` that are left out. They are drawn all the same, so all else stays as it is.

    Returns:
        A `Photograph`.
    """
    height = rng.uniform(80, 150) if len(digits) == 1 else rng.uniform(70, 110)
    cell, rows = 1.7 * height, -(-len(digits) // columns)
    shape = int(cell * (rows + 0.3)), int(cell * (min(columns, len(digits)) + 0.3))
    ink, centers = np.zeros(shape), []
    for i, digit in enumerate(digits):
        stroke = pen_strokes(digit, rng, height * rng.uniform(0.85, 1.1))
        middle = cell * (np.array([i // columns, i % columns]) + 0.65)
        middle = middle + rng.uniform(-0.08, 0.08, 2) * height
        top, left = (int(m - s / 2) for m, s in zip(middle, stroke.shape))
        part = ink[top : top + stroke.shape[0], left : left + stroke.shape[1]]
        np.maximum(part, stroke[: part.shape[0], : part.shape[1]], out=part)
        centers.append(middle)
    ink *= rng.uniform(0.75, 1) * (1 - 0.1 * ndimage.gaussian_filter(rng.random(shape), 2))
    paper = np.array(PAPERS[rng.integers(len(PAPERS))], float)
    page = np.broadcast_to(paper, (*shape, 3)).copy()
    page += 3 * ndimage.gaussian_filter(rng.normal(0, 1, shape), 1.2)[..., None]
    if rng.random() < 0.4:
        ruled = _ruled(page, rng, height)
        page = page if "lines" in without else ruled
    pen = np.array(INKS[rng.integers(len(INKS))], float)
    page = page * (1 - ink[..., None]) + pen * ink[..., None]
    centers = np.array(centers)
    tilted = _tilted(page, centers, rng)
    page, centers = (page, centers) if "perspective" in without else tilted
    light = _light(page.shape[:2], rng)[..., None]
    page = page if "shadow" in without else page * light
    page = ndimage.gaussian_filter(page, (*[rng.uniform(0.3, 1.2)] * 2, 0))
    noise = rng.normal(0, rng.uniform(1, 6), page.shape)
    page = page if "noise" in without else page + noise
    pixels = np.clip(page, 0, 255).astype(np.uint8)
    if "JPEG" not in without:
        file = io.BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=int(rng.integers(35, 95)))
        pixels = np.asarray(Image.open(file))
    return Photograph(pixels, tuple(int(label) for label in labels), centers)


def _ruled(page, rng, height):
    """A copy of the page with lines, in one or both directions."""
    page = page.copy()
    color = np.array([rng.uniform(140, 190), rng.uniform(160, 200), rng.uniform(195, 225)])
    step, width = rng.uniform(0.3, 0.9) * height, int(rng.integers(1, 4))
    for axis in range(1 + (rng.random() < 0.4)):
        for place in np.arange(rng.uniform(0, step), page.shape[axis] - width, step).astype(int):
            part = page[place : place + width] if axis == 0 else page[:, place : place + width]
            part[:] = np.minimum(part, color)
    return page


def _tilted(page, centers, rng):
    """Turned by up to 5 degrees and seen from the side; the page fills the picture."""
    height, width = page.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], float)
    moved = corners + rng.uniform(-0.05, 0.05, (4, 2)) * min(height, width)
    angle = np.deg2rad(rng.uniform(-5, 5))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = corners.mean(0)
    moved = (moved - middle) @ turn.T + middle
    seen = transform.ProjectiveTransform.from_estimate(corners, moved)
    warped = transform.warp(page / 255, seen.inverse, order=1, mode="edge") * 255
    return warped, seen(centers[:, ::-1])[:, ::-1]


def _light(shape, rng):
    """A slope of light, and sometimes the soft shadow of a hand or phone."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    along = np.cos(angle) * x + np.sin(angle) * y
    light = 0.8 + rng.uniform(0, 0.2) * along
    if rng.random() < 0.5:
        edge = np.cos(angle + 1) * x + np.sin(angle + 1) * y - rng.uniform(-0.6, 0.6)
        light = light * (1 - rng.uniform(0.15, 0.5) / (1 + np.exp(-edge * rng.uniform(8, 40))))
    return light


def gray(pixels):
    """Color to gray as PIL does it: (h, w, 3) uint8 -> (h, w) uint8."""
    return np.asarray(Image.fromarray(pixels).convert("L"))
