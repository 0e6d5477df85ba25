"""How fast is it here? `python -m utils.bench [SEEDS]`, or `make bench`, on a machine that does nothing else.

It prints seconds of an epoch against plain Keras and against the processor's matrix products, images read in a second, and
the race to 99.0%, once or with so many seeds. The article's recipe takes a minute or two for each.
"""

import sys

import numpy as np
import pandas as pd

from utils.experiments.race import time_to_99
from utils.experiments.speed import epoch_pairs, floor_seconds, prediction_seconds
from utils.experiments.tasks import Task
from utils.machinery.arguments import UsageError, value_of


def main(arguments):
    """Print the benchmark and return the exit status: 0, or 2 for wrong arguments."""
    try:
        seeds = _seeds(arguments)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    task = Task()
    x, y = task.training()
    print(f"An epoch of {len(x):,} images, medians of ten pairs:")
    for batch_size in (128, 32):
        ours, theirs = epoch_pairs(x, y, batch_size).T
        print(
            f"  batches of {batch_size:3}: training.fit {np.median(ours):.2f} s, network.fit "
            f"{np.median(theirs):.2f} s, ratio {np.median(ours / theirs):.2f}",
            flush=True,
        )
    print(f"  as one matrix product: {floor_seconds(len(x)):.2f} s")
    for images in (task.test()[0], x[:1]):
        for way, seconds in prediction_seconds(images).items():
            rate = f"{len(images) / seconds:,.0f} images a second"
            print(f"Predict {len(images):,} by {way}: {seconds:.4f} s, {rate}", flush=True)
    print(f"Seconds to 99.0% test accuracy, {seeds} seed{'s' if seeds > 1 else ''}:", flush=True)
    race = pd.DataFrame(time_to_99(range(seeds))).groupby("recipe", sort=False)
    table = (
        race["seconds"]
        .agg(["median", "max"])
        .join(race["test_error"].agg(["mean", "max"]), rsuffix=" error")
    )
    print(table.to_string(float_format="{:.4g}".format))
    return 0


def _seeds(arguments):
    seeds = value_of(arguments[0]) if arguments else 1
    if len(arguments) > 1 or not isinstance(seeds, int) or seeds < 1:
        raise UsageError(f"{' '.join(arguments)!r}; allowed: a number of seeds, from 1")
    return seeds


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
