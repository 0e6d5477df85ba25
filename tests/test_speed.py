"""The benchmark: what it measures, on few images."""

import numpy as np
import pytest

from utils import bench, training
from utils.evaluation import mean_interval
from utils.experiments import race, speed
from utils.experiments.race import OURS, SPRINT, SPRINTS
from utils.networks import lenet5
from utils.records import recorded
from utils.training import fit, warmup_cosine

RNG = np.random.default_rng(0)
X, Y = RNG.random((300, 32, 32, 1), dtype=np.float32), RNG.integers(0, 10, 300)


@pytest.mark.long
def test_pairs_and_predictions_are_seconds():
    pairs = speed.epoch_pairs(X, Y, 100, pairs=2)
    assert pairs.shape == (2, 2) and (pairs > 0).all()
    found = speed.prediction_seconds(X, times=2)
    assert set(found) == {"evaluation.predict", "network.predict"} and min(found.values()) > 0


def test_the_floor_grows_with_the_images():
    small, large = (speed.floor_seconds(rows, size=300, times=20) for rows in (10_000, 1_000_000))
    assert 0 < 20 * small < large


@pytest.mark.parametrize("arguments", [["0"], ["many"], ["1.5"], ["1", "2"]])
def test_wrong_arguments_measure_nothing(capsys, arguments):
    assert bench.main(arguments) == 2
    assert "allowed: a number of seeds, from 1" in capsys.readouterr().err


def test_the_sprint_was_chosen_on_validation_images():
    table = recorded("sprints").groupby("recipe", sort=False)
    assert set(table.groups) == set(SPRINTS)
    good = table["validation_error"].mean().round(4) <= 0.01
    assert table["seconds"].median()[good].idxmin() == SPRINT
    assert OURS["sprint"] == SPRINTS[SPRINT]


def test_the_sprinter_is_lenet5():
    network, dense = lenet5(), race.dense_lenet5()
    dense.set_weights(
        [new.reshape(old.shape) for old, new in zip(dense.get_weights(), network.get_weights())]
    )
    assert dense.count_params() == 61_706
    same = [each.predict(X, verbose=0) for each in (network, dense)]
    assert np.allclose(*same, atol=1e-5)


def test_the_race():
    """The sprint is at least 14 times sooner than Keras's example, 22 times sooner than plain Adam, and keeps to 1%."""
    table = recorded("time_to_99")
    assert set(table["recipe"]) == {*race.USERS, *race.OURS}
    medians = table.groupby("recipe")["seconds"].median()
    assert medians["keras_example"] >= 14 * medians["sprint"]
    assert medians["article"] >= 22 * medians["sprint"]
    errors = table.loc[table["recipe"] == "sprint", "test_error"]
    assert len(errors) == 5 and errors.max() <= 0.01 and errors.mean() <= 0.0092


def test_the_errors_are_no_worse_than_those_of_keras_fit():
    errors = recorded("fit_pairs").pivot(index="seed", columns="way", values="validation_error")
    assert len(errors) == 15
    assert mean_interval(errors["training.fit"] - errors["network.fit"]).high < 0.0005


def test_half_an_epoch_is_half_the_images(monkeypatch):
    seen = []

    def watch(images):
        seen.append(len(images))
        return images

    monkeypatch.setattr(training, "CHUNK", 100)
    network = race.lenet5()
    race.compile_classifier(network, warmup_cosine(0.01, 300, 100, 1.5))
    history = fit(network, X, Y, epochs=1.5, batch_size=100, augment=watch, progress=False)
    assert seen == [100, 100, 100, 100, 50] and history["epoch"].tolist() == [1, 2]
    assert int(network.optimizer.iterations) == 3 + 2
