"""Sweeps: `python -m utils.rerun NOTEBOOK --grid name=value,value,... [--workers N | --scheduler ADDRESS]`.

Every combination of the grid's values is a `trial`, a papermill run. `jobs` has them done, on this machine or on a
cluster. Trials that finished before with the same parameters and the same code are not repeated, so a sweep
that was stopped goes on where it was.
"""

import itertools

from utils.machinery.arguments import UsageError, check_workers, parse_grid
from utils.machinery.jobs import run_jobs
from utils.machinery.notebooks import check_parameters
from utils.machinery.trial import trials
from utils.records import readable


def sweep(notebooks, options, fixed, workers=None, scheduler=None):
    """Run a notebook with every combination of a grid; write `runs.csv` and `means.csv`, and print the means.

    Args:
        notebooks: a list of one name, a key of `paths.series()`.
        options: the grid, a text such as "seed=0,1,2" for each parameter.
        fixed: {name: value}, the same in each run.
        workers: how many runs at a time on this machine; None means one.
        scheduler: address of a Dask scheduler whose workers do the runs instead.

    Returns:
        True if every run finished.

    Raises:
        UsageError: what was asked for cannot be run; nothing was run.
    """
    if len(notebooks) != 1:
        raise UsageError(f"--grid with {len(notebooks) or 'no'} notebooks; allowed: with one")
    check_workers(workers, scheduler)
    grid = parse_grid(options)
    for name in fixed.keys() & grid:
        raise UsageError(f"{name} is set by -p and by --grid; allowed: one of them")
    check_parameters(notebooks[0], fixed | grid)
    choices = [fixed | dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    planned = trials(notebooks[0], choices)
    errors = run_jobs(planned, workers, scheduler)
    _report(planned, grid, errors)
    return not errors


def _report(planned, grid, errors):
    import pandas as pd

    folder = planned[0].folder.parent
    folder.mkdir(parents=True, exist_ok=True)
    rows = [_row(trial, errors.get(trial.key)) for trial in planned]
    pd.DataFrame(rows, dtype=object).to_csv(folder / "runs.csv", index=False)
    means = pd.DataFrame(means_over_seeds(planned, grid))
    means.to_csv(folder / "means.csv", index=False)
    if len(means):
        print(means.to_string(index=False, float_format=readable, na_rep=""))
    print(f"{len(planned) - len(errors)} finished, {len(errors)} failed; tables and runs: {folder}")


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
