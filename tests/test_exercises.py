"""Every solution passes its own check; wrong answers and stubs do not."""

import ast
from dataclasses import replace

import numpy as np
import pytest

from tests.notebooks import NOTEBOOKS, code_cells, exercises
from utils.area import hull_area
from utils.exercises import CHECKS, verdict
from utils.experiments.tasks import FEW_RECIPE
from utils.lenet1998 import CODES
from utils.lesson import check_exercise
from utils.networks import lenet5
from utils.training import set_seed

EXERCISES = {
    number: (name, *found) for name in NOTEBOOKS for number, found in exercises(name).items()
}
TRAIN = {"5.2", "6.2"}
"""Exercises whose answers are trained networks."""
EVERY = pytest.mark.parametrize(
    "number",
    [pytest.param(n, marks=pytest.mark.long if n in TRAIN else ()) for n in EXERCISES],
)


def solve(number):
    """Execute the solution as a reader would, after the notebook's imports, and return its answer."""
    name, _, solution = EXERCISES[number]
    imports = [
        ast.unparse(node)
        for cell in code_cells(name)[1:]
        for node in ast.parse(cell.source).body
        if isinstance(node, (ast.Import, ast.ImportFrom))
    ]
    scope = {}
    exec("\n".join(imports), scope)
    exec(solution, scope)
    return scope["answer"]


def wrong_model():
    return lenet5()


def equation_9(y, labels, j):
    everything = np.log(np.exp(-j) + np.exp(-y).sum(axis=1))
    return (y[np.arange(len(labels)), labels] + everything).mean()


class Stops:
    """A wrong answer that is meant to stop with a TypeError; any other wrong answer must run to its end."""

    def __init__(self, answer):
        self.answer = answer


WRONG = {
    "1.1": [10_000, 3_800, 380_300, "38032", True],
    "1.2": [
        lambda x: (x >= 128).any(axis=1).sum(axis=1),
        lambda x: (x > 0).any(axis=2).sum(axis=1),
        lambda x: (x >= 128).sum(axis=(1, 2)),
        lambda x: 20,
        lambda x: None,
    ],
    "1.3": [
        lambda y, p: (0, 0),
        lambda y, p: (5, 3),
        lambda y, p: most_confused(p, y),
        Stops(lambda y, p: None),
        Stops((5, 3)),
    ],
    "2.1": [14, 18, 32, 0, None, "22"],
    "2.2": [
        lambda x: x,
        lambda x: x[:, 4:, 4:],
        lambda x: x[:, :28, :28],
        lambda x: x[2:-2, 2:-2],
        Stops(np.zeros(3)),
    ],
    "2.3": [(0, 0), (-0.1, 0), (0.1, 0.4242), -0.1, (-0.1, -0.4242, 0)],
    "3.1": [432, 80, 448, 2_416, None],
    "3.2": [
        lambda z, y: (
            -np.log(np.exp(z) / np.exp(z).sum(1, keepdims=True))[np.arange(len(y)), y].mean()
        ),
        lambda z, y: stable(z, y).sum(),
        lambda z, y: stable(z, y),
        lambda z, y: 2.303,
        Stops(lambda z, y: None),
    ],
    "3.3": [wrong_model, 44_426, None],
    "4.1": [214, 214.8, 216, 55_000, None],
    "4.2": [
        lambda step, steps, peak: peak,
        lambda step, steps, peak: peak * (1 - step / steps),
        lambda step, steps, peak: peak * np.cos(np.pi * step / steps),
        Stops(lambda step, steps, peak: None),
    ],
    "4.3": [0.05, 0.11, 30, None],
    "5.1": [60_941, 61_706, 61_025, None],
    "5.2": [
        lambda x: np.full(len(x), 197.0),
        lambda x: np.full((len(x), 1), 197.0),
        lambda x: x.sum(axis=(1, 2, 3)) * 1.9,
        lambda x: hull_area(x[..., 0]) / 784,
        lambda x: None,
    ],
    "5.3": [
        lambda x: (x >= 128).sum(axis=(1, 2)),
        lambda x: np.ones(len(x)),
        lambda x: x.max(axis=(1, 2)),
        lambda x: x.sum(),
        lambda x: hull_area(x),
    ],
    "5.4": [
        lambda r, c: np.quantile(np.abs(r), c),
        lambda r, c: np.sort(np.abs(r))[int(np.ceil(len(r) * c)) - 1],
        lambda r, c: np.sort(r)[int(np.ceil((len(r) + 1) * c)) - 1],
        lambda r, c: np.abs(r),
        Stops(lambda r, c: None),
    ],
    "6.1": [{}, dict.fromkeys("abcde", "good fit"), ["good fit"] * 5, {"a": "suspicious"}, None],
    "6.2": [lambda x, y, seed: None, lambda x, y, seed: trained_plainly(x, y, seed), Stops(0.1)],
    "6.3": [
        lambda p, y: 1 - np.mean(p.argmax(axis=1) == y),
        lambda p, y: np.mean(np.abs(p.max(axis=1) - (p.argmax(axis=1) == y))),
        lambda p, y: p.max(axis=1),
        Stops(lambda p, y: None),
    ],
    "7.1": [6, 11, 12, 5.5, None],
    "7.2": [
        lambda y, d, j: y[np.arange(len(d)), d].mean(),
        lambda y, d, j: equation_9(y, d, 50.0),
        lambda y, d, j: equation_9(y, d, -j),
        lambda y, d, j: (
            y[np.arange(len(d)), d] + np.log(np.exp(-j) + np.exp(-y).sum(axis=1))
        ).sum(),
        lambda y, d, j: np.log(np.exp(-j) + np.exp(-y).sum(axis=1)),
        Stops(lambda y, d, j: None),
    ],
    "7.3": [
        (CODES.reshape(10, 84).T, np.zeros(10)),
        (-2 * CODES.reshape(10, 84).T, np.zeros(10)),
        (2 * CODES.reshape(10, 84).T, np.arange(10)),
        (2 * CODES.reshape(10, 84), np.zeros(10)),
        Stops(None),
    ],
}


