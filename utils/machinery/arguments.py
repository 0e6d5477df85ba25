"""What a command line may say: values, pairs name=value, and the error for what cannot be done."""

import ast


class UsageError(ValueError):
    """What was asked for cannot be done; nothing was executed. The message says what is allowed."""


def value_of(text):
    """Return the Python value that `text` spells, or `text` itself."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def parse_pairs(pairs):
    """Return the parameters that texts such as "epochs=3" spell: {name: value}.

    Raises:
        UsageError: a text has no "=", no name, or a name stands twice.
    """
    found = {}
    for pair in pairs:
        name, sign, text = pair.partition("=")
        if not name or not sign:
            raise UsageError(f"-p {pair!r}; allowed: -p name=value")
        if name in found:
            raise UsageError(f"-p {name} stands twice; allowed: once")
        found[name] = value_of(text)
    return found


def parse_grid(options):
    """Return the values that texts such as "seed=0,1,2" spell: {name: [value, ...]}.

    Raises:
        UsageError: a text is malformed, or a name or a value stands twice.
    """
    grid = {}
    for option in options:
        name, _, texts = option.partition("=")
        values = [value_of(text.strip()) for text in texts.split(",")]
        if not name or "" in values:
            raise UsageError(f"--grid {option!r}; allowed: --grid name=value,value,...")
        if name in grid:
            raise UsageError(f"--grid {name} stands twice; allowed: all its values in one --grid")
        if len(set(map(repr, values))) < len(values):
            raise UsageError(f"--grid {option!r} repeats a value; allowed: each value once")
        grid[name] = values
    return grid


def check_workers(workers, scheduler):
    """Raise a UsageError unless `workers` is a whole number from 1 or `scheduler` is an address, or both are None."""
    if workers is not None and scheduler is not None:
        raise UsageError("--workers with --scheduler; allowed: one of them")
    if workers is not None and (not isinstance(workers, int) or workers < 1):
        raise UsageError(f"--workers {workers}; allowed: a whole number from 1")
