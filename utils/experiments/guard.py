"""The guard of chapter 12: a LeNet-5 with one output that was shown digits and strange pictures.

`python -m utils.experiments.guard` trains it into data/own/guard.keras. What it is measured on is drawn by `strange`, with other
fonts, other curves, other digits, and kinds that are not here: textures and photographs.
"""

from dataclasses import replace
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage
from scipy.special import expit

from utils.backend import keras
from utils.evaluation import predict
from utils.experiments.practice import practice_photograph
from utils.mnist import load_mnist, split
from utils.networks import lenet5, to_regressor
from utils.own_images.preparing import prepare_digit
from utils.paths import DATA
from utils.provenance import code_hash, provenance
from utils.recipes import RECIPES
from utils.records import write_json
from utils.saving import save_without_optimizer
from utils.training import set_seed

FONTS = Path(matplotlib.get_data_path(), "fonts", "ttf")
LETTERS = "ACDEFGHJKLMNPQRTUVWXYadefhjkmnprtuvwxy"
"""Letters that no digit looks like: without B, I, O, S, Z, b, c, g, i, l, o, q, s, z."""
LIKE_DIGITS = "0189"
"""Digits that may still be one when they are turned or cut."""
TRAINING_FONTS = (
    "DejaVuSans",
    "DejaVuSans-Bold",
    "DejaVuSerif",
    "DejaVuSerif-Italic",
    "DejaVuSansMono",
)
SIZE = 22_000
"""Digits, and as many strange pictures, that the guard learns from."""


def letter(rng, fonts=TRAINING_FONTS, letters=LETTERS, side=64):
    """Draw one letter of a random font, sheared and squeezed at random: (side, side) uint8, ink bright."""
    font = ImageFont.truetype(str(FONTS / f"{rng.choice(list(fonts))}.ttf"), side // 2)
    picture = Image.new("L", (side, side))
    text = str(rng.choice(list(letters)))
    ImageDraw.Draw(picture).text((side / 2, side / 2), text, 255, font, "mm")
    shear, squeeze = rng.uniform(-0.3, 0.3), rng.uniform(0.75, 1.3)
    matrix = np.array([[1, 0], [shear, squeeze]])
    middle = np.array([side / 2, side / 2])
    drawn = np.asarray(picture, float)
    drawn = ndimage.affine_transform(drawn, matrix, middle - matrix @ middle, order=1)
    if rng.random() < 0.5:
        drawn = ndimage.grey_dilation(drawn, size=(int(rng.integers(1, 4)),) * 2)
    return drawn.astype(np.uint8)


def scribble(rng, side=64):
    """Draw one line that turns at random: (side, side) uint8."""
    n = int(rng.integers(20, 120))
    directions = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, rng.uniform(0.3, 1.2), n))
    path = np.cumsum(np.stack([np.cos(directions), np.sin(directions)], 1), 0)
    path -= path.min(0)
    path *= (side - 12) / max(path.max(), 1)
    picture = Image.new("L", (side, side))
    points = [tuple(point) for point in path + 6]
    ImageDraw.Draw(picture).line(points, 255, int(rng.integers(2, 5)), "curve")
    return np.asarray(picture)


def figure(rng, side=64):
    """Draw an outline or a filled ellipse, rectangle, triangle, cross or arrow: (side, side) uint8."""
    picture = Image.new("L", (side, side))
    draw, width = ImageDraw.Draw(picture), int(rng.integers(2, 6))
    a, b = rng.uniform(6, 24, 2), rng.uniform(40, 58, 2)
    fill = 255 if rng.random() < 0.5 else None
    kind = rng.integers(0, 4)
    if kind == 0:
        draw.rectangle((*a, *b), fill, 255, width)
    elif kind == 1:
        points = [tuple(rng.uniform(6, 58, 2)) for _ in range(3)]
        draw.polygon(points, fill, 255, width)
    elif kind == 2:
        draw.ellipse((*a, *b), 255, 255, width)
    else:
        draw.line((*a, *b), 255, width)
        draw.line((a[0], b[1], b[0], a[1]), 255, width)
    drawn = ndimage.rotate(np.asarray(picture), rng.uniform(0, 90), reshape=False, order=1)
    return np.asarray(drawn)


def joined(first, second, rng):
    """Two digits side by side that touch or overlap: (28, 28) uint8 twice -> (34, 60)."""
    columns = (np.flatnonzero(image.any(0)) for image in (first, second))
    one, two = (image[:, c[0] : c[-1] + 1] for image, c in zip((first, second), columns))
    overlap, lower = int(rng.integers(0, 10)), int(rng.integers(0, 7))
    frame = np.zeros((34, 60), np.uint8)
    frame[3:31, 2 : 2 + one.shape[1]] = one
    start = max(4, 2 + one.shape[1] - overlap)
    part = frame[lower : lower + 28, start : start + two.shape[1]]
    np.maximum(part, two, out=part)
    return frame


