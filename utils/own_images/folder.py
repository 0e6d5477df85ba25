"""A folder of pictures and a table of numbers or names, checked before anything is computed. Taught in 12_your_own_images.

Every fault ends with one `TableError` that names the file and the row and says what is allowed.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from utils.own_images.reading import ENDINGS, HEIC, PictureError, check_picture, read_gray, small

FEWEST = 20
"""Pictures that a comparison needs at least."""
FROM_VARIABLE = "LENET5_FROM"
"""Environment variable: the folder in which the reader stands, where the notebook runs in another (`utils.rerun`)."""
CLASS = "class"
"""Name of the target where each class has a folder of its own."""


class TableError(ValueError):
    """The folder or the table cannot be used; the message says where and what is allowed."""


@dataclass(frozen=True)
class Examples:
    """Pictures with what is to be predicted from them.

    Attributes:
        folder: where they lie.
        files: (n,) names relative to the folder, with "/" between folders.
        targets: DataFrame (n rows), a column for each target.
        groups: (n,) what belongs together; each its own without a group column.
        names: the classes in order, or () where the targets are numbers.
        rows: (n,) where each file stands in the table, such as "row 7 of t.csv"; "" without a table.
    """

    folder: Path
    files: tuple
    targets: pd.DataFrame
    groups: np.ndarray
    names: tuple
    rows: tuple

    def pixels(self, resize="pad"):
        """Read all pictures: (n, 32, 32, 1) float32 in [0, 1]; see `small`. PictureError if one cannot be read."""
        named = zip(self.files, self.rows)
        return np.stack([small(read_gray(self.folder / f, row), resize) for f, row in named])


def check_text(name, value):
    """Raise a ValueError unless a parameter is a text; "" is one."""
    if not isinstance(value, str):
        raise ValueError(f"{name} is {value!r}; allowed: a text, such as 'my/folder', or ''")


def place(path):
    """The folder or file that a reader means: relative paths count from where the reader stands."""
    return Path(os.environ.get(FROM_VARIABLE) or Path.cwd(), Path(path).expanduser())


def read_examples(folder, table="", target="", group="", log_target=False):
    """Read and check a folder of pictures with its table, or with a folder for each class.

    Args:
        folder: path of the pictures.
        table: path of a CSV file whose first column with file names names the pictures; "" for a folder for each class.
        target: one column, or several separated by commas: numbers, or one of names.
        group: column that says what belongs together (a person, an object, a day); "" if nothing does.
        log_target: whether the targets must be above 0.

    Returns:
        An `Examples`.

    Raises:
        TableError: see the module.
    """
    folder = checked_folder(folder)
    pictures = names_of_pictures(folder)
    if target and not table:
        raise TableError(f"target is {target!r}, but there is no table; allowed: both, or neither")
    if not table:
        if loose := [name for name in pictures if "/" not in name]:
            raise TableError(
                f"{loose[0]} lies in no class's folder, and there is no table; allowed: table and target, or a folder for each class"
            )
        rows = pd.DataFrame({CLASS: [name.split("/")[0] for name in pictures]})
        target, files, where = CLASS, tuple(pictures), [""] * len(pictures)
    else:
        rows, files, where = _rows(place(table), folder, pictures)
    for file, row in zip(files, where):
        try:
            check_picture(folder / file, row)
        except PictureError as problem:
            raise TableError(str(problem)) from problem
    targets = list(dict.fromkeys(name.strip() for name in target.split(",")))
    for name in [*targets, *([group] if group else [])]:
        if name not in rows.columns:
            raise TableError(f"no column {name!r}; there are: {', '.join(map(str, rows.columns))}")
    if len(files) < FEWEST:
        raise TableError(f"{len(files)} pictures; allowed: at least {FEWEST}")
    values, names = _targets(rows[targets], where, log_target)
    groups = rows[group].to_numpy() if group else np.arange(len(files))
    if group and rows[group].isna().any():
        row = where[int(rows[group].isna().argmax())]
        raise TableError(f"{group} is empty in {row}; allowed: a name or a number in each row")
    if len(set(groups)) < 6:
        raise TableError(f"{len(set(groups))} groups in {group}; allowed: at least 6")
    return Examples(folder, files, values, groups, names, tuple(where))


def checked_folder(folder):
    """The path of a folder that is there."""
    if not folder:
        raise TableError("folder is empty; allowed: the folder of the table's pictures")
    path = place(folder)
    if path.is_file():
        raise TableError(f"{path.name} is a file; allowed: a folder (unpack a zip first)")
    if not path.is_dir():
        raise TableError(
            f"there is no folder {folder}; allowed: one that is there, from {place('.').name}"
        )
    return path


def names_of_pictures(folder):
    """Names of the pictures in a folder and below, sorted; refuses what leads out of it."""
    inside, found = folder.resolve(), []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() in (*ENDINGS, *HEIC) and not path.name.startswith("."):
            if not path.resolve().is_relative_to(inside):
                raise TableError(f"{name} is a link out of the folder; allowed: files inside")
            found.append(name)
    if not found:
        raise TableError(f"no picture in {folder.name}; allowed: {', '.join(ENDINGS)}")
    return found


def _rows(table, folder, pictures):
    if not table.is_file():
        raise TableError(f"there is no table {table.name}; allowed: a CSV file")
    try:
        rows = pd.read_csv(table, sep=_separator(table), encoding="utf-8-sig", index_col=False)
    except ValueError as problem:
        why = " ".join(str(problem).split())
        raise TableError(f"{table.name} cannot be read ({why}); allowed: CSV in UTF-8") from problem
    rows.columns = [str(name).strip() for name in rows.columns]
    column = next((name for name in rows if _is_file_column(rows[name])), None)
    if column is None:
        raise TableError(f"{table.name} has no column of file names; allowed: one, such as a.png")
    files = [str(value).strip().replace("\\", "/") for value in rows[column]]
    where = [f"row {number} of {table.name}" for number in range(2, len(rows) + 2)]
    known, seen = set(pictures), {}
    for name in rows.columns:
        for value, row in zip(rows[name], where):
            if isinstance(value, str) and re.match(r"\s*[=@]|\s*[+-][A-Za-z(]", value):
                raise TableError(f"{value!r} in {name}, {row}, is a formula; allowed: plain values")
    for file, row in zip(files, where):
        if Path(file).is_absolute() or ".." in Path(file).parts:
            raise TableError(f"{file} in {row} leaves the folder; allowed: names inside it")
        if file in seen:
            raise TableError(f"{file} stands in {seen[file]} and {row}; allowed: once")
        if file not in known:
            raise TableError(f"{file} in {row} is not in the folder; allowed: pictures that are")
        seen[file] = row
    if extra := [name for name in pictures if name not in seen]:
        raise TableError(
            f"{len(extra)} pictures without a row in {table.name}, such as {extra[0]}; allowed: none"
        )
    return rows, tuple(files), where


def _separator(table):
    """The sign between columns: of comma, semicolon and tab the one that the first line has most of."""
    with table.open(encoding="utf-8-sig") as file:
        return max(",;\t", key=file.readline().count)


def _is_file_column(values):
    texts = values.astype(str).str.strip().str.lower()
    return bool(len(texts)) and bool(texts.str.endswith((*ENDINGS, *HEIC)).mean() > 0.5)


def _targets(values, where, log_target):
    """Numbers as they are, or the names of classes as numbers, with the names."""
    for name in values:
        empty = values[name].isna() | (values[name].astype(str).str.strip() == "")
        if empty.any():
            row = where[int(empty.argmax())]
            raise TableError(f"{name} is empty in {row}; allowed: a value in each row")
    numbers = values.apply(pd.to_numeric, errors="coerce")
    named = numbers.isna().any()
    if not named.any() and values.columns[0] != CLASS:
        return _numbers(numbers.astype(float), where, log_target), ()
    if len(values.columns) > 1:
        name = named.index[named][0]
        row = where[int(numbers[name].isna().argmax())]
        raise TableError(f"{name} in {row} is no number; allowed: numbers, or one column of names")
    name = values.columns[0]
    mixed = numbers[name].notna().mean()
    if values.columns[0] != CLASS and mixed > 0.5:
        row = where[int(numbers[name].isna().argmax())]
        raise TableError(f"{name} in {row} is no number; allowed: numbers only, or names only")
    if log_target:
        raise TableError(f"{name} holds names; allowed with log_target: numbers above 0")
    classes, codes = np.unique(values[name].astype(str), return_inverse=True)
    counts = np.bincount(codes)
    if len(classes) < 2 or counts.min() < 5:
        raise TableError(
            f"{classes[counts.argmin()]!r} of {name} has {counts.min()} pictures; allowed: two classes or more of at least 5"
        )
    return pd.DataFrame({name: codes}), tuple(classes)


def _numbers(numbers, where, log_target):
    for name in numbers:
        column = numbers[name].to_numpy()
        if not np.isfinite(column).all():
            row = where[int(np.argmin(np.isfinite(column)))]
            raise TableError(f"{name} in {row} is not finite; allowed: numbers")
        if np.ptp(column) == 0:
            raise TableError(f"{name} is {column[0]:g} in all rows; allowed: at least two values")
        if log_target and column.min() <= 0:
            row = where[int(column.argmin())]
            raise TableError(
                f"{name} in {row} is {column.min():g}; allowed with log_target: above 0"
            )
    return numbers.reset_index(drop=True)
