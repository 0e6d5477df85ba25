"""The recorded tables: `python -m utils.measurements [NAME ...]` remakes `data/measurements/NAME.csv`.

Run it on a machine that does nothing else: some of the tables are times.
"""

import argparse
import os
import platform
import sys
import time

import pandas as pd

from utils import (
    area_experiments,
    chapter_costs,
    experiments,
    history_experiments,
    lenet1998_experiments,
    overfitting_experiments,
)
from utils.backend import keras, tf
from utils.paths import MEASUREMENTS

TABLES = {
    "variants": experiments.variants,
    "recipes": experiments.recipes,
    "time_to_99": experiments.time_to_99,
    "epoch_seconds": experiments.epoch_seconds,
    "area_starts": area_experiments.area_starts,
    "area_losses": area_experiments.area_losses,
    "area_augmentation": area_experiments.area_augmentation,
    "learning_curves": overfitting_experiments.learning_curves,
    "noisy_labels": overfitting_experiments.noisy_labels,
    "capacity": overfitting_experiments.capacity,
    "remedies": overfitting_experiments.remedies,
    "leaks": overfitting_experiments.leaks,
    "histories": history_experiments.histories,
    "optimizers_1998": lenet1998_experiments.optimizers_1998,
    "published": lenet1998_experiments.published,
    "published_distorted": lenet1998_experiments.published_distorted,
    "ladder": lenet1998_experiments.ladder,
    "candidates": lenet1998_experiments.candidates,
    "best": lenet1998_experiments.best,
    "chapters": chapter_costs.chapters,
}


def record(name):
    """Make the table `name` and write it, with the command and the machine in its first lines, when it is complete."""
    rows = []
    for row in TABLES[name]():
        rows.append(row)
        print(*row.values(), flush=True)
    MEASUREMENTS.mkdir(exist_ok=True)
    file = MEASUREMENTS / f"{name}.csv"
    head = (
        f"# python -m utils.measurements {name}\n"
        f"# {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, "
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}\n"
    )
    file.write_text(head + pd.DataFrame(rows).to_csv(index=False), encoding="utf-8")


def main(arguments=None):
    """Parse the command line and record the tables."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.measurements", description="Remake recorded tables."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(TABLES)}; without any, all"
    )
    names = parser.parse_args(arguments).names or list(TABLES)
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        parser.error(f"no table {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    for name in names:
        record(name)


if __name__ == "__main__":
    sys.exit(main())
