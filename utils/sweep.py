"""Sweeps: `python -m utils.rerun NOTEBOOK --grid name=value,value,... [--workers N | --scheduler ADDRESS]`.

Every combination of the grid's values is a `utils.trial`, a papermill run in a process of its own with its share of
the cores. Dask decides when and where: on this machine, or on the workers of a cluster. Trials that finished before
with the same parameters and the same code are not repeated, so a sweep that was stopped goes on where it was.
"""

import itertools
import logging
import os
import sys
import time
from collections import Counter
from contextlib import contextmanager

from utils.rerun import RerunError, check_parameters, value_of
from utils.trial import attempt, trials


def sweep(notebooks, options, fixed, workers=None, scheduler=None):
    """Run a notebook with every combination of a grid; write `runs.csv` and `means.csv`, and print the means.

    Args:
        notebooks: a list of one name, a key of `rerun.series()`.
        options: the grid, a text such as "seed=0,1,2" for each parameter.
        fixed: {name: value}, the same in each run.
        workers: how many runs at a time on this machine; None means one.
        scheduler: address of a Dask scheduler whose workers do the runs instead.

    Returns:
        True if every run finished.

    Raises:
        RerunError: what was asked for cannot be run; nothing was run.
    """
    if len(notebooks) != 1:
        raise RerunError(f"--grid with {len(notebooks) or 'no'} notebooks; allowed: with one")
    if workers is not None and scheduler is not None:
        raise RerunError("--workers with --scheduler; allowed: one of them")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise RerunError(f"--workers {workers}; allowed: a whole number from 1")
    grid = parse_grid(options)
    for name in fixed.keys() & grid:
        raise RerunError(f"{name} is set by -p and by --grid; allowed: one of them")
    check_parameters(notebooks[0], fixed | grid)
    choices = [fixed | dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    planned = trials(notebooks[0], choices)
    waiting = [trial for trial in planned if not trial.result]
    errors = {}
    if waiting:
        with _cluster(workers or 1, scheduler) as client:
            print(f"{len(planned)} runs, {len(planned) - len(waiting)} finished before", flush=True)
            errors = _follow(client, waiting)
    _report(planned, grid, errors)
    return not errors


def parse_grid(options):
    """Return the values that texts such as "seed=0,1,2" spell: {name: [value, ...]}.

    Raises:
        RerunError: a text is malformed, or a name or a value stands twice.
    """
    grid = {}
    for option in options:
        name, _, texts = option.partition("=")
        values = [value_of(text.strip()) for text in texts.split(",")]
        if not name or "" in values:
            raise RerunError(f"--grid {option!r}; allowed: --grid name=value,value,...")
        if name in grid:
            raise RerunError(f"--grid {name} stands twice; allowed: all its values in one --grid")
        if len(set(map(repr, values))) < len(values):
            raise RerunError(f"--grid {option!r} repeats a value; allowed: each value once")
        grid[name] = values
    return grid


@contextmanager
def _cluster(workers, scheduler):
    """A Dask client: of the cluster at `scheduler`, or of `workers` threads that each look after a process."""
    try:
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise RerunError("a sweep needs Dask; allowed after `pip install distributed`") from error
    logging.getLogger("distributed").setLevel(logging.WARNING)  # it tells of each closed connection
    if scheduler is not None:
        try:
            client = Client(scheduler, timeout=5)
        except (OSError, ValueError) as error:
            raise RerunError(
                f"no Dask scheduler answers at {scheduler!r}; allowed: tcp://host:port of one"
            ) from error
        with client:
            yield client
        return
    options = {"threads_per_worker": 1, "processes": False, "memory_limit": 0}
    with (
        LocalCluster(n_workers=workers, dashboard_address=":0", **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


def _follow(client, waiting):
    """Have trials attempted, showing a line that lives; return why they failed: {key: one line}."""
    try:
        _show("waiting for a worker")
        client.wait_for_workers(1)
        slots = _slots_per_machine(client)
        futures = {client.submit(attempt, trial, slots, key=trial.key): trial for trial in waiting}
        start, end, errors, shown = time.perf_counter(), None, {}, ""
        running = 0
        while futures:
            for future in [future for future in futures if future.done()]:
                trial, error = futures.pop(future), _outcome(future)
                if not trial.result:
                    errors[trial.key] = error or "it left no result here; allowed: a shared folder"
                    _show("")
                    print(f"FAILED {trial}: {errors[trial.key]}", flush=True)
                half = min(len(futures), running) / 2  # those that run are half done, on average
                now, ended = time.perf_counter(), len(waiting) - len(futures) + half
                end = now + (now - start) / ended * (len(futures) - half)
            done = len(waiting) - len(futures) - len(errors)
            running = min(len(futures), sum(client.nthreads().values()))
            left = f", {max(0, end - time.perf_counter()):.0f} s left" if end else ""
            line = f"{done} done, {running} running, {len(errors)} failed{left}"
            if line != shown:
                _show(line)
                shown = line
            time.sleep(0.3 if futures else 0)
        _show("")
        return errors
    except KeyboardInterrupt:
        _show("Stopped. What finished is kept, and the same command goes on from there.\n")
        os._exit(130)  # at once, and the running trials with it; Dask would wait for them


def _show(line):
    print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _slots_per_machine(client):
    """How many trials the busiest machine of the cluster does at a time."""
    from distributed.comm import get_address_host

    slots = Counter()
    for address, threads in client.nthreads().items():
        slots[get_address_host(address)] += threads
    return max(slots.values())


def _outcome(future):
    try:
        return future.result()
    except Exception as error:  # lost with its workers or its scheduler
        return f"{type(error).__name__}: {error}"


def _report(planned, grid, errors):
    import pandas as pd

    folder = planned[0].folder.parent
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(trial, errors.get(trial.key)) for trial in planned]
    pd.DataFrame(rows, dtype=object).to_csv(folder / "runs.csv", index=False)
    means = pd.DataFrame(means_over_seeds(planned, grid))
    means.to_csv(folder / "means.csv", index=False)
    if len(means):
        print(means.to_string(index=False, float_format=_short, na_rep=""))
    print(f"{len(planned) - len(errors)} finished, {len(errors)} failed; tables and runs: {folder}")


def _short(value):
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def _row(trial, failure):
    """The line of `runs.csv`; a result named like another column is told apart."""
    row = {"run": trial.key, "failure": failure, "seconds": trial.result.get("seconds")}
    row |= trial.parameters
    results = trial.result.get("results", {})
    return row | {f"{name} (result)" if name in row else name: results[name] for name in results}


def means_over_seeds(planned, grid):
    """Return a row for each numeric result and each combination of the grid's parameters other than `seed`.

    The interval, `low` to `high`, is that of `evaluation.mean_interval`; a single run has none.
    """
    from utils.evaluation import mean_interval  # loads much; only when there is something to report

    others = [name for name in grid if name != "seed"]
    groups = {}
    for trial in planned:
        for name, value in trial.result.get("results", {}).items():
            if isinstance(value, int | float):
                combination = tuple(trial.chosen[other] for other in others)
                groups.setdefault(name, {}).setdefault(combination, []).append(value)
    return [
        {"result": name, **dict(zip(others, combination)), "runs": len(values)}
        | dict(zip(("mean", "low", "high"), mean_interval(values) if len(values) > 1 else values))
        for name, combinations in groups.items()
        for combination, values in combinations.items()
    ]
