"""The recorded tables: `python -m utils.measurements [NAME ...] [--workers N | --scheduler ADDRESS]`.

Each table is a generator of rows; with a parameter `seeds`, each seed is a part that `utils.workers` can do on its own,
on this machine or on a cluster. Finished parts are kept in `runs/measurements`, so what was stopped goes on where it
was. A table is written to `data/measurements/NAME.csv` when all its parts are there.
"""

import argparse
import hashlib
import inspect
import json
import os
import platform
import sys
import time
from dataclasses import dataclass

import pandas as pd

from utils import (
    area_experiments,
    chapter_costs,
    experiments,
    history_experiments,
    lenet1998_experiments,
    overfitting_experiments,
    workers,
)
from utils.backend import keras, tf
from utils.paths import MEASUREMENTS, RUNS
from utils.rerun import RerunError, value_of

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
    "decays": lenet1998_experiments.decays,
    "published": lenet1998_experiments.published,
    "published_decay": lenet1998_experiments.published_decay,
    "published_distorted": lenet1998_experiments.published_distorted,
    "ladder": lenet1998_experiments.ladder,
    "candidates": lenet1998_experiments.candidates,
    "best": lenet1998_experiments.best,
    "chapters": chapter_costs.chapters,
}


TIMES = ("epoch_seconds", "time_to_99", "chapters")
"""Tables of times: their parts are done one by one on this machine, which should do nothing else."""


@dataclass(frozen=True)
class Part:
    """A part of a table: the rows of one seed, or all if `seed` is None."""

    table: str
    seed: int | None
    key: str

    @property
    def file(self):
        """Where the rows are, as JSON, once they are all there."""
        return RUNS / "measurements" / f"{self.key}.json"

    @property
    def done(self):
        """Whether the rows are there."""
        return self.file.is_file()

    @property
    def command(self):
        """The arguments of `python -m` that make the part."""
        return ["utils.measurements", "--part", self.key, self.table]

    def make(self):
        """Make the rows and write them."""
        rows = list(TABLES[self.table](*([] if self.seed is None else [[self.seed]])))
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(rows, default=lambda number: number.item()))
        unfinished.replace(self.file)

    def __str__(self):
        return self.table if self.seed is None else f"{self.table}, seed {self.seed}"


def parts(name):
    """Return the parts of the table `name`, in order."""
    seeds = inspect.signature(TABLES[name]).parameters.get("seeds")
    code, found = workers.code(), []
    for seed in seeds.default if seeds else [None]:
        key = hashlib.sha256(code + f"{name} {seed}".encode()).hexdigest()[:12]
        found.append(Part(name, seed, key))
    return found


def record(names, number=None, scheduler=None):
    """Make the tables `names` and write each that is complete, with the command and the machine in its first lines.

    Args:
        names: keys of `TABLES`.
        number: how many parts at a time on this machine; None means one.
        scheduler: address of a Dask scheduler whose workers make the parts instead.

    Returns:
        True if every table is complete.

    Raises:
        RerunError: what was asked for cannot be done; nothing was.
    """
    workers.check(number, scheduler)
    if unknown := [name for name in names if name not in TABLES]:
        raise RerunError(f"no table {', '.join(unknown)}; there are: {', '.join(TABLES)}")
    planned = {name: parts(name) for name in names}
    shared = [part for name in names if name not in TIMES for part in planned[name]]
    alone = [part for name in names if name in TIMES for part in planned[name]]
    errors = workers.work_off(shared, number, scheduler) | workers.work_off(alone)
    for name, made in planned.items():
        if all(part.done for part in made):
            _write(name, [row for part in made for row in json.loads(part.file.read_text())])
    return not errors


def _write(name, rows):
    MEASUREMENTS.mkdir(exist_ok=True)
    file = MEASUREMENTS / f"{name}.csv"
    head = (
        f"# python -m utils.measurements {name}\n"
        f"# {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}, "
        f"TensorFlow {tf.__version__}, Keras {keras.__version__}\n"
    )
    file.write_text(head + pd.DataFrame(rows).to_csv(index=False), encoding="utf-8")
    print(f"{name}: {len(rows)} rows in {file}", flush=True)


def main(arguments=None):
    """Parse the command line, record, and return the exit status: 0 complete, 1 a part failed, 2 wrong arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.measurements", description="Remake recorded tables."
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"any of {', '.join(TABLES)}; without any, all"
    )
    parser.add_argument(
        "--workers", type=value_of, metavar="N", help="parts at a time; without it, one"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="the Dask scheduler of a cluster")
    parser.add_argument("--part", metavar="KEY", help="make one part; what a worker is told")
    chosen = parser.parse_args(arguments)
    if chosen.part:
        return _make(chosen.part, chosen.names[0])
    try:
        return 0 if record(chosen.names or list(TABLES), chosen.workers, chosen.scheduler) else 1
    except RerunError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _make(key, name):
    workers.end_with_worker()
    for part in parts(name):
        if part.key == key:
            part.make()
            return 0
    print(workers.OTHER_CODE, file=sys.stderr)
    return 1


if __name__ == "__main__":
    from utils import measurements  # the module whose parts a worker can load, not __main__

    sys.exit(measurements.main())
