"""The experiments of chapter 9: what is planted, ranked, reported and tuned."""

import numpy as np
import pandas as pd
import pytest

from utils.experiments import (
    curve_edge,
    curve_tuning,
    leaks,
    learning_curves,
    noisy_labels,
    remedies,
)
from utils.experiments.tasks import TASKS, Task
from utils.recipes import Recipe
from utils.records import recorded


def test_planted_labels_are_wrong_and_the_others_right():
    y = np.random.default_rng(1).integers(0, 10, 400).astype(np.uint8)
    for kind in noisy_labels.KINDS:
        labels, planted = noisy_labels.plant(y, 60, 3, kind)
        assert planted.sum() == 60
        assert np.array_equal(planted, labels != y)
        assert set(labels) <= set(range(10))
    assert np.array_equal(labels[planted], noisy_labels.LOOKS_LIKE[y[planted]])
    assert np.array_equal(noisy_labels.plant(y, 0, 3)[0], y)


def test_a_wrong_label_can_be_any_other_digit():
    labels, _ = noisy_labels.plant(np.full(500, 4), 500, 0)
    assert set(labels) == set(range(10)) - {4}


def test_losses_are_cross_entropies():
    def network(x):
        return np.log([[0.5, 0.25, 0.25], [0.1, 0.8, 0.1]]) + 7

    found = noisy_labels.losses(network, np.zeros((2, 32, 32, 1)), np.array([1, 1]))
    assert found == pytest.approx([np.log(4), -np.log(0.8)])


def test_precision_counts_planted_labels_among_the_largest_losses():
    losses, planted = np.arange(1_000.0), np.zeros(1_000, bool)
    planted[[999, 990, 950, 100]] = True
    found = noisy_labels._precisions(losses, planted)
    assert found["precision_at_100"] == 0.03 and found["precision_at_500"] == 3 / 500
    places = (1, 10, 50, 900)
    expected = np.mean([(rank + 1) / place for rank, place in enumerate(places)])
    assert found["average_precision"] == pytest.approx(expected, abs=1e-4)


def test_the_best_epoch_is_chosen_on_some_images_and_judged_on_the_others():
    wrong = np.array([[0, 0, 1, 1], [1, 1, 0, 0], [0, 1, 0, 1]], dtype=float)
    best, last = leaks._report(wrong, np.array([0, 1, 2, 3]), 2)
    assert best == (0, 1) and last == (0.5, 0.5)


def test_with_one_epoch_nothing_is_chosen():
    wrong = np.random.default_rng(0).random((1, 50)) < 0.2
    best, last = leaks._report(wrong.astype(float), np.arange(50), 10)
    assert best == last


@pytest.mark.parametrize("name", TASKS)
def test_recipes_of_the_curves_have_the_tuned_rates_and_twice_the_epochs(name):
    rates = learning_curves.RATES[name]
    for size, epochs in curve_tuning.EPOCHS.items():
        recipe = learning_curves.recipe_for(name, size)
        assert recipe.epochs == 2 * epochs and recipe.batch_size == curve_tuning.BATCHES[size]
        assert recipe.learning_rate in (*curve_tuning.RATES, curve_edge.RATE)
    assert learning_curves.recipe_for(name, 300).learning_rate == rates[100]
    assert learning_curves.recipe_for(name, 25_000).learning_rate == rates[10_000]


def test_every_size_has_enough_seeds():
    sizes = {size: learning_curves.seeds_of(size) for size in curve_tuning.EPOCHS}
    assert all(len(sizes[size]) == 10 for size in (100, 300, 1_000, 3_000))
    assert all(len(seeds) >= 3 and set(seeds) <= set(range(10)) for seeds in sizes.values())


def test_the_named_strength_of_a_remedy_is_on_its_path():
    for remedy, strength in remedies.NAMED.items():
        assert strength in remedies.STRENGTHS[remedy]


def test_each_model_has_nine_trials():
    for tried in curve_tuning.TRIALS.values():
        for settings in tried.values():
            assert np.prod([len(values) for values in settings.values()]) == 9
    assert len(curve_tuning.RATES) * len(curve_tuning.TUNED_ON) == 9


@pytest.mark.long
@pytest.mark.parametrize("name", TASKS)
def test_early_stopping_keeps_the_best_epoch_and_trains_again_for_as_long(name, mnist, monkeypatch):
    task, trained = Task(name, mnist), []

    def train(recipe, network, x, y, loss=None, **options):
        trained.append((recipe.epochs, len(x)))
        if "after_epoch" in options:
            values = {1: (3, 0.5), 2: (1, 0.7), 3: (2, 0.9)}
            for epoch, (value, accuracy) in values.items():
                network.layers[0].bias.assign([float(epoch)] * 6)
                row = {"epoch": epoch, "val_loss": value, "val_accuracy": accuracy}
                options["after_epoch"](row)

    monkeypatch.setattr(Recipe, "train", train)
    found = remedies.stop_early(task, seed=0)
    assert float(found["on loss"].layers[0].bias[0]) == 2
    assert trained[0] == (40, 800) and trained[1] == (2, 1_000)
    assert float(found["200 images fewer"].layers[0].bias[0]) == 3
    if name == "classifier":
        assert float(found["on error"].layers[0].bias[0]) == 3 and trained[2] == (3, 1_000)
    assert ("on error" in found) == (name == "classifier")


def test_rates_and_settings_of_the_curves_are_those_that_the_trials_found_best():
    tried = pd.concat([recorded("curve_tuning"), recorded("curve_edge")])
    trials = tried.groupby(["task", "model", "images", "setting"])["error"]
    best = trials.mean().groupby(["task", "model", "images"]).idxmin()
    rates, settings = {}, {}
    for task, model, images, setting in best:
        if model == "LeNet-5":
            rates.setdefault(task, {})[images] = float(setting.removeprefix("rate "))
        else:
            parts = [part.split() for part in setting.split(", ")]
            found = {name: float(value) for name, value in parts}
            settings.setdefault(task, {})[model] = found
    assert learning_curves.RATES == rates
    assert learning_curves.SETTINGS == settings
