"""What becomes of notebooks, links and recorded tables in the book; the book itself is in `test_site`."""

import copy
import json
import sys

import pytest

from tests.notebooks import NOTEBOOKS
from utils import records
from utils.paths import DATA, ROOT

sys.path.append(str(ROOT / "site"))
import measured  # noqa: E402
import pages  # noqa: E402
import tables  # noqa: E402

CHAPTERS = json.loads(json.dumps(NOTEBOOKS))


def test_links_are_turned_and_code_is_not():
    text = "[a](b.md) `x[0](y)` [c](#d) [`e`](f.py)\n```python\nx[0](y)\n```\n[g](https://h)"
    wanted = "[a](B.MD) `x[0](y)` [c](#d) [`e`](F.PY)\n```python\nx[0](y)\n```\n[g](https://h)"
    assert pages.with_links(text, str.upper) == wanted


def cell(source, kind="markdown", **more):
    return {"cell_type": kind, "metadata": {}, "source": source} | more


def test_a_chapter_becomes_a_page():
    picture = {"data": {}, "metadata": {"image/png": {"alt": "a digit"}}}
    table = {"data": {"text/html": ["<th></th>", "<th>mean</th>"]}, "metadata": {}}
    notebook = {
        "metadata": {"kernelspec": {}, "teaching": {"needs": "time"}},
        "cells": [
            cell("# 2. Title\n\n[![Open](https://badge.svg)](https://colab)\n\n| | |\n|---|---|"),
            cell("## 2.1 Here\n\nThe **Kernels**, and **kernels** again, **now**."),
            cell("plots.show()", "code", outputs=[picture, table]),
        ],
    }
    notebook["cells"][2]["metadata"]["tags"] = ["folded", "parameters"]
    assert pages.chapter(notebook, ["kernel", "unit"], str) == {"kernel": "2.1-Here"}
    assert notebook["metadata"] == {"kernelspec": {}}
    head, text, code = notebook["cells"]
    assert head["source"] == "# 2. Title\n\n| about | this chapter |\n|---|---|"
    assert text["source"].endswith("The {term}`Kernels <kernel>`, and **kernels** again, **now**.")
    assert code["metadata"]["tags"] == ["folded", "parameters", "hide-input"]
    assert code["metadata"]["mystnb"] == {
        "code_prompt_show": "The parameters",
        "image": {"alt": "a digit"},
    }
    assert table["data"]["text/html"] == "<td></td><th>mean</th>"


def test_terms_lead_to_the_section_that_explains_them():
    glossary = ":::{glossary}\n\nunit\n  One. [Chapter 2](../notebooks/02_a.ipynb)\n\nunits\n  Two. [Chapter 2](../notebooks/02_a.ipynb)\n"
    found = pages.to_sections(glossary, {"02_a": {"unit": "2.1-x", "units": "2.2-$y$"}})
    assert found == glossary.replace("02_a.ipynb)", "02_a.ipynb#2.1-x)", 1)


def test_tables_of_the_series_are_complete():
    course, lab = (tables.part(CHAPTERS, course=part) for part in (True, False))
    for name in NOTEBOOKS:
        assert (f"({name}.ipynb)" in course) == (int(name[:2]) <= 6)
        assert f"({name}.ipynb)" in course + lab
    assert tables.parameters(CHAPTERS).count("\n| 1 | `seed` |") == 1


def test_claims_have_their_verdicts_and_their_evidence():
    made = tables.claims(CHAPTERS)
    assert (
        "| 3 | it is a six-layered sandwich | does not hold | [3](03_build_lenet5.ipynb#Claims) |"
        in made
    )
    assert "(03_build_lenet5.ipynb#3.1-A-pencil-first)" in made, "anchors lead back to the chapter"
    untested = {number for number in range(1, 24) if number not in tables.verdicts_in(CHAPTERS)}
    assert made.count(f"| {tables.UNTESTED} |") == len(untested)


def test_a_recorded_table_says_where_it_comes_from(tmp_path, monkeypatch):
    origin = json.dumps({"seeds": [0, 1], "changed": False, "versions": {"keras": "3.15.1"}})
    head = f"# python -m utils.measurements t\n# stale: afterwards it changed\n# {origin}\n"
    (tmp_path / "t.csv").write_text(f"{head}a,b\n" + "1,2\n" * 300, encoding="utf-8")
    monkeypatch.setattr(records, "MEASUREMENTS", tmp_path)
    page = measured.page("t", "what it is", "chapter 9", "https://here")
    assert "What it is. Read in: chapter 9." in page
    assert "300 rows, the first 200 of them here" in page and page.count("<tr>") == 200
    assert "- seeds: 0, 1\n  - changed: no\n  - keras: 3.15.1" in page
    assert "numbers today: afterwards it changed." in page


def test_every_recorded_table_is_described():
    listed = measured.about()
    assert set(listed) == {path.stem for path in (DATA / "measurements").glob("*.csv")}


@pytest.mark.parametrize("chapter", NOTEBOOKS)
def test_making_a_page_leaves_the_code_alone(chapter):
    made = copy.deepcopy(CHAPTERS[chapter])
    pages.chapter(made, [], str)
    for before, after in zip(CHAPTERS[chapter]["cells"], made["cells"], strict=True):
        if before["cell_type"] == "code":
            assert before["source"] == after["source"]