def trained_plainly(x, y, seed):
    set_seed(seed)
    network = lenet5()
    replace(FEW_RECIPE, epochs=20).train(network, x, y, progress=False)
    return network


def most_confused(a, b):
    table = np.zeros((10, 10), int)
    np.add.at(table, (a, b), 1)
    np.fill_diagonal(table, 0)
    return np.unravel_index(table.argmax(), table.shape)


def stable(z, y):
    shifted = z - z.max(axis=1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]


def test_every_check_has_an_exercise_and_wrong_answers():
    assert set(EXERCISES) == set(CHECKS) == set(WRONG)


@EVERY
def test_stub_runs_and_is_neither_right_nor_wrong(number):
    name, stub, _ = EXERCISES[number]
    assert stub.source == f'answer = ...\ncheck_exercise("{number}", answer)'
    assert stub.outputs[0].text == f"Exercise {number}: not attempted\n"
    assert int(number.split(".")[0]) == int(name[:2])


@EVERY
def test_solution_passes(number):
    assert EXERCISES[number][2], "no solution is folded below the exercise"
    assert verdict(number, solve(number)) == "right"


@EVERY
def test_wrong_answers_get_a_hint(number):
    for answer in WRONG[number]:
        stops = isinstance(answer, Stops)
        answer = answer.answer if stops else answer
        answer = answer() if answer is wrong_model else answer
        given = verdict(number, answer)
        assert given.startswith("not yet: ") and len(given) > 20, (answer, given)
        expected = "not yet: your answer stops with TypeError: "
        assert given.startswith(expected) if stops else "stops with" not in given, (answer, given)


def test_two_to_four_exercises_in_each_chapter():
    for name in NOTEBOOKS:
        assert 2 <= len(exercises(name)) <= 4


def test_an_answer_that_raises_is_reported_not_raised(capsys):
    check_exercise("1.2", lambda images: 1 / 0)
    assert (
        capsys.readouterr().out
        == "Exercise 1.2: not yet: your answer stops with ZeroDivisionError: division by zero\n"
    )


def test_unknown_exercise():
    with pytest.raises(KeyError):
        verdict("99.1", 1)
