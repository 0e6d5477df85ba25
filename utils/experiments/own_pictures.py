"""The reader of chapter 12 measured: on MNIST itself, on what is no digit, on rendered photographs and sheets."""

from difflib import SequenceMatcher

import numpy as np
from PIL import Image
from scipy.special import softmax

from utils.evaluation import predict, predict_digits
from utils.experiments.photographs import EFFECTS, gray, photograph
from utils.experiments.strange import KINDS, strange_pictures
from utils.experiments.tasks import SEEDS
from utils.images import prepare
from utils.mnist import load_mnist
from utils.models import load_released
from utils.own_images.preparing import from_ink, ink, prepare_digit, resampled, rounded
from utils.own_images.refusing import load_guard, read_digits, read_many

DIGITS = 2_000
"""Test digits in each part of the round trip and of the refusal."""
ENLARGED = 200
"""Of these, those that are also sent through ten times the size."""
PHOTOGRAPHS, SHEETS = 40, 4
"""In each part."""


def own_roundtrip(seeds=SEEDS):
    """Test digits cut out and placed again, and through ten times the size, in five parts."""
    mnist, network = load_mnist(), load_released("classifier")
    for seed in seeds:
        digits = mnist.x_test[seed * DIGITS : (seed + 1) * DIGITS]
        exact = [np.array_equal(prepare_digit(moved(digit)), np.pad(digit, 2)) for digit in digits]
        some = digits[:ENLARGED]
        back = np.stack([prepare_digit(enlarged(digit)) for digit in some])
        before, after = prepare(some), back[..., None].astype("float32") / 255
        changed = predict_digits(network, before) != predict_digits(network, after)
        yield {
            "part": seed,
            "digits": len(digits),
            "exact": round(np.mean(exact), 5),
            "enlarged": len(some),
            "pixel_error": round(255 * float(np.abs(before - after).mean()), 3),
            "changed_answers": round(changed.mean(), 5),
        }


def moved(digit):
    """The digit's box in the corner of a larger, dark on light picture."""
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    box = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return 255 - np.pad(box, ((3, 22), (15, 9)))


def enlarged(digit):
    """Ten times the size, edges smooth."""
    side = 10 * digit.shape[0]
    return np.asarray(Image.fromarray(digit).resize((side, side), Image.Resampling.BICUBIC))


def own_refusals(seeds=SEEDS):
    """What is refused: 100 strange pictures of ten kinds, and all test digits, in five parts; rows of counts."""
    mnist, network, guard = load_mnist(), load_released("classifier"), load_guard()
    for seed in seeds:
        part = slice(seed * DIGITS, (seed + 1) * DIGITS)
        digits, labels = mnist.x_test[part], mnist.y_test[part]
        for kind in (*KINDS, "digits"):
            pictures = (
                digits if kind == "digits" else strange_pictures(kind, 20, digits, labels, seed)
            )
            answers = read_many(pictures, network, guard)
            refused = np.array([any(one.reason for one in answer) for answer in answers])
            row = {"part": seed, "kind": kind, "n": len(pictures), "refused": int(refused.sum())}
            row["wrong"] = ""
            if kind == "digits":
                wrong = [[one.digit for one in a] != [y] for a, y in zip(answers, labels)]
                row["wrong"] = int(np.sum(np.array(wrong) & ~refused))
            x = [prepare_digit(picture) for picture in pictures[:100]]
            x = [pixels for pixels in x if pixels is not None]
            row["confidence"] = round(_confidence(network, x), 4) if x else ""
            yield row


def _confidence(network, pixels):
    """Mean confidence of the classifier where nothing is refused."""
    x = np.stack(pixels)[..., None].astype("float32") / 255
    return float(softmax(predict(network, x).astype(float), axis=1).max(axis=1).mean())


STEPS = ("resized only", "inverted", "paper and stretch", "cut and scaled", "all")
"""Ways to prepare a photograph, each with one step more."""


