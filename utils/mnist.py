"""The 70,000 digits of MNIST, verified, and their split. Taught in 01_load_mnist."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.model_selection import train_test_split

from utils.paths import DATA

FILE = DATA / "mnist.npz"
SHA256 = "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64"
BYTES = 11_490_519
SHAPES = {
    "x_train": (60_000, 28, 28),
    "y_train": (60_000,),
    "x_test": (10_000, 28, 28),
    "y_test": (10_000,),
}

WRONG_TEST_LABELS = (
    947,
    1621,
    1901,
    2130,
    2462,
    2597,
    2654,
    3520,
    3558,
    5937,
    6651,
    6783,
    8527,
    9679,
    9729,
)
"""Test images whose label fewer than 3 of 5 human raters kept (Northcutt, Athalye and Mueller, 2021)."""


class DataError(RuntimeError):
    """The data file is missing, damaged, or not what it should be."""


@dataclass(frozen=True)
class Mnist:
    """MNIST in its published order, as read-only uint8 arrays.

    Attributes:
        x_train: (60000, 28, 28), 0 is background and 255 full ink.
        y_train: (60000,), the digits 0 to 9.
        x_test: (10000, 28, 28).
        y_test: (10000,).
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray

    def __repr__(self):
        return f"Mnist({len(self.x_train):,} training and {len(self.x_test):,} test images of 28x28 pixels)"


def load_mnist(path=FILE, sha256=SHA256):
    """Read the digits from `path`, after checking that the file is the expected one.

    Args:
        path: an .npz file with the arrays of `SHAPES`, uint8. Default: `data/mnist.npz`, from any working directory.
        sha256: the checksum the file must have, as 64 hexadecimal digits. None skips the checksum, for a data set
            of your own in the same layout; names, types and shapes are checked all the same.

    Returns:
        An `Mnist` of read-only uint8 arrays.

    Raises:
        DataError: the file is missing, cut short, altered, not an .npz file, or holds something else; the message
            says what was expected, what was found, and how to restore the file.
    """
    path = Path(path)
    if not path.is_file():
        raise _error(path, f"a file of {BYTES:,} bytes", "nothing there")
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256:
        kind = (
            "altered"
            if len(content) == BYTES
            else "cut short"
            if len(content) < BYTES
            else "another file"
        )
        raise _error(
            path,
            f"{BYTES:,} bytes with SHA-256 {sha256}",
            f"{len(content):,} bytes with {found} ({kind})",
        )
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return Mnist(**{name: _checked(path, arrays, name) for name in SHAPES})
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as problem:
        raise _error(path, "an .npz file of plain uint8 arrays", str(problem)) from problem


def split(labels, validation_size=5_000, train_size=None, seed=0):
    """Split the rows of `labels` into training and validation rows, keeping the share of every class.

    Args:
        labels: (n,) integer labels, such as `y_train`.
        validation_size: number of validation rows.
        train_size: number of training rows; None takes all that are left.
        seed: whole number from 0; the same seed gives the same split.

    Returns:
        (train_rows, validation_rows): two sorted integer arrays without a common row, to index images and labels.

    Raises:
        ValueError: a size is not a positive whole number that leaves every class a row on both sides.
    """
    rows = np.arange(len(labels))
    if train_size is None:
        train_size = len(rows) - validation_size
    sizes = {"validation_size": validation_size, "train_size": train_size}
    classes = len(np.unique(labels))
    for name, size in sizes.items():
        if size < classes or sum(sizes.values()) > len(rows):
            raise ValueError(
                f"{name} is {size:,}; allowed: at least {classes} (one row of each class), and training and "
                f"validation rows together at most the {len(rows):,} rows there are"
            )
    train, validation = train_test_split(
        rows,
        test_size=validation_size,
        train_size=train_size,
        stratify=labels,
        random_state=seed,
    )
    return np.sort(train), np.sort(validation)


def stratified_sample(labels, size, seed=0):
    """Draw rows of `labels` at random, with the share of every class that `labels` has.

    Args:
        labels: (n,) integer labels.
        size: number of rows to draw; n gives all of them.
        seed: whole number from 0; the same seed gives the same rows.

    Returns:
        (size,) sorted integer array.

    Raises:
        ValueError: as for `split`.
    """
    if size == len(labels):
        return np.arange(len(labels))
    return split(labels, size, len(labels) - size, seed)[1]


def _checked(path, arrays, name):
    """One array out of the file, read-only, if it has the expected name, type and shape."""
    expected = f"an array {name} of uint8, shape {SHAPES[name]}"
    if name not in arrays.files:
        raise _error(path, expected, f"the arrays {', '.join(arrays.files) or 'none'}")
    array = arrays[name]
    if array.dtype != np.uint8 or array.shape != SHAPES[name]:
        raise _error(path, expected, f"{array.dtype}, shape {array.shape}")
    array.flags.writeable = False
    return array


def _error(path, expected, found):
    return DataError(
        f"{path} is not the expected data file. Expected: {expected}. Found: {found}. "
        "Restore it with `git checkout -- data/mnist.npz` in the repository, or fetch the repository again."
    )
