"""A digit, or a reason in words why there is none. Taught in 12_your_own_images."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, softmax

from utils.backend import keras
from utils.evaluation import predict
from utils.own_images.pieces import find_pieces
from utils.own_images.preparing import cut, stroke_width
from utils.paths import DATA

GUARD = DATA / "own" / "guard.keras"
TEMPERATURE = 0.54
"""Divides the classifier's logits: the lowest cross-entropy on 3,000 validation digits (chapter 6)."""
SUREST = 0.8
"""Confidence below which the answer is "cannot tell". Chosen together with `DIGIT` from 4 times 5 pairs, on 3,000 validation
digits and 150 strange pictures of each of the guard's kinds: of the pairs that refuse under 4% of these digits, the one that
refuses most of the strange pictures."""
DIGIT = 0.5
"""What the guard must give a piece of ink, or it is no digit: chosen with `SUREST`."""
SMALLEST = 8
"""Longest side of a digit in pixels of the picture: below, nothing can be told."""
FRAME = 32
"""Longest side of a picture that may be one of MNIST's own frames, in which a digit may touch the edge: 1% do."""
WIDEST = 1.6
"""Width over height; above, digits touch. 0.2% of the validation digits are."""
THICKEST = 6.0
"""Mean width of the strokes, of 20 pixels of height; above, it is a filled shape."""


@dataclass(frozen=True)
class Reading:
    """What was read in one place of a picture.

    Attributes:
        digit: 0 to 9; None if refused.
        confidence: of the classifier, after its temperature; 0 if it was not asked.
        reason: why there is no digit; "" if there is one.
        box: as for `pieces.Piece`; None for the picture as a whole.
        pixels: (32, 32) uint8; None for the picture as a whole.
    """

    digit: int | None
    confidence: float
    reason: str
    box: tuple | None = None
    pixels: np.ndarray | None = None


def load_guard():
    """Return the network that was shown digits and strange pictures: (n, 32, 32, 1) in [0, 1] -> (n, 1) logits."""
    return keras.saving.load_model(GUARD, compile=False)


def read_digits(gray, classifier, guard=None):
    """Read all digits of a picture.

    Args:
        gray: (h, w) whole numbers from 0 to 255.
        classifier: network with (n, 10) logits.
        guard: as `load_guard` returns; None reads what has the right shape.

    Returns:
        A list of `Reading` in reading order, at least one.
    """
    return read_many([gray], classifier, guard)[0]


def read_many(pictures, classifier, guard=None):
    """Read many pictures at once, which is faster: a list of what `read_digits` returns for each."""
    pieces = [find_pieces(gray) for gray in pictures]
    pixels = [piece.pixels for found in pieces for piece in found or ()]
    judged = iter(_judged(pixels, classifier, guard))
    answers = []
    for gray, found in zip(pictures, pieces):
        if found is None:
            answers.append([Reading(None, 0.0, "too many pieces for writing")])
        elif not found:
            answers.append([Reading(None, 0.0, "blank: no ink")])
        else:
            shape = np.shape(gray)
            answers.append([_reading(piece, shape, *next(judged)) for piece in found])
    return answers


def _judged(pixels, classifier, guard):
    """For each piece its likeliest digit, the confidence in it, and how likely it is a digit at all."""
    if not pixels:
        return []
    x = np.stack(pixels)[..., None].astype("float32") / 255
    beliefs = softmax(predict(classifier, x).astype(float) / TEMPERATURE, axis=1)
    like = expit(predict(guard, x)[:, 0].astype(float)) if guard else np.ones(len(x))
    return list(zip(beliefs.argmax(axis=1), beliefs.max(axis=1), like))


def _reading(piece, shape, digit, sure, like):
    reason = shape_reason(piece, shape)
    if not reason and like < DIGIT:
        reason = "does not look like a digit"
    if not reason and sure < SUREST:
        reason = "cannot tell"
    return Reading(None if reason else int(digit), float(sure), reason, piece.box, piece.pixels)


def shape_reason(piece, shape):
    """Why a piece of ink cannot be a digit by its size, place and form; "" if it can.

    Args:
        piece: a `pieces.Piece`.
        shape: (h, w) of the picture.
    """
    top, left, bottom, right = piece.box
    height, width = bottom - top, right - left
    if max(height, width) < SMALLEST:
        return "too small"
    if width > WIDEST * height:
        return "wider than a digit: do several touch?"
    sides = [(top, shape[0] - bottom), (left, shape[1] - right)]
    free = 0.1 * max(height, width)
    if max(shape) > FRAME and any(min(pair) <= 0 and max(pair) > free for pair in sides):
        return "runs out of the picture"
    if stroke_width(cut(piece.pixels.astype(float))) > THICKEST:
        return "a filled shape"
    return ""
