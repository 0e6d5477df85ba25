"""The experiments of chapter 7: variants, few images, peeking."""

import numpy as np
import pandas as pd
import pytest

from utils.experiments import few_images, peeking, variants
from utils.experiments.held_out import HELD_OUT, choose_and_judge, held_out_task
from utils.networks import layer_table, lenet5


@pytest.fixture(scope="module")
def task(mnist):
    return held_out_task(mnist)


def rows(x):
    return {image.tobytes() for image in x}


def test_choosing_judging_and_training_share_no_digit(task):
    (x_choose, y_choose), (x_judge, y_judge) = choose_and_judge(task)
    assert (len(x_choose), len(x_judge)) == (HELD_OUT / 3, 2 * HELD_OUT / 3)
    assert len(y_choose) == len(x_choose) and len(y_judge) == len(x_judge)
    x, _ = task.sample(2_000, 0)
    assert not rows(x_choose) & rows(x_judge)
    assert not rows(x) & (rows(x_choose) | rows(x_judge))


def test_variants_of_the_same_size():
    counts = {name: variants.build_variant(name).count_params() for name in variants.VARIANTS}
    frame = counts.pop("frame of 28")
    assert set(counts.values()) == {61_706}
    assert abs(frame / 61_706 - 1) < 0.005
    table = layer_table(variants.small_frame_lenet5())
    assert list(table["output"]) == [
        *("24x24x6", "12x12x6", "8x8x16", "4x4x16", "1x1x171"),
        *("84", "10"),
    ]


def test_a_small_frame_sees_the_middle():
    x = np.arange(2 * 32 * 32, dtype=np.float32).reshape(2, 32, 32, 1)
    small = variants.small_frame_lenet5()
    assert np.array_equal(variants.in_frame(small, x), x[:, 2:30, 2:30])
    assert np.array_equal(variants.in_frame(lenet5(), x), x)


def test_every_other_digit_moves_to_the_right_and_the_rest_to_the_left():
    x = np.zeros((4, 5, 5, 1), np.float32)
    x[:, 2, 2] = 1
    moved = variants.sideways(x, 2)
    assert [int(image[2].argmax()) for image in moved[..., 0]] == [4, 0, 4, 0]
    assert np.array_equal(variants.sideways(x, 0), x) and moved.sum() == 4


def test_the_best_rate_is_that_with_the_lowest_mean(monkeypatch):
    table = pd.DataFrame(
        [("a", 0.1, 0, 0.03), ("a", 0.1, 1, 0.01), ("a", 0.2, 0, 0.015), ("a", 0.2, 1, 0.015)],
        columns=["variant", "rate", "seed", "error"],
    )
    monkeypatch.setattr(variants, "recorded", {"variant_rates": table}.get)
    assert variants.best_rates() == {"a": 0.2}


def test_the_best_setting_is_that_with_the_lowest_mean(monkeypatch):
    table = pd.DataFrame(
        [("SVM", "C 3", 0.03), ("SVM", "C 10", 0.02), ("LeNet-5", "rate 1", 0.01)],
        columns=["method", "setting", "error"],
    )
    monkeypatch.setattr(few_images, "recorded", {"few_images_trials": table}.get)
    assert few_images.best_setting("SVM") == "C 10"


def test_both_methods_have_as_many_settings():
    assert {len(settings) for settings in few_images.SETTINGS.values()} == {9}


def test_an_svm_reads_what_it_has_learned(task):
    x, y = task.sample(200, 0)
    read = few_images.train_method("SVM", "C 10, gamma 0.02", x, y, 0)
    assert np.mean(read(x) == y) > 0.98


def test_what_is_chosen_by_luck_is_average_on_the_other_half():
    wrong = np.random.default_rng(0).random((10, 10, 4_000)) < 0.1
    found = peeking.looked_and_true(wrong, np.random.default_rng(1), splits=200)
    assert list(found) == ["last epoch", "best epoch", "best run", "best of all"]
    for _, other in found.values():
        assert other == pytest.approx(0.1, abs=0.004)
    looks_better = [other - seen for seen, other in found.values()]
    assert abs(looks_better[0]) < 0.001
    assert looks_better[0] < looks_better[1] < looks_better[3]
    assert (
        0.007 < looks_better[1] < 0.014
    )  # the smallest of ten: 1.54 standard deviations of 0.0067


def test_what_is_better_is_chosen_and_does_not_flatter():
    wrong = np.zeros((3, 2, 100), bool)
    wrong[0, 1] = wrong[1] = wrong[2] = True  # right after the first look of the first run only
    found = peeking.looked_and_true(wrong, np.random.default_rng(0), splits=5)
    assert found["last epoch"] == (1, 1) and found["best of all"] == (0, 0)
    assert found["best epoch"] == pytest.approx((2 / 3, 2 / 3)) and found["best run"] == (1, 1)
