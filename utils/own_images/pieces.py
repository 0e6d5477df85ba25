"""Several digits in one picture: find them, in reading order. Taught in 12_your_own_images."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from utils.own_images.preparing import TOUCHING, from_ink, ink

LARGEST = 1_024
"""As for `preparing.reduced`, but for a picture with many digits."""
MANY = 60
"""Pieces of ink, dust left out, above which a picture is no writing."""


STRONG, REACH = 128, 3
"""Ink in a photograph reaches this level, or lies within so many pixels of ink that does."""


@dataclass(frozen=True)
class Piece:
    """Ink that may be a digit.

    Attributes:
        box: (top, left, bottom, right) in pixels of the picture; the last two lie outside.
        pixels: (32, 32) uint8, the network's input.
    """

    box: tuple
    pixels: np.ndarray


def find_pieces(gray):
    """Find what may be digits in a picture: rows from top to bottom, each from left to right.

    Args:
        gray: (h, w) whole numbers from 0 to 255.

    Returns:
        A list of `Piece`; [] for a blank picture; None where there is too much for writing (more than `MANY`).
    """
    v, clean = ink(gray, LARGEST)
    if v is None:
        return []
    if not clean:  # faint remains of lines would tie digits together
        v = np.where(ndimage.maximum_filter(v >= STRONG, 2 * REACH + 1), v, 0)
    labels, n = ndimage.label(v > 0, TOUCHING)
    boxes = [_edges(box) for box in ndimage.find_objects(labels)]
    inks = ndimage.sum_labels(v, labels, np.arange(1, n + 1))
    groups = _grouped(np.array(boxes), inks)
    if groups is None or len(groups) > MANY:
        return None
    factor = -(-max(np.shape(gray)) // LARGEST)
    found = []
    for group in groups:
        top, left, bottom, right = _around([boxes[i] for i in group])
        inside = np.isin(labels[top:bottom, left:right], np.array(group) + 1)
        pixels = from_ink(np.where(inside, v[top:bottom, left:right], 0), clean)
        if pixels is not None:
            found.append(Piece(tuple(factor * edge for edge in (top, left, bottom, right)), pixels))
    return in_reading_order(found)


def in_reading_order(pieces):
    """Sort pieces into rows, from top to bottom, and each row from left to right."""
    if not pieces:
        return []
    height = np.median([bottom - top for top, _, bottom, _ in (p.box for p in pieces)])
    rows = []
    for piece in sorted(pieces, key=lambda p: p.box[0] + p.box[2]):
        middle = (piece.box[0] + piece.box[2]) / 2
        if rows and middle - rows[-1][0] < 0.6 * height:
            rows[-1][1].append(piece)
            rows[-1][0] = np.mean([(p.box[0] + p.box[2]) / 2 for p in rows[-1][1]])
        else:
            rows.append([middle, [piece]])
    return [piece for _, row in rows for piece in sorted(row, key=lambda p: p.box[1])]


def _edges(box):
    return box[0].start, box[1].start, box[0].stop, box[1].stop


def _around(boxes):
    boxes = np.array(boxes)
    return *boxes[:, :2].min(0), *boxes[:, 2:].max(0)


def _grouped(boxes, inks):
    """Put fragments to the digits they belong to: lists of indices; None where there are too many pieces."""
    heights, widths = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    sizes = np.maximum(heights, widths)
    large = inks >= 0.15 * inks.max()
    typical_size, typical_ink = np.median(sizes[large]), np.median(inks[large])
    whole = (sizes >= 0.5 * typical_size) & (inks >= 0.25 * typical_ink)
    whole &= heights >= 0.45 * np.quantile(heights[large], 0.75)  # else the bar of a 5
    if whole.sum() > 2 * MANY or np.sum(inks >= 0.02 * typical_ink) > 5 * MANY:
        return None
    if not whole.any():
        return None
    groups = [[int(i)] for i in np.flatnonzero(whole)]
    _merge_stacked(groups, boxes, typical_size)
    for i in np.flatnonzero(~whole & (inks >= 0.01 * typical_ink)):
        gaps = [_gap(boxes[i], _around(boxes[g])) for g in groups]
        nearest = int(np.argmin(gaps))
        if gaps[nearest] <= 0.15 * typical_size:
            groups[nearest].append(int(i))
    return groups


def _merge_stacked(groups, boxes, size):
    """Join pieces of which one stands over or inside the other, such as the bar of a 5."""
    changed = True
    while changed:
        changed = False
        for a in range(len(groups)):
            for b in range(a + 1, len(groups)):
                one, two = _around(boxes[groups[a]]), _around(boxes[groups[b]])
                narrow = min(one[3] - one[1], two[3] - two[1])
                shared = min(one[3], two[3]) - max(one[1], two[1])
                together = max(one[2], two[2]) - min(one[0], two[0])
                if shared > 0.5 * narrow and _gap(one, two) <= 0.1 * size and together < 1.4 * size:
                    groups[a] += groups.pop(b)
                    changed = True
                    break
            if changed:
                break


def _gap(one, two):
    """Pixels between two boxes, the longer of both directions; 0 or less where they overlap."""
    return max(max(one[0], two[0]) - min(one[2], two[2]), max(one[1], two[1]) - min(one[3], two[3]))
