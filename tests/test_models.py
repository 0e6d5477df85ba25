"""The released networks are what their card and models.json say."""

import hashlib
import zipfile

import numpy as np
import pytest

from utils.area import filled_area
from utils.backend import keras
from utils.evaluation import predict_digits, predict_values
from utils.images import prepare
from utils.machinery import release
from utils.models import load_released, released
from utils.paths import DATA, MODELS
from utils.saving import save_without_optimizer

CARD = (MODELS / "README.md").read_text(encoding="utf-8")
NAMES = list(released())


def test_every_network_that_can_be_released_is():
    assert NAMES == list(release.NETWORKS)
    assert {f"{name}.keras" for name in NAMES} == {file.name for file in MODELS.glob("*.keras")}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_the_one_that_was_measured(name):
    about = released()[name]
    assert hashlib.sha256((MODELS / f"{name}.keras").read_bytes()).hexdigest() == about["sha256"]
    assert load_released(name).count_params() == about["parameters"]
    assert not about["provenance"]["changed"]


def test_the_classifier_has_its_error(mnist):
    wrong = predict_digits(load_released("classifier"), prepare(mnist.x_test)) != mnist.y_test
    about = released()["classifier"]
    assert wrong.mean() == pytest.approx(about["test_error"], abs=0.0005)
    low, high = about["test_error_low"], about["test_error_high"]
    assert f"error {about['test_error']:.2%} (95% interval {low:.2%} to {high:.2%})" in CARD


def test_the_regressor_has_its_error(mnist):
    says = predict_values(load_released("area"), prepare(mnist.x_test))
    about = released()["area"]
    mae = np.abs(says - filled_area(mnist.x_test)).mean()
    assert mae == pytest.approx(about["test_mae"], abs=0.01)
    low, high = about["test_mae_low"], about["test_mae_high"]
    assert f"error {about['test_mae']:.2f} px² (95% interval {low:.2f} to {high:.2f})" in CARD


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="no released network 'digits'; allowed: classifier, area"):
        load_released("digits")


def test_the_command_refuses_unknown_names(capsys):
    assert release.main(["digits"]) == 2
    assert "error: digits; allowed: classifier, area" in capsys.readouterr().err


@pytest.mark.parametrize(
    "file", [*MODELS.glob("*.keras"), DATA / "own" / "guard.keras"], ids=lambda file: file.stem
)
def test_older_keras_can_read_a_saved_network(file):
    with zipfile.ZipFile(file) as archive:
        assert b"input_axes" not in archive.read("config.json")


def test_a_network_saved_without_its_optimizer_is_the_same_and_names_no_axes(tmp_path):
    network = load_released("classifier")
    save_without_optimizer(network, tmp_path / "network.keras")
    with zipfile.ZipFile(tmp_path / "network.keras") as archive:
        assert b"input_axes" not in archive.read("config.json")
    again = keras.saving.load_model(tmp_path / "network.keras", compile=False)
    for before, after in zip(network.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(before, after)
