"""The glossary and the chapters: a term is printed in bold where it is first explained, and stands in the glossary."""

import re
import sys

import pytest

from tests.notebooks import NOTEBOOKS, text
from utils.paths import ROOT

sys.path.append(str(ROOT / "site"))
from pages import BOLD, entry_for, glossary_terms  # noqa: E402

SOURCE = (ROOT / "site" / "glossary.md").read_text(encoding="utf-8")
TERMS = glossary_terms(SOURCE)
ALL = [term for terms in TERMS.values() for term in terms]
EMPHASIS = {
    "02_pad_to_32x32": {"pad the bytes, then scale"},
    "03_build_lenet5": {
        *("Places.", "Parameters.", "Multiply-adds.", "Receptive field."),
        *("C1", "S2", "S4", "C3", "C5", "F6", "output"),
    },
    "04_train_classifier": {"Your guess:", "one"},
    "05_area_regression": {
        *("mean", "line", "Ink", "Filled", "Ink: the line wins", "Filled: LeNet-5 wins"),
        *(
            "Scenes: LeNet-5 wins",
            "In good light the pipeline wins",
            "In the dark the network wins",
        ),
    },
    "06_diagnose_overfitting": {
        *("Guess first", "more data", "smaller network"),
        "dropout and augmentation are on in training and off in validation",
        *("unstable", "not learning", "still improving", "suspicious", "good fit"),
    },
    "07_compare_variants": {
        *("frame of 28", "seed by seed", "pairs", "the other half", "ReLU reads best."),
        *("Pooling pays, max pooling does not pay more.", "The border is not shown to pay."),
    },
    "08_trust_a_measurement": {
        *("pipeline", "matched network", "mixed network", "Your guess:", "On the budget."),
        *("On contrast and light.", "New writers.", "Over seeds, and out of place."),
        *("What survives.", "What does not.", "The intervals.", "Turns.", "Start."),
    },
    "09_data_and_remedies": {
        *("patterns first, noise later", "more data", "smaller network"),
        *("The best epoch on 100 images", "A false alarm?"),
    },
    "10_lenet5_as_published": {"Guess first."},
    "11_since_1998": {"Guess first.", "Added in this order", "Given back to the top"},
    "12_your_own_images": {
        *("paper", "stretch", "Specks", "scale", "Place", "shape"),
        *("Undone.", "Partly lost.", "Not in the pixels.", "House prices and ages"),
        *("Parts by group.", "Equal care.", "Baselines that know something"),
    },
    "13_small_devices": {"scale", "dynamic"},
}
"""What a finished chapter prints in bold for another reason."""


def bold(name):
    """What a chapter prints in bold, without its claims and its code."""
    plain = re.sub(r"```.*?```", "", text(name).split("## Claims")[0], flags=re.DOTALL)
    return [match[1] for line in plain.splitlines() for match in re.finditer(BOLD, line)]


def test_the_glossary_is_well_formed():
    assert len(ALL) == len(set(ALL)) and set(TERMS) <= set(NOTEBOOKS)
    entries = re.findall(r"^\S.*\n((?:  .*\n)+)", SOURCE.split(":::{glossary}")[1], re.MULTILINE)
    assert len(entries) == len(ALL)
    for entry in entries:
        said = re.fullmatch(
            r"  (.+[.]) \[Chapter (\d+)\]\(\.\./notebooks/(\d\d)_\w+\.ipynb\)\n", entry
        )
        assert said and int(said[2]) == int(said[3]), entry
        assert len(said[1].split()) <= 30, entry


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_terms_in_bold_are_in_the_glossary_and_explained_where_they_first_stand(name):
    number = list(NOTEBOOKS).index(name)
    earlier = [term for other in list(NOTEBOOKS)[:number] for term in TERMS.get(other, [])]
    found = set()
    for said in bold(name):
        if said not in EMPHASIS.get(name, set()):
            term = entry_for(said, TERMS[name]) or entry_for(said, earlier)
            assert term, f"{said!r} is in bold and not in the glossary"
            found.add(term)
    assert set(TERMS[name]) <= found, "in the glossary, and not in bold where it links to"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_chapter_prints_a_term_in_bold_before_it_is_explained(name):
    later = [term for other in NOTEBOOKS if other > name for term in TERMS[other]]
    said = {entry_for(word, later) for word in bold(name)} - {None}
    assert not said


def test_emphasis_is_what_is_there():
    for name, phrases in EMPHASIS.items():
        assert phrases <= set(bold(name)), name


def test_plurals_and_capitals_are_found():
    assert entry_for("Pixels", ["pixel"]) == "pixel"
    assert entry_for("classes", ["class"]) == "class"
    assert entry_for("ReLU", ["ReLU"]) == "ReLU"
    assert entry_for("overfitting", ["overfit"]) == "overfit"
    assert entry_for("pixelated", ["pixel"]) is None
