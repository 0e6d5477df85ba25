"""How good, and how sure: error rates with intervals, paired tests, means over seeds. Taught in 01, 07 and 08."""

from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats
from sklearn import metrics


@dataclass(frozen=True)
class ErrorRate:
    """An error rate and its Wilson interval, as fractions.

    Attributes:
        errors: number of wrong predictions.
        n: number of predictions.
        low, high: limits of the interval, in [0, 1].
    """

    errors: int
    n: int
    low: float
    high: float

    @property
    def rate(self):
        """errors / n."""
        return self.errors / self.n

    def __str__(self):
        return f"{self.rate:.2%} ({self.errors:,} of {self.n:,}; 95% interval {self.low:.2%} to {self.high:.2%})"


def error_rate(labels, predicted):
    """Count the errors and give the 95% Wilson interval of the error rate.

    Args:
        labels, predicted: (n,) integer arrays, n at least 1.

    Raises:
        ValueError: the shapes differ, are not one-dimensional, or are empty.

    Source: Wilson (1927). Taught in 01_load_mnist.
    """
    labels, predicted = _same_length(labels, predicted)
    return wilson(int(np.sum(labels != predicted)), len(labels))


def wilson(errors, n):
    """The `ErrorRate` of `errors` among `n` predictions, with its 95% Wilson interval."""
    low, high = stats.binomtest(errors, n).proportion_ci(confidence_level=0.95, method="wilson")
    return ErrorRate(errors, n, float(low), float(high))


def mcnemar(labels, predicted_a, predicted_b):
    """Compare two classifiers on the same images by McNemar's exact test.

    Args:
        labels, predicted_a, predicted_b: (n,) integer arrays.

    Returns:
        (only_a, only_b, p): images that only a got wrong, that only b got wrong, and the two-sided p value of a
        difference at least as large if both were equally good. Images that both got right or wrong say nothing.

    Raises:
        ValueError: as for `error_rate`.

    Source: McNemar (1947). Taught in 07_compare_variants.
    """
    labels, predicted_a = _same_length(labels, predicted_a)
    labels, predicted_b = _same_length(labels, predicted_b)
    wrong_a, wrong_b = predicted_a != labels, predicted_b != labels
    only_a, only_b = int(np.sum(wrong_a & ~wrong_b)), int(np.sum(wrong_b & ~wrong_a))
    p = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    return only_a, only_b, float(p)


class MeanInterval(NamedTuple):
    """A mean over seeds with its 95% t interval, in the unit of the values."""

    mean: float
    low: float
    high: float


