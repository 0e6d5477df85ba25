"""Where a number comes from: the hash of the code, the commit."""

import shutil
import subprocess
import sys

import pytest

from utils import about, provenance
from utils.paths import ROOT

CODE = "import utils.experiments.ladder"
OTHERS = [python for python in ("3.11", "3.12", "3.13") if shutil.which(f"python{python}")]


@pytest.mark.parametrize("python", OTHERS)
def test_every_python_gives_the_same_hash(python):
    command = [
        f"python{python}",
        "-c",
        f"from utils.provenance import code_hash; print(code_hash({CODE!r}))",
    ]
    if subprocess.run([command[0], "-c", ""], capture_output=True).returncode:
        pytest.skip(f"{command[0]} is a name without a Python")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.strip() == provenance.code_hash(CODE), done.stderr


@pytest.mark.parametrize(
    ("same", "before", "after"),
    [
        (True, "x = 1", "x = 1  # one"),
        (True, "x = 1\ny = 2", "x = 1\n\n\ny  =  2"),
        (True, 'def f():\n    "Old."\n    return 1', 'def f():\n    "New."\n    return 1'),
        (True, 'X = 1\n"""Old."""', 'X = 1\n"""New."""'),
        (False, "x = 1", "x = 2"),
        (False, "x = 1", "x = True"),
        (False, 'print("a")', 'print("b")'),
        (False, "f(a, b)", "f(b, a)"),
        (False, "import utils.mnist", "import utils.images"),
    ],
)
def test_what_changes_the_hash(same, before, after):
    assert (provenance.code_hash(before) == provenance.code_hash(after)) == same


def test_the_closure_holds_what_is_imported_in_functions_and_from_packages():
    import ast

    found = provenance.closure(
        ast.parse("from utils import lesson\nfrom utils.diagnosis import diagnose")
    )
    assert {"utils.exercises.chapter_07", "utils.lenet1998", "utils.backend"} <= set(found)
    assert {"utils.diagnosis", "utils.diagnosis.rules", "utils.plots"} <= set(found)
    assert not [name for name in found if name.startswith(("utils.experiments", "utils.machinery"))]


def git(folder, *arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A repository of git in place of ours."""
    (tmp_path / "file").write_text("1", encoding="utf-8")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    monkeypatch.setattr(provenance, "ROOT", tmp_path)
    provenance._commit.cache_clear()
    yield tmp_path
    provenance._commit.cache_clear()


def test_a_commit_and_whether_files_differ_from_it(checkout):
    found = provenance.provenance("x")
    assert len(found["commit"]) == 40 and found["changed"] is False and found["code"] == "x"
    (checkout / "file").write_text("2", encoding="utf-8")
    provenance._commit.cache_clear()
    assert provenance.provenance("x")["changed"] is True


def test_a_folder_inside_another_repository_has_no_commit(checkout, monkeypatch):
    (checkout / "inside").mkdir()
    monkeypatch.setattr(provenance, "ROOT", checkout / "inside")
    found = provenance.provenance("x")
    assert (found["commit"], found["changed"]) == ("", False)


def test_without_git_there_is_no_commit(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert provenance.provenance("x")["commit"] == ""


def test_about_says_what_a_report_needs():
    done = subprocess.run(
        [sys.executable, "-m", "utils.about"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 0 and done.stderr == ""
    found = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert {"series", "platform", "python", "tensorflow", "keras", "jupyterlab"} <= set(found)
    assert about.about()["keras"] == found["keras"]
