"""Seeds, schedule, fit."""

import numpy as np
import pytest

from utils import recipes, training
from utils.backend import keras
from utils.networks import lenet5
from utils.recipes import OPTIMIZERS, Recipe
from utils.training import (
    CrossEntropy,
    compile_classifier,
    fit,
    measure,
    set_seed,
    warmup_cosine,
)

RNG = np.random.default_rng(0)
X, Y = RNG.random((64, 4), dtype=np.float32), RNG.integers(0, 3, 64)


def classifier():
    set_seed(0)
    network = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    compile_classifier(network, 0.05)
    return network


def test_schedule_rises_to_the_peak_and_falls_to_zero():
    schedule = warmup_cosine(0.01, rows=1_000, batch_size=10, epochs=5)
    rates = np.array([float(schedule(step)) for step in range(501)])
    assert rates[0] == pytest.approx(0.001)
    assert rates.argmax() == 100 and rates.max() == pytest.approx(0.01)
    assert (np.diff(rates[:100]) > 0).all() and (np.diff(rates[101:]) < 0).all()
    assert rates[300] == pytest.approx(0.005, rel=0.02) and rates[500] == pytest.approx(0, abs=1e-8)


def test_schedule_counts_the_last_smaller_batch():
    assert float(warmup_cosine(0.01, rows=101, batch_size=10, epochs=10)(105)) > 0


def test_cross_entropy_without_smoothing_is_kerass():
    logits = RNG.normal(size=(64, 3)).astype("float32")
    sparse = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert float(CrossEntropy()(Y, logits)) == pytest.approx(float(sparse(Y, logits)), rel=1e-5)


def test_label_smoothing_spreads_belief():
    logits = np.log(np.array([[0.7, 0.2, 0.1]], dtype="float32"))
    targets = np.array([0.9 + 0.1 / 3, 0.1 / 3, 0.1 / 3])
    expected = -(targets * logits[0]).sum()
    assert float(CrossEntropy(0.1)(np.array([0]), logits)) == pytest.approx(expected, rel=1e-5)


def test_loss_survives_saving(tmp_path):
    network = classifier()
    network.compile(loss=CrossEntropy(0.2))
    network.save(tmp_path / "network.keras")
    assert keras.saving.load_model(tmp_path / "network.keras").loss.label_smoothing == 0.2


def test_history_has_a_row_an_epoch_and_every_evaluation():
    history = fit(
        classifier(),
        X,
        Y,
        epochs=3,
        batch_size=16,
        evaluate={"val": (X, Y), "train": (X, Y)},
        progress=False,
    )
    assert history["epoch"].tolist() == [1, 2, 3]
    columns = {
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "train_loss",
        "train_accuracy",
        "seconds",
    }
    assert columns <= set(history.columns)
    assert np.allclose(history["val_loss"], history["train_loss"])
    assert (history["seconds"] > 0).all() and history["val_loss"].iloc[-1] < history[
        "val_loss"
    ].iloc[0]


def test_reevaluated_error_is_that_of_the_weights_after_the_epoch():
    network = classifier()
    history = fit(
        network, X, Y, epochs=2, batch_size=16, evaluate={"train": (X, Y)}, progress=False
    )
    assert history["train_loss"].iloc[-1] == pytest.approx(
        network.evaluate(X, Y, verbose=0)[0], rel=1e-5
    )


def ordered(monkeypatch, order):
    """Make `fit` take the rows in this order in every epoch."""
    monkeypatch.setattr(training.np.random, "permutation", lambda rows: np.asarray(order))


def same_weights(ours, theirs):
    pairs = zip(ours.get_weights(), theirs.get_weights(), strict=True)
    return all(np.allclose(a, b, atol=1e-5) for a, b in pairs)


@pytest.mark.long
@pytest.mark.parametrize("batch_size", [1, 5, 16, 64, 100])
def test_it_is_kerass_fit_on_the_same_order_with_a_last_smaller_batch(monkeypatch, batch_size):
    ours, theirs, order = classifier(), classifier(), RNG.permutation(64)
    ordered(monkeypatch, order)
    found = fit(ours, X, Y, epochs=3, batch_size=batch_size, progress=False)
    plain = {"epochs": 3, "batch_size": batch_size, "shuffle": False, "verbose": 0}
    expected = theirs.fit(X[order], Y[order], **plain).history
    assert same_weights(ours, theirs)
    for name, values in expected.items():
        assert np.allclose(found[name], values, atol=1e-5), name
    assert int(ours.optimizer.iterations) == int(theirs.optimizer.iterations)


