"""The exercises of 09_data_and_remedies: a check for each, which returns None if right, or a hint."""

import numpy as np

from utils.mnist import load_mnist

SUSPECTS = 50
"""Wrong labels among the 1,000 of exercise 9.2, and row numbers that are wanted."""


def _floor(answer):
    for a, b, c, factor in ((30, 0.5, 2.0, 10), (4, 1.0, 0.1, 3), (9, 0.2, 0.0, 100)):
        errors = [c + a * factor ** (-b * step) for step in (1, 2, 3)]
        given = np.asarray(answer(*errors), dtype=float)
        if given.shape != ():
            return f"one number is wanted, not an array of shape {given.shape}"
        if not np.isclose(given, c, atol=0.01):
            shown = ", ".join(f"{error:.3f}" for error in errors)
            return f"three errors on a power law, {shown}, have another floor than {given:.3f}"
    return None


def suspect_labels(seed=0):
    """Return 1,000 digits (n, 28, 28) uint8 and their labels, of which 50 are wrong: exercise 9.2."""
    return _suspect(seed)[:2]


def _suspect(seed):
    """The images and labels of `suspect_labels`, and a boolean array: where labels are wrong."""
    rng, mnist = np.random.default_rng([9, seed]), load_mnist()
    rows = rng.choice(len(mnist.y_train), 1_000, replace=False)
    labels, wrong = mnist.y_train[rows].astype(int), np.zeros(1_000, bool)
    wrong[rng.choice(1_000, SUSPECTS, replace=False)] = True
    other = (labels + rng.integers(1, 10, 1_000)) % 10
    return mnist.x_train[rows], np.where(wrong, other, labels), wrong


def _find_wrong_labels(answer):
    for seed in range(2):
        images, labels, wrong = _suspect(seed)
        rows = np.asarray(answer(images.copy(), labels.copy()))
        if rows.shape != (SUSPECTS,) or rows.dtype.kind not in "iu":
            return f"{SUSPECTS} row numbers are wanted, not {rows.dtype} of shape {rows.shape}"
        found = wrong[np.unique(rows)].sum()
        if found < SUSPECTS // 2:
            return f"in one of the sets, {found} of your {SUSPECTS} rows have a wrong label"
    return None


def _honest_report(answer):
    rng = np.random.default_rng(37)
    for errors in (np.full(40, 0.1), np.where(np.arange(40) == 12, 0.05, 0.25)):
        reports = []
        for seed in range(200):
            wrong = (rng.random((40, 200)) < errors[:, None]).astype(int)
            report = np.asarray(answer(wrong, seed), dtype=float)
            if report.shape != ():
                return f"one number is wanted, not an array of shape {report.shape}"
            reports.append(report)
        found, best = np.mean(reports), errors.min()
        if abs(found - best) > 0.005:
            kind = "all epochs are equally good" if errors.max() == best else "one epoch is better"
            return f"where {kind}, the best one's error is {best:.3f}, and your mean report {found:.3f}"
    again = [float(answer(wrong, seed)) for seed in (0, 1, 2, 3)]
    return "another seed should draw other images" if len(set(again)) == 1 else None


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
    "9.1": _floor,
    "9.2": _find_wrong_labels,
    "9.3": _honest_report,
    "9.4": _split_by_source,
}
