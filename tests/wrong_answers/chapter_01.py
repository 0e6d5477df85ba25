"""Wrong answers to the exercises of chapter 1."""

import numpy as np

from tests.wrong_answers import Stops


def stratified(labels, share, seed, first=False, both=False, sort=True):
    """A stratified split that can be spoiled in several ways."""
    rng = np.random.default_rng(seed)
    groups = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    groups = groups if first else [rng.permutation(group) for group in groups]
    validation = np.concatenate([group[: round(share * len(group))] for group in groups])
    validation = np.sort(validation) if sort else validation
    rows = np.arange(len(labels))
    return rows if both else np.setdiff1d(rows, validation), validation


def plain(labels, share, seed):
    rows = np.random.default_rng(seed).permutation(len(labels))
    cut = round(share * len(labels))
    return np.sort(rows[cut:]), np.sort(rows[:cut])


def same_bytes(x_train, x_validation, key=lambda image: image.tobytes()):
    known = {key(image) for image in x_train}
    return np.array([i for i, image in enumerate(x_validation) if key(image) in known], int)


def moved_to_the_right(x_train, x_validation):
    moved = [np.roll(x_train, step, axis=2) for step in range(3)]
    return same_bytes(np.concatenate(moved), x_validation)


WRONG = {
    "1.1": [
        lambda a, b: np.abs(a - b),
        lambda a, b: np.abs(a - b).astype(np.float32),
        lambda a, b: a.astype(int) - b,
        lambda a, b: np.abs(a.astype(np.int8) - b.astype(np.int8)),
        lambda a, b: np.abs(a.astype(int) - b).sum(),
        lambda a, b: 10,
        Stops(10),
    ],
    "1.2": [
        lambda x: (x >= 128).sum(axis=(1, 2)),
        lambda x: (x > x.min()).sum(axis=(1, 2)),
        lambda x: (x >= x.max() / 2).sum(axis=(1, 2)),
        lambda x: (x >= (x.min() // 2 + x.max() // 2)).sum(axis=(1, 2)),
        lambda x: (x >= (x.astype(float).min() + x.astype(float).max()) / 2).sum(),
        lambda x: (
            x.astype(float)
            >= (
                x.min(axis=(1, 2), keepdims=True).astype(float)
                + x.max(axis=(1, 2), keepdims=True).astype(float)
            )
            / 2
        ).sum(axis=(1, 2)),
        lambda x: None,
    ],
    "1.3": [
        plain,
        lambda labels, share, seed: stratified(labels, share, 0),
        lambda labels, share, seed: stratified(labels, share, seed, first=True),
        lambda labels, share, seed: stratified(labels, share, seed, both=True),
        lambda labels, share, seed: stratified(labels, share, seed, sort=False),
        lambda labels, share, seed: stratified(labels, share, None),
        lambda labels, share, seed: stratified(labels, share, seed)[::-1],
        lambda labels, share, seed: stratified(labels, share, seed)[1],
        lambda labels, share, seed: labels / 9,
        lambda labels, share, seed: None,
        Stops((np.arange(10), np.arange(5))),
    ],
    "1.4": [
        same_bytes,
        moved_to_the_right,
        lambda train, validation: same_bytes(train, validation, lambda image: image.sum()),
        lambda train, validation: same_bytes(
            train, validation, lambda image: np.sort(image, axis=None).tobytes()
        ),
        lambda train, validation: np.arange(len(validation)),
        lambda train, validation: np.ones(len(validation), bool),
        lambda train, validation: np.array([150, 299]),
        lambda train, validation: [],
        lambda train, validation: None,
        Stops([3, 5]),
    ],
    "1.5": [
        (12_088, 24_176),
        (12_088, 6_044),
        (48_229, 12_088),
        (3_022, 12_088),
        (12_088, 96_704),
        12_088,
        "12,088",
        None,
    ],
}
