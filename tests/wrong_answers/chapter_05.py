"""Wrong answers to the exercises of chapter 5."""

import numpy as np
from scipy import ndimage
from skimage.filters import threshold_otsu

from tests.wrong_answers import Stops
from utils.area import filled_area, hull_area, ink_area
from utils.pipeline import ink_of, level


def regions_of_paper(images, neighbors=None, less=1):
    """Pieces of paper, with the paper around the digit left out by subtraction."""
    return np.array([ndimage.label(image < 128, neighbors)[1] - less for image in images])


def count(scene, growth=3.0, smallest=30):
    """The chapter's pipeline with other settings."""
    (flat,), (noise,) = level(scene[None])
    return filled_area(ink_of(flat, noise, growth, smallest)[None])[0]


WRONG = {
    "5.1": [
        regions_of_paper,
        lambda x: regions_of_paper(x, np.ones((3, 3)), 1),
        lambda x: regions_of_paper(x, less=0),
        lambda x: filled_area(x) - ink_area(x),
        lambda x: (filled_area(x) > ink_area(x)).astype(int),
        lambda x: 1,
    ],
    "5.2": [
        count,
        lambda scene: count(scene, smallest=45),
        lambda scene: count(scene, growth=0),
        lambda scene: (scene > threshold_otsu(scene)).sum(),
        lambda scene: scene.sum(),
        lambda scene: scene,
    ],
    "5.3": [
        lambda says, true: np.abs(says - true).mean(),
        lambda says, true: np.abs((says.ravel() - true).mean()),
        lambda says, true: np.sqrt(((says.ravel() - true) ** 2).mean()),
        lambda says, true: np.abs(says.ravel() - true),
        lambda says, true: np.abs(says.mean() - true).mean(),
        Stops(lambda says, true: None - true),
    ],
    "5.4": [
        lambda x: (x >= 128).sum(axis=(1, 2)),
        lambda x: np.ones(len(x)),
        lambda x: x.max(axis=(1, 2)),
        lambda x: x.sum(),
        lambda x: hull_area(x),
    ],
}
