"""The experiments of chapters 4 to 6: what they train on, and what they reuse."""

import numpy as np
import pytest

from utils import experiments, images
from utils.area import filled_area
from utils.area_experiments import AreaTask
from utils.backend import keras
from utils.networks import lenet5
from utils.overfitting_experiments import CURVE, TASKS, Task, augment


@pytest.fixture(scope="module")
def tasks(mnist):
    return {name: Task(name, mnist) for name in TASKS}


def rows(x):
    return {image.tobytes() for image in x}


@pytest.mark.parametrize("name", TASKS)
def test_samples_hold_no_validation_image_and_differ_by_seed(tasks, name):
    task = tasks[name]
    held = rows(task.validation[0])
    x, y = task.sample(1_000, 0)
    assert x.shape == (1_000, 32, 32, 1) and len(y) == 1_000
    assert not rows(x) & held
    assert np.array_equal(task.sample(1_000, 0)[0], x)
    assert len(rows(task.sample(1_000, 1)[0]) & rows(x)) < 100


def test_all_training_images_and_the_validation_images_are_the_60000(tasks):
    x, _ = tasks["classifier"].sample(max(CURVE), 0)
    assert len(x) + len(tasks["classifier"].validation[0]) == 60_000


def test_targets_belong_to_the_images(tasks):
    x, y = tasks["regressor"].sample(300, 0)
    assert y.shape == (300, 1) and np.array_equal(filled_area(x[..., 0]), y[:, 0])


@pytest.mark.parametrize("name", TASKS)
def test_error_of_an_exact_and_of_a_constant_network(tasks, name):
    task = tasks[name]
    x, y = task.sample(300, 0)

    class Exact:
        def predict(self, *_, **__):
            return np.eye(10)[y] if name == "classifier" else y

    class Constant:
        def predict(self, x, **_):
            return np.zeros((len(x), 10 if name == "classifier" else 1))

    assert task.error(Exact(), (x, y)) == 0
    expected = np.mean(y != 0) if name == "classifier" else y.mean()
    assert task.error(Constant(), (x, y)) == pytest.approx(expected)


@pytest.mark.parametrize("turn", [False, True])
def test_augmentation_keeps_areas_and_changes_images(tasks, turn):
    x, _ = tasks["classifier"].sample(300, 0)
    changed = augment(x, np.random.default_rng(0), turn)
    assert changed.shape == x.shape and changed.dtype == x.dtype
    assert np.array_equal(filled_area(changed[..., 0]), filled_area(x[..., 0]))
    assert not np.array_equal(changed, x)
    assert np.array_equal(changed, augment(x, np.random.default_rng(0), turn))


def test_area_task_has_the_filled_areas_of_its_images(mnist, monkeypatch):
    monkeypatch.setattr("utils.area_experiments.trained_classifier", lambda mnist: None)
    x, y = AreaTask(mnist).training(1_000, 0)
    assert np.array_equal(filled_area(x[..., 0]), y)


def save_classifier(network, monkeypatch, tmp_path):
    monkeypatch.setenv("LENET5_ARTIFACTS", str(tmp_path))
    (tmp_path / "04_train_classifier").mkdir()
    network.save(tmp_path / "04_train_classifier" / "classifier.keras")


def test_a_saved_plain_lenet5_is_used(monkeypatch, tmp_path, mnist):
    network = lenet5()
    save_classifier(network, monkeypatch, tmp_path)
    monkeypatch.setattr(experiments, "predict_digits", lambda network, x: mnist.y_train[held])
    _, held = experiments.split(mnist.y_train)
    found = experiments.trained_classifier(mnist)
    x = images.prepare(mnist.x_test[:5])
    assert np.array_equal(found.predict(x, verbose=0), network.predict(x, verbose=0))


@pytest.mark.parametrize("options", [{"activation": "tanh"}, {"pooling": "max"}, {"width": 0.5}])
def test_another_saved_network_is_not_used(monkeypatch, tmp_path, options):
    save_classifier(lenet5(**options), monkeypatch, tmp_path)
    assert experiments._saved_classifier() is None


def test_a_missing_or_broken_file_is_not_used(monkeypatch, tmp_path):
    monkeypatch.setenv("LENET5_ARTIFACTS", str(tmp_path))
    assert experiments._saved_classifier() is None
    (tmp_path / "04_train_classifier" / "classifier.keras").write_bytes(b"no network")
    assert experiments._saved_classifier() is None


def test_a_bad_classifier_is_trained_anew(monkeypatch, tmp_path, mnist):
    save_classifier(lenet5(), monkeypatch, tmp_path)
    trained = []
    monkeypatch.setattr(
        experiments.Recipe, "train", lambda self, network, *_, **__: trained.append(network)
    )
    assert experiments.trained_classifier(mnist) is trained[0]
    assert isinstance(trained[0], keras.Sequential)
