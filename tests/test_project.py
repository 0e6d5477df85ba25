"""The repository's own promises: one environment in three files, a README that agrees with the notebooks."""

import base64
import itertools
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pandas as pd
import pytest
import yaml
from packaging.requirements import Requirement

from tests.__main__ import main as checks
from tests.notebooks import COURSE, NOTEBOOKS, TIMES, text
from utils.experiments.tables import TABLES
from utils.paths import DATA, MODELS, ROOT
from utils.records import recorded

README_FILE = ROOT / "README.md"
README = README_FILE.read_text(encoding="utf-8")
RUNNING = (ROOT / "site" / "running.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SERIES = PROJECT["tool"]["series"]
LOCKS = ["requirements", "requirements-test", "requirements-site"]


def requirements(file):
    lines = (
        line.split("#")[0].strip()
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
    )
    return [line for line in lines if line]


def test_environment_adds_nothing_to_the_lock():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))[
        "dependencies"
    ]
    assert dependencies == ["python=3.12", "pip", {"pip": ["-r requirements.txt"]}]


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_every_direct_dependency_within_its_range(name):
    locked = [Requirement(line) for line in requirements(f"{name}.txt") if line != "-e ."]
    for line in requirements(f"{name}.in"):
        if line == "-e .":
            assert "-e ." in requirements(f"{name}.txt")
            continue
        wanted = Requirement(line)
        versions = [str(pin.specifier)[2:] for pin in locked if pin.name == wanted.name]
        assert versions and all(version in wanted.specifier for version in versions), line
    assert all(str(pin.specifier).startswith("==") for pin in locked)


@pytest.mark.parametrize(("first", "second"), [*itertools.combinations(LOCKS, 2)])
def test_locks_agree_where_both_pin_a_package(first, second):
    first, second = (
        {
            (pin.name, str(pin.specifier))
            for pin in map(Requirement, set(requirements(f"{file}.txt")) - {"-e ."})
        }
        for file in (first, second)
    )
    shared = {name for name, _ in first} & {name for name, _ in second}
    assert len(shared) > 10
    assert {pin for pin in second if pin[0] in shared} <= first


def test_a_reader_installs_nothing_that_only_tests_or_the_book_need():
    reader = {Requirement(line).name for line in requirements("requirements.txt") if line != "-e ."}
    others = requirements("requirements-test.in") + requirements("requirements-site.in")
    assert not reader & {Requirement(line).name for line in others} - {"packaging", "pyyaml"}


@pytest.mark.parametrize("name", LOCKS)
def test_lock_names_no_index_and_no_machine(name):
    text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index|file:", text)


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
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
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode != 0
    assert message in done.stdout and "Python 3.11, 3.12 or 3.13" in done.stdout
    assert len(done.stdout.splitlines()) == 1


def stated(name):
    """Minutes to read, minutes to run, memory in GB: what the chapter's head says."""
    return re.search(TIMES, text(name)).groups()


def test_readme_links_every_chapter_and_adds_up_their_minutes():
    lab = [name for name in NOTEBOOKS if name not in COURSE]
    for title, names in (("The course", COURSE), ("The lab", lab)):
        paragraph = README.split(f"**{title}**")[1].split("\n\n")[0]
        assert re.findall(r"\(notebooks/(\w+)\.ipynb\)", paragraph) == list(names)
        reading, running = (sum(int(stated(name)[index]) for name in names) for index in (0, 1))
        assert f"{len(names)} chapters, {reading} minutes to read, {running} to run." in paragraph


def test_readmes_headline_numbers_are_the_released_networks():
    models = json.loads((MODELS / "models.json").read_text(encoding="utf-8"))
    errors = [models["classifier"][f"test_error{end}"] for end in ("", "_low", "_high")]
    assert (
        "{:.2%} of the 10,000 test digits (95% interval {:.2%} to {:.2%};".format(*errors) in README
    )
    areas = [models["area"][f"test_mae{end}"] for end in ("", "_low", "_high")]
    card = (MODELS / "README.md").read_text(encoding="utf-8")
    said = re.search(r"filled area to (\d\.\d\d) px² \((\d\.\d\d) to (\d\.\d\d)\)", README).groups()
    assert all(abs(float(number) - area) < 0.006 for number, area in zip(said, areas))
    assert "mean absolute error {} px² (95% interval {} to {})".format(*said) in card


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_minutes_and_memory_are_the_measured_ones(name):
    measured = recorded("chapters").set_index("chapter").loc[name]
    _, minutes, memory = map(float, stated(name))
    assert measured["seconds"] / 60 <= minutes < measured["seconds"] / 60 + 1.5
    assert abs(memory - measured["peak_memory_mb"] / 1_000) <= 0.05 and memory < 2


def test_pictures_of_the_readme_and_the_start_page_are_the_notebooks_own():
    pictures = {
        output.metadata["image/png"]["alt"]: base64.b64decode(output.data["image/png"])
        for notebook in NOTEBOOKS.values()
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    }
    pages = README + (ROOT / "site" / "index.md").read_text(encoding="utf-8")
    shown = re.findall(r"!\[([^\]]+)\]\((?:\.\./)?(notebooks/pictures/\S+)\)", pages)
    assert len(shown) == 3
    for alt, target in shown:
        assert (ROOT / target).read_bytes() == pictures[alt]