def mean_interval(values):
    """Mean of `values` over seeds with its 95% t interval.

    Args:
        values: at least two numbers, one for each seed.

    Returns:
        A `MeanInterval`, which is a tuple (mean, low, high).

    Raises:
        ValueError: fewer than two values, or one that is not finite.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"values are {values}; allowed: at least two finite numbers")
    mean = values.mean()
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return MeanInterval(float(mean), float(mean - half), float(mean + half))


def over_seeds(table, by, value):
    """Mean of a column with its interval, for each group of a DataFrame that has a row for each seed.

    Args:
        table: recorded rows.
        by: the column, or the columns, whose values make the groups.
        value: the column that is averaged.

    Returns:
        A DataFrame with the columns "mean", "low" and "high" (see `mean_interval`), a row for each group, in the order
        in which they first appear.
    """
    groups = table.groupby(by, sort=False)[value]
    return pd.DataFrame(
        {key: mean_interval(group) for key, group in groups}, index=MeanInterval._fields
    ).T


def predict(network, x):
    """Return what a network makes of images, as `network.predict` does, on all cores at once.

    Args:
        network: a Keras model.
        x: (n, ...) images.

    Returns:
        (n, ...) float32 array, such as logits (n, 10).
    """
    from utils.backend import CORES  # loads TensorFlow; whoever has a network has done so already

    batches = [x[start : start + 1_000] for start in range(0, len(x), 1_000)]
    with ThreadPool(min(len(batches), CORES)) as pool:
        return np.concatenate(pool.map(lambda batch: np.asarray(network(batch)), batches))


def predict_digits(network, x):
    """Return the digit with the largest logit for each image: (n, 32, 32, 1) -> (n,) integers."""
    return predict(network, x).argmax(axis=1)


def predict_values(network, x):
    """Return the value that a regressor predicts for each image, in its unit: (n, 32, 32, 1) -> (n,) float64."""
    return predict(network, x)[:, 0].astype(float)


def regression_metrics(target, predicted):
    """Measure the errors of predicted quantities, in the target's unit.

    Args:
        target, predicted: (n,) arrays of finite numbers, n at least 2.

    Returns:
        dict: `mae` (mean absolute error) with its 95% bootstrap interval `mae_low`, `mae_high`; `rmse` (root mean squared
        error); `r2` (1 minus the share of variance left; 0 for the mean, without unit); `bias` (mean of predicted minus
        target).

    Raises:
        ValueError: the shapes differ or are not (n,), fewer than two values, or values that are not finite. An (n, 1)
            prediction is refused: NumPy would stretch it against (n,) to (n, n) without a word.

    Taught in 05_area_regression.
    """
    target, predicted = _same_numbers(target, predicted)
    absolute = np.abs(predicted - target)
    low, high = bootstrap_interval(absolute)
    return {
        "mae": float(absolute.mean()),
        "mae_low": low,
        "mae_high": high,
        "rmse": float(metrics.root_mean_squared_error(target, predicted)),
        "r2": float(metrics.r2_score(target, predicted)),
        "bias": float(np.mean(predicted - target)),
    }


def bootstrap_interval(values, statistic=np.mean, resamples=1_000):
    """95% percentile bootstrap interval of `statistic` over `values`, always from the same random draws.

    Args:
        values: (n,) finite numbers, n at least 2.
        statistic: a function with an `axis` argument, such as np.mean or np.median.

    Returns:
        (low, high). Source: Efron (1979), through `scipy.stats.bootstrap`.
    """
    result = stats.bootstrap(
        (np.asarray(values, dtype=float),),
        statistic,
        n_resamples=resamples,
        method="percentile",
        batch=100,
        rng=np.random.default_rng(0),
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def conformal_radius(target, predicted, coverage=0.9):
    """Half the width of split conformal prediction intervals, from a calibration set that was not trained on.

    The radius is the ceil((n + 1) * coverage)-th smallest absolute residual. For new data that are exchangeable with
    the calibration data, predicted +- radius holds the target with a probability of at least `coverage`.

    Args:
        target, predicted: (n,) finite numbers of the calibration set.
        coverage: between 0 and 1, small enough for n: at most n / (n + 1).

    Raises:
        ValueError: as for `regression_metrics`, or a coverage out of range.

    Source: Lei, G'Sell, Rinaldo, Tibshirani and Wasserman (2018). Taught in 08_trust_a_measurement.
    """
    target, predicted = _same_numbers(target, predicted)
    n = len(target)
    rank = int(np.ceil((n + 1) * coverage))
    if not 0 < coverage < 1 or rank > n:
        raise ValueError(
            f"coverage is {coverage}; allowed: above 0 and at most {n / (n + 1):.4g} with {n:,} values"
        )
    return float(np.sort(np.abs(predicted - target))[rank - 1])


def _same_numbers(target, predicted):
    target, predicted = np.asarray(target, dtype=float), np.asarray(predicted, dtype=float)
    if target.ndim != 1 or target.shape != predicted.shape or len(target) < 2:
        raise ValueError(
            f"the shapes are {target.shape} and {predicted.shape}; allowed: (n,) twice, n at least 2"
        )
    for name, values in (("target", target), ("predicted", predicted)):
        if not np.isfinite(values).all():
            raise ValueError(
                f"{name} holds {np.sum(~np.isfinite(values)):,} values that are not finite; allowed: none"
            )
    return target, predicted


def _same_length(labels, predicted):
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    if labels.ndim != 1 or labels.shape != predicted.shape or not len(labels):
        raise ValueError(
            f"the shapes are {labels.shape} and {predicted.shape}; allowed: (n,) twice, n at least 1"
        )
    return labels, predicted
