"""What area means: ink, filled and convex-hull area in square pixels, and the classical way to measure it.

Taught in 05_area_regression.
"""

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu
from skimage.morphology import convex_hull_image


def binarize(images):
    """Mark the ink: values of at least half the range.

    Args:
        images: (n, height, width) uint8 (0 to 255), float (0 to 1), or bool, which is returned as it is.

    Returns:
        (n, height, width) bool.

    Raises:
        ValueError: another shape, another type, or floats outside of 0 to 1.

    Source: half of the range, as in Morpho-MNIST (Castro et al., 2019), which also interpolates between pixels.
    """
    images = np.asarray(images)
    if images.ndim != 3:
        raise ValueError(f"images have the shape {images.shape}; allowed: (n, height, width)")
    if images.dtype == bool:
        return images
    if images.dtype == np.uint8:
        return images >= 128
    if not np.issubdtype(images.dtype, np.floating):
        raise ValueError(f"images are {images.dtype}; allowed: uint8, bool, or floats from 0 to 1")
    if images.size and not (0 <= images.min() and images.max() <= 1):
        raise ValueError(
            f"images go from {images.min():.3g} to {images.max():.3g}; allowed: 0 to 1"
        )
    return images >= 0.5


def ink_area(images):
    """Count the ink pixels: (n, height, width) as for `binarize` -> (n,) px²."""
    return binarize(images).sum(axis=(1, 2))


def filled_area(images):
    """Count the ink pixels and those of the holes that they enclose: (n, height, width) -> (n,) px².

    A hole is paper from which no path over up, down, left and right neighbors leads to the image's border.
    """
    filled = (ndimage.binary_fill_holes(ink).sum() for ink in binarize(images))
    return np.fromiter(filled, dtype=int)


def hull_area(images):
    """Count the pixels of the ink's convex hull: (n, height, width) -> (n,) px²; 0 for an image without ink."""
    hulls = (convex_hull_image(ink).sum() if ink.any() else 0 for ink in binarize(images))
    return np.fromiter(hulls, dtype=int)


def otsu_area(images):
    """Measure filled area where ink is not simply above half: Otsu's threshold for each image, fill, count.

    Args:
        images: (n, height, width) of any range; ink is brighter than the background.

    Returns:
        (n,) px²; 0 for an image of one single value.

    Source: Otsu (1979), through `skimage.filters.threshold_otsu`.
    """
    thresholds = np.array([threshold_otsu(image) if np.ptp(image) else np.inf for image in images])
    return filled_area(np.asarray(images) > thresholds[:, None, None])
