"""Beyond the rates of `ladder_rates`, for the settings whose best rate is the smallest or the largest: for chapter 11."""

from utils.experiments.ladder import (
    IMAGES,
    RATES,
    chosen_rates,
    errors,
    optimizer,
    sets,
    settings,
    train,
)
from utils.records import recorded


def one_beyond(rates, best):
    """A third of the smallest rate if that one is the best, three times the largest if that one is, or else None."""
    return {rates[0]: round(rates[0] / 3, 5), rates[-1]: round(rates[-1] * 3, 5)}.get(best)


def ladder_edges(seeds=range(2)):
    """Errors of each setting one step beyond, where the best of its four rates was at an end; the same two samples."""
    task, tuning, _ = sets()
    best = chosen_rates(recorded("ladder_rates"))
    for seed in seeds:
        x, y = task.sample(IMAGES, 100 + seed)
        for (kind, name), changes in settings().items():
            beyond = one_beyond(RATES[optimizer(changes)], best.get((kind, name)))
            if beyond:
                network, _ = train(changes, x, y, 100 + seed, beyond, progress=False)
                yield {
                    "kind": kind,
                    "change": name,
                    "rate": beyond,
                    "sample": 100 + seed,
                    "validation_errors": errors(network, *tuning),
                }
