"""What each mistake with a picture costs a classifier, before and after the preparation of chapter 12."""

import io
from dataclasses import replace

import numpy as np
from PIL import Image
from scipy import ndimage
from scipy.special import softmax

from utils.evaluation import predict
from utils.experiments.tasks import SEEDS, Task
from utils.mnist import load_mnist, split
from utils.own_images.preparing import cut, resampled
from utils.own_images.reading import read_gray
from utils.own_images.refusing import load_guard, read_many
from utils.recipes import RECIPES

RECIPE = replace(RECIPES["series"], epochs=3)
IMAGES = 300
"""Validation digits on which each mistake is measured."""


def boxed(digit, height, width):
    """The digit's box scaled to height x width, in the middle of 28x28: (28, 28) -> (28, 28)."""
    small = resampled(cut(digit.astype(float)), height, width)
    frame = np.zeros((28, 28))
    top, left = (28 - height) // 2, (28 - width) // 2
    frame[top : top + height, left : left + width] = small
    return frame


def longest(digit, side):
    """The box with its longer side at `side` pixels, in the middle."""
    height, width = cut(digit).shape
    factor = side / max(height, width)
    return boxed(digit, max(1, round(factor * height)), max(1, round(factor * width)))


def right_by(digit, pixels):
    """Moved to the right; what leaves is lost."""
    return np.pad(digit, ((0, 0), (pixels, 0)))[:, :28]


def lined(digit, step=7, both=False):
    """Ruled, or squared if `both`: lines of gray 110."""
    x = digit.copy()
    x[::step] = np.maximum(x[::step], 110)
    if both:
        x[:, ::step] = np.maximum(x[:, ::step], 110)
    return x


def with_speck(digit):
    x = digit.copy()
    x[1:3, 25:27] = 255
    return x


def as_jpeg(digit, quality=10):
    file = io.BytesIO()
    Image.fromarray(digit).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file))


MISTAKES = {
    "none": lambda x: x,
    "not inverted": lambda x: 255 - x,
    "squashed to 28x28": lambda x: boxed(x, 28, 28),
    "squashed to 20x20": lambda x: boxed(x, 20, 20),
    "2 px to the right": lambda x: right_by(x, 2),
    "4 px to the right": lambda x: right_by(x, 4),
    "6 px to the right": lambda x: right_by(x, 6),
    "box in the middle": lambda x: longest(x, 20),
    "28 px high": lambda x: longest(x, 28),
    "14 px high": lambda x: longest(x, 14),
    "10 px high": lambda x: longest(x, 10),
    "3x3 thicker": lambda x: ndimage.maximum_filter(x, 3),
    "5x5 thicker": lambda x: ndimage.maximum_filter(x, 5),
    "3x3 thinner": lambda x: ndimage.minimum_filter(x, 3),
    "paper at 51": lambda x: np.minimum(255, x.astype(int) + 51),
    "paper at 102": lambda x: np.minimum(255, x.astype(int) + 102),
    "ruled paper": lined,
    "squared paper": lambda x: lined(x, both=True),
    "speck in a corner": with_speck,
    "turned by 90 degrees": lambda x: np.rot90(x),
    "turned by 180 degrees": lambda x: np.rot90(x, 2),
    "JPEG of quality 10": as_jpeg,
}
"""{mistake: function of a (28, 28) uint8 digit, ink bright on 0}."""
LOST = ("turned by 90 degrees", "turned by 180 degrees")
"""Mistakes that pixels do not tell; the camera's note (EXIF) does."""
SCALES = {"/255 forgotten": 255.0, "/255 twice": 1 / 255}


def mistakes(seeds=SEEDS):
    """Right answers, confidence, and right and refused answers after the preparation, for each mistake and five networks."""
    mnist = load_mnist()
    _, validation = split(mnist.y_train)
    digits, labels = mnist.x_train[validation][:IMAGES], mnist.y_train[validation][:IMAGES]
    guard = load_guard()
    for seed in seeds:
        task = Task(mnist=mnist)
        x, y = task.training()
        network = task.network(y, seed)
        RECIPE.train(network, x, y, progress=False)
        del x
        plain = _input(digits)
        for name, change in MISTAKES.items():
            pictures = [np.asarray(change(digit)).astype(np.uint8) for digit in digits]
            row = {"seed": seed, "mistake": name} | _measured(network, _input(pictures), labels)
            yield row | ({} if name in LOST else _prepared(pictures, labels, network, guard))
        for name, factor in SCALES.items():
            yield {"seed": seed, "mistake": name} | _measured(network, factor * plain, labels)
        own = (plain - plain.mean((1, 2, 3), keepdims=True)) / plain.std((1, 2, 3), keepdims=True)
        yield {"seed": seed, "mistake": "other normalization"} | _measured(network, own, labels)


def _input(pictures):
    return np.pad(np.stack(pictures), ((0, 0), (2, 2), (2, 2)))[..., None].astype("float32") / 255


def _measured(network, x, labels):
    beliefs = softmax(predict(network, x).astype(float), axis=1)
    right = beliefs.argmax(axis=1) == labels
    return {"right": round(right.mean(), 4), "confidence": round(beliefs.max(axis=1).mean(), 4)}


def _prepared(pictures, labels, network, guard):
    answers = read_many(pictures, network, guard)
    digit = np.array([a[0].digit if len(a) == 1 and not a[0].reason else -1 for a in answers])
    given = digit >= 0
    right = (digit == labels)[given].mean() if given.any() else 0
    return {"right_prepared": round(right, 4), "refused": round(1 - given.mean(), 4)}


def as_phone_photograph(digit, file, turn):
    """Write a digit as JPEG on white, stored turned with the note (EXIF) that says how: 90 or 180 degrees."""
    stored = Image.fromarray(np.rot90(255 - digit, turn // 90))
    exif = Image.Exif()
    exif[0x0112] = {90: 6, 180: 3}[turn]
    stored.save(file, "JPEG", quality=95, exif=exif)
    return read_gray(file)
