"""Numbers from pictures, the examples of chapter 12: the slant of handwriting, and the areas of 24 coins."""

import numpy as np
import pandas as pd
from scipy import ndimage
from skimage import data
from skimage.filters import threshold_otsu
from sklearn.linear_model import LinearRegression, RidgeCV

from utils.area import filled_area
from utils.backend import keras
from utils.evaluation import predict_values
from utils.images import prepare
from utils.mnist import load_mnist, split
from utils.models import load_released
from utils.networks import lenet5, to_regressor
from utils.own_images.comparing import PIXELS, SCRATCH, STRENGTHS, TUNED, compare
from utils.own_images.reading import small
from utils.paths import DATA
from utils.pipeline import ink_of, level
from utils.recipes import Recipe
from utils.scenes import draw_noise, draw_scenes
from utils.training import set_seed

MOMENTS = "moments of the cleaned scene"
SCENES = 240
SIDE = 96
"""Pixels of the square that is cut out around each coin."""


def slant(images):
    """Slant of each digit in degrees from its moments, positive if it leans to the right: (n, h, w) -> (n,).

    With r and c the rows and columns of the ink about its center of mass, the slant is the angle whose tangent is
    -sum(r c) / sum(r r): how far the ink moves to the right for each row upward.
    """
    images = np.asarray(images, float)
    rows, columns = np.arange(images.shape[1]), np.arange(images.shape[2])
    ink = np.maximum(images.sum(axis=(1, 2)), 1e-9)
    r = rows - (images.sum(2) @ rows / ink)[:, None]
    c = columns - (images.sum(1) @ columns / ink)[:, None]
    both = np.einsum("nij,ni,nj->n", images, r, c)
    upright = np.maximum(np.einsum("nij,ni->n", images, r**2), 1e-9)
    return np.degrees(np.arctan(-both / upright))


def slanted_scenes(n, seed):
    """Scenes of validation digits (chapter 5) and their slants: (n, 32, 32, 1) float32, (n,) degrees."""
    mnist, rng = load_mnist(), np.random.default_rng([512, seed])
    _, validation = split(mnist.y_train)
    clean = mnist.x_train[rng.choice(validation, n, replace=False)]
    return draw_scenes(prepare(clean), draw_noise(n, rng), rng), slant(clean)


def cleaned_slant(scenes):
    """The slant that a pipeline without a network measures: level, blur, threshold, moments: (n, 1) degrees."""
    flat, noise = level(scenes[..., 0].astype(float))
    inks = [ink_of(*one, growth=3.0, smallest=30) for one in zip(flat, noise)]
    return slant(np.array(inks))[:, None]


def own_slants(seeds=range(6)):
    """Mean absolute error of the slant in degrees by each method, over six draws of 240 scenes."""
    classifier = load_released("classifier")
    for seed in seeds:
        x, y = slanted_scenes(SCENES, seed)
        extra = {MOMENTS: cleaned_slant}
        found = compare(x, y, np.arange(len(y)), classifier, seed=seed, extra=extra)
        for method, row in found.scores.iterrows():
            yield {"seed": seed, "method": method, "mae": round(row["error"], 4)}


def coin_pictures():
    """The 24 coins of scikit-image's photograph: (24, 96, 96) uint8 and their areas (24,) px² in it, from outlines by hand."""
    outlines = pd.read_csv(DATA / "own" / "coins.csv", encoding="utf-8")
    photograph = np.pad(data.coins(), SIDE, mode="edge")
    cut = []
    for coin in outlines.itertuples():
        top, left = (round(middle) + SIDE // 2 for middle in (coin.row, coin.column))
        cut.append(photograph[top : top + SIDE, left : left + SIDE])
    areas = np.pi * outlines["half_height"] * outlines["half_width"]
    return np.stack(cut), areas.to_numpy()


def coin_methods(pictures, areas, seed=0, epochs=40):
    """Predict each coin's area from the 23 others: {method: (24,) px²}."""
    x = np.stack([small(picture) for picture in pictures])
    flat = x.reshape(len(x), -1).astype(float)
    marked = [picture > threshold_otsu(picture) for picture in pictures]
    counted = filled_area(np.array([_middle_piece(mark) for mark in marked])).astype(float)[:, None]
    start = load_released("area")
    found = {"mean": [], "threshold": [], PIXELS: [], SCRATCH: [], TUNED: []}
    for left_out in range(len(x)):
        seen = np.arange(len(x)) != left_out
        found["mean"].append(areas[seen].mean())
        line = LinearRegression().fit(counted[seen], areas[seen])
        found["threshold"].append(line.predict(counted[[left_out]])[0])
        found[PIXELS].append(_ridge(flat[seen], areas[seen], flat[left_out]))
        for name, trunk in ((SCRATCH, None), (TUNED, start)):
            network = _coin_network(trunk, x[seen], areas[seen], seed, epochs)
            found[name].append(predict_values(network, x[[left_out]])[0])
    return {name: np.array(values) for name, values in found.items()}


def _middle_piece(marked):
    """The piece of a mask that holds the picture's middle, or is nearest to it."""
    pieces, n = ndimage.label(ndimage.binary_fill_holes(marked))
    if not n:
        return marked
    middle = np.array(marked.shape) / 2
    inside = pieces[tuple(middle.astype(int))]
    if not inside:
        places = np.argwhere(pieces > 0)
        inside = pieces[tuple(places[np.argmin(((places - middle) ** 2).sum(1))])]
    return pieces == inside


def _ridge(x, y, new):
    """Ridge whose strength is chosen by leaving one out within `x`."""
    return RidgeCV(STRENGTHS).fit(x, y).predict(new[None])[0]


def _coin_network(trunk, x, y, seed, epochs):
    set_seed(seed)
    network = to_regressor(lenet5() if trunk is None else _as_classifier(trunk), y.mean(), y.std())
    recipe = Recipe(epochs, 8, 0.001, schedule="constant")
    recipe.train(network, x, y.astype("float32")[:, None], "mean_absolute_error", progress=False)
    return network


def _as_classifier(regressor):
    """The released regressor without its last layer, so that `to_regressor` puts a new head in place of the old one."""
    return keras.Sequential([keras.Input((32, 32, 1)), *regressor.layers[:-1]])


def own_coins(seeds=range(2)):
    """Absolute error of each coin's area by each method, left out one at a time, over two seeds of the networks."""
    pictures, areas = coin_pictures()
    for seed in seeds:
        for method, values in coin_methods(pictures, areas, seed).items():
            for coin, value in enumerate(values):
                error = round(abs(value - areas[coin]), 2)
                yield {"seed": seed, "coin": coin, "method": method, "absolute_error": error}