def by_step(picture, step):
    """The network's input, (32, 32) uint8, from a gray photograph, prepared up to one of `STEPS`."""
    if step == "all":
        return prepare_digit(picture)
    small = picture.astype(float)
    if step == "inverted":
        small = 255 - small
    if step in STEPS[2:]:
        small, clean = ink(picture)
        if small is None:
            return None
        if step == STEPS[3]:  # without the center of mass: the box in the middle
            pixels = from_ink(small, clean)
            rows, columns = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
            box = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            frame = np.zeros((32, 32), np.uint8)
            top, left = ((32 - side) // 2 for side in box.shape)
            frame[top : top + box.shape[0], left : left + box.shape[1]] = box
            return frame
    return np.pad(rounded(resampled(small, 28, 28)), 2).astype(np.uint8)


def own_photographs(seeds=SEEDS):
    """Errors on rendered photographs of test digits, by step and by effect left out, in five parts."""
    mnist, network, guard = load_mnist(), load_released("classifier"), load_guard()
    for seed in seeds:
        rng = np.random.default_rng([2026, seed])
        rows = rng.choice(len(mnist.x_test), PHOTOGRAPHS, replace=False)
        labels = mnist.y_test[rows]
        for without in ((), *((effect,) for effect in EFFECTS)):
            pictures = []
            for row in rows:
                own = np.random.default_rng([2027, seed, int(row)])
                taken = photograph(mnist.x_test[[row]], mnist.y_test[[row]], own, without=without)
                pictures.append(gray(taken.pixels))
            name = f"without {without[0]}" if without else "photograph"
            for step in STEPS if not without else STEPS[-1:]:
                pixels = [by_step(picture, step) for picture in pictures]
                pixels = [np.zeros((32, 32)) if p is None else p for p in pixels]
                x = np.stack(pixels)[..., None].astype("float32") / 255
                wrong = int(np.sum(predict_digits(network, x) != labels))
                row = {"part": seed, "pictures": name, "step": step, "n": len(x), "wrong": wrong}
                yield row | {"refused": ""}
            if not without:
                answers = read_many(pictures, network, guard)
                given = [len(a) == 1 and not a[0].reason for a in answers]
                wrong = sum(g and a[0].digit != y for g, a, y in zip(given, answers, labels))
                row = {"part": seed, "pictures": name, "step": "with refusal", "n": len(answers)}
                yield row | {"wrong": int(wrong), "refused": len(answers) - sum(given)}


def own_sheets(seeds=SEEDS):
    """Rendered sheets of 5 to 12 test digits: digits found, and read right in order, in five parts."""
    mnist, network, guard = load_mnist(), load_released("classifier"), load_guard()
    for seed in seeds:
        rng = np.random.default_rng([2029, seed])  # 2028 was seen before the guard was mended
        for sheet in range(SHEETS):
            n = int(rng.integers(5, 13))
            rows = rng.choice(len(mnist.x_test), n, replace=False)
            columns = int(rng.integers(3, 6))
            taken = photograph(mnist.x_test[rows], mnist.y_test[rows], rng, columns)
            answers = read_digits(gray(taken.pixels), network, guard)
            yield {"part": seed, "sheet": sheet, "digits": n} | judged(taken, answers)


def judged(taken, answers):
    """Digits of a photograph that were found (their middle lies in one box of their own) and that were read right."""
    boxes = [one.box for one in answers if one.box is not None]
    free, found = set(range(len(boxes))), 0
    for row, column in taken.centers:
        inside = [i for i in free if _holds(boxes[i], row, column)]
        if inside:
            free.discard(inside[0])
            found += 1
    read = [one.digit for one in answers]
    same = SequenceMatcher(None, list(taken.labels), read, autojunk=False).get_matching_blocks()
    return {"found": found, "extra": len(free), "right": sum(block.size for block in same)}


def _holds(box, row, column):
    top, left, bottom, right = box
    return top <= row <= bottom and left - 3 <= column <= right + 3
