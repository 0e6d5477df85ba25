"""Write the released networks for small devices and for the page: `python -m utils.machinery.export`.

It makes `data/models/NAME_int8.tflite` with `devices.json`, which says what was measured, and the page's `weights.js`
and `samples.js` in `site/page`. Run it after `python -m utils.machinery.release`, where `tflite-micro` is installed
(Linux): it measures what a microcontroller needs.
"""

import base64
import hashlib
import json
import sys
import zlib

import numpy as np
from scipy import ndimage
from scipy.special import log_softmax

from utils.area import filled_area
from utils.devices import on_devices, run_litert, to_litert
from utils.evaluation import conformal_radius, error_rate, predict, predict_digits, predict_values
from utils.images import prepare
from utils.machinery.micro import in_tflite_micro
from utils.mnist import load_mnist, split
from utils.models import load_released
from utils.paths import MODELS, ROOT
from utils.provenance import code_hash, provenance
from utils.records import write_json, write_text

PAGE = ROOT / "site" / "page"
REPRESENTATIVE = 300
"""The first training images, from which int8 takes its ranges."""
REFUSAL = {"pieces": 3, "holes": 2, "ink": 200, "logit": 3.5}
"""When the page says "no digit": more pieces or holes, more ink (in full pixels), or a smaller largest logit.

Chosen on validation digits, 800 of them traced with the page's pen, and on 480 scribbles of eight kinds, none of which a
test uses.
"""
HEAD = """\
// Written by `python -m utils.machinery.export`: do not edit.
// {about}
"use strict";

"""


def images_of(part):
    """The prepared images, labels and filled areas of a part: "train", "validation" or "test"."""
    mnist = load_mnist()
    if part == "test":
        x, y = mnist.x_test, mnist.y_test
    else:
        train, validation = split(mnist.y_train)
        rows = train[:REPRESENTATIVE] if part == "train" else validation
        x, y = mnist.x_train[rows], mnist.y_train[rows]
    return prepare(x), y, filled_area(x)


def int8_files():
    """Convert both networks and measure them: {file name: (bytes, what was measured)}."""
    (representative, _, _), (x, y, areas) = images_of("train"), images_of("test")
    classifier, area = load_released("classifier"), load_released("area")
    read = to_litert(classifier, "int8", representative)
    digits = run_litert(read, x).argmax(axis=1)
    test = error_rate(y, digits)
    of_digits = {
        "test_error": test.rate,
        "test_error_low": round(test.low, 5),
        "test_error_high": round(test.high, 5),
        "answers_changed": int(np.sum(digits != predict_digits(classifier, x))),
    }
    of_digits |= on_micro(read, x[:100], digits[:100])
    measured = to_litert(area, "int8", representative)
    off = np.abs(run_litert(measured, x).ravel() - areas).mean()
    of_area = {"test_mae": round(float(off), 3)}
    return {
        "classifier_int8.tflite": (read, of_digits),
        "area_int8.tflite": (measured, of_area),
    }


def on_micro(content, x, digits):
    """The arena, and how many answers differ there from `digits`; without the package, what was recorded before."""
    if found := in_tflite_micro(content, x):
        return {"arena_bytes": found[0], "micro_answers_changed": int(np.sum(found[1] != digits))}
    before = on_devices()["classifier_int8.tflite"]
    if before["sha256"] != hashlib.sha256(content).hexdigest():
        raise RuntimeError(
            "the file is new: install tflite-micro (Linux), which measures its arena"
        )
    return {name: before[name] for name in ("arena_bytes", "micro_answers_changed")}


def rounded(network):
    """Round a network's weights as the page has them, in place: C5's to float16; return the network.

    C5 holds four fifths of the weights. With all of them in float16 some logits move by 0.002.
    """
    c5 = network.get_layer("C5")
    c5.set_weights([weight.astype(np.float16) for weight in c5.get_weights()])
    return network


def packed(network):
    """A network's weights as the page reads them: layers with their sizes and bytes a number, checksum, text."""
    content, about = b"", []
    for layer in network.layers:
        if weights := layer.get_weights():
            kind = "<f2" if layer.name == "C5" else "<f4"
            content += b"".join(weight.astype(kind).tobytes() for weight in weights)
            name = layer.name.replace("head", "output")
            about.append([name, *(weight.size for weight in weights), int(kind[-1])])
    return {"layers": about, "checksum": zlib.crc32(content), "base64": in_lines(content)}


