"""From a gray array to the network's 32x32 input, as /tmp/lab/prepare.md says."""

import numpy as np
from scipy import ndimage


def half_up(x):
    return np.floor(np.asarray(x) + 0.5)


def rank(values, r):
    return np.partition(np.ravel(values), r)[r]


def reduce(g):
    f = -(-max(g.shape) // 512)
    if f == 1:
        return g.astype(float)
    rows, columns = np.arange(0, g.shape[0], f), np.arange(0, g.shape[1], f)
    sums = np.add.reduceat(np.add.reduceat(g.astype(float), rows, 0), columns, 1)
    counts = np.outer(
        np.diff([*rows, g.shape[0]]), np.diff([*columns, g.shape[1]])
    )
    return half_up(sums / counts)


def level(x, t):
    rows, columns = np.arange(0, x.shape[0], t), np.arange(0, x.shape[1], t)
    tiles = [[x[i : i + t, j : j + t] for j in columns] for i in rows]
    grid = np.array([[rank(part, (part.size - 1) // 4) for part in row] for row in tiles])
    grid = ndimage.maximum_filter(ndimage.minimum_filter(grid, 3, mode="nearest"), 3, mode="nearest")
    for axis, size in enumerate(x.shape):
        place = (np.arange(size) - (t - 1) / 2) / t
        place = np.clip(place, 0, grid.shape[axis] - 1)
        first = np.minimum(place.astype(int), max(grid.shape[axis] - 2, 0))
        second = np.minimum(first + 1, grid.shape[axis] - 1)
        part = (place - first).reshape((-1, 1) if axis == 0 else (1, -1))
        grid = grid.take(first, axis) * (1 - part) + grid.take(second, axis) * part
    return grid


def ink(g):
    """Steps 1 to 4: v, or None if blank; and clean."""
    x = reduce(g)
    ring = np.concatenate([x[0], x[-1], x[1:-1, 0], x[1:-1, -1]]) if min(x.shape) > 1 else x.ravel()
    paper = rank(ring, (ring.size - 1) // 2)
    n = x.size
    lo, hi = rank(x, n // 500), rank(x, n - 1 - n // 500)
    if paper - lo > hi - paper:
        x, paper = 255 - x, 255 - paper
    clean = np.sum(x == paper) * 2 >= n
    if clean or min(x.shape) < 64:
        x = x - paper
    else:
        x = x - level(x, -(-max(x.shape) // 16))
    x = np.maximum(0, x)
    peak = x.max() if clean else rank(x, n - 1 - n // 500)
    if peak < 25:
        return None, clean
    if clean:
        v = x if peak >= 250 else 255 * x / peak
    else:
        v = np.clip(255 * (x - 0.25 * peak) / (0.5 * peak), 0, 255)
    return half_up(v), clean


def without_specks(v, clean):
    if clean and max(cut(v).shape) <= 20:
        return v
    pieces, n = ndimage.label(v > 0, np.ones((3, 3)))
    inks = ndimage.sum_labels(v, pieces, np.arange(1, n + 1))
    boxes = ndimage.find_objects(pieces)
    main = int(np.argmax(inks))
    longer = max(s.stop - s.start for s in boxes[main])
    goes = [False]
    for box, one in zip(boxes, inks):
        gaps = [max(a.start - b.stop, b.start - a.stop) for a, b in zip(box, boxes[main])]
        far = max(gaps) > 0.25 * longer or min(gaps) > 0.05 * longer
        dust = one < 0.005 * inks[main] and not clean
        goes.append(dust or (one < 0.1 * inks[main] and far))
    return np.where(np.array(goes)[pieces], 0, v)


def cut(v):
    rows, columns = np.flatnonzero(v.any(1)), np.flatnonzero(v.any(0))
    return v[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def thicker(v):
    longer = max(cut(v).shape)
    if longer < 40:
        return v
    black = np.pad(v >= 128, 1)
    pairs = np.sum(black[1:] != black[:-1]) + np.sum(black[:, 1:] != black[:, :-1])
    stroke = 2 * black.sum() / pairs if pairs else 0
    if stroke >= 1.3 * longer / 20:
        return v
    r = int(np.ceil((2 * longer / 20 - stroke) / 2))
    return ndimage.maximum_filter(np.pad(v, r), 2 * r + 1, mode="constant")


def overlaps(old, new):
    ends = np.arange(new + 1) * old / new
    low, high = ends[:-1, None], ends[1:, None]
    place = np.arange(old)
    shared = np.minimum(high, place + 1) - np.maximum(low, place)
    return np.maximum(0, shared) * new / old


def scaled(v):
    longer = max(v.shape)
    if longer in (19, 20):
        return v
    height, width = (max(1, int(half_up(20 * side / longer))) for side in v.shape)
    return half_up(overlaps(v.shape[0], height) @ v @ overlaps(v.shape[1], width).T)


def placed(v):
    frame, total = np.zeros((28, 28)), v.sum()
    corner = []
    for axis in (0, 1):
        center = (v.sum(1 - axis) * np.arange(v.shape[axis])).sum() / total
        corner.append(int(np.clip(14 - half_up(center), 0, 28 - v.shape[axis])))
    top, left = corner
    frame[top : top + v.shape[0], left : left + v.shape[1]] = v
    return frame


def prepare(g):
    """(h, w) whole numbers 0 to 255 -> (32, 32) uint8, or None for a blank picture."""
    v, clean = ink(np.asarray(g))
    if v is None:
        return None
    v = cut(thicker(without_specks(v, clean)))
    v = scaled(v)
    if not v.any():
        return None
    return np.pad(placed(v), 2).astype(np.uint8)
