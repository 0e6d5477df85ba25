"""Error rates, intervals, paired tests."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from utils.evaluation import (
    bootstrap_interval,
    conformal_radius,
    error_rate,
    mcnemar,
    mean_interval,
    over_seeds,
    predict,
    predict_digits,
    regression_metrics,
    wilson,
)
from utils.networks import lenet5


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
    """Exactly: the probability of all counts whose interval holds the true rate, here 10 expected errors in 1,000."""
    found = [wilson(count, 1_000) for count in range(60)]
    holding = [count for count, rate in enumerate(found) if rate.low <= 0.01 <= rate.high]
    assert 0.93 < stats.binom(1_000, 0.01).pmf(holding).sum() < 0.98


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


def test_over_seeds_keeps_the_order_of_the_groups():
    table = pd.DataFrame({"size": [30, 30, 10, 10], "loss": "MAE", "error": [1.0, 2.0, 3.0, 5.0]})
    found = over_seeds(table, ["size", "loss"], "error")
    assert list(found.index) == [(30, "MAE"), (10, "MAE")]
    assert tuple(found.loc[(10, "MAE")]) == mean_interval([3, 5])
    assert list(over_seeds(table, "size", "error")["mean"]) == [1.5, 4.0]


def test_predict_digits_takes_the_largest_logit():
    def network(x):
        return np.eye(10)[x]

    assert predict_digits(network, np.array([3, 7])).tolist() == [3, 7]


@pytest.mark.parametrize("rows", [1, 1_000, 2_501])
def test_predictions_are_kerass_in_their_order(rows):
    network = lenet5(dropout=0.5)
    x = np.random.default_rng(0).random((rows, 32, 32, 1), dtype=np.float32)
    expected = network.predict(x, batch_size=500, verbose=0)
    assert np.allclose(predict(network, x), expected, atol=1e-5)


def test_regression_metrics_by_hand():
    found = regression_metrics(np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 3, 2]))
    assert (found["mae"], found["bias"], found["rmse"]) == (
        0.75,
        -0.25,
        pytest.approx(np.sqrt(5 / 4)),
    )
    assert found["r2"] == 0 and found["mae_low"] <= 0.75 <= found["mae_high"]


@pytest.mark.parametrize("function", [regression_metrics, conformal_radius])
@pytest.mark.parametrize(
    ("target", "predicted", "message"),
    [
        (np.zeros(5), np.zeros((5, 1)), r"\(5,\) and \(5, 1\)"),
        (np.zeros((5, 1)), np.zeros((5, 1)), "shapes"),
        (np.zeros(5), np.zeros(4), "shapes"),
        (np.zeros(0), np.zeros(0), "at least 2"),
        (np.zeros(3), np.array([0, np.nan, 1]), "predicted holds 1 values that are not finite"),
        (np.array([0, np.inf, 1]), np.zeros(3), "target holds 1 values that are not finite"),
    ],
)
def test_regression_helpers_refuse_what_numpy_would_stretch(function, target, predicted, message):
    with pytest.raises(ValueError, match=message):
        function(target, predicted)


def test_bootstrap_interval_has_the_width_of_the_standard_error():
    values = np.random.default_rng(0).normal(5, 2, 400)
    low, high = bootstrap_interval(values)
    assert low < values.mean() < high and high - low == pytest.approx(2 * 1.96 * 2 / 20, rel=0.15)
    assert bootstrap_interval(values) == (low, high)


@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.9])
def test_conformal_intervals_have_the_coverage_they_promise(coverage):
    """Exact for exchangeable data: the mean over calibration sets is ceil((n + 1) c) / (n + 1), here with 99 of them."""
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(2_000):
        noise = rng.standard_t(2, 99 + 50)
        radius = conformal_radius(np.zeros(99), noise[:99], coverage)
        covered.append(np.mean(np.abs(noise[99:]) <= radius))
    assert np.mean(covered) == pytest.approx(coverage, abs=0.006)


def test_conformal_radius_is_an_order_statistic():
    assert conformal_radius(np.zeros(9), np.arange(1.0, 10), 0.9) == 9
    assert conformal_radius(np.zeros(10), -np.arange(1.0, 11), 0.8) == 9


@pytest.mark.parametrize("coverage", [0, 1, 0.95, -1])
def test_conformal_coverage_must_fit_the_calibration_set(coverage):
    with pytest.raises(ValueError, match="at most 0.9 with 9 values"):
        conformal_radius(np.zeros(9), np.arange(9.0), coverage)
