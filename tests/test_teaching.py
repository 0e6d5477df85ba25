"""What the page for teachers says of misconceptions is what the exercises say."""

import re
import sys
from collections import Counter

import pytest

from tests.notebooks import COURSE, NOTEBOOKS, exercises
from tests.test_exercises import WRONG
from tests.wrong_answers import Made, Stops
from utils.exercises import verdict
from utils.paths import ROOT

sys.path.append(str(ROOT / "site"))
import tables  # noqa: E402

PAGE = (ROOT / "site" / "teaching.md").read_text(encoding="utf-8")
TABLES = PAGE.split("| a student thinks |", 1)[1]
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (\d+\.\d) \| ([^|]+) \|$", TABLES, re.MULTILINE)


def test_the_page_shows_what_the_metadata_of_each_chapter_say():
    assert "```{include} parts/needs.md\n```" in PAGE
    shown = [line.split(" | ") for line in tables.needs(NOTEBOOKS).splitlines()[2:]]
    said = [
        (n.metadata.teaching["needs"], n.metadata.teaching["gives"]) for n in NOTEBOOKS.values()
    ]
    assert [(needs, gives) for _, needs, gives, *_ in shown] == said


@pytest.mark.parametrize(("thinks", "hint", "number"), [(r[0], r[3], r[2]) for r in ROWS])
def test_a_wrong_answer_gets_the_hint_that_the_page_quotes(thinks, hint, number):
    answers = (a for a in WRONG[number] if not isinstance(a, (Made, Stops)))
    assert any(hint in verdict(number, answer) for answer in answers), thinks


def test_five_misconceptions_for_each_chapter():
    chapters = [int(number.split(".")[0]) for _, _, number, _ in ROWS]
    assert Counter(chapters) == dict.fromkeys(range(1, 14), 5)


def test_the_page_names_exercises_that_there_are():
    known = {number for name in COURSE for number in exercises(name)}
    plans = PAGE.split("## Misconceptions")[0]
    cells = re.findall(r"^\|.*\| ((?:\d+\.\d(?:, )?)+) \|", plans, re.MULTILINE)
    named = {number for cell in cells for number in cell.split(", ")}
    named |= set(re.findall(r"^- \*\*(\d+\.\d),", plans, re.MULTILINE))
    assert len(named) > 15 and named <= known
