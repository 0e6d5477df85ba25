"""Digits as a hand would draw them: the strokes of their skeletons, on a canvas of ten times their size."""

import numpy as np
from scipy import ndimage
from skimage.morphology import skeletonize

ENLARGED = 10
SPUR = 15
"""Pixels of the canvas: shorter branches that end nowhere come from the skeleton, not from the hand."""
NEIGHBORS = [(-1, 0), (0, -1), (0, 1), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)]


def strokes(image, step=6):
    """The strokes of a (28, 28) uint8 digit, as arrays (points, 2) of rows and columns on a canvas of 280 x 280.

    Between two points lie at most `step` pixels of the skeleton.
    """
    large = ndimage.zoom(image.astype(float), ENLARGED, order=1, grid_mode=True, mode="nearest")
    large = ndimage.gaussian_filter(large, 4) > 110
    pixels = {tuple(place) for place in np.argwhere(skeletonize(large)).tolist()}
    paths = [path for path in _paths(pixels) if len(path) > SPUR or not _is_spur(path, pixels)]
    return [np.array([*path[:-1:step], path[-1]], float) for path in paths]


def _near(place, pixels):
    row, column = place
    found = [(row + down, column + right) for down, right in NEIGHBORS]
    return [other for other in found if other in pixels]


def _is_spur(path, pixels):
    ends = [len(_near(end, pixels)) for end in (path[0], path[-1])]
    return len(path) > 1 and min(ends) == 1 and max(ends) > 2


def _paths(pixels):
    """Walk from each end and each crossing along pixels that were not walked yet; what is left are rings."""
    left = set(pixels)
    nodes = [place for place in sorted(pixels) if len(_near(place, pixels)) != 2]
    paths = []
    for start in [*nodes, *sorted(pixels)]:
        ring = start not in nodes
        if ring and start not in left:
            continue
        for first in _near(start, left - {start}) if not ring else [start]:
            if first not in left:
                continue
            path, place = ([start] if not ring else []), first
            while place is not None:
                path.append(place)
                left.discard(place)
                if len(_near(place, pixels)) != 2:
                    break
                place = next(iter(_near(place, left)), None)
            ends = [other for other in _near(path[-1], pixels) if other not in path[-2:]]
            if len(_near(path[-1], pixels)) == 2 and ends:
                path.append(ends[0])  # close a ring, or reach the crossing
            paths.append(path)
        if not ring and len(_near(start, pixels)) == 0:
            paths.append([start])
    return paths
