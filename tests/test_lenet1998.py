"""The network as published: counts, table, codes, losses."""

import itertools

import numpy as np
import pytest

from utils.backend import keras, tf
from utils.images import to_1998_range
from utils.lenet1998 import (
    C3_TABLE,
    CODES,
    MapLoss,
    MseLoss,
    PartialConvolution,
    RadialBasis,
    Subsampling,
    lenet1998,
)
from utils.networks import feature_maps, layer_table, scaled_tanh

RNG = np.random.default_rng(0)
X = RNG.random((8, 32, 32, 1), dtype=np.float32)
LABELS = RNG.integers(0, 10, 8)
NEGATED = -RNG.uniform(0, 60, (8, 10)).astype(np.float32)


def test_counts_are_the_papers():
    table = layer_table(lenet1998()).set_index("layer")
    assert list(table.index) == ["C1", "S2", "C3", "S4", "C5", "F6", "output"]
    assert table["parameters"].tolist() == [156, 12, 1_516, 32, 48_120, 10_164, 0]
    assert table["parameters"].sum() == lenet1998().count_params() == 60_000
    connections = [122_304, 5_880, 151_600, 2_000, 48_120, 10_164, 840]
    assert table["connections"].tolist() == connections and sum(connections) == 340_908
    assert table["receptive_field"].tolist() == [5, 6, 14, 16, 32, 32, 32]
    shapes = ["28x28x6", "14x14x6", "10x10x16", "5x5x16", "1x1x120", "84", "10"]
    assert table["output"].tolist() == shapes


def test_every_parameter_is_trainable_and_starts_within_its_fan_in():
    weights = lenet1998().trainable_weights
    assert sum(np.prod(weight.shape) for weight in weights) == 60_000
    fan_in = {"C1": 25, "C5": 400, "F6": 120}
    for weight in weights:
        layer = weight.path.split("/")[-2]
        if layer in fan_in:
            largest = np.abs(weight.numpy()).max() * fan_in[layer]
            assert largest <= 2.4 + 1e-5
            if weight.name == "kernel":
                assert largest > 2.2
    kernels = lenet1998().get_layer("C3").kernels.numpy()
    largest = np.abs(kernels).max(axis=(0, 1)) * np.repeat(
        [25 * len(row) for row in C3_TABLE], [len(row) for row in C3_TABLE]
    )
    assert (largest <= 2.4 + 1e-5).all() and (largest > 1.5).all()


def test_c3_depends_on_the_maps_of_its_table_and_on_no_others():
    layer = PartialConvolution()
    x = RNG.random((1, 14, 14, 6), dtype=np.float32)
    before = layer(x).numpy()
    for source in range(6):
        moved = x.copy()
        moved[..., source] += 1
        changed = np.abs(layer(moved).numpy() - before).max(axis=(0, 1, 2)) > 1e-6
        assert changed.tolist() == [source in row for row in C3_TABLE]
    assert sum(map(len, C3_TABLE)) == 60 and len(set(C3_TABLE)) == 16


def test_c3_is_a_convolution_with_the_missing_kernels_zero():
    layer = PartialConvolution()
    x = RNG.random((2, 14, 14, 6), dtype=np.float32)
    found = layer(x).numpy()
    dense = np.zeros((5, 5, 6, 16), np.float32)
    pairs = [(source, unit) for unit, row in enumerate(C3_TABLE) for source in row]
    for pair, (source, unit) in enumerate(pairs):
        dense[:, :, source, unit] = layer.kernels.numpy()[:, :, pair]
    expected = scaled_tanh(tf.nn.conv2d(x, dense, 1, "VALID") + layer.bias)
    assert np.allclose(found, expected, atol=1e-5)


def test_subsampling_adds_four_scales_shifts_and_squashes():
    layer = Subsampling()
    x = RNG.normal(size=(2, 6, 4, 3)).astype(np.float32)
    added = x.reshape(2, 3, 2, 2, 2, 3).sum(axis=(2, 4))
    assert np.allclose(layer(x), scaled_tanh(added), atol=1e-6)
    layer.set_weights([np.array([0.1, 0.2, -0.3]), np.array([0.0, 1.0, 2.0])])
    expected = scaled_tanh(added * np.float32([0.1, 0.2, -0.3]) + np.float32([0, 1, 2]))
    assert np.allclose(layer(x), expected, atol=1e-6)


