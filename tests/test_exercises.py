"""Every solution passes its own check; wrong answers and stubs do not."""

import ast
from importlib import import_module

import pytest

from tests.notebooks import COURSE, NOTEBOOKS, code_cells, exercises
from tests.wrong_answers import Made, Stops
from utils.exercises import CHECKS, verdict
from utils.lesson import check_exercise

EXERCISES = {
    number: (name, *found) for name in NOTEBOOKS for number, found in exercises(name).items()
}
LONG = {"3.4", "4.3", "4.4", "5.2", "6.2", "9.2", "13.3"}
"""Exercises whose checks take seconds: networks to train, scenes to measure."""
EVERY = pytest.mark.parametrize(
    "number",
    [pytest.param(n, marks=pytest.mark.long if n in LONG else ()) for n in EXERCISES],
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


WRONG = {
    number: answers
    for name in NOTEBOOKS
    for number, answers in import_module(f"tests.wrong_answers.chapter_{name[:2]}").WRONG.items()
}


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
        answer = answer.make() if isinstance(answer, Made) else answer
        given = verdict(number, answer)
        assert given.startswith("not yet: ") and len(given) > 20, (answer, given)
        expected = "not yet: your answer stops with TypeError: "
        assert given.startswith(expected) if stops else "stops with" not in given, (answer, given)


def test_three_to_six_exercises_in_each_chapter_of_the_course():
    for name in COURSE:
        assert 3 <= len(exercises(name)) <= 6


def test_an_answer_that_raises_is_reported_not_raised(capsys):
    check_exercise("1.2", lambda images: 1 / 0)
    assert (
        capsys.readouterr().out
        == "Exercise 1.2: not yet: your answer stops with ZeroDivisionError: division by zero\n"
    )


def test_unknown_exercise():
    with pytest.raises(KeyError):
        verdict("99.1", 1)
