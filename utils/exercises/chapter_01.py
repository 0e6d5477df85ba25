"""The exercises of 01_load_mnist: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.mnist import load_mnist


def _difference(answer):
    a, b = np.random.default_rng(7).integers(0, 256, (2, 28, 28), dtype=np.uint8)
    for first, second in ((a, b), (b, a)):
        found = np.asarray(answer(first, second))
        if found.shape != a.shape:
            return (
                f"for two images of 28x28 an array of shape (28, 28) is wanted, not {found.shape}"
            )
        expected = np.abs(first.astype(int) - second.astype(int))
        if not np.allclose(found.astype(float), expected):
            row, column = np.argwhere(~np.isclose(found.astype(float), expected))[0]
            return (
                f"for pixels of {first[row, column]} and {second[row, column]} it returns "
                f"{found[row, column]}; in which step does that number arise?"
            )
    return None


def _any_range():
    """Images in several ranges, without a pixel near half way, where rounding decides; the second one is pale."""
    gray = np.random.default_rng(5).integers(0, 256, (20, 28, 28))
    gray[0, 0, :2] = 0, 255
    gray[1] = gray[1] * 7 // 10
    gray[(gray > 120) & (gray < 135)] = 100
    gray = gray.astype(np.uint8)
    yield gray
    yield gray / 255
    yield (gray / 127.5 - 1).astype(np.float32)
    yield gray.astype(np.float32) * 1.275 / 255 - 0.1
    yield (55 + gray * (199 / 255)).round().astype(np.uint8)


def _ink_of_any_range(answer):
    for images in _any_range():
        found = np.asarray(answer(images))
        if found.shape != (20,):
            return f"for 20 images 20 areas are wanted, not an array of shape {found.shape}"
        exact = images.astype(float)
        middle = (exact.min() + exact.max()) / 2
        if not np.array_equal(found, (exact >= middle).sum(axis=(1, 2))):
            low, high = images.min(), images.max()
            return (
                f"some areas are off where values go from {low:.4g} to {high:.4g} ({images.dtype})"
            )
    return None


def _rows(found, count):
    """The two parts as integer arrays, or a hint."""
    try:
        train, validation = (np.asarray(rows) for rows in found)
    except (TypeError, ValueError):
        return "two arrays are wanted: training rows, validation rows"
    for rows in (train, validation):
        if rows.ndim != 1 or not np.issubdtype(rows.dtype, np.integer):
            return "row numbers are wanted: two arrays of whole numbers, each with one axis"
        if rows.size and not 0 <= rows.min() <= rows.max() < count:
            return f"with {count} labels the rows go from 0 to {count - 1}"
    return train, validation


def _stratified_split(answer):
    rng = np.random.default_rng(11)
    for sizes, share in (({0: 200, 4: 100, 9: 40}, 0.25), ({1: 37, 2: 81, 3: 150}, 0.1)):
        labels = rng.permutation(np.repeat(list(sizes), list(sizes.values())))
        parts = _rows(answer(labels, share, 0), len(labels))
        if isinstance(parts, str):
            return parts
        train, validation = parts
        if np.intersect1d(train, validation).size:
            return "some rows are in both parts"
        if not np.array_equal(np.sort(np.concatenate(parts)), np.arange(len(labels))):
            return f"of {len(labels)} rows each must be in one part, once"
        if not (np.array_equal(np.sort(train), train) and (np.diff(validation) >= 0).all()):
            return "both arrays should be sorted"
        for label, size in sizes.items():
            count = np.sum(labels[validation] == label)
            if abs(count - share * size) >= 1:
                return (
                    f"a class of {size} has {count} validation rows; wanted: a share of {share:g}"
                )
        again, other = (np.asarray(answer(labels, share, seed)[1]) for seed in (0, 1))
        if not np.array_equal(again, validation):
            return "the same seed should give the same rows"
        if np.array_equal(other, validation):
            return "seeds 0 and 1 give the same rows: what is drawn at random?"
    return None


def _leaky_parts():
    """300 training and 100 validation digits, and the places of validation digits with a copy in training.

    All digits have a border of three empty pixels. Copies are moved by up to two pixels, some not at all; ten more are
    transposed, which makes them no copies.
    """
    digits = load_mnist().x_train
    border = digits.copy()
    border[:, 3:25, 3:25] = 0
    rng = np.random.default_rng(13)
    chosen = rng.choice(np.flatnonzero(~border.any(axis=(1, 2))), 370, replace=False)
    train, validation = digits[chosen[:300]], digits[chosen[270:]]  # 30 digits in both
    steps = [(0, 0), (1, 0), (0, -1), (2, 2), (-2, 1), (-1, -2), (0, 2), (-2, -2), (1, 1), (2, 0)]
    order = rng.permutation(100)
    validation = validation[order]
    for place, number in enumerate(order):
        if number < 10:
            validation[place] = validation[place].T.copy()
        elif number < 30:
            validation[place] = np.roll(validation[place], steps[number % 10], axis=(0, 1))
    return train, validation, np.flatnonzero((order >= 10) & (order < 30))


def _leak(answer):
    train, validation, copies = _leaky_parts()
    found = answer(train, validation)
    found = np.asarray(sorted(found) if isinstance(found, (set, list, tuple)) else found)
    if found.ndim != 1 or (found.size and not np.issubdtype(found.dtype, np.integer)):
        return "positions are wanted: whole numbers, in an array with one axis"
    if np.setdiff1d(found, np.arange(100)).size:
        return "a position is beyond the validation images: they are counted from 0 to 99 here"
    extra, missed = np.setdiff1d(found, copies).size, np.setdiff1d(copies, found).size
    if extra:
        return f"{extra} of your images have no moved copy among the training images"
    if missed:
        return f"you found {len(copies) - missed} of {len(copies)} copies; how far may a copy move, and in which directions?"
    return None


def _images_for_a_width(answer):
    if np.shape(answer) != (2,) or not np.issubdtype(np.asarray(answer).dtype, np.number):
        return "two numbers are wanted: images for 0.5 points, images for 0.25 points"
    wide, narrow = answer
    if 0.95 <= narrow / 12_088 <= 1.05 and 0.95 <= wide / 48_229 <= 1.05:
        return "the order is: first the number for 0.5 points, then that for 0.25 points"
    if not 0.95 <= wide / 12_088 <= 1.05:
        return "the first number is off: the width goes from end to end, and 0.5 points are 0.005"
    if not 0.95 <= narrow / 48_229 <= 1.05:
        return "the second number is off: what did the width do when you doubled n?"
    return None


CHECKS = {
    "1.1": _difference,
    "1.2": _ink_of_any_range,
    "1.3": _stratified_split,
    "1.4": _leak,
    "1.5": _images_for_a_width,
}
