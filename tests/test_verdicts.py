"""Every sentence of verdict follows from its recorded rows, and stands in its chapter with their numbers."""

import re

import numpy as np
import pytest

from tests.notebooks import NOTEBOOKS, text
from utils import verdicts
from utils.verdicts import holm

ROWS = list(verdicts.verdicts().itertuples()) if list(verdicts.VERDICTS.glob("*.csv")) else []
INTERVAL = r"\(([+-]?[\d.]+)[^()]* to ([+-]?[\d.]+)[^()]*\)"
"""An interval in a sentence, such as (0.2 to 0.4)."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.chapter}: {row.sentence[:40]}")
def test_a_sentence_follows_from_its_rows(row):
    assert row.n >= 5, "too few pairs"
    if row.shows == "mean":
        assert not row.minus
        return
    shown = row.p < 0.05
    assert row.minus and row.family
    assert shown == (row.shows != "not shown")
    if shown:
        assert row.shows == ("lower" if row.high < 0 else "higher" if row.low > 0 else "")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.chapter}: {row.sentence[:40]}")
def test_a_sentence_stands_in_its_chapter_with_the_numbers_of_its_interval(row):
    (name,) = (name for name in NOTEBOOKS if name.startswith(f"{row.chapter:02}_"))
    assert " ".join(row.sentence.split()) in " ".join(text(name).split())
    for ends in re.findall(INTERVAL, row.sentence):
        digits = len(ends[0].partition(".")[2])
        found = sorted(abs(float(end)) for end in ends)
        assert found == sorted(abs(round(end, digits)) for end in (row.low, row.high))


def test_holm_multiplies_by_what_is_left_and_never_falls():
    assert holm([0.01, 0.04, 0.03, np.nan]) == pytest.approx(
        [0.03, 0.06, 0.06, np.nan], nan_ok=True
    )
    assert holm([0.5, 0.9]) == pytest.approx([1, 1]) and len(holm([])) == 0
