"""From a gray picture of one digit to the network's 32x32 pixels, step by step. Taught in 12_your_own_images.

The page of 13_small_devices does the same in JavaScript: the steps, their numbers and their rounding belong to both.
"""

import numpy as np
from scipy import ndimage

from utils.own_images.lines import without_lines

LARGEST = 512
"""Longest side, in pixels, of the picture that is worked on."""
FAINTEST = 25
"""Gray levels that ink must differ from paper, or the picture is blank."""
UNEVEN = 64
"""Shorter side, in pixels, from which a photograph's light may be uneven."""
TOUCHING = np.ones((3, 3))
"""Ink touches ink along a side or at a corner."""


def rounded(x):
    """Round half up: floor(x + 1/2), which every language has."""
    return np.floor(np.asarray(x) + 0.5)


def rank(values, r):
    """Element number `r`, from 0, of the sorted values."""
    return np.partition(np.ravel(values), int(r))[int(r)]


def reduced(gray, largest=LARGEST):
    """Step 1: means of square blocks, so that no side is longer than `largest`: (h, w) -> float array."""
    f = -(-max(gray.shape) // largest)
    if f == 1:
        return gray.astype(float)
    rows, columns = (np.arange(0, side, f) for side in gray.shape)
    sums = np.add.reduceat(np.add.reduceat(gray.astype(float), rows, 0), columns, 1)
    heights = np.diff([*rows, gray.shape[0]])
    widths = np.diff([*columns, gray.shape[1]])
    return rounded(sums / np.outer(heights, widths))


def bright_ink(x):
    """Step 2: light ink on dark paper, whichever it was: ink differs most from the paper around it.

    Returns:
        (x, paper, clean): the picture, the level of its paper, and whether a program made it (at least half of the
        pixels are exactly paper).
    """
    inner = np.zeros(x.shape, bool)
    inner[1:-1, 1:-1] = True
    ring = x[~inner]
    paper = rank(ring, (ring.size - 1) // 2)
    clean = bool(2 * np.sum(x == paper) >= x.size)
    around = paper if clean or min(x.shape) < UNEVEN else tile_medians(x, -(-max(x.shape) // 3))
    beside = x - around
    darkest, brightest = (rank(s * beside, x.size - 1 - x.size // 500) for s in (-1, 1))
    if darkest > brightest:
        x, paper = 255 - x, 255 - paper
    return x, paper, clean


def tile_medians(x, t):
    """Put the median of each tile of `t` x `t` pixels in place of its pixels: (h, w) -> (h, w)."""
    found = np.empty(x.shape)
    for i in range(0, x.shape[0], t):
        for j in range(0, x.shape[1], t):
            tile = x[i : i + t, j : j + t]
            found[i : i + t, j : j + t] = rank(tile, (tile.size - 1) // 2)
    return found


def paper_level(x, t):
    """The level of uneven paper at each pixel, from tiles of `t` x `t` pixels: (h, w) -> (h, w)."""
    rows, columns = (range(0, side, t) for side in x.shape)
    grid = np.array([[_low(x[i : i + t, j : j + t]) for j in columns] for i in rows])
    grid = ndimage.minimum_filter(grid, 5, mode="nearest")
    grid = ndimage.maximum_filter(grid, 5, mode="nearest")
    for axis, size in enumerate(x.shape):
        place = np.clip((np.arange(size) - (t - 1) / 2) / t, 0, grid.shape[axis] - 1)
        first = np.minimum(place.astype(int), max(grid.shape[axis] - 2, 0))
        second = np.minimum(first + 1, grid.shape[axis] - 1)
        part = np.expand_dims(place - first, 1 - axis)
        grid = grid.take(first, axis) * (1 - part) + grid.take(second, axis) * part
    return grid


def _low(tile):
    return rank(tile, (tile.size - 1) // 4)


def without_paper(x, paper, clean):
    """Step 3: paper at 0, also where the light is uneven; ink in a shadow as strong as in the light."""
    if clean or min(x.shape) < UNEVEN:
        return np.maximum(0, x - paper)
    level = paper_level(x, -(-max(x.shape) // 16))
    light = 255 - level
    return np.maximum(0, x - level) * light.max() / np.maximum(light, light.max() / 5)


def stretched(x, clean):
    """Step 4: ink to 255. Returns None where there is none."""
    peak = x.max() if clean else rank(x, x.size - 1 - x.size // 500)
    if peak < FAINTEST:
        return None
    if clean:
        return rounded(x if peak >= 250 else 255 * x / peak)
    return rounded(np.clip(255 * (x - 0.25 * peak) / (0.5 * peak), 0, 255))


def ink(gray, largest=LARGEST):
    """Steps 1 to 4, and ruled lines taken away before the last.

    Args:
        gray: (h, w) whole numbers from 0 to 255.
        largest: as for `reduced`.

    Returns:
        (v, clean): ink from 0 to 255, or None for a blank picture; and whether a program made it.

    Raises:
        ValueError: the array has not two axes, such as one of colors.
    """
    gray = np.asarray(gray)
    if gray.ndim != 2 or not gray.size:
        raise ValueError(f"a picture of shape {gray.shape}; allowed: (height, width), gray values")
    x, paper, clean = bright_ink(reduced(gray, largest))
    return stretched(without_lines(without_paper(x, paper, clean)), clean), clean


def without_specks(v, clean):
    """Step 5: keep the piece with the most ink, and what is large or near enough to belong to it.

    A picture made by a program whose ink is no longer than 20 pixels stays as it is: so small, specks may be strokes,
    and some of MNIST's own digits have them.
    """
    if clean and max(cut(v).shape) <= 20:
        return v
    pieces, n = ndimage.label(v > 0, TOUCHING)
    inks = ndimage.sum_labels(v, pieces, np.arange(1, n + 1))
    boxes = ndimage.find_objects(pieces)
    main = int(np.argmax(inks))
    longer = max(side.stop - side.start for side in boxes[main])
    goes = [False]
    for box, one in zip(boxes, inks):
        gaps = [max(a.start - b.stop, b.start - a.stop) for a, b in zip(box, boxes[main])]
        far = max(gaps) > 0.25 * longer or min(gaps) > 0.05 * longer
        dust = one < 0.005 * inks[main] and not clean
        goes.append(dust or (one < 0.1 * inks[main] and far))
    return np.where(np.array(goes)[pieces], 0, v)


def cut(v):
    """Step 7: the smallest box that holds all ink."""
    rows, columns = np.flatnonzero(v.any(1)), np.flatnonzero(v.any(0))
    return v[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def stroke_width(v):
    """Mean width of the strokes in pixels: twice the area of the ink over its outline."""
    black = np.pad(v >= 128, 1)
    pairs = np.sum(black[1:] != black[:-1]) + np.sum(black[:, 1:] != black[:, :-1])
    return 2 * black.sum() / pairs if pairs else 0.0


def thicker(v):
    """Step 6: strokes too thin to survive the scaling are widened."""
    longer, stroke = max(cut(v).shape), stroke_width(v)
    if longer < 40 or stroke >= 1.3 * longer / 20:
        return v
    r = int(np.ceil((2 * longer / 20 - stroke) / 2))
    return ndimage.maximum_filter(np.pad(v, r), 2 * r + 1, mode="constant")


def resampled(v, height, width):
    """Scale by area averaging: each new pixel is the mean of what it covers of the old picture; rounded."""
    return rounded(_overlaps(v.shape[0], height) @ v @ _overlaps(v.shape[1], width).T)


def _overlaps(old, new):
    """(new, old): the share of each old pixel in each new one."""
    ends = np.arange(new + 1) * old / new
    low, high, place = ends[:-1, None], ends[1:, None], np.arange(old)
    shared = np.minimum(high, place + 1) - np.maximum(low, place)
    return np.maximum(0, shared) * new / old


def scaled(v):
    """Step 8: the longer side to 20 pixels, the aspect kept; 19 stay 19, as some of MNIST's do."""
    longer = max(v.shape)
    if longer in (19, 20):
        return v
    return resampled(v, *(max(1, int(rounded(20 * side / longer))) for side in v.shape))


def placed(v):
    """Step 9: the center of mass to row and column 14 of 28x28, counted from 0."""
    frame, total = np.zeros((28, 28)), v.sum()
    corner = []
    for axis in (0, 1):
        center = (v.sum(1 - axis) * np.arange(v.shape[axis])).sum() / total
        corner.append(int(np.clip(14 - rounded(center), 0, 28 - v.shape[axis])))
    top, left = corner
    frame[top : top + v.shape[0], left : left + v.shape[1]] = v
    return frame


def from_ink(v, clean):
    """Steps 5 to 10: (h, w) ink from 0 to 255 -> (32, 32) uint8; None where nothing is left."""
    v = scaled(cut(thicker(without_specks(v, clean))))
    return np.pad(placed(v), 2).astype(np.uint8) if v.any() else None


def prepare_digit(gray):
    """Make the network's input from a picture of one digit.

    Args:
        gray: (h, w) whole numbers from 0 to 255: any size, ink dark or light, paper of any gray.

    Returns:
        (32, 32) uint8, ink bright on 0, as MNIST's digits after padding; None for a blank picture.

    Taught in 12_your_own_images.
    """
    v, clean = ink(gray)
    return None if v is None else from_ink(v, clean)