def claims(name):
    """{number: verdict} in a chapter's claims section."""
    section = text(name).split("## Claims")[1].split("## Key points")[0]
    found = re.findall(r"\*\*Claim (\d+):.*?\*\*.*?\*(.+?)\.?\*", section)
    return {int(number): verdict.lower() for number, verdict in found}


def test_chapters_agree_on_the_verdict_of_a_claim_that_is_in_the_table():
    numbers = pd.read_csv(DATA / "claims.csv", encoding="utf-8")["claim"].tolist()
    assert numbers == list(range(1, 24))
    stated = {}
    for name in NOTEBOOKS:
        for number, verdict in claims(name).items():
            assert number in numbers
            assert stated.setdefault(number, verdict) == verdict, (number, name)


def test_the_data_card_lists_every_recorded_table():
    card = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)\.csv` \|", card, re.MULTILINE)) == set(TABLES)


@pytest.mark.parametrize("page", [README_FILE, *sorted((ROOT / "site").glob("*.md"))], ids=str)
def test_links_resolve(page):
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        file = target.split("#")[0]
        assert target.startswith(("https://", "#")) or (page.parent / file).exists(), target


def test_repository_is_named_once_and_used_everywhere():
    for file in ("README.md", "CITATION.cff", "site/running.md"):
        assert SERIES["repository"] in (ROOT / file).read_text(encoding="utf-8")
    slug = re.compile(r"github\.com/([\w-]+/[\w.-]+?)(?:\.git|/|\"|$|\)|\s)")
    for file in ("README.md", "CITATION.cff", "site/running.md"):
        named = set(slug.findall((ROOT / file).read_text(encoding="utf-8")))
        assert named <= {SERIES["repository"]}, named


def commands_of(*jobs):
    """The lines that the steps of workflow jobs run."""
    steps = [step for job in jobs for step in job["steps"] if "run" in step]
    return [(step.get("if", ""), step["run"].strip().splitlines()) for step in steps]


WORKFLOWS = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
TARGETS = set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split())


def made(text):
    """The targets of make that a text calls, as whole commands."""
    return set(re.findall(r"^\s*make ([\w-]+)\s*$", text, re.MULTILINE))


def test_ci_runs_the_readmes_test_commands():
    assert made((ROOT / ".ci" / "run").read_text(encoding="utf-8")) == {"test", "test-slow"}
    assert {"run", "test"} <= made(README)


def test_workflows_run_the_makefiles_targets():
    called = set()
    for workflow in WORKFLOWS.values():
        for _, lines in commands_of(*workflow["jobs"].values()):
            called |= made("\n".join(lines))
    assert called == {"test", "test-slow", "test-colab", "links", "site"} and called <= TARGETS
    matrix = WORKFLOWS["tests"]["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert [system.split("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]


def test_windows_is_tested_with_the_commands_that_the_site_gives():
    ((_, lines),) = (
        step
        for step in commands_of(WORKFLOWS["tests"]["jobs"]["test"])
        if "== 'Windows'" in step[0]
    )
    assert len(lines) == 4
    for line in lines:
        assert line in RUNNING.splitlines()


def test_pre_commit_runs_make_check():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    ((hook,),) = (repo["hooks"] for repo in config["repos"])
    assert hook["entry"] == "make check" and hook["always_run"]


def test_every_target_of_make_is_explained_where_the_makefile_begins():
    head = MAKEFILE.split("PYTHON ?=")[0]
    assert set(re.findall(r"make ([\w-]+):", head)) == TARGETS - {"clean"}


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("vendor.github-workflows", "workflows/*.yml"),
        ("vendor.github-issue-forms", "ISSUE_TEMPLATE/problem.yml"),
        ("vendor.github-issue-config", "ISSUE_TEMPLATE/config.yml"),
    ],
)
def test_githubs_files_have_their_form(schema, files):
    found = [str(path) for path in sorted((ROOT / ".github").glob(files))]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *found]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert found and done.returncode == 0, done.stdout


def test_workflows_are_safe():
    zizmor = [str(Path(sys.executable).with_name("zizmor")), "--offline", str(ROOT / ".github")]
    done = subprocess.run(zizmor, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_devcontainer_makes_what_make_lab_needs():
    file = ROOT / ".devcontainer" / "devcontainer.json"
    config = json.loads(file.read_text(encoding="utf-8"))
    assert config["postCreateCommand"] == "make .venv/ready"
    assert re.search(r"^lab: \$\(READY\)$", MAKEFILE, re.MULTILINE)
    assert re.search(r"^READY := \$\(VENV\)/ready$", MAKEFILE, re.MULTILINE)


def test_the_issue_form_lists_every_chapter():
    form = yaml.safe_load(
        (ROOT / ".github" / "ISSUE_TEMPLATE" / "problem.yml").read_text(encoding="utf-8")
    )
    options = form["body"][0]["attributes"]["options"][:-1]
    for name, option in zip(NOTEBOOKS, options, strict=True):
        assert text(name).startswith(f"# {option}")


def test_the_version_is_the_same_everywhere():
    version = PROJECT["project"]["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = re.findall(
        r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert changes[0] == version


def test_checks_that_nobody_knows_are_refused(capsys):
    assert checks(["most"]) == 2
    assert capsys.readouterr().err == "error: 'most'; allowed: check, all, slow\n"
