"""Intervals for single answers: by hand, and what they promise on data whose law is known."""

import numpy as np
import pandas as pd
import pytest

from utils.backend import keras
from utils.evaluation import conformal_radius
from utils.experiments import crossing, heads, intervals
from utils.records import recorded


def test_the_conformal_quantile_is_the_radius_of_absolute_residuals():
    residuals = np.random.default_rng(0).standard_t(3, 501)
    radius = conformal_radius(np.zeros(501), residuals)
    assert intervals.conformal_quantile(np.abs(residuals)) == radius
    assert intervals.conformal_quantile(np.arange(-5.0, 4.0), 0.5) == -1  # the fifth of nine
    assert intervals.conformal_quantile(np.array([3.0, 1.0]), 0.9) == 3


def test_pinball_loss_by_hand():
    loss = intervals.PinballLoss((0.1, 0.9))
    true, predicted = np.array([[10.0]]), np.array([[8.0, 12.0]])
    # 2 above the lower one costs 0.1 * 2, 2 below the upper one costs 0.1 * 2
    assert float(loss(true, predicted)) == pytest.approx(0.2)
    assert float(loss(true, predicted[:, ::-1])) == pytest.approx((0.1 * -2 + 2 + 0.9 * 2) / 2)
    again = intervals.PinballLoss.from_config(loss.get_config())
    assert float(again(true, predicted)) == float(loss(true, predicted))


def test_the_pinball_loss_is_smallest_at_the_quantiles():
    y = np.random.default_rng(0).gamma(3, 20, (2_000, 1)).astype("float32")
    loss = intervals.PinballLoss()
    best = np.quantile(y, intervals.QUANTILES)

    def at(ends):
        return float(loss(y, np.tile(ends, (len(y), 1)).astype("float32")))

    assert at(best) < min(
        at(best + [3, 0]), at(best - [3, 0]), at(best + [0, 3]), at(best - [0, 3])
    )


def made(n, rng):
    """Answers, truths whose spread is 1 for a said 0 and 5 for a said 1, what is said, and the true quantiles."""
    says = rng.integers(0, 2, n)
    spread = 1 + 4 * says
    answer = rng.uniform(50, 150, n)
    truth = answer + spread * rng.standard_normal(n)
    return answer, truth, says, answer[:, None] + spread[:, None] * np.array([-1.645, 1.645])


def test_each_kind_keeps_its_promise():
    rng = np.random.default_rng(0)
    answer, truth, says, ends = made(4_000, rng)
    new, new_truth, new_says, new_ends = made(20_000, rng)
    found = {
        "split": intervals.split_interval(answer, truth, new),
        "by answer": intervals.interval_by_answer(answer, truth, says, new, new_says),
        "quantiles": intervals.quantile_interval(ends, truth, new_ends),
    }
    covered = {k: (low <= new_truth) & (new_truth <= high) for k, (low, high) in found.items()}
    for name, inside in covered.items():
        assert abs(inside.mean() - 0.9) < 0.015, name
    assert covered["split"][new_says == 1].mean() < 0.85
    for name in ("by answer", "quantiles"):
        assert abs(covered[name][new_says == 1].mean() - 0.9) < 0.03, name
        assert np.mean(found[name][1] - found[name][0]) < 2 * 1.05 * np.mean([1.645, 5 * 1.645])


def test_intervals_are_never_inside_out():
    low, high = intervals.quantile_interval(
        np.tile([0.0, 100.0], (99, 1)), np.full(99, 50.0), np.array([[10.0, 12.0], [12.0, 10.0]])
    )
    assert (low <= high).all() and low.tolist() == high.tolist() == [11, 11]


def test_the_widest_fifth_is_marked():
    marked = intervals.widest(np.zeros(10), np.array([3.0, 9, 1, 2, 4, 5, 6, 7, 8, 0]))
    assert np.flatnonzero(marked).tolist() == [1, 8]


def test_a_digit_that_is_seldom_said_takes_the_radius_of_all():
    target, says = np.zeros(120), np.repeat([0, 1], [110, 10])
    calibration = np.where(says == 0, 1.0, 9.0)
    low, high = intervals.interval_by_answer(
        calibration, target, says, np.zeros(2), np.array([0, 1])
    )
    everything = intervals.conformal_quantile(calibration)
    assert high.tolist() == [1, everything] and low.tolist() == [-1, -everything]


@pytest.mark.parametrize("positive", [False, True])
def test_heads_start_at_the_mean_and_never_go_below_zero_if_positive(positive):
    y = np.random.default_rng(0).uniform([20, 60, 90], [180, 240, 300], (500, 3))
    network = heads.area_network(y, 0, positive)
    assert network.output_shape == (None, 3)
    x = np.zeros((1, 32, 32, 1), "float32")  # every bias is zero, so the head says its mean
    assert np.allclose(np.asarray(network(x)), y.mean(axis=0), rtol=1e-4)
    network.get_layer("head").bias.assign([-100.0] * 3)
    assert (np.asarray(network(x)).min() >= 0) == positive


def test_areas_are_those_of_the_images_and_empty_frames_have_none(mnist):
    x = (mnist.x_train[:40] / 255).astype("float32")[..., None]
    areas = heads.areas_of(np.pad(x, ((0, 0), (2, 2), (2, 2), (0, 0))))
    assert (areas["ink"] <= areas["filled"]).all() and (areas["filled"] <= areas["hull"]).all()
    assert areas["filled"].dtype == np.float32


def test_the_setting_with_the_smallest_error_is_chosen_at_one_noise_or_over_all():
    trials = pd.DataFrame(
        {
            "method": 4 * ["mixed"] + 2 * ["pipeline"],
            "noise": [0.1, 0.1, 0.2, 0.2, 0.1, 0.1],
            "rate": [0.01, 0.02, 0.01, 0.02, np.nan, np.nan],
            "blur": 4 * [np.nan] + [0.3, 0.4],
            "choosing_mae": [5, 4, 6, 9, 3, 2],
        }
    )
    assert crossing.chosen(trials, "mixed") == 0.01
    assert crossing.chosen(trials, "mixed", 0.1) == 0.02
    assert crossing.chosen(trials, "pipeline", 0.1) == 0.4


@pytest.mark.parametrize(
    ("gaps", "noise"),
    [
        ([2, 1, -1], 0.15),
        ([2, -1, 3], 1),
        ([-1, -2, -3], 0),
        ([-1, 1, -3], 0.125),
        ([3, 2, 0], 0.2),
    ],
)
def test_a_network_overtakes_after_the_last_noise_at_which_it_is_behind(gaps, noise):
    assert crossing.overtakes(pd.Series(gaps, index=[0.05, 0.1, 0.2])) == pytest.approx(noise)


def test_training_for_longer_is_by_half_each_time():
    epochs = sorted([*crossing.OTHER_EPOCHS, crossing.EPOCHS])
    assert [b / a for a, b in zip(epochs, epochs[1:])] == pytest.approx([1.5, 1.5])


def test_the_losses_of_the_heads_are_known_to_keras():
    for head in heads.HEADS.values():
        assert callable(keras.losses.get(head.loss))


def test_the_recorded_heads_have_the_rates_that_the_trials_chose():
    trials, kept = recorded("head_trials"), recorded("area_heads")
    best = trials.loc[trials.groupby("head")["choosing_loss"].idxmin()].set_index("head")["rate"]
    assert set(kept["head"]) == set(best.index)
    assert np.allclose(kept["rate"], kept["head"].map(best))
