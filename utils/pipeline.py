"""The classical way from a scene to an area: level, smooth, threshold, clean up, fill, count, calibrate.

Taught in 05_area_regression.
"""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from sklearn.linear_model import LinearRegression

from utils.area import filled_area

BORDER = 5
"""Pixels at each side of a scene that are taken for paper."""
SMALLEST_BLUR = 0.3
"""Standard deviation of the blur without any noise, in pixels."""
NEIGHBORS = np.ones((3, 3), bool)
"""Ink touches ink along a side or at a corner."""


def level(scenes):
    """Subtract from each scene the plane of light that fits its border best.

    Args:
        scenes: (n, side, side) float.

    Returns:
        (flat, noise): the scenes without their planes, paper near 0; and the (n,) standard deviations of what is left in
        their borders.
    """
    side = scenes.shape[1]
    border = np.ones((side, side), bool)
    border[BORDER:-BORDER, BORDER:-BORDER] = False
    border = border.ravel()
    place = np.linspace(-1, 1, side)
    down, right = np.repeat(place, side), np.tile(place, side)
    plane = np.stack([np.ones(side**2), down, right])
    pixels = scenes.reshape(len(scenes), -1)
    fitted = pixels[:, border] @ np.linalg.pinv(plane[:, border]) @ plane
    flat = pixels - fitted
    return flat.reshape(scenes.shape), flat[:, border].std(axis=1)


def ink_of(flat, noise, growth, smallest):
    """Mark the ink of one leveled scene: blur, Otsu's threshold, and off with the specks.

    Args:
        flat: (side, side) float, such as `level` returns.
        noise: its noise.
        growth: pixels of blur for a noise of 1; it comes on top of `SMALLEST_BLUR`.
        smallest: pixels that a piece of ink must have at least.

    Returns:
        (side, side) bool.

    Source: Otsu (1979), through `skimage.filters.threshold_otsu`.
    """
    smooth = ndimage.gaussian_filter(flat, SMALLEST_BLUR + growth * noise)
    ink = smooth > threshold_otsu(smooth) if np.ptp(smooth) else np.zeros(flat.shape, bool)
    pieces, _ = ndimage.label(ink, NEIGHBORS)
    return ink & (np.bincount(pieces.ravel())[pieces] >= smallest)


@dataclass
class Pipeline:
    """Measure the filled area of digits in scenes without a network; `fit` calibrates, `predict` measures.

    Attributes:
        growth, smallest: as for `ink_of`; chosen on training scenes in 05_area_regression.
    """

    growth: float = 3.0
    smallest: int = 30

    def count(self, scenes):
        """Count the pixels of ink and holes: (n, side, side) or (n, side, side, 1) -> (counts (n,), noise (n,))."""
        scenes = scenes.reshape(scenes.shape[:3])
        counts, noise = np.zeros(len(scenes), int), np.zeros(len(scenes))
        for start in range(0, len(scenes), 1_000):  # in parts, to save memory
            part = slice(start, start + 1_000)
            flat, noise[part] = level(scenes[part])
            inks = [ink_of(*one, self.growth, self.smallest) for one in zip(flat, noise[part])]
            counts[part] = filled_area(np.array(inks))
        return counts, noise

    def fit(self, scenes, areas):
        """Calibrate on scenes whose areas are known; return the pipeline."""
        self.calibration = calibrate(*self.count(scenes), areas)
        return self

    def predict(self, scenes):
        """Measure scenes of a shape as for `count`: (n,) areas in px²."""
        return self.calibration(*self.count(scenes))


def calibrate(counts, noise, areas):
    """Fit a line from counts to areas whose slope and offset may change with the noise.

    Scenes count less the noisier they are, since their counts are less sure.

    Args:
        counts, noise, areas: (n,) each.

    Returns:
        A function of counts and noise that returns areas.
    """
    line = LinearRegression()
    line.fit(_columns(counts, noise), areas, sample_weight=1 / np.maximum(noise, 0.001))
    return lambda counts, noise: line.predict(_columns(counts, noise))


def _columns(counts, noise):
    return np.stack([counts, noise, counts * noise], axis=1)
