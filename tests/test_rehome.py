"""Another home for the repository, written everywhere."""

import shutil
import tomllib
from pathlib import Path

import pytest

from utils.machinery.rehome import NAMED, main, rehome
from utils.paths import ROOT

OLD = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["series"]


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "site").mkdir()
    for name in NAMED:
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "notebooks").mkdir()
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, tmp_path / "notebooks")
    return tmp_path


def texts(root):
    return {
        file.relative_to(root): file.read_text(encoding="utf-8")
        for file in root.rglob("*.*")
        if file.is_file()
    }


def test_every_mention_follows_and_nothing_else_changes(copy):
    before = texts(copy)
    changed = rehome("someone/a-fork.of-it", "class/2027", copy)
    after = texts(copy)
    assert {file.relative_to(copy) for file in changed} == set(before)
    home = tomllib.loads(after[next(f for f in after if f.name == "pyproject.toml")])
    assert home["tool"]["series"] == {"repository": "someone/a-fork.of-it", "branch": "class/2027"}
    assert "<https://someone.github.io/a-fork.of-it/>" in after[Path("README.md")]
    for name, text in after.items():
        assert OLD["repository"] not in text
        assert OLD["repository"].replace("/", ".github.io/") not in text
        if name.suffix == ".ipynb":
            assert f"github/someone/a-fork.of-it/blob/class/2027/notebooks/{name.name}" in text
            assert r"\"someone/a-fork.of-it\", \"class/2027\"" in text
        assert len(text.splitlines()) == len(before[name].splitlines())


def test_there_and_back_is_where_it_was(copy):
    before = texts(copy)
    rehome("someone/fork", "teaching", copy)
    rehome(OLD["repository"], OLD["branch"], copy)
    assert texts(copy) == before


@pytest.mark.parametrize(
    ("repository", "branch", "message"),
    [
        ("fork", "main", "REPO is 'fork'"),
        ("a/b/c", "main", "REPO is 'a/b/c'"),
        ("", "main", "REPO is ''"),
        ("a/b", "", "BRANCH is ''"),
        ("a/b", "two words", "BRANCH is 'two words'"),
    ],
)
def test_what_is_no_name_is_refused(copy, repository, branch, message):
    before = texts(copy)
    with pytest.raises(ValueError, match=message):
        rehome(repository, branch, copy)
    assert texts(copy) == before


def test_the_command_says_how_to_call_it(capsys):
    assert main(["fork", "main"]) == 2
    assert "make rehome REPO=owner/name" in capsys.readouterr().err
