"""Error rates, intervals, paired tests."""

import numpy as np
import pytest
from scipy import stats

from utils.evaluation import error_rate, mcnemar, mean_interval, predict_digits, wilson


def test_wilson_has_the_published_values():
    """Newcombe (1998), Statistics in Medicine 17, table I, method 3."""
    for errors, n, low, high in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
    ]:
        rate = wilson(errors, n)
        assert (rate.low, rate.high) == (
            pytest.approx(low, abs=1e-4),
            pytest.approx(high, abs=1e-4),
        )


def test_wilson_covers_the_true_rate():
    counts = stats.binom(1_000, 0.01).rvs(4_000, random_state=1)
    inside = [
        wilson(int(count), 1_000).low <= 0.01 <= wilson(int(count), 1_000).high for count in counts
    ]
    assert 0.93 < np.mean(inside) < 0.98


def test_error_rate_counts():
    rate = error_rate(np.array([1, 2, 3, 4]), np.array([1, 2, 0, 0]))
    assert (rate.errors, rate.n, rate.rate) == (2, 4, 0.5)
    assert str(rate).startswith("50.00% (2 of 4; 95% interval ")


@pytest.mark.parametrize(
    ("labels", "predicted"),
    [([], []), ([1, 2], [1]), ([[1], [2]], [[1], [2]]), ([1, 2], [[1], [2]])],
)
def test_wrong_shapes_are_refused(labels, predicted):
    with pytest.raises(ValueError, match="shapes"):
        error_rate(labels, predicted)
    with pytest.raises(ValueError, match="shapes"):
        mcnemar(labels, predicted, predicted)


def test_mcnemar_counts_only_the_digits_that_differ():
    labels = np.zeros(100, int)
    a, b = labels.copy(), labels.copy()
    a[:40], b[30:45] = 1, 1
    only_a, only_b, p = mcnemar(labels, a, b)
    assert (only_a, only_b) == (30, 5)
    assert p == pytest.approx(2 * stats.binom(35, 0.5).cdf(5))
    assert mcnemar(labels, a, a) == (0, 0, 1.0)


def test_mean_interval_is_students():
    mean, low, high = mean_interval([1, 2, 3, 4, 5])
    assert mean == 3 and high - mean == pytest.approx(mean - low) == pytest.approx(
        2.776 * np.sqrt(2.5 / 5), abs=1e-3
    )


@pytest.mark.parametrize("values", [[1], [], [1, np.nan], [[1, 2], [3, 4]]])
def test_mean_interval_refuses(values):
    with pytest.raises(ValueError, match="at least two finite numbers"):
        mean_interval(values)


def test_predict_digits_takes_the_largest_logit():
    class Network:
        def predict(self, x, **_):
            return np.eye(10)[x]

    assert predict_digits(Network(), np.array([3, 7])).tolist() == [3, 7]
