"""Files of results and recorded tables; numbers as text; where what you make goes."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest

from utils import paths, records
from utils.paths import ARTIFACTS_VARIABLE, ROOT


def test_a_table_that_is_not_recorded_is_told():
    with pytest.raises(
        FileNotFoundError, match="no recorded table 'leak'; there are: area_heads, .*, best"
    ):
        records.recorded("leak")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (61_706, "61,706"),
        (np.int64(-1_000), "-1,000"),
        (0.00734, "0.00734"),
        (0.123456, "0.1235"),
        (np.float32(12.5), "12.5"),
        (123_456.7, "123,457"),
        ("relu", "relu"),
        (True, "True"),
    ],
)
def test_numbers_are_written_in_one_way(value, text):
    assert records.readable(value) == text


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    file = tmp_path / "new folder ü" / "results.json"
    records.write_json(file, {"error": np.float32(0.5), "µ": 1})
    assert records.read_json(file) == {"error": 0.5, "µ": 1}
    with pytest.raises(AttributeError):
        records.write_json(file, {"error": object()})
    assert records.read_json(file)["error"] == 0.5
    assert [path.name for path in file.parent.iterdir()] == ["results.json"]
    assert records.read_json(tmp_path / "nothing.json") == {}


@pytest.fixture
def own(monkeypatch):
    """Forget what was found out about the repository's folder, before and after."""
    paths._own_folder.cache_clear()
    yield
    paths._own_folder.cache_clear()


def test_an_empty_variable_is_as_if_unset(monkeypatch, own, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setenv(ARTIFACTS_VARIABLE, "")
    assert paths.artifacts("03_build_lenet5") == tmp_path / "artifacts" / "03_build_lenet5"
    assert paths.runs() == tmp_path / "runs" and not paths.runs().exists()
    monkeypatch.setenv(ARTIFACTS_VARIABLE, str(tmp_path / "mine"))
    assert paths.artifacts("03_build_lenet5") == tmp_path / "mine" / "03_build_lenet5"


def test_where_nothing_can_be_written_a_folder_of_the_readers_takes_its_place(
    monkeypatch, own, tmp_path, capsys
):
    monkeypatch.setattr(paths, "ROOT", tmp_path / "not there")
    monkeypatch.delenv(ARTIFACTS_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr("platformdirs.user_data_path", lambda name, **_: tmp_path / "data" / name)
    for _ in range(2):
        assert paths.runs() == tmp_path / "data" / "lenet5-series" / "runs"
    shown = capsys.readouterr().err.splitlines()
    assert len(shown) == 1 and shown[0].endswith(str(tmp_path / "data" / "lenet5-series"))


MOUNT = r"""
set -e
mount --bind "$1" "$2"
mount -o remount,bind,ro "$2"
cd "$2"
shift 2
exec "$@"
"""


@pytest.fixture
def read_only(tmp_path):
    """A function that runs a command in a read-only mount of a copy of the repository."""
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-m", "true"], capture_output=True).returncode:
        pytest.skip("mounting needs Linux and the rights of root")
    copy, mount = tmp_path / "copy ü", tmp_path / "a class's folder"
    mount.mkdir()
    for part in ("utils", "notebooks", "data"):
        ignored = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / part, copy / part, ignore=ignored)
    kept = {name: value for name, value in os.environ.items() if name != ARTIFACTS_VARIABLE}
    environment = kept | {"XDG_DATA_HOME": str(tmp_path / "home")}

    def run(*arguments, **variables):
        command = [unshare, "-m", "sh", "-c", MOUNT, "sh", str(copy), str(mount)]
        return subprocess.run(
            [*command, sys.executable, "-m", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=environment | {"PYTHONPATH": str(mount)} | variables,
        )

    return run


@pytest.mark.slow
def test_a_read_only_copy_works(read_only, tmp_path):
    made = tmp_path / "home" / "lenet5-series"
    out = str(tmp_path / "out.ipynb")
    chapter = "notebooks/03_build_lenet5.ipynb"
    done = read_only("papermill", chapter, out, "-k", "python3", "--cwd", "notebooks")
    assert done.returncode == 0, done.stderr
    assert (made / "artifacts" / "03_build_lenet5" / "results.json").is_file()
    assert str(made) in (tmp_path / "out.ipynb").read_text(encoding="utf-8")
    done = read_only("utils.rerun", "03")
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"The series' folder is read-only; what you make goes to {made}\n"
    found = json.loads((made / "runs" / "latest" / "results.json").read_text(encoding="utf-8"))
    assert found["03_build_lenet5"]["results"]
    done = read_only("utils.rerun", "03", LENET5_ARTIFACTS=str(tmp_path / "chosen"))
    assert done.returncode == 0 and (tmp_path / "chosen" / "runs" / "latest").is_dir()