def in_lines(content):
    """Bytes as base64 text in lines of 76 letters, as the browser's `atob` takes them."""
    return "\n" + base64.encodebytes(content).decode()


def best_temperature(logits, labels):
    """The one of 100 temperatures with the lowest cross-entropy (chapter 6)."""
    tried = np.geomspace(0.2, 5, 100)
    rows = np.arange(len(labels))
    losses = [-log_softmax(logits / t, axis=1)[rows, labels].mean() for t in tried]
    return float(tried[np.argmin(losses)])


def refused(images, logits):
    """Which prepared images the page would refuse: (n, 32, 32, 1) and (n, 10) -> (n,) bool. The page's own rules."""
    dark, corners = images[..., 0] >= 128 / 255, np.ones((3, 3))
    pieces = [ndimage.label(ink, corners)[1] for ink in dark]
    holes = [ndimage.label(~ink)[1] - 1 for ink in dark]
    return (
        (np.array(pieces) > REFUSAL["pieces"])
        | (np.array(holes) > REFUSAL["holes"])
        | (images.sum(axis=(1, 2, 3)) > REFUSAL["ink"])
        | (logits.max(axis=1) < REFUSAL["logit"])
    )


def page_numbers():
    """What the page knows: weights, errors with these weights, temperature, interval, rules of refusal."""
    classifier, area = rounded(load_released("classifier")), rounded(load_released("area"))
    x, y, areas = images_of("validation")
    logits = predict(classifier, x)
    half = conformal_radius(areas, predict_values(area, x), 0.9)
    unit = area.get_layer("unit")
    scale, offset = (float(np.ravel(value)[0]) for value in (unit.scale, unit.offset))
    share = float(refused(x, logits).mean())
    x, y_test, areas = images_of("test")
    error = float(np.mean(predict_digits(classifier, x) != y_test))
    mae = float(np.abs(predict_values(area, x) - areas).mean())
    temperature = best_temperature(logits, y)
    return {
        "classifier": {"error": error, "temperature": round(temperature, 4), **packed(classifier)},
        "area": {
            "error": round(mae, 3),
            "half": round(half, 3),
            "scale": scale,
            "offset": offset,
            **packed(area),
        },
        "refusal": {**REFUSAL, "refused": share},
    }


def samples():
    """The first validation image of each digit that the classifier reads right, as text."""
    mnist = load_mnist()
    _, validation = split(mnist.y_train)
    x, y = mnist.x_train[validation], mnist.y_train[validation]
    right = predict_digits(load_released("classifier"), prepare(x)) == y
    rows = [np.flatnonzero(right & (y == digit))[0] for digit in range(10)]
    return [
        {"digit": digit, "base64": in_lines(x[row].tobytes())} for digit, row in enumerate(rows)
    ]


def script(name, about, value):
    """A script that sets the constant `name` to dicts, lists, numbers and texts, for people to read."""
    return HEAD.format(about=about) + f"const {name} = {_written(value, '')};\n"


def _written(value, indent):
    inner = indent + "  "
    if isinstance(value, dict):
        lines = [f"{inner}{key}: {_written(each, inner)},\n" for key, each in value.items()]
        return "{\n" + "".join(lines) + indent + "}"
    if isinstance(value, list) and not isinstance(value[0], (str, int)):
        return (
            "[\n" + "".join(f"{inner}{_written(each, inner)},\n" for each in value) + indent + "]"
        )
    if isinstance(value, str) and "\n" in value:
        return f"`{value}`"
    return json.dumps(value)


def main():
    """Write everything."""
    about = provenance(code_hash("import utils.machinery.export"))
    known = {}
    for name, (content, measured) in int8_files().items():
        (MODELS / name).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        known[name] = {"bytes": len(content), **measured, "sha256": digest, "provenance": about}
    write_json(MODELS / "devices.json", known)
    what = "The released weights, C5's in 16 bits, and what was measured with them."
    write_text(PAGE / "weights.js", script("RELEASED", what, page_numbers()))
    what = "A validation image of each digit, 28x28 bytes from 0, paper, to 255, ink."
    write_text(PAGE / "samples.js", script("SAMPLES", what, samples()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
