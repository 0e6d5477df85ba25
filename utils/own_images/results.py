"""What chapter 12 makes of your own pictures: files of readings and predictions, and where they go."""

import os
import re
from pathlib import Path

import numpy as np
import pandas as pd

from utils.networks import save_portable
from utils.own_images.folder import checked_folder, names_of_pictures, place, read_examples
from utils.own_images.reading import read_gray
from utils.own_images.refusing import read_digits
from utils.paths import ARTIFACTS_VARIABLE, DATA, ROOT, artifacts
from utils.records import write_text

SAMPLES = DATA / "own" / "pictures"
"""Pictures that come with the series: see data/own/README.md."""
NOTEBOOK = "12_your_own_images"


def read_pictures(folder=""):
    """Read all pictures of a folder, or the samples: {name: (h, w) uint8 gray}.

    Raises:
        TableError: there is no such folder, or no picture in it.
        PictureError: a picture cannot be read.
    """
    folder = checked_folder(folder) if folder else SAMPLES
    return {name: read_gray(folder / name) for name in names_of_pictures(folder)}


def read_own(folder, table, target, group, log_target, resize):
    """Read the reader's own examples: what `folder.read_examples` returns, and its pixels, so that faults show at once.

    Returns:
        (examples, x); (None, None) where none of the first four is given.
    """
    if not (folder or table or target or group):
        return None, None
    examples = read_examples(folder, table, target, group, log_target)
    return examples, examples.pixels(resize)


def readings(pictures, classifier, guard):
    """Read the digits of pictures: a DataFrame with a row for each piece of ink, or refused picture.

    Its columns: `picture`, `place` (from 1, in reading order), `digit` ("" if refused), `confidence`, `reason`.
    """
    rows = []
    for name, gray in pictures.items():
        for number, one in enumerate(read_digits(gray, classifier, guard), 1):
            digit = "" if one.digit is None else str(one.digit)
            rows.append([name, number, digit, round(one.confidence, 3), one.reason])
    return pd.DataFrame(rows, columns=["picture", "place", "digit", "confidence", "reason"])


def own_place(chosen):
    """The folder for what the chapter writes, and the words that say where it is.

    A run of `utils.rerun` has its own. Otherwise, with pictures of your own (`chosen`), it is the folder in which you
    stand, as long as that is not the repository; else the chapter's artifacts.
    """
    if os.environ.get(ARTIFACTS_VARIABLE):
        return artifacts(NOTEBOOK), f"this run's folder, under artifacts/{NOTEBOOK}"
    here = place(".").resolve()
    if chosen and not here.is_relative_to(ROOT):
        return here, str(here)
    folder = artifacts(NOTEBOOK)
    inside = folder.is_relative_to(ROOT)
    return folder, folder.relative_to(ROOT).as_posix() if inside else str(folder)


def write_table(table, name, chosen):
    """Write a table as CSV in one step and say in one line where it is."""
    folder, words = own_place(chosen)
    write_text(Path(folder) / name, table.to_csv(index=False, lineterminator="\n"))
    print(f"{name}, {len(table):,} rows, is in {words}")


def predictions(examples, found):
    """A row for each picture: file, then for each target what is true, predicted, and 90% limits or whether it is right.

    Args:
        examples: a `folder.Examples`.
        found: {target: (comparing.Comparison, log)}.
    """
    table = pd.DataFrame({"file": examples.files})
    for name, (result, log) in found.items():
        values, predicted = examples.targets[name].to_numpy(), result.predicted[result.chosen]
        if examples.names:
            table[name] = [examples.names[code] for code in values]
            table[f"{name}_predicted"] = [examples.names[int(code)] for code in predicted]
            continue
        table[name], table[f"{name}_predicted"] = values, predicted
        low, high = (
            np.exp(np.log(predicted) + s * result.radius) if log else predicted + s * result.radius
            for s in (-1, 1)
        )
        table[f"{name}_low"], table[f"{name}_high"] = low, high
    return table


def save_networks(found, chosen):
    """Save a network for each target, trained on all pictures, as TARGET.keras: any Keras loads it.

    Its input is (n, 32, 32, 1) from 0 to 1, as `reading.small` makes it; its output the target's unit (its logarithm with
    `log`), or a score for each class.

    Args:
        found: as for `predictions`.
        chosen: as for `own_place`.
    """
    folder, words = own_place(chosen)
    for name, (result, _) in found.items():
        file = f"{re.sub(r'[^A-Za-z0-9_-]', '_', name)}.keras"
        save_portable(result.train_network(), folder / file)
        print(f"{file} is in {words}")
