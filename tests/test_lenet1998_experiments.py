"""The experiments of chapter 7: what each rung is, and what the rows hold."""

import numpy as np
import pandas as pd
import pytest

from utils import lenet1998_experiments as experiments
from utils.backend import keras
from utils.lenet1998 import MapLoss, lenet1998
from utils.lenet1998_experiments import (
    CANDIDATES,
    RUNGS,
    climb,
    final_data,
    ladder_network,
    train_1998,
    train_candidate,
)
from utils.lesson import recorded
from utils.mnist import WRONG_TEST_LABELS
from utils.networks import lenet5
from utils.sdlm import DiagonalLevenbergMarquardt
from utils.training import CrossEntropy, set_seed

RNG = np.random.default_rng(0)
X, Y = RNG.random((64, 32, 32, 1), dtype=np.float32), RNG.integers(0, 10, 64)


def shapes(network):
    return [tuple(weight.shape) for weight in network.trainable_weights]


def test_the_ladder_starts_at_the_published_network():
    set_seed(0)
    published, bottom = lenet1998(), ladder_network(0)
    for ours, theirs in zip(bottom.get_weights(), published.get_weights(), strict=True):
        assert ours.shape == theirs.shape
        if ours.size > 100:
            assert np.isclose(ours.std(), theirs.std(), rtol=0.1)
    bottom.set_weights(published.get_weights())
    assert np.allclose(published.predict(X, verbose=0), bottom.predict(X, verbose=0), atol=1e-3)


def test_the_ladder_ends_at_the_plain_lenet5():
    top, plain = ladder_network(len(RUNGS) - 1), lenet5()
    assert shapes(top) == shapes(plain) and top.count_params() == 61_706
    for name in ("C1", "S2", "C3", "S4", "C5", "F6"):
        ours, theirs = top.get_layer(name), plain.get_layer(name)
        assert type(ours) is type(theirs)
        assert getattr(ours, "activation", None) == getattr(theirs, "activation", None)


def test_every_rung_changes_one_thing():
    parameters = [ladder_network(rung).count_params() for rung in range(len(RUNGS))]
    assert parameters == [60_000] * 4 + [60_850, 61_750] + [61_706] * 4


@pytest.mark.parametrize(
    ("rung", "optimizer", "loss", "constant"),
    [
        (0, DiagonalLevenbergMarquardt, MapLoss, False),
        (1, keras.optimizers.Adam, MapLoss, True),
        (2, keras.optimizers.Adam, MapLoss, False),
        (3, keras.optimizers.Adam, CrossEntropy, False),
        (9, keras.optimizers.Adam, CrossEntropy, False),
    ],
)
def test_rungs_are_trained_as_they_say(rung, optimizer, loss, constant):
    network, history = climb(rung, X, Y, 1, 0, progress=False)
    assert type(network.optimizer) is optimizer and type(network.loss) is loss
    schedule = keras.optimizers.schedules.LearningRateSchedule
    assert isinstance(network.optimizer._learning_rate, schedule) != constant
    assert len(history) == 1 and np.isfinite(history["loss"]).all()


def test_a_short_live_run_repeats_the_first_passes_of_a_long_one():
    _, short = train_1998(X, Y, 0, passes=1, progress=False)
    _, long = train_1998(X, Y, 0, passes=2, progress=False)
    assert short["loss"][0] == long["loss"][0] and len(long) == 2
    _, distorted = train_1998(X, Y, 0, passes=1, distorted=True, progress=False)
    assert distorted["loss"][0] != short["loss"][0]


@pytest.mark.parametrize("name", CANDIDATES)
def test_candidates_train_the_plain_lenet5(name):
    network, history = train_candidate(name, X, Y, 0, epochs=1, progress=False)
    assert shapes(network) == shapes(lenet5()) and len(history) == 1


def test_errors_are_counted_with_and_without_the_doubtful_labels():
    x, y, sets = final_data()
    assert x.shape == (60_000, 32, 32, 1) and len(y) == 60_000
    assert len(sets["test"][1]) == 10_000 and len(sets["doubtful"][1]) == len(WRONG_TEST_LABELS)
    row = {"epoch": 1, "accuracy": 0.9, "test_accuracy": 0.985, "doubtful_accuracy": 0.2}
    found = next(experiments._errors(pd.DataFrame([{**row, "seconds": 1.23}])))
    assert found["test_errors"] == 150 and found["of_them_doubtful"] == 12
    assert found["running_error"] == 0.1


def test_the_best_recipe_has_the_fewest_validation_errors():
    by_recipe = recorded("candidates").groupby("recipe")["validation_errors"].mean()
    assert by_recipe.idxmin() == experiments.BEST
    assert set(by_recipe.index) == set(CANDIDATES)


@pytest.mark.parametrize("name", ["published", "published_decay", "published_distorted", "best"])
def test_records_are_complete(name):
    table = recorded(name)
    assert table.groupby("seed")["epoch"].max().nunique() == 1
    assert sorted(table["seed"].unique()) == list(experiments.SEEDS)
    assert (table["of_them_doubtful"] <= len(WRONG_TEST_LABELS)).all()


def test_weight_decay_shrinks_the_kernels():
    plain, decayed = (
        train_1998(X, Y, 0, passes=1, weight_decay=decay, progress=False)[0] for decay in (0.0, 1.0)
    )
    assert (plain.optimizer.weight_decay, decayed.optimizer.weight_decay) == (None, 1.0)
    for before, after in zip(plain.get_weights(), decayed.get_weights(), strict=True):
        assert before.ndim == 1 or np.linalg.norm(after) < np.linalg.norm(before)


def test_the_decay_was_chosen_on_validation_images():
    table = recorded("decays")
    assert set(table["weight_decay"]) == set(experiments.DECAYS)
    means = table.groupby("weight_decay")["validation_errors"].mean()
    assert means.idxmin() == experiments.DECAY


def test_the_records_reach_the_paper():
    """The paper's own figures, 0.95% and 0.82% (section III-B); 0.52% is the series' own mark, below Fig. 9's 0.7%."""
    for name, at_most in (("published_decay", 95), ("published_distorted", 82), ("best", 52)):
        table = recorded(name)
        end = table[table["epoch"] == table["epoch"].max()]
        assert len(end) >= 5 and end["test_errors"].mean() <= at_most