def strange(kind, digits, labels, rng):
    """One strange picture of a kind of `KINDS`; `digits` (n, 28, 28) uint8 with their `labels` are what it is made from."""
    if kind == "letters":
        return letter(rng)
    if kind == "scribbles":
        return scribble(rng)
    if kind == "shapes":
        return figure(rng)
    if kind == "two digits":
        one, two = digits[rng.integers(0, len(digits), 2)]
        return joined(one, two, rng)
    if kind == "noise":
        rough = ndimage.gaussian_filter(rng.normal(0, 1, (40, 40)), rng.uniform(0.5, 4))
        return (255 * (rough > np.quantile(rough, rng.uniform(0.5, 0.9)))).astype(np.uint8)
    rows = np.flatnonzero(~np.isin(labels, [int(d) for d in LIKE_DIGITS]))
    digit = digits[rng.choice(rows)]
    if kind == "mirrored":
        return digit[:, ::-1]
    if kind == "turned":
        angle = rng.choice([90, 270]) + rng.uniform(-20, 20)
        return np.clip(ndimage.rotate(digit.astype(float), angle, order=1), 0, 255).astype(np.uint8)
    half = np.pad(digit[4:24, 4:24], 4)
    where = rng.integers(0, 4)
    return np.rot90(
        np.pad(np.rot90(half, where)[: int(rng.integers(12, 17))], ((0, 8), (0, 0))), -where
    )


KINDS = ("letters", "scribbles", "shapes", "two digits", "noise", "mirrored", "turned", "halves")


def examples(n, rows, rng):
    """Draw `n` digits and `n` strange pictures, prepared: (2 n, 32, 32, 1) float32 and (2 n, 1), 1 for a digit."""
    mnist = load_mnist()
    digits, labels = mnist.x_train[rows], mnist.y_train[rows]
    kept = [_varied(digits[i], rng) for i in rng.choice(len(digits), n, replace=False)]
    odd = [strange(KINDS[i % len(KINDS)], digits, labels, rng) for i in range(n)]
    y, x = [], []
    for target, pictures in ((1, kept), (0, odd)):
        for picture in pictures:
            pixels = prepare_digit(picture)
            if pixels is not None:
                x.append(pixels)
                y.append(target)
    return np.stack(x)[..., None].astype("float32") / 255, np.array(y, "float32")[:, None]


def _varied(digit, rng):
    """A digit as it is, a little thicker, thinner or turned, or in a photograph to practice on."""
    way = rng.integers(0, 10)
    if way > 5:
        return practice_photograph(digit[None], rng)
    if way == 0:
        return ndimage.grey_dilation(digit, size=(2, 2))
    if way == 1:
        soft = ndimage.zoom(digit.astype(float), 3, order=1)
        return np.clip(3 * soft - rng.uniform(100, 400), 0, 255).astype(np.uint8)
    if way == 2:
        soft = ndimage.rotate(digit.astype(float), rng.uniform(-12, 12), reshape=False, order=1)
        return np.clip(soft, 0, 255).astype(np.uint8)
    return digit


def train_guard(seed=0, size=SIZE, epochs=8):
    """Train a guard on training digits and strange pictures made from them; return it uncompiled."""
    train, _ = split(load_mnist().y_train)
    x, y = examples(size, train, np.random.default_rng([12, seed]))
    set_seed(seed)
    network = to_regressor(lenet5(), 0.0, 1.0)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    replace(RECIPES["series"], epochs=epochs, batch_size=128, learning_rate=0.005).train(
        network, x, y, loss, progress=False
    )
    return network


def main():
    """Train the guard, measure it on strange pictures from validation digits, and save it with what is known of it."""
    network = train_guard()
    _, validation = split(load_mnist().y_train)
    x, y = examples(2_000, validation, np.random.default_rng(12_000))
    like, digit = expit(predict(network, x)[:, 0].astype(float)), y[:, 0] == 1
    save_without_optimizer(network, DATA / "own" / "guard.keras")
    about = {
        "seed": 0,
        "digits": SIZE,
        "validation_digits_refused": round(float(np.mean(like[digit] < 0.5)), 4),
        "validation_strange_refused": round(float(np.mean(like[~digit] < 0.5)), 4),
        "provenance": provenance(code_hash("import utils.experiments.guard")),
    }
    write_json(DATA / "own" / "guard.json", about)
    print(about)


if __name__ == "__main__":
    main()
