"""LeNet-5 and its relatives."""

import numpy as np
import pytest

from utils.backend import keras
from utils.networks import (
    ACTIVATIONS,
    POOLINGS,
    feature_maps,
    keras_convnet,
    layer_table,
    lenet5,
    scaled_tanh,
    to_regressor,
)
from utils.training import set_seed


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_every_variant_has_61706_parameters_and_ten_logits(activation, pooling):
    network = lenet5(activation, pooling)
    assert network.count_params() == 61_706
    assert network.output_shape == (None, 10)
    assert network.layers[-1].activation is keras.activations.linear


def test_layer_table_has_the_papers_numbers():
    table = layer_table(lenet5()).set_index("layer")
    assert list(table.index) == ["C1", "S2", "C3", "S4", "C5", "F6", "output"]
    assert table["parameters"].tolist() == [156, 0, 2_416, 0, 48_120, 10_164, 850]
    assert table.loc["C1", "connections"] == 122_304 and table.loc["C5", "connections"] == 48_120
    assert table["multiply_adds"].tolist() == [117_600, 0, 240_000, 0, 48_000, 10_080, 840]
    assert table["receptive_field"].tolist() == [5, 6, 14, 16, 32, 32, 32]


def test_receptive_field_is_what_a_unit_depends_on():
    """Move one input pixel after the other and see which ones change the first unit of C3."""
    network = lenet5("tanh")
    pixels = np.zeros((32 * 32, 32, 32, 1), np.float32)
    pixels.reshape(32 * 32, -1)[np.arange(32 * 32), np.arange(32 * 32)] = 1
    maps = feature_maps(network, np.concatenate([np.zeros_like(pixels[:1]), pixels]), "C3")[
        :, 0, 0, :
    ]
    changed = np.abs(maps[1:] - maps[0]).max(axis=1).reshape(32, 32) > 1e-7
    assert changed.sum() == 14 * 14 and changed[:14, :14].all()


def test_strided_variant_has_the_same_shapes():
    table = layer_table(lenet5(pooling="stride")).set_index("layer")
    assert table["output"].to_dict() == {
        "C1": "14x14x6",
        "C3": "5x5x16",
        "C5": "1x1x120",
        "F6": "84",
        "output": "10",
    }


def test_scaled_tanh_is_equation_6():
    x = np.linspace(-3, 3, 7, dtype=np.float32)
    assert np.allclose(scaled_tanh(x), 1.7159 * np.tanh(2 / 3 * x), atol=1e-6)
    assert np.allclose(scaled_tanh(np.array([-1.0, 1.0])), [-1, 1], atol=1e-4)


@pytest.mark.parametrize(
    ("argument", "allowed"), [("activation", "sigmoid"), ("pooling", "stride")]
)
def test_unknown_variants_are_refused(argument, allowed):
    with pytest.raises(ValueError, match=f"{argument} is 'other'; allowed: .*{allowed}"):
        lenet5(**{argument: "other"})


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_saves_and_loads(tmp_path, activation):
    network = lenet5(activation)
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras")
    x = np.random.default_rng(0).random((4, 32, 32, 1), dtype=np.float32)
    assert np.array_equal(network.predict(x, verbose=0), loaded.predict(x, verbose=0))


def test_keras_example_network():
    assert keras_convnet().count_params() == 34_826


X = np.random.default_rng(0).random((4, 32, 32, 1), dtype=np.float32)


def test_regressor_keeps_the_trunk_and_swaps_the_head():
    classifier = lenet5("scaled_tanh")
    regressor = to_regressor(classifier, mean=100, std=30)
    assert regressor.count_params() == 61_706 - 850 + 85 == 60_941
    assert np.array_equal(feature_maps(classifier, X, "F6"), feature_maps(regressor, X, "F6"))


def test_regressor_speaks_the_targets_unit():
    regressor = to_regressor(lenet5(), mean=100, std=30)
    regressor.get_layer("head").set_weights([np.zeros((84, 1)), np.array([2.0])])
    assert np.allclose(regressor.predict(X, verbose=0), 160)


def test_training_the_regressor_leaves_the_classifier_alone():
    classifier = lenet5()
    before = classifier.get_weights()
    regressor = to_regressor(classifier, 0, 1)
    regressor.compile("adam", "mean_squared_error")
    regressor.fit(X, np.ones((4, 1)), verbose=0)
    assert all(np.array_equal(a, b) for a, b in zip(before, classifier.get_weights()))
    assert not np.array_equal(before[0], regressor.get_weights()[0])


def test_frozen_trunk_does_not_learn():
    regressor = to_regressor(lenet5(), 0, 1, freeze=True)
    assert sum(np.prod(weight.shape) for weight in regressor.trainable_weights) == 85
    before = regressor.get_weights()
    regressor.compile("adam", "mean_squared_error")
    regressor.fit(X, np.ones((4, 1)), verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, regressor.get_weights())]
    assert changed == [False] * 8 + [True] * 2


def test_regressor_reloads_in_safe_mode(tmp_path):
    regressor = to_regressor(lenet5("scaled_tanh"), 100, 30)
    regressor.save(tmp_path / "regressor.keras")
    loaded = keras.saving.load_model(tmp_path / "regressor.keras", safe_mode=True)
    assert np.array_equal(regressor.predict(X, verbose=0), loaded.predict(X, verbose=0))


@pytest.mark.parametrize("std", [0, -1, float("nan")])
def test_regressor_refuses_a_target_without_spread(std):
    with pytest.raises(ValueError, match="std is"):
        to_regressor(lenet5(), 0, std)


@pytest.mark.parametrize(("width", "parameters"), [(0.25, 4_157), (0.5, 15_738), (1, 61_706)])
def test_width_scales_maps_and_units(width, parameters):
    assert lenet5(width=width).count_params() == parameters


def test_dropout_has_no_parameters_and_is_off_in_prediction():
    set_seed(0)
    network = lenet5(dropout=0.5)
    x = np.random.default_rng(0).random((3, 32, 32, 1), dtype=np.float32)
    assert network.count_params() == 61_706
    assert np.array_equal(network.predict(x, verbose=0), network.predict(x, verbose=0))
    assert not np.allclose(network(x, training=True), network(x, training=False))
    assert to_regressor(network, 0.0, 1.0).count_params() == 60_941


@pytest.mark.parametrize(
    ("options", "message"), [({"width": 0}, "above 0"), ({"dropout": 1}, "below 1")]
)
def test_width_and_dropout_out_of_range(options, message):
    with pytest.raises(ValueError, match=message):
        lenet5(**options)
