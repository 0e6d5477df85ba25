"""The diagnosis: right on histories of known diagnosis, robust to what users pass."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notebooks import text
from utils.diagnosis import ADVICE, VERDICTS, diagnose, rules
from utils.histories import labeled_histories

LABELED = labeled_histories()
HELD_BACK = [history for history in LABELED if history.held_back]
EPOCHS = np.arange(1, 31)
GOOD = {"loss": 0.05 + np.exp(-EPOCHS / 2), "val_loss": 0.08 + np.exp(-EPOCHS / 2)}


def test_there_are_enough_labeled_histories_of_every_kind():
    assert len(LABELED) >= 60 and len(HELD_BACK) >= 30
    for label in VERDICTS:
        for held_back in (False, True):
            sources = {h.source for h in LABELED if (h.label, h.held_back) == (label, held_back)}
            assert "formula" in sources and len(sources) >= 3, "recorded runs of both tasks too"


@pytest.mark.parametrize("held_back", [False, True])
def test_right_on_nine_of_ten(held_back):
    histories = [history for history in LABELED if history.held_back == held_back]
    right = [diagnose(history.history).verdict == history.label for history in histories]
    assert np.mean(right) >= 0.9


@pytest.mark.parametrize("label", ["unstable", "suspicious", "overfitting"])
def test_what_went_wrong_is_never_called_a_good_fit(label):
    verdicts = {diagnose(h.history).verdict for h in LABELED if h.label == label}
    assert "good fit" not in verdicts


def test_a_good_fit_and_its_text(capsys):
    found = diagnose(GOOD)
    assert found.verdict == "good fit" and found.onset_epoch is None
    assert str(found) == repr(found) and str(found).startswith("Diagnosis: good fit\n  because ")
    assert found.advice == ADVICE["good fit"] and set(ADVICE) == set(VERDICTS)


def test_the_onset_is_the_epoch_of_the_lowest_validation_loss():
    rising = GOOD | {"val_loss": np.abs(EPOCHS - 12) / 20 + 0.3}
    found = diagnose(rising)
    assert (found.verdict, found.onset_epoch) == ("overfitting", 12)
    assert "onset in epoch 12" in str(found)


def test_rising_loss_with_steady_accuracy_is_told_apart():
    rising = GOOD | {"val_loss": np.abs(EPOCHS - 12) / 20 + 0.3}
    steady = diagnose(rising | {"val_accuracy": np.minimum(EPOCHS / 12, 1) * 0.97})
    worse = diagnose(rising | {"val_accuracy": 0.97 - np.abs(EPOCHS - 12) / 100})
    assert "too sure of its mistakes" in steady.reasons[-1]
    assert worse.reasons[-1] == "the validation accuracy falls too."


def test_a_gap_without_a_rise_is_overfitting_without_an_onset():
    found = diagnose(GOOD | {"val_loss": 0.5 + np.exp(-EPOCHS / 2)})
    assert (found.verdict, found.onset_epoch) == ("overfitting", None)


def test_reevaluated_training_loss_is_preferred():
    with_dropout = {"loss": GOOD["val_loss"] * 2, "val_loss": GOOD["val_loss"]}
    assert diagnose(with_dropout).verdict == "suspicious"
    assert diagnose(with_dropout | {"train_loss": GOOD["loss"]}).verdict == "good fit"


def test_what_fit_returns_is_accepted():
    class History:
        history = {name: list(values) for name, values in GOOD.items()}

    assert {str(diagnose(h)) for h in (GOOD, pd.DataFrame(GOOD), History())} == {
        str(diagnose(GOOD))
    }
    assert len(diagnose(GOOD).losses) == 30


@pytest.mark.parametrize("position", [0, 7, 29])
@pytest.mark.parametrize("column", ["loss", "val_loss"])
@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_lost_numbers_are_unstable(column, position, value):
    broken = GOOD[column].copy()
    broken[position] = value
    found = diagnose(GOOD | {column: broken})
    assert found.verdict == "unstable" and str(position + 1) in found.reasons[0]


@pytest.mark.parametrize("epochs", [1, 2, 3, 5])
def test_short_histories_say_so(epochs):
    found = diagnose({name: values[:epochs] for name, values in GOOD.items()})
    assert found.verdict == "still improving" and "too short" in found.reasons[0]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(allow_nan=True, width=32), st.floats(allow_nan=True, width=32)),
        min_size=1,
        max_size=40,
    )
)
def test_any_numbers_get_a_verdict(pairs):
    loss, val_loss = zip(*pairs)
    with np.errstate(all="ignore"):
        found = diagnose({"loss": loss, "val_loss": val_loss})
    assert found.verdict in VERDICTS and found.reasons and found.advice
    assert found.onset_epoch is None or 1 <= found.onset_epoch <= len(pairs)


@settings(deadline=None, max_examples=30)
@given(st.floats(1e-3, 1e6), st.integers(0, len(LABELED) - 1))
def test_the_unit_of_the_loss_does_not_matter(scale, number):
    history = LABELED[number].history
    columns = [name for name in ("loss", "val_loss", "train_loss") if name in history]
    scaled = history.assign(**{name: scale * history[name] for name in columns})
    assert diagnose(scaled).verdict == diagnose(history).verdict


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ({"loss": [1, 2]}, "no 'val_loss', only loss"),
        ({"val_loss": [1, 2], "accuracy": [1, 1]}, "no 'loss', only val_loss, accuracy"),
        ({}, "only nothing"),
        (None, "NoneType"),
        ([1, 2], "list"),
        ({"loss": [1, 2], "val_loss": [1]}, "shapes"),
        ({"loss": [], "val_loss": []}, "at least one epoch"),
        ({"loss": ["a"], "val_loss": [1]}, "'loss' holds something else than numbers"),
        ({"loss": [[1]], "val_loss": [[1]]}, "shapes"),
    ],
)
def test_what_is_no_history_is_refused(history, message):
    with pytest.raises(ValueError, match=message):
        diagnose(history)


RULES = {
    "unstable": "{climb:.0%} of what it had gained, first epoch {blown_up:.0f} times as high, by less than {flat:.0%}, "
    "jumps by {jump:.0%}",
    "overfitting": "{noises:.0f} times its noise, more than {rise:.0%}, {gap_ratio} times the training loss, more than "
    "{gap:.0%} of",
    "suspicious": "below {below} times the training loss, below {too_close} times, a {learned} of its first value",
    "still improving": "fewer than {shortest} epochs, by {falling:.0%}, by {falling_together:.0%}, below {together} times",
    "underfitting": "above {high} times its start",
}
"""What the docstring of `rules` says of each rule, with the thresholds in their places."""
WORDS = {0.1: "tenth", 3.0: "three", 4.0: "four"}
"""Numbers that are written out."""


@pytest.mark.parametrize("verdict", RULES)
def test_the_rules_state_todays_thresholds(verdict):
    (rule,) = (
        " ".join(text.split())
        for text in re.split(r"\n(?=\d\. )", rules.__doc__)
        if re.match(rf"\d\. {verdict}: ", text)
    )
    stated = vars(rules.THRESHOLDS)
    in_words = {name: WORDS.get(value, value) for name, value in stated.items() if name != "flat"}
    template = re.sub(r"\{(blown_up|noises):.0f\}", r"{\1}", RULES[verdict])
    numbers = stated | {name: in_words[name] for name in ("blown_up", "noises", "learned")}
    for phrase in template.format(**numbers).split(", "):
        assert phrase in rule, phrase


def test_the_chapter_states_todays_thresholds_of_overfitting():
    now = rules.THRESHOLDS
    said = text("06_diagnose_overfitting")
    assert now.noises == 3
    assert f"above its lowest by {now.rise:.0%} and by three times its jitter" in said
    assert f"above {now.gap_ratio} times the training loss, with a gap above {now.gap:.0%}" in said


def test_every_threshold_is_stated():
    used = set(re.findall(r"\{(\w+)", " ".join(RULES.values())))
    assert used == set(vars(rules.THRESHOLDS))


@pytest.mark.parametrize("name", vars(rules.THRESHOLDS))
def test_no_threshold_is_idle(monkeypatch, name):
    """Another value changes the diagnosis of a history that is known, or of one that was drawn."""
    drawn = [{**GOOD, "val_loss": GOOD["val_loss"] * factor} for factor in np.linspace(0.3, 4, 200)]
    histories = [*drawn, *(h.history for h in LABELED), {k: v[:5] for k, v in GOOD.items()}]
    before = [diagnose(history).verdict for history in histories]
    today = rules.THRESHOLDS
    for factor in (0.01, 0.5, 2, 100):
        changed = replace(today, **{name: getattr(today, name) * factor})
        monkeypatch.setattr(rules, "THRESHOLDS", changed)
        monkeypatch.setattr("utils.diagnosis.evidence.THRESHOLDS", changed)
        if [diagnose(history).verdict for history in histories] != before:
            return
    raise AssertionError(f"{name} decides nothing")


def test_it_shows_itself_as_text_and_picture(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("utils.plots.display", lambda output, **_: shown.append(output))
    diagnose(GOOD).show()
    diagnose(GOOD | {"loss": GOOD["loss"] * np.nan}).show()
    assert "Diagnosis: good fit" in capsys.readouterr().out
    good, _, unstable, _ = shown  # each picture and the words below it
    assert "good fit" in good["text/plain"] and "unstable" in unstable["text/plain"]
