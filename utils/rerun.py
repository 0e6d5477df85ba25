"""Run the notebooks with papermill: `python -m utils.rerun [NOTEBOOK ...] [-p name=value ...]`, from any folder.

With `--grid name=value,value,...` a notebook runs once for each combination of values: see `utils.machinery.sweep`.
Where a run is kept: see `utils.machinery.runs`.
"""

import argparse
import os
import sys
from pathlib import Path

from utils.machinery.arguments import UsageError, check_workers, parse_pairs, value_of
from utils.machinery.jobs import STOPPED
from utils.machinery.notebooks import find
from utils.machinery.runs import run
from utils.machinery.sweep import sweep
from utils.paths import series


def main(arguments=None):
    """Parse the command line, run, and return the exit status.

    0 finished, 1 a notebook failed, 2 wrong arguments, 130 interrupted.
    """
    chosen = _parser().parse_args(arguments)
    # notebooks run in their own folder; chapter 12 asks where you stand
    os.environ["LENET5_FROM"] = os.getcwd()
    try:
        return 0 if _run(chosen) else 1
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(STOPPED if chosen.grid else "Stopped.", file=sys.stderr)
        return 130
    finally:
        del os.environ["LENET5_FROM"]


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m utils.rerun", description="Run the series, or a part of it."
    )
    add = parser.add_argument
    add("notebooks", nargs="*", metavar="NOTEBOOK", help="number or name; without any, all of them")
    add(
        "-p", action="append", default=[], metavar="NAME=VALUE", help="set a parameter (repeatable)"
    )
    add("--folder", type=Path, help="keep the runs there instead of in runs/")
    add(
        "--grid",
        action="append",
        default=[],
        metavar="NAME=VALUE,VALUE,...",
        help="run one notebook with each of these values (repeatable: with each combination)",
    )
    add(
        "--workers",
        type=value_of,
        metavar="N",
        help="notebooks at a time; without it two where there is room for them, of a grid one",
    )
    add("--scheduler", metavar="ADDRESS", help="the Dask scheduler of a cluster to run a grid on")
    return parser


def _run(chosen):
    notebooks = [find(name) for name in chosen.notebooks]
    parameters = parse_pairs(chosen.p)
    if chosen.grid:
        if chosen.folder is not None:
            raise UsageError(
                "--folder with --grid; allowed: without, a sweep is kept in runs/sweeps"
            )
        return sweep(notebooks, chosen.grid, parameters, chosen.workers, chosen.scheduler)
    check_workers(chosen.workers, chosen.scheduler)
    if chosen.scheduler is not None:
        raise UsageError("--scheduler without a grid; allowed: with --grid")
    return run(notebooks or list(series()), parameters, chosen.folder, chosen.workers)


if __name__ == "__main__":
    sys.exit(main())
