"""How good, and how sure: error rates with intervals, paired tests, means over seeds. Taught in 01 and 04."""

from dataclasses import dataclass

import numpy as np
from scipy import stats


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

    Source: McNemar (1947). Taught in 04_train_classifier.
    """
    labels, predicted_a = _same_length(labels, predicted_a)
    labels, predicted_b = _same_length(labels, predicted_b)
    wrong_a, wrong_b = predicted_a != labels, predicted_b != labels
    only_a, only_b = int(np.sum(wrong_a & ~wrong_b)), int(np.sum(wrong_b & ~wrong_a))
    p = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    return only_a, only_b, float(p)


def mean_interval(values):
    """Mean of `values` over seeds with its 95% t interval.

    Args:
        values: at least two numbers, one for each seed.

    Returns:
        (mean, low, high).

    Raises:
        ValueError: fewer than two values, or one that is not finite.
    """
    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError(f"values are {values}; allowed: at least two finite numbers")
    mean = values.mean()
    half = stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return float(mean), float(mean - half), float(mean + half)


def predict_digits(network, x):
    """Return the digit with the largest logit for each image: (n, 32, 32, 1) -> (n,) integers."""
    return network.predict(x, batch_size=1_000, verbose=0).argmax(axis=1)


def _same_length(labels, predicted):
    labels, predicted = np.asarray(labels), np.asarray(predicted)
    if labels.ndim != 1 or labels.shape != predicted.shape or not len(labels):
        raise ValueError(
            f"the shapes are {labels.shape} and {predicted.shape}; allowed: (n,) twice, n at least 1"
        )
    return labels, predicted
