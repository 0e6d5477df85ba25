"""Importing the shared module prints nothing and is quick."""

import subprocess
import sys

import pytest

from utils.paths import ROOT

ROOMS = sorted(path.stem for path in (ROOT / "utils").glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("rooms", ["", *ROOMS])
def test_import_is_silent(rooms):
    code = f"import utils{'.' + rooms if rooms else ''}"
    if rooms == "backend":
        code += "; from utils.backend import keras; keras.ops.ones(3) + 1"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_import_utils_loads_nothing_heavy():
    code = "import sys, utils; print([m for m in ('numpy', 'tensorflow', 'matplotlib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
