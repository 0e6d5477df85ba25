"""The chapters as Colab opens them: `make test-colab`. Not part of `make test`, since it needs Python 3.13 and a clone.

The kernel has Colab's versions, a stand-in for `google.colab`, and a web address that leads to this repository: git's
`insteadOf` sends the set-up cell's clone to a copy of it. Each notebook is alone in an empty folder.
"""

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from utils.paths import ROOT, series

KERNEL = ROOT / ".venv-colab" / "bin" / "python"
CONTENT = Path("/content")
HOME = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["series"]
OWNER, REPOSITORY = HOME["repository"].split("/")
STAND_IN = "import sys, types\nsys.modules['google.colab'] = types.ModuleType('google.colab')\n"


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """A folder with the kernel, and /content, which must not be there before."""
    assert not CONTENT.exists(), f"{CONTENT} exists; move it away: the test makes and removes it"
    CONTENT.mkdir()
    folder = tmp_path_factory.mktemp("colab")
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00_colab.py").write_text(STAND_IN, encoding="utf-8")
    served = folder / "served" / f"{REPOSITORY}.git"
    git("clone", "--quiet", "--bare", str(ROOT), str(served))
    git("-C", str(served), "update-ref", f"refs/heads/{HOME['branch']}", "HEAD")
    yield folder
    shutil.rmtree(CONTENT)


def git(*arguments):
    subprocess.run(["git", *arguments], check=True)


def open_on_colab(colab, name, address, monkeypatch, parameters=None):
    """Execute one notebook alone in an empty folder and return it; `address` is where the clone is sent."""
    kernel = colab / "kernels" / "colab"
    kernel.mkdir(parents=True, exist_ok=True)
    start = [str(KERNEL), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": start, "display_name": "Colab", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(about), encoding="utf-8")
    monkeypatch.setenv("JUPYTER_PATH", str(colab))
    monkeypatch.setenv("IPYTHONDIR", str(colab / "ipython"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", f"url.file://{address}/.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", f"https://github.com/{OWNER}/")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    notebook = load_notebook_node(str(series()[name]))
    if parameters:
        notebook = parameterize_notebook(
            notebook, parameters, kernel_name="python3", language="python"
        )
    empty = colab / "empty" / os.urandom(4).hex()
    empty.mkdir(parents=True)
    client = NotebookClient(notebook, kernel_name="colab", timeout=1_200)
    client.execute(cwd=str(empty))
    assert not list(empty.iterdir()), "the notebook wrote into the folder it was opened in"
    return notebook


def test_a_broken_address_gives_a_clear_error(colab, monkeypatch):
    with pytest.raises(CellExecutionError) as error:
        open_on_colab(colab, "01_load_mnist", colab / "nowhere", monkeypatch)
    assert error.value.ename == "RuntimeError"
    assert error.value.evalue.startswith("The series cannot be fetched: git clone")
    assert not list(CONTENT.iterdir())


@pytest.mark.parametrize("name", series())
def test_a_chapter_runs_and_its_compared_outputs_agree(colab, monkeypatch, name):
    committed = nbformat.read(series()[name], as_version=4)
    executed = open_on_colab(colab, name, colab / "served", monkeypatch)
    for before, after in zip(committed.cells, executed.cells, strict=True):
        if "nbval-check-output" in before.metadata.get("tags", []):
            assert printed(after) == printed(before), before.source


def printed(cell):
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_the_clone_is_made_once(colab, monkeypatch):
    (copy,) = CONTENT.iterdir()
    assert copy.name == REPOSITORY
    mark = copy / "mark"
    mark.touch()
    open_on_colab(colab, "01_load_mnist", colab / "nowhere", monkeypatch)
    assert mark.exists()


def test_a_wrong_parameter_gives_a_clear_error(colab, monkeypatch):
    with pytest.raises(CellExecutionError) as error:
        open_on_colab(
            colab, "01_load_mnist", colab / "served", monkeypatch, {"validation_size": 10}
        )
    allowed = "validation_size is 10; allowed: a whole number from 1,000 to 30,000"
    assert (error.value.ename, error.value.evalue) == ("ValueError", allowed)


def test_nothing_of_colabs_was_replaced():
    wanted = (ROOT / "tests" / "colab-requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = {line for line in wanted if line and not line.startswith("#")}
    code = "import importlib.metadata as m, sys; print(*(f'{n}=={m.version(n)}' for n in sys.argv[1:]))"
    names = [pin.split("==")[0] for pin in pins]
    found = subprocess.run(
        [KERNEL, "-c", code, *names], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert set(found.stdout.split()) == pins
