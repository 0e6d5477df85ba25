"""Remake recorded tables: `python -m utils.measurements [NAME ...] [--workers N | --scheduler ADDRESS]`.

Parts that were finished before are not repeated: see `utils.machinery.record`.
"""

import argparse
import sys

from utils.machinery.arguments import UsageError, value_of
from utils.machinery.jobs import STOPPED
from utils.machinery.record import TABLES, make_part, record


def main(arguments=None):
    """Parse the command line, record, and return the exit status.

    0 complete, 1 a part failed, 2 wrong arguments, 130 interrupted.
    """
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
        problem = make_part(chosen.names[0], chosen.part)
        if problem:
            print(problem, file=sys.stderr)
        return 1 if problem else 0
    try:
        return 0 if record(chosen.names or list(TABLES), chosen.workers, chosen.scheduler) else 1
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