def test_input_has_the_papers_range():
    assert np.allclose(feature_maps(lenet1998(), X, "range"), to_1998_range(X), atol=1e-6)


def test_codes_have_the_papers_distances():
    flat = CODES.reshape(10, 84)
    assert set(np.unique(flat)) == {-1, 1} and CODES.shape == (10, 12, 7)
    hamming = {
        pair: int((flat[pair[0]] != flat[pair[1]]).sum())
        for pair in itertools.combinations(range(10), 2)
    }
    assert min(hamming.values()) == 12 and [p for p in hamming if hamming[p] == 12] == [(6, 8)]
    assert max(hamming.values()) == 50
    assert [p for p in hamming if hamming[p] == 50] == [(1, 4), (1, 8), (4, 7)]
    assert np.mean(list(hamming.values())) == pytest.approx(31.1, abs=0.05)


def test_codes_themselves_are_recognized_at_distance_0():
    scores = RadialBasis()(CODES.reshape(10, 84)).numpy()
    assert (scores.argmax(axis=1) == np.arange(10)).all() and np.allclose(np.diag(scores), 0)
    assert np.allclose(scores[6, 8], -48)  # four times the Hamming distance


def test_network_slides_over_a_wider_image():
    network, wide = lenet1998(), lenet1998(width=None)
    wide.set_weights(network.get_weights())
    row = np.concatenate(list(X), axis=1)[None]
    scores = wide.predict(row, verbose=0)
    assert scores.shape == (1, 1 + (8 * 32 - 32) // 4, 10)
    assert np.allclose(scores[0, ::8], network.predict(X, verbose=0), atol=1e-4)
    assert lenet1998(40).output_shape == (None, 3, 10)


def test_too_narrow_an_image_is_refused():
    with pytest.raises(ValueError, match="width is 31; allowed: at least 32"):
        lenet1998(31)


def test_saves_and_loads_in_safe_mode(tmp_path):
    network = lenet1998()
    network.compile("sgd", loss=MapLoss(j=2.0))
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras", safe_mode=True)
    assert np.array_equal(network.predict(X, verbose=0), loaded.predict(X, verbose=0))
    assert loaded.loss.j == 2 and loaded.count_params() == 60_000
    network.compile("sgd", loss=MseLoss())
    network.save(tmp_path / "network.keras")
    assert isinstance(keras.saving.load_model(tmp_path / "network.keras").loss, MseLoss)


def test_equation_9_by_hand():
    distances = -NEGATED.astype(float)
    for j in (0.1, 1, 10):
        expected = distances[np.arange(8), LABELS] + np.log(
            np.exp(-j) + np.exp(-distances).sum(axis=1)
        )
        found = MapLoss(j, reduction=None)(LABELS, NEGATED)
        assert np.allclose(found, expected, rtol=1e-5) and (expected > 0).all()


def test_equation_9_becomes_softmax_cross_entropy():
    cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(LABELS, NEGATED)
    gaps = [float(MapLoss(j)(LABELS, NEGATED) - cross_entropy) for j in (0.1, 1, 3, 10, 100)]
    assert all(a > b for a, b in itertools.pairwise(gaps))
    assert gaps[0] > 1 and gaps[-1] == pytest.approx(0, abs=1e-5)


def test_equation_9_is_positive_with_finite_gradients():
    perfect = np.full((1, 10), -200, np.float32)
    perfect[0, 3] = 0
    for scores in (perfect, 0 * perfect, -1e6 + perfect):
        scores = tf.constant(scores)
        with tf.GradientTape() as tape:
            tape.watch(scores)
            loss = MapLoss()([3], scores)
        assert float(loss) > 0 and np.isfinite(tape.gradient(loss, scores)).all()


def test_equation_8_is_the_distance_to_the_labels_code():
    assert float(MseLoss()(LABELS, NEGATED)) == pytest.approx(
        -NEGATED[np.arange(8), LABELS].mean(), rel=1e-6
    )