@pytest.mark.long
@pytest.mark.parametrize("cores", [1, 2, 3])
def test_the_number_of_cores_does_not_matter(monkeypatch, cores):
    monkeypatch.setattr(training, "CORES", cores)
    monkeypatch.setattr(training, "SMALLEST_PART", 1)
    ours, theirs = lenet5(), lenet5()
    theirs.set_weights(ours.get_weights())
    x, y, order = RNG.random((21, 32, 32, 1), dtype=np.float32), RNG.integers(0, 10, 21), range(21)
    ordered(monkeypatch, order)
    for network in (ours, theirs):
        compile_classifier(network, 0.001)
    fit(ours, x, y, epochs=2, batch_size=10, progress=False)  # the last batch is one image
    theirs.fit(x, y, epochs=2, batch_size=10, shuffle=False, verbose=0)
    assert same_weights(ours, theirs)


def test_frozen_layers_stay_and_dropout_is_on_in_training_only():
    network = lenet5(dropout=0.5)
    network.get_layer("C1").trainable = False
    compile_classifier(network, 0.01)
    kept, moved = (network.get_layer(name).get_weights()[0] for name in ("C1", "F6"))
    x, y = RNG.random((40, 32, 32, 1), dtype=np.float32), RNG.integers(0, 10, 40)
    history = fit(network, x, y, epochs=1, batch_size=40, evaluate={"val": (x, y)}, progress=False)
    assert np.array_equal(network.get_layer("C1").get_weights()[0], kept)
    assert not np.array_equal(network.get_layer("F6").get_weights()[0], moved)
    again = network.evaluate(x, y, verbose=0, return_dict=True)
    assert history["val_loss"][0] == pytest.approx(again["loss"], rel=1e-4)


def test_each_epoch_has_another_order_that_the_seed_decides(monkeypatch):
    seen = []
    steps = training.compiled_steps

    def watched(*arguments):
        train = steps(*arguments)
        return lambda x, y: (seen.append(x[:, 0].copy()), train(x, y))

    monkeypatch.setattr(training, "compiled_steps", watched)
    for _ in range(2):
        fit(classifier(), X, Y, epochs=2, batch_size=16, progress=False)
    first, second, again, _ = seen
    assert np.array_equal(first, again) and not np.array_equal(first, second)
    assert np.array_equal(np.sort(first), np.sort(X[:, 0]))


def test_an_interrupt_leaves_the_weights_of_the_last_epoch(monkeypatch):
    monkeypatch.setattr(training, "CHUNK", 16)
    kept, calls = [], []

    def interrupted(x):
        calls.append(len(x))
        if len(calls) == 6:  # in the second epoch, after one of its four chunks
            raise KeyboardInterrupt
        return x

    network = classifier()
    options = {"epochs": 3, "batch_size": 16, "augment": interrupted, "progress": False}
    with pytest.raises(KeyboardInterrupt):
        fit(network, X, Y, after_epoch=lambda row: kept.append(network.get_weights()), **options)
    assert len(kept) == 1 and set(calls) == {16}
    for before, after in zip(kept[0], network.get_weights(), strict=True):
        assert np.array_equal(before, after)


def test_a_lost_loss_is_told_with_its_epoch_and_rate():
    network = classifier()
    x = X.copy()
    x[3, 0] = np.inf
    with pytest.warns(RuntimeWarning, match="epoch 1: the loss is nan, at a learning rate of 0.05"):
        history = fit(network, x, Y, epochs=1, batch_size=16, progress=False)
    assert np.isnan(history["loss"][0])


def test_measuring_is_what_evaluate_does():
    network = classifier()
    expected = network.evaluate(X, Y, verbose=0, return_dict=True)
    assert measure(network, X, Y) == pytest.approx(expected, rel=1e-5)


def test_after_epoch_can_stop():
    history = fit(
        classifier(),
        X,
        Y,
        epochs=9,
        batch_size=16,
        after_epoch=lambda row: row["epoch"] == 2,
        progress=False,
    )
    assert len(history) == 2


