"""The house: three streets, imports one way and on no circle, small rooms, importing that is silent and quick."""

import ast
import graphlib
import subprocess
import sys

import pytest

from utils.paths import ROOT
from utils.provenance import imports

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "utils").rglob("*.py"))
}
COMMANDS = {f"utils.{name}" for name in "rerun measurements about bench student grade".split()}
STREETS = ("learner", "experiments", "machinery", "commands")
"""From the ground up: each may import from itself and from those before it."""


def street(module):
    if module in COMMANDS:
        return "commands"
    second = module.split(".")[1] if "." in module else ""
    return second if second in STREETS else "learner"


def imported(module):
    """The modules of `utils` that a module imports, at the top or in a function."""
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    return {name for name in imports(tree) if name in FILES and name not in {"utils", module}}


def wrong_way(graph):
    floor = STREETS.index
    return [
        (module, other)
        for module, others in graph.items()
        for other in others
        if floor(street(other)) > floor(street(module))
    ]


def without_packages(graph):
    """The graph without the arrow from a room of a package to the package itself, which only names its rooms."""
    return {
        module: {other for other in others if not module.startswith(f"{other}.")}
        for module, others in graph.items()
    }


GRAPH = {module: imported(module) for module in FILES}


def test_imports_go_from_the_commands_down_to_the_learners_rooms():
    assert {street(module) for module in FILES} == set(STREETS)
    assert not wrong_way(GRAPH)


def test_no_room_is_on_a_circle():
    list(graphlib.TopologicalSorter(without_packages(GRAPH)).static_order())


@pytest.mark.parametrize("module", FILES)
def test_rooms_are_small(module):
    assert len(FILES[module].read_text(encoding="utf-8").splitlines()) <= 250


def test_a_wrong_import_and_a_circle_would_be_found():
    assert wrong_way({"utils.mnist": {"utils.experiments.tasks"}})
    assert wrong_way({"utils.experiments.tasks": {"utils.machinery.jobs", "utils.mnist"}})
    assert not wrong_way({"utils.rerun": {"utils.machinery.runs", "utils.paths"}})
    with pytest.raises(graphlib.CycleError):
        circle = {"utils.a": {"utils.b"}, "utils.b": {"utils.a"}}
        graphlib.TopologicalSorter(without_packages(circle)).prepare()


def test_nothing_is_imported_by_a_name_in_a_string():
    """What only a string names is in no closure, and so in no job's key."""
    for module, path in FILES.items():
        text = path.read_text(encoding="utf-8")
        assert "import_module(" not in text and "__import__(" not in text, module


def python(code):
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.long
def test_importing_every_room_prints_nothing():
    modules = ", ".join(FILES)
    code = f"import {modules}; from utils.backend import keras; keras.ops.ones(3) + 1"
    assert python(code) == (0, "", "")


def test_import_utils_loads_nothing_heavy():
    code = "import sys, utils; print([m for m in ('numpy', 'tensorflow', 'matplotlib') if m in sys.modules])"
    assert python(code) == (0, "[]\n", "")


@pytest.mark.long
def test_a_chapter_that_trains_nothing_loads_no_tensorflow():
    code = "import sys; from utils import exercises, evaluation, images, lesson, mnist, plots; print('tensorflow' in sys.modules)"
    assert python(code) == (0, "False\n", "")
