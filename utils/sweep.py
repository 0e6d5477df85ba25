"""Sweeps: `python -m utils.rerun NOTEBOOK --grid name=value,value,... [--workers N | --scheduler ADDRESS]`.

Every combination of the grid's values is a `utils.trial`, a papermill run. `utils.workers` does them, on this machine
or on a cluster. Trials that finished before with the same parameters and the same code are not repeated, so a sweep
that was stopped goes on where it was.
"""

import itertools

from utils.rerun import RerunError, check_parameters, value_of
from utils.trial import trials
from utils.workers import check, work_off


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
    check(workers, scheduler)
    grid = parse_grid(options)
    for name in fixed.keys() & grid:
        raise RerunError(f"{name} is set by -p and by --grid; allowed: one of them")
    check_parameters(notebooks[0], fixed | grid)
    choices = [fixed | dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    planned = trials(notebooks[0], choices)
    errors = work_off(planned, workers, scheduler)
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
