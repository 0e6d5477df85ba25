"""The repository's own promises: one environment in three files, a README that agrees with the notebooks."""

import base64
import re
import shutil
import subprocess
import tomllib

import pytest
import yaml
from packaging.requirements import Requirement

from tests.notebooks import NOTEBOOKS, text
from utils.lesson import recorded
from utils.paths import ROOT

README = (ROOT / "README.md").read_text()
SERIES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["series"]


def requirements(file):
    lines = (line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    return [line for line in lines if line]


def test_environment_adds_nothing_to_the_lock():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert dependencies == ["python=3.12", "pip", {"pip": ["-r requirements.txt"]}]


def test_lock_holds_every_direct_dependency_within_its_range():
    locked = [Requirement(line) for line in requirements("requirements.txt") if line != "-e ."]
    for line in requirements("requirements.in"):
        if line == "-e .":
            assert "-e ." in requirements("requirements.txt")
            continue
        wanted = Requirement(line)
        versions = [str(pin.specifier)[2:] for pin in locked if pin.name == wanted.name]
        assert versions and all(version in wanted.specifier for version in versions), line
    assert all(str(pin.specifier).startswith("==") for pin in locked)


def test_lock_names_no_index_and_no_machine():
    assert not re.search(r"https?://|--index|file:", (ROOT / "requirements.txt").read_text())


@pytest.mark.parametrize(
    ("python", "message"),
    [
        ("no-such-python", "Python is missing: 'no-such-python' is not found."),
        ("./old", "'./old' is Python 3.9.1."),
    ],
)
def test_make_says_in_one_line_what_is_missing(tmp_path, python, message):
    for file in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    (tmp_path / "old").write_text(
        '#!/bin/sh\ncase "$1" in -V) echo Python 3.9.1;; *) exit 1;; esac\n'
    )
    (tmp_path / "old").chmod(0o755)
    command = ["make", "--silent", "run", f"PYTHON={python}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0
    assert message in done.stdout and "Python 3.11, 3.12 or 3.13" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def stated(name):
    """What a chapter's head says: minutes to read, minutes to run, memory in GB."""
    return re.search(r"\| (\d+) minutes? \| (\d+) minutes? \| (\d\.\d) GB \|", text(name)).groups()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_readme_lists_every_chapter_with_its_minutes_and_memory(name):
    row = next(
        line
        for line in README.splitlines()
        if line.startswith("|") and f"(notebooks/{name}.ipynb)" in line
    )
    assert row.endswith(f"| {' | '.join(stated(name))} |")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_minutes_and_memory_are_the_measured_ones(name):
    measured = recorded("chapters").set_index("chapter").loc[name]
    _, minutes, memory = map(float, stated(name))
    assert measured["seconds"] / 60 <= minutes < measured["seconds"] / 60 + 1.5
    assert abs(memory - measured["peak_memory_mb"] / 1_000) <= 0.05 and memory < 2


def test_readmes_pictures_are_the_notebooks_own():
    pictures = {
        output.metadata["image/png"]["alt"]: base64.b64decode(output.data["image/png"])
        for notebook in NOTEBOOKS.values()
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    }
    shown = re.findall(r"!\[([^\]]+)\]\((notebooks/pictures/\S+)\)", README)
    assert shown
    for alt, target in shown:
        assert (ROOT / target).read_bytes() == pictures[alt]


def claims(name):
    """{number: verdict} in a chapter's claims section."""
    section = text(name).split("## Claims")[1].split("## What we found")[0]
    found = re.findall(r"\*\*Claim (\d+):.*?\*\*.*?\*(.+?)\.?\*", section)
    return {
        int(number): verdict.lower().replace("holds, with", "holds with")
        for number, verdict in found
    }


def test_readmes_table_of_claims_agrees_with_the_chapters():
    rows = re.findall(
        r"^\| (\d+) \| .+? \| (.+?) \| (.+?) \|$",
        README.split("## The claims")[1].split("\n## ")[0],
        re.MULTILINE,
    )
    table = {int(number): (verdict, where) for number, verdict, where in rows}
    stated = {}
    for name in NOTEBOOKS:
        for number, verdict in claims(name).items():
            stated.setdefault(number, []).append((name, verdict))
    assert set(table) == set(stated)
    for number, chapters in stated.items():
        verdict, where = table[number]
        assert verdict == chapters[-1][1], number
        for name, _ in chapters:
            assert f"(notebooks/{name}.ipynb)" in where, number


def test_readmes_links_resolve():
    for target in re.findall(r"\]\(([^)\s]+)\)", README):
        assert target.startswith(("https://", "#")) or (ROOT / target.split("#")[0]).exists(), (
            target
        )


def test_repository_is_named_once_and_used_everywhere():
    for file in ("README.md", "CITATION.cff"):
        assert SERIES["repository"] in (ROOT / file).read_text()
    slug = re.compile(r"github\.com/([\w-]+/[\w.-]+?)(?:\.git|/|\"|$|\)|\s)")
    for file in ("README.md", "CITATION.cff"):
        named = set(slug.findall((ROOT / file).read_text()))
        assert named <= {SERIES["repository"]}, named


def test_ci_runs_the_readmes_test_command():
    assert "make test" in (ROOT / ".ci" / "run").read_text() and "make test" in README


def test_readmes_table_of_parameters_agrees_with_the_chapters():
    row = r"\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$"
    stated = [
        (str(int(name[:2])), *parameter)
        for name in NOTEBOOKS
        for parameter in re.findall("^" + row, text(name), re.MULTILINE)
    ]
    assert re.findall(r"^\| (\d+) " + row, README, re.MULTILINE) == stated