def test_progress_is_one_line_that_ends_as_a_summary(monkeypatch):
    shown = []

    class Handle:
        def update(self, line):
            shown.append(repr(line))

    monkeypatch.setattr(
        training, "display", lambda line, display_id: shown.append(repr(line)) or Handle()
    )
    fit(classifier(), X, Y, epochs=2, batch_size=16)
    assert shown[0] == "training starts" and shown[1].startswith("epoch 1 of 2, ")
    assert shown[-1] == "trained for 2 epochs on 64 images"


def test_augment_is_called_anew_before_every_epoch():
    seen = []

    def augment(x):
        seen.append(len(seen))
        return np.zeros_like(x)

    network, untouched = classifier(), classifier()
    kernel = network.layers[-1].kernel.numpy()
    fit(network, X, Y, epochs=3, batch_size=16, augment=augment, progress=False)
    fit(untouched, X, Y, epochs=3, batch_size=16, progress=False)
    assert seen == [0, 1, 2]
    assert np.array_equal(network.layers[-1].kernel.numpy(), kernel)  # no input, no gradient
    assert not np.array_equal(untouched.layers[-1].kernel.numpy(), kernel)


def test_rows_must_match():
    with pytest.raises(ValueError, match="64 rows and y has 63"):
        fit(classifier(), X, Y[:-1], epochs=1, batch_size=16)


def test_augment_gets_images_in_parts_that_fit_their_targets(monkeypatch):
    monkeypatch.setattr(training, "CHUNK", 20)
    parts = []

    def augment(x):
        parts.append(len(x))
        return x

    changed = classifier()  # seeds, as the next one does
    fit(changed, X, Y, epochs=1, batch_size=16, augment=augment, progress=False)
    plain = classifier()
    fit(plain, X, Y, epochs=1, batch_size=16, progress=False)
    assert parts == [16, 16, 16, 16] and same_weights(changed, plain)


def regressor():
    set_seed(0)
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])


def test_a_recipe_is_compile_and_fit():
    ours = classifier()
    recipe = Recipe(3, 16, 0.01, label_smoothing=0.1)
    history = recipe.train(ours, X, Y, progress=False)
    theirs = classifier()
    compile_classifier(theirs, warmup_cosine(0.01, len(X), 16, 3), label_smoothing=0.1)
    again = fit(theirs, X, Y, epochs=3, batch_size=16, progress=False)
    assert np.array_equal(history["loss"], again["loss"]) and "accuracy" in history


def test_a_recipe_takes_the_squared_error_for_one_number_and_any_loss():
    y = RNG.random((64, 1), dtype=np.float32)
    network = regressor()
    history = Recipe(1, 16, 0.01, schedule="constant").train(network, X, y, progress=False)
    assert network.loss == "mean_squared_error" and "mae" in history
    Recipe(1, 16, 0.01).train(network, X, y, "mean_absolute_error", progress=False)
    assert network.loss == "mean_absolute_error"


@pytest.mark.long
@pytest.mark.parametrize(("name", "kind"), OPTIMIZERS.items())
@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_recipes_train_with_each_optimizer(monkeypatch, name, kind, decay):
    monkeypatch.setattr(recipes, "curvature_estimator", lambda *_: lambda row: None)
    network = classifier()
    schedule = "1998" if name == "SDLM" else "constant"
    recipe = Recipe(1, 16, 0.01, schedule, name, weight_decay=decay)
    seen = []
    recipe.train(network, X, Y, progress=False, after_epoch=lambda row: seen.append(row["epoch"]))
    assert isinstance(network.optimizer, getattr(kind, "func", kind)) and seen == [1]
    assert network.optimizer.weight_decay == (decay or None)


def test_sdlm_measures_the_curvatures_after_each_epoch_and_can_still_be_stopped(monkeypatch):
    measured = []
    monkeypatch.setattr(recipes, "curvature_estimator", lambda network, x: measured.append)
    recipe = Recipe(5, 16, None, schedule="1998", optimizer="SDLM")
    recipe.train(classifier(), X, Y, progress=False, after_epoch=lambda row: row["epoch"] == 2)
    assert [row["epoch"] for row in measured] == [1, 2]
