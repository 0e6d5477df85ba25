"""The exercises of 09_data_and_remedies: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.evaluation import mean_interval


def _images_needed(answer):
    rng = np.random.default_rng(31)
    images = np.array([100, 300, 1_000, 3_000, 10_000])
    for power, spread in ((0.5, 0.0), (0.25, 0.0), (0.6, 0.2)):
        errors = 3 * images**-power * np.exp(rng.normal(0, spread, len(images)))
        slope, start = np.polyfit(np.log(images), np.log(errors), 1)
        for target in (errors[2], errors[-1] / 2):
            expected = np.exp((np.log(target) - start) / slope)
            given = np.asarray(answer(images, errors, target), dtype=float)
            if given.shape != ():
                return f"one number is wanted, not an array of shape {given.shape}"
            if not np.isclose(given, expected, rtol=0.01):
                scatter = "scatter around" if spread else "lie on"
                return (
                    f"for errors that {scatter} a power law, an error of {target:.4f} "
                    f"should need {expected:,.0f} images, not {given:,.0f}"
                )
    return None


def _paired_interval(answer):
    rng = np.random.default_rng(37)
    for seeds in (5, 3, 12):
        without = 6 + rng.normal(0, 1, seeds)
        with_remedy = without - 0.5 + rng.normal(0, 0.2, seeds)
        expected = np.array(mean_interval(with_remedy - without))
        given = np.asarray(answer(without, with_remedy), dtype=float)
        if given.shape != (3,):
            return f"three numbers are wanted, not an array of shape {given.shape}"
        if not np.isclose(given[0], expected[0]):
            return "the mean change should be below zero where the remedy lowers the error"
        if not np.allclose(given, expected, rtol=1e-3):
            wide, right = given[2] - given[1], expected[2] - expected[1]
            return (
                f"with {seeds} seeds the interval should be {right:.2f} wide here, not {wide:.2f}"
            )
    return None


def _split_by_source(answer):
    rng = np.random.default_rng(41)
    lengths = rng.integers(1, 20, 150)
    sources = rng.permutation(np.repeat(rng.permutation(1_000)[:150], lengths))
    drawn = []
    for share, seed in ((0.2, 0), (0.2, 1), (0.3, 2)):
        held = np.asarray(answer(sources.copy(), share, seed))
        if held.dtype != bool or held.shape != sources.shape:
            return f"{len(sources)} times True or False is wanted, not {held.dtype} {held.shape}"
        if not share / 2 <= held.mean() <= share * 1.5:
            return f"asked for {share:.0%} of the rows, it holds {held.mean():.0%} for validation"
        both = np.intersect1d(sources[held], sources[~held])
        if len(both):
            return f"{len(both)} films have frames on both sides"
        drawn.append(set(sources[held].tolist()))
    return "another seed draws the same films" if drawn[0] == drawn[1] else None


CHECKS = {
    "9.1": _images_needed,
    "9.2": _paired_interval,
    "9.3": _split_by_source,
}
