"""What a reader keeps loads anywhere: in a process without this repository, with the same answers, to be trained on."""

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.notebooks import NOTEBOOKS, code_cells
from utils.networks import lenet5, save_portable, to_regressor
from utils.recipes import RECIPES, Recipe
from utils.training import set_seed

RNG = np.random.default_rng(0)
X, DIGITS = RNG.random((64, 32, 32, 1), dtype=np.float32), RNG.integers(0, 10, 64)

BARE = """
import json, sys
sys.modules["utils"] = None  # an import of it would fail
import numpy as np
import keras

file, data = sys.argv[1:]
arrays = np.load(data)
network = keras.saving.load_model(file)
before = network.predict(arrays["x"], verbose=0)
losses = network.fit(arrays["x"], arrays["y"], epochs=30, verbose=0).history["loss"]
found = {"same": bool(np.allclose(before, arrays["before"], atol=1e-5)), "losses": losses}
print(json.dumps(found))
"""


def in_a_bare_process(file, network, y, tmp_path):
    """Load the file elsewhere and train on; return whether the answers were the same, and the losses."""
    np.savez(tmp_path / "data.npz", x=X, y=y, before=network.predict(X, verbose=0))
    command = [sys.executable, "-I", "-c", BARE, str(file), str(tmp_path / "data.npz")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0 and "UserWarning" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.long
def test_a_classifier_loads_anywhere(tmp_path):
    set_seed(0)
    network = lenet5()
    RECIPES["series"].train(network, X, DIGITS, progress=False)
    save_portable(network, tmp_path / "classifier.keras")
    found = in_a_bare_process(tmp_path / "classifier.keras", network, DIGITS, tmp_path)
    assert found["same"] and found["losses"][-1] < 0.97 * found["losses"][0]


@pytest.mark.long
def test_a_regressor_loads_anywhere(tmp_path):
    areas = X.sum(axis=(1, 2))
    network = to_regressor(lenet5(), float(areas.mean()), float(areas.std()))
    Recipe(2, 32, 0.005).train(network, X, areas, "mean_absolute_error", progress=False)
    save_portable(network, tmp_path / "regressor.keras")
    found = in_a_bare_process(tmp_path / "regressor.keras", network, areas, tmp_path)
    assert found["same"] and found["losses"][-1] < 0.97 * found["losses"][0]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_chapters_keep_their_networks_in_this_way(name):
    assert not re.search(r"\.save\(|save_model\(", "\n".join(c.source for c in code_cells(name)))
