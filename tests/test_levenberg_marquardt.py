"""The optimizer of the 1998 paper."""

import numpy as np
import pytest

from utils.backend import keras, tf
from utils.evaluation import predict_digits
from utils.images import prepare
from utils.lenet1998 import CODES, MapLoss, MseLoss, RadialBasis, lenet1998
from utils.levenberg_marquardt import DiagonalLevenbergMarquardt, curvature_estimator, eta_1998
from utils.training import fit, set_seed

pytestmark = pytest.mark.long
X = np.random.default_rng(0).random((4, 32, 32, 1), dtype=np.float32)


def test_eta_has_the_papers_passes():
    eta = eta_1998(rows=1_000, batch_size=100)
    by_pass = [[float(eta(step)) / 10 for step in (10 * n, 10 * n + 9)] for n in range(20)]
    expected = [0.0005] * 2 + [0.0002] * 3 + [0.0001] * 3 + [0.00005] * 4 + [0.00001] * 8
    assert np.allclose(by_pass, np.array(expected)[:, None])


def test_step_is_eta_over_mu_plus_curvature():
    weight = keras.Variable([1.0, 1.0])
    optimizer = DiagonalLevenbergMarquardt(0.1, mu=0.5)
    optimizer.build([weight])
    optimizer.curvatures[0].assign([0.0, 1.5])
    optimizer.apply([np.float32([1, 1])], [weight])
    assert np.allclose(weight, [1 - 0.1 / 0.5, 1 - 0.1 / 2.0])


def undecided(loss):
    """A network whose features lie between the codes of 6 and 8, at distance 12 from both."""
    set_seed(0)
    network = lenet1998()
    kernel, _ = network.get_layer("F6").get_weights()
    between = (CODES[6] + CODES[8]).reshape(84) / 2
    network.get_layer("F6").set_weights([5 * kernel, between])
    network.compile(DiagonalLevenbergMarquardt(), loss)
    return network


@pytest.mark.parametrize("loss", [MapLoss(12.0), MseLoss()])
def test_measured_curvature_is_the_gauss_newton_diagonal(loss):
    network, x = undecided(loss), X
    meter = curvature_estimator(network, x)
    before = network.get_weights()
    weights = [network.get_layer(name).weights[0] for name in ("C1", "S4", "F6")]
    index = [[v is w for v in network.trainable_variables].index(True) for w in weights]
    draws = []
    for _ in range(200):
        assert meter() is None
        draws.append([network.optimizer.curvatures[i].numpy() for i in index])
    assert all(np.array_equal(a, b) for a, b in zip(before, network.get_weights()))

    part = keras.Model(network.inputs, network.get_layer("F6").output)
    with tf.GradientTape(persistent=True) as tape:
        features = part([x])
        with tf.GradientTape() as outer:
            outer.watch(features)
            with tf.GradientTape() as inner:
                inner.watch(features)
                total = tf.reduce_sum(loss(np.zeros(4), RadialBasis()(features))) * 4
            slope = inner.gradient(total, features)
        hessian = outer.batch_jacobian(slope, features).numpy()
    for number, weight in enumerate(weights):
        jacobian = tape.jacobian(features, weight).numpy().reshape(4, 84, -1)
        exact = np.einsum("bip,bij,bjp->p", jacobian, hessian, jacobian) / 4
        found = np.mean([draw[number] for draw in draws], axis=0).ravel()
        assert found.sum() == pytest.approx(exact.sum(), rel=0.1)
        assert np.corrcoef(found, exact)[0, 1] > 0.95


def test_trains_through_fit_with_the_papers_optimizer(mnist):
    x, y = prepare(mnist.x_train[:1_000]), mnist.y_train[:1_000]
    set_seed(0)
    network = lenet1998()
    network.compile(DiagonalLevenbergMarquardt(eta_1998(1_000, 10)), MapLoss())
    meter = curvature_estimator(network, x[:100])
    history = fit(network, x, y, epochs=3, batch_size=10, after_epoch=meter, progress=False)
    assert history["loss"].is_monotonic_decreasing
    assert (predict_digits(network, x) == y).mean() > 0.5


def test_saves_and_loads_with_its_curvatures(tmp_path):
    network = undecided(MapLoss())
    network.compile(DiagonalLevenbergMarquardt(eta_1998(100, 10), mu=0.03), MapLoss())
    curvature_estimator(network, X)()
    network.save(tmp_path / "network.keras")
    loaded = keras.saving.load_model(tmp_path / "network.keras").optimizer
    assert loaded.mu == 0.03
    for kept, back in zip(network.optimizer.curvatures, loaded.curvatures):
        assert np.array_equal(kept.numpy(), back.numpy()) and not np.array_equal(back.numpy(), 1)
