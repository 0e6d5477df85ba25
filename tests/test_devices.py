"""LiteRT files: what is converted, what comes out of them, and the numbers inside."""

import hashlib

import numpy as np
import pytest

from utils import devices
from utils.devices import (
    dequantize,
    microseconds,
    on_devices,
    open_litert,
    quantize,
    run_litert,
    tensors_of,
    to_litert,
)
from utils.evaluation import predict
from utils.images import prepare
from utils.machinery.export import best_temperature, packed, refused, rounded, script
from utils.models import load_released
from utils.paths import MODELS


@pytest.fixture(scope="module")
def classifier():
    return load_released("classifier")


@pytest.fixture(scope="module")
def x(mnist):
    return prepare(mnist.x_train[:30])


def test_quantize_and_dequantize_by_hand():
    numbers = quantize(np.array([-1.0, 0, 0.26, 0.5, 70]), 0.5, 3)
    assert numbers.dtype == np.int8 and numbers.tolist() == [1, 3, 4, 4, 127]
    assert dequantize(numbers, 0.5, 3).tolist() == [-1, 0, 0.5, 0.5, 62]


@pytest.mark.long
def test_a_float32_file_answers_as_keras_does(classifier, x):
    content = to_litert(classifier, "float32")
    for xnnpack in (True, False):  # 30 is no multiple of 7
        answers = run_litert(content, x, batch=7, xnnpack=xnnpack)
        assert answers == pytest.approx(predict(classifier, x), abs=1e-4)


def test_the_released_int8_files_are_those_that_were_measured(classifier, x):
    for name, about in on_devices().items():
        content = (MODELS / name).read_bytes()
        assert len(content) == about["bytes"] <= 75_000
        assert hashlib.sha256(content).hexdigest() == about["sha256"]
        card = (MODELS / "README.md").read_text(encoding="utf-8")
        assert f"| `{name}` | {about['bytes']:,} bytes |" in card
    digits = run_litert((MODELS / "classifier_int8.tflite").read_bytes(), x).argmax(axis=1)
    assert (digits == predict(classifier, x).argmax(axis=1)).all()


def test_every_number_on_the_way_is_there(x):
    steps = tensors_of((MODELS / "classifier_int8.tflite").read_bytes(), x[:1])
    names = [step["operation"] for step in steps]
    assert names.count("CONV_2D") == 3 and names.count("FULLY_CONNECTED") == 2
    image, kernel, bias = steps[names.index("CONV_2D")]["inputs"]
    assert dequantize(image.numbers, image.scale, image.zero) == pytest.approx(x[:1], abs=0.002)
    assert kernel.numbers.shape == (6, 5, 5, 1) and kernel.scale.shape == (6,)
    assert bias.numbers.dtype == np.int32


def test_tensorflows_interpreter_does_where_litert_is_missing(monkeypatch, x):
    content = (MODELS / "classifier_int8.tflite").read_bytes()
    expected = run_litert(content, x, xnnpack=False)
    package = devices.tf.lite, devices.tf.lite.experimental.OpResolverType
    monkeypatch.setattr(devices, "interpreter_package", lambda: package)
    assert np.abs(run_litert(content, x, xnnpack=False) - expected).max() < 0.2


def test_what_cannot_be_converted_is_refused(classifier, x):
    with pytest.raises(
        ValueError, match="kind is 'int4'; allowed: float32, float16, dynamic, int8"
    ):
        to_litert(classifier, "int4")
    for images in (None, x[:0]):
        with pytest.raises(ValueError, match="int8 needs images"):
            to_litert(classifier, "int8", images)


def test_an_interpreter_is_ready_and_time_passes():
    opened = open_litert((MODELS / "area_int8.tflite").read_bytes())
    assert 0 < microseconds(opened.invoke, repeats=3) < 1e6


def test_the_page_gets_c5_in_16_bits(classifier):
    before = classifier.get_weights()
    about = packed(classifier)
    assert [layer[0] for layer in about["layers"]] == ["C1", "C3", "C5", "F6", "output"]
    assert [layer[3] for layer in about["layers"]] == [4, 4, 2, 4, 4]
    after = rounded(load_released("classifier")).get_weights()
    equal = [np.array_equal(*pair) for pair in zip(before, after)]
    assert equal[:4] == [True] * 4 and not equal[4] and equal[6:] == [True] * 4


def test_a_temperature_of_1_is_found():
    rng = np.random.default_rng(0)
    logits = 2 * rng.normal(size=(20_000, 10))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (p.cumsum(axis=1) > rng.random((len(p), 1))).argmax(axis=1)
    assert best_temperature(logits, labels) == pytest.approx(1, abs=0.05)
    assert best_temperature(3 * logits, labels) == pytest.approx(3, abs=0.15)


def test_what_the_page_refuses():
    frames, logits = np.zeros((5, 32, 32, 1)), np.full((5, 10), 4.0)
    frames[0, 8:20, 14:17] = 1  # a stroke: may be a 1
    frames[1, 4:28:6, 14:17] = 1  # four pieces
    frames[2, 8:23, 8:11] = frames[2, 8:23, 14:17] = frames[2, 8:23:4, 8:17] = (
        1  # a ladder: three holes
    )
    frames[3, 6:26, 6:26] = 1  # 400 pixels of ink
    frames[4], logits[4] = frames[0], 3.4
    assert refused(frames, logits).tolist() == [False, True, True, True, True]


def test_a_script_can_be_read():
    text = script("X", "About.", {"a": 1, "b": [["c", 2]], "d": "\nQUJD\n"})
    assert text.endswith(
        'const X = {\n  a: 1,\n  b: [\n    ["c", 2],\n  ],\n  d: `\nQUJD\n`,\n};\n'
    )
