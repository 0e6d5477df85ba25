"""Every sentence of verdict follows from its recorded rows, and stands in its chapter with their numbers."""

import re

import numpy as np
import pandas as pd
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
    for found in re.finditer(INTERVAL, row.sentence):
        before = re.findall(r"[+-]?\d[\d.]*", row.sentence[: found.start()])
        half = 0.501 * 10.0 ** -len(found[1].partition(".")[2])
        told = [(float(mean), *map(float, found.groups())) for mean in before]
        same, turned = (row.mean, row.low, row.high), (-row.mean, -row.high, -row.low)
        assert any(t == pytest.approx(e, rel=0, abs=half) for t in told for e in (same, turned))


def test_holm_multiplies_by_what_is_left_and_never_falls():
    assert holm([0.01, 0.04, 0.03, np.nan]) == pytest.approx(
        [0.03, 0.06, 0.06, np.nan], nan_ok=True
    )
    assert holm([0.5, 0.9]) == pytest.approx([1, 1]) and len(holm([])) == 0


def test_verdicts_are_recomputed_from_their_rows_in_pairs(tmp_path, monkeypatch):
    rows = [("plain", seed, error) for seed, error in enumerate((0.03, 0.04, 0.05))]
    rows += [("new", seed, error) for seed, error in ((2, 0.04), (1, 0.02), (0, 0.03))]
    runs = pd.DataFrame(rows, columns=["way", "seed", "error"])
    monkeypatch.setattr(verdicts, "recorded", {"runs": runs}.get)
    monkeypatch.setattr(verdicts, "VERDICTS", tmp_path)
    (tmp_path / "07.csv").write_text(
        "sentence,table,rows,column,minus,pair,factor,unit,family,shows\n"
        "A,runs,way == 'new',error,way == 'plain',seed,100,points,ways,not shown\n"
        "B,runs,way == 'plain',error,,seed,100,%,,mean\n",
        encoding="utf-8",
    )
    pairs, plain = verdicts.verdicts(7).itertuples()
    assert (pairs.chapter, pairs.n, plain.n) == (7, 3, 3)
    assert (pairs.mean, plain.mean) == pytest.approx((-1, 4))  # of 0, -2, -1 and of 3, 4, 5
    assert pairs.low == pytest.approx(-1 - 4.3027 / np.sqrt(3), abs=1e-3)
    assert pairs.p == pytest.approx(0.2254, abs=1e-4) and np.isnan(plain.p)
