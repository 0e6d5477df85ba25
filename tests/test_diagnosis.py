"""The diagnosis: right on histories of known diagnosis, sensible on odd ones, robust to what users pass."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.notebooks import text
from utils.diagnosis import ADVICE, CANNOT_TELL, VERDICTS, Thresholds, diagnose, rules
from utils.diagnosis.evidence import Scale, noise_of, smoothed
from utils.evaluation import wilson
from utils.histories import (
    FORMULAS,
    UNLABELED,
    drawn,
    labeled_histories,
    public_histories,
    unlabeled,
)

EPOCHS = np.arange(1, 31)
GOOD = {"loss": 0.05 + np.exp(-EPOCHS / 2), "val_loss": 0.08 + np.exp(-EPOCHS / 2)}
RISING = GOOD | {"val_loss": np.abs(EPOCHS - 12) / 20 + 0.3}
UNSAFE = ("unstable", "suspicious", "overfitting")


def falling(first, last, epochs=30, pace=4.0, noise=0.003, seed=0):
    """A loss that falls from `first` to `last`, with noise."""
    curve = last + (first - last) * np.exp(-np.arange(epochs) / pace)
    return curve + noise * abs(first - last) * np.random.default_rng(seed).standard_normal(epochs)


def run(training, validation, **columns):
    return {"loss": training, "val_loss": validation, **columns}


@pytest.fixture(scope="module")
def held_back():
    """Truth and verdict of each history that the rules were not tuned on."""
    found = [h for h in labeled_histories() if h.held_back]
    verdicts = [diagnose(h.history, **h.known).verdict for h in found]
    return pd.DataFrame(
        {
            "truth": [h.label for h in found],
            "verdict": verdicts,
            "formula": [h.source == "formula" for h in found],
        }
    )


def test_there_are_enough_histories_and_none_is_tuned_on_and_held_back():
    labeled = labeled_histories()
    for label in VERDICTS:
        for held in (False, True):
            sources = {h.source for h in labeled if (h.label, h.held_back) == (label, held)}
            assert "formula" in sources and len(sources) >= 3, "recorded runs of both tasks too"
    assert sum(h.held_back for h in labeled) >= 180
    prints = Counter(h.history["loss"].to_numpy().tobytes() for h in labeled)
    assert max(prints.values()) == 1


def test_it_answers_and_is_right(held_back):
    answered = held_back[held_back["verdict"] != CANNOT_TELL]
    right = answered["truth"] == answered["verdict"]
    assert len(answered) >= 0.85 * len(held_back)
    assert right.mean() >= 0.95
    assert wilson(int(right.sum()), len(right)).low > 0.88
    good = held_back[held_back["truth"] == "good fit"]
    assert (good["verdict"] == "good fit").mean() >= 0.9


def test_networks_alone_are_no_worse_than_the_formulas_by_much(held_back):
    networks = held_back[~held_back["formula"] & (held_back["verdict"] != CANNOT_TELL)]
    assert (networks["truth"] == networks["verdict"]).mean() >= 0.9


def test_what_went_wrong_is_not_called_a_good_fit(held_back):
    unsafe = held_back[held_back["truth"].isin(UNSAFE)]
    assert (unsafe["verdict"] != "good fit").all()


@pytest.mark.long
@pytest.mark.parametrize("label", UNSAFE)
def test_a_thousand_fresh_draws_hold_no_unsafe_run_that_is_called_good(label):
    verdicts = Counter(
        diagnose(h.history, **h.known).verdict
        for h in (drawn(label, number) for number in range(300_000, 300_334))
    )
    assert verdicts["good fit"] == 0


def test_fresh_draws_of_every_label_are_told():
    for label in FORMULAS:
        histories = [drawn(label, number) for number in range(200_000, 200_060)]
        verdicts = [diagnose(h.history, **h.known).verdict for h in histories]
        answered = [verdict for verdict in verdicts if verdict != CANNOT_TELL]
        assert len(answered) >= 0.75 * len(verdicts), label
        assert np.mean([verdict == label for verdict in answered]) >= 0.95, label


def test_public_histories_are_as_posted_with_their_threads():
    public = public_histories()
    assert len(public) >= 20
    for history in public:
        assert history.label in VERDICTS and history.source.startswith("https://")
        assert {"epoch", "loss", "val_loss"} <= set(history.history)
        assert list(history.history["epoch"]) == list(range(1, len(history.history) + 1))


def test_no_public_run_that_went_wrong_is_called_a_good_fit():
    verdicts = [(h.label, diagnose(h.history).verdict) for h in public_histories()]
    assert not [label for label, verdict in verdicts if label in UNSAFE and verdict == "good fit"]
    answered = [(label, verdict) for label, verdict in verdicts if verdict != CANNOT_TELL]
    assert len(answered) >= 13 and np.mean([t == v for t, v in answered]) >= 0.8


def test_a_good_fit_and_its_text():
    found = diagnose(GOOD)
    assert found.verdict == "good fit" and found.onset_epoch is None and not found.findings
    assert str(found) == repr(found) and str(found).startswith("Diagnosis: good fit\n  because ")
    assert found.advice == ADVICE["good fit"] and "floor=" in found.assumed[0]
    assert not diagnose(GOOD, floor=0, start=1).assumed


def test_the_onset_is_the_epoch_of_the_lowest_validation_loss():
    found = diagnose(RISING)
    assert (found.verdict, found.onset_epoch) == ("overfitting", 12)
    assert "onset in epoch 12" in str(found)
    assert "epoch 12" in found.advice[0]


def test_advice_fits_the_evidence():
    steady = diagnose(RISING | {"val_accuracy": np.minimum(EPOCHS / 12, 1) * 0.97})
    assert "too sure of its mistakes" in steady.reasons[-1]
    assert "temperature" in steady.advice[0] and "12" not in " ".join(steady.advice)
    worse = diagnose(RISING | {"val_accuracy": 0.97 - np.abs(EPOCHS - 12) / 100})
    assert worse.reasons[-1] == "the validation accuracy falls too."
    assert "epoch 12" in worse.advice[0]
    gap = diagnose(GOOD | {"val_loss": 0.5 + np.exp(-EPOCHS / 2)})
    assert (gap.verdict, gap.onset_epoch) == ("overfitting", None)
    assert "stop" not in " ".join(gap.advice) and "data" in gap.advice[0]


def test_a_loss_with_a_floor_is_not_underfitting():
    smoothed_labels = run(falling(1.9, 1.0), falling(1.4, 1.05))
    found = diagnose(smoothed_labels)
    assert found.verdict == CANNOT_TELL and found.findings[0].verdict == "underfitting"
    assert diagnose(smoothed_labels, floor=0.9, start=2.3).verdict == "good fit"
    assert diagnose(smoothed_labels, floor=0, start=2.3).verdict == "underfitting"
    knows = smoothed_labels | {"accuracy": falling(0.4, 0.99)}
    assert diagnose(knows).verdict == "good fit"


def test_losses_may_be_negative():
    assert diagnose(run(falling(1.4, -1.3), falling(1.4, -1.15))).verdict == "good fit"
    assert diagnose(run(falling(0.5, -0.01), falling(0.5, 0.001))).verdict == "good fit"
    rising = np.concatenate([falling(1.4, -1, 12), np.linspace(-0.95, 0.6, 18)])
    assert diagnose(run(falling(1.4, -2.3), rising)).verdict == "overfitting"
    assert diagnose(run(falling(1.4, -2.3), falling(1.4, -0.4))).verdict == "overfitting"


def test_runs_may_begin_near_their_end():
    fine_tuned = run(falling(0.30, 0.24), falling(0.31, 0.26))
    assert diagnose(fine_tuned).verdict == CANNOT_TELL
    assert diagnose(fine_tuned, floor=0, start=2.3).verdict == "good fit"
    language = run(falling(4.0, 3.1), falling(4.05, 3.25))
    assert diagnose(language).verdict == CANNOT_TELL
    assert diagnose(language, start=10.8).verdict == "good fit"
    rising = 3.3 + 0.5 * np.exp(-EPOCHS / 3) + 0.012 * EPOCHS
    assert diagnose(run(falling(4.0, 2.5), rising)).verdict == "overfitting"


def test_restarts_and_a_spike_are_no_instability():
    cycle = (np.arange(60) % 20) / 20
    fast = (0.05 + 0.9 * np.exp(-np.arange(60) / 6)) * (
        1 + 2 * (np.arange(60) >= 20) * np.exp(-8 * cycle)
    )
    slow = 0.05 + 0.3 * np.exp(-np.arange(60) / 30) * (1 + np.cos(np.pi * cycle)) / 2
    for training in (fast, slow):
        assert diagnose(run(training, 1.15 * training)).verdict == "good fit"
    for epoch in (15, 27, 28, 29):
        spike = falling(1, 0.08)
        spike[epoch] *= 4
        assert diagnose(run(falling(1, 0.06), spike)).verdict == "good fit"
        training = falling(1, 0.06)
        training[epoch] *= 5
        expected = {"good fit"} if epoch < 28 else {"good fit", CANNOT_TELL}
        assert diagnose(run(training, spike)).verdict in expected


def test_a_validation_set_that_was_never_learned_is_not_told_from_another():
    flat = run(falling(1, 0.05), 1.2 + falling(0, 0.01))
    found = diagnose(flat)
    assert found.verdict == CANNOT_TELL and "other data" in found.findings[0].reason


def test_a_harder_exam_is_no_leak_if_it_is_told():
    dropout = run(falling(1.8, 0.30), falling(0.9, 0.15))
    assert diagnose(dropout).verdict == CANNOT_TELL
    assert diagnose(dropout, disturbed=True).verdict == "good fit"
    assert diagnose(dropout, disturbed=False).verdict == "suspicious"
    assert diagnose(dropout | {"train_loss": falling(0.9, 0.12)}).verdict == "good fit"


@pytest.mark.parametrize("first", [2.303, 2.35, 2.6])
def test_a_network_that_learns_nothing(first):
    flat = run(np.full(20, 2.303), np.full(20, 2.304))
    flat["loss"][0] = first
    assert diagnose(flat, floor=0, start=np.log(10)).verdict == "not learning"
    assert diagnose(flat).verdict == ("not learning" if first < 2.5 else CANNOT_TELL)


def test_what_was_learned_in_the_first_epoch_is_not_called_nothing():
    quick = run(np.r_[0.3, np.full(19, 0.05)], np.full(20, 0.055))
    assert diagnose(quick).verdict == CANNOT_TELL
    assert diagnose(quick, floor=0, start=2.3).verdict == "good fit"
    known = run(np.full(20, 0.05), np.full(20, 0.055), accuracy=np.full(20, 0.99))
    assert diagnose(known).verdict == "good fit"


def test_several_findings_are_told_in_their_order():
    both = run(2.3 - 0.3 * (1 - np.exp(-EPOCHS / 3)), 2.1 + np.abs(EPOCHS - 10) / 50)
    found = diagnose(both, floor=0, start=2.3)
    assert [f.verdict for f in found.findings] == ["overfitting", "underfitting"]
    assert found.verdict == "overfitting" and "also underfitting: " in str(found)


def test_what_fit_returns_is_accepted():
    class History:
        history = {name: list(values) for name, values in GOOD.items()}

    rows = pd.DataFrame(GOOD).to_dict("records")
    assert {str(diagnose(h)) for h in (GOOD, pd.DataFrame(GOOD), History(), rows)} == {
        str(diagnose(GOOD))
    }
    assert len(diagnose(GOOD).losses) == 30


def test_keras_and_lightning_files_are_read(tmp_path):
    keras_log = tmp_path / "keras.csv"
    table = pd.DataFrame(GOOD)
    table.insert(0, "epoch", range(30))
    table.to_csv(keras_log, index=False)
    assert str(diagnose(keras_log)) == str(diagnose(str(keras_log))) == str(diagnose(GOOD))

    lines = ["epoch,step,train_loss,val_loss,test_loss"]
    for epoch, (loss, val_loss) in enumerate(zip(GOOD["loss"], GOOD["val_loss"])):
        lines += [
            f"{epoch},{2 * epoch},{loss + 0.01},,",
            f"{epoch},{2 * epoch + 1},{loss - 0.01},,",
        ]
        lines.append(f"{epoch},{2 * epoch + 1},,{val_loss},")
    lines.append("30,60,,,0.1")
    lightning = tmp_path / "metrics.csv"
    lightning.write_text("\n".join(lines))
    found = diagnose(lightning)
    assert np.allclose(found.losses, diagnose(GOOD).losses) and found.verdict == "good fit"
    assert diagnose(pd.read_csv(lightning)).verdict == "good fit"
    lightning.write_text("\n".join(lines).replace(f",{GOOD['val_loss'][4]},", ",nan,"))
    assert "epoch 5" in diagnose(lightning).reasons[0]


def test_the_log_of_a_trainer_with_fractions_of_epochs_is_read():
    log = []
    for epoch, (loss, val_loss) in enumerate(zip(GOOD["loss"], GOOD["val_loss"]), 1):
        log += [{"epoch": epoch - 0.5, "loss": loss}, {"epoch": float(epoch), "loss": loss}]
        log.append({"epoch": float(epoch), "eval_loss": val_loss})
    assert np.allclose(diagnose(log).losses, diagnose(GOOD).losses)


def test_columns_can_be_named():
    odd = {"a": GOOD["loss"], "b": GOOD["val_loss"]}
    assert diagnose(odd, loss="a", val_loss="b").verdict == "good fit"
    with pytest.raises(ValueError, match="no 'c', only a, b"):
        diagnose(odd, loss="c", val_loss="b")


def test_several_seeds_are_diagnosed_together():
    found = diagnose([RISING, RISING, GOOD])
    assert found.verdict == "overfitting" and len(found.runs) == 3
    assert "overfitting in 2 of 3, good fit in 1 of 3" in str(found)
    assert "onset in epochs 12 to 12" in str(found) and "try: " in repr(found)
    assert diagnose([RISING, GOOD]).verdict == CANNOT_TELL
    with pytest.raises(ValueError, match="no history"):
        diagnose([])


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
    assert found.verdict == CANNOT_TELL and "too short" in found.reasons[0]


def test_a_rise_shows_in_a_short_history_too():
    found = diagnose(run([0.9, 0.8, 0.6, 0.4, 0.2], [0.84, 0.82, 0.91, 1.2, 1.6]))
    assert (found.verdict, found.onset_epoch) == ("overfitting", 2)


def test_scales_are_guessed():
    values = np.array([2.0, 1.0, 0.5])
    guessed = Scale.of(values, values)
    assert (guessed.floor, guessed.start, guessed.floor_given) == (0, 2, False)
    assert guessed.distance(1.5) == 1.5 and guessed.span == 2
    given_both = Scale.of(values, values, floor=0.5, start=3)
    assert given_both.span == 2.5 and given_both.distance(1) == 0.5 and given_both.start_given
    negative = Scale.of(values - 1, values)
    assert negative.floor is None and negative.span == negative.distance(7) == negative.gain == 2.5


def test_noise_is_measured_about_a_curve_and_a_spike_is_smoothed():
    values = 3 + 0.1 * np.random.default_rng(0).standard_normal(400) + np.arange(400) / 100
    assert noise_of(values) == pytest.approx(0.1, rel=0.15)
    assert noise_of(np.array([1.0, 2.0, 4.0])) == 0
    assert list(smoothed(np.array([5.0, 4, 9, 3, 2, 8]))) == [5, 5, 4, 3, 3, 3]


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
    assert found.verdict in (*VERDICTS, CANNOT_TELL) and found.advice
    assert found.reasons or found.verdict == CANNOT_TELL
    assert found.onset_epoch is None or 1 <= found.onset_epoch <= len(pairs)


@settings(deadline=None, max_examples=30)
@given(st.floats(1e-3, 1e6), st.sampled_from(list(FORMULAS)), st.integers(0, 9))
def test_the_unit_of_the_loss_does_not_matter(unit, label, number):
    history = drawn(label, number)
    scaled = history.history.assign(
        **{name: unit * history.history[name] for name in ("loss", "val_loss")}
    )
    known = {k: unit * v if k in ("floor", "start") else v for k, v in history.known.items()}
    expected = diagnose(history.history, **history.known).verdict
    assert diagnose(scaled, **known).verdict == expected


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ({"loss": [1, 2]}, "no 'val_loss', only loss"),
        ({"val_loss": [1, 2], "accuracy": [1, 1]}, "no 'loss', only val_loss, accuracy"),
        ({}, "only nothing"),
        (None, "NoneType"),
        ([1, 2], "history is int"),
        ({"loss": [1, 2], "val_loss": [1]}, "shapes"),
        ({"loss": [], "val_loss": []}, "at least one epoch"),
        ({"loss": ["a"], "val_loss": [1]}, "'loss' holds something else than numbers"),
        ({"loss": [[1]], "val_loss": [[1]]}, "shapes"),
        ([{"epoch": 1, "loss": 1}, {"epoch": 1, "other": 2, "val_loss": np.nan}], "both losses"),
    ],
)
def test_what_is_no_history_is_refused(history, message):
    with pytest.raises(ValueError, match=message):
        diagnose(history)


def test_a_start_below_the_floor_is_refused():
    with pytest.raises(ValueError, match="start is 1, floor is 2"):
        diagnose(GOOD, floor=2, start=1)


RULES = {
    "unstable": "by {climb:.0%} of what it had gained, by {shake:.0%} of the way, ends {worse:.0%} of the way above, "
    "{blown_up:.0f} times the second's",
    "not learning": "less than {learned:.0%} of the way, less than {learned_at_once:.0%}, less than {learned:.0%} after the "
    "first, above {knows:.0%}",
    "overfitting": "by {rise:.0%} and by {noises:.0f} times its noise, above {gap_ratio} times the training loss, above "
    "{gap:.0%} of the way, any gap above {wide_gap:.0%}, never fallen by {followed:.0%}",
    "suspicious": "below {below} times the training loss, less than {little:.1%} of the way, below {too_close} times, below "
    "{no_gap:.1%} of the way, above {least:.1%}",
    "still improving": "by {falling:.0%}, by {fell:.0%} of the gain, by {fell_far:.0%}",
    "underfitting": "more than {high:.0%} of the way, above {knows:.0%}",
}
"""What the docstring of `rules` says of each rule, with the thresholds in their places."""
ELSEWHERE = (
    "less than {flat:.0%} after the first epoch, Below {shortest} epochs, from {shortest_rise} on"
)


@pytest.mark.parametrize("verdict", RULES)
def test_the_rules_state_todays_thresholds(verdict):
    said = rules.__doc__.split("A height is")[0]
    (rule,) = (
        " ".join(part.split())
        for part in re.split(r"\n(?=\d\. )", said)
        if re.match(rf"\d\. {verdict}: ", part)
    )
    for phrase in RULES[verdict].split(", "):
        assert phrase.format(**vars(rules.THRESHOLDS)) in rule, phrase


def test_the_rest_of_the_thresholds_is_stated_below_the_rules():
    now, said = vars(rules.THRESHOLDS), " ".join(rules.__doc__.split())
    for phrase in ELSEWHERE.split(", "):
        assert phrase.format(**now) in said, phrase


def test_the_chapter_states_todays_thresholds_of_overfitting():
    now = rules.THRESHOLDS
    said = " ".join(text("06_diagnose_overfitting").split())
    assert f"above its lowest by {now.rise:.0%} and by {now.noises:.0f} times its jitter" in said


def test_every_threshold_is_stated():
    used = set(re.findall(r"\{(\w+)", " ".join([*RULES.values(), ELSEWHERE])))
    assert used == set(vars(rules.THRESHOLDS))


PROBES = [
    (run(np.full(20, 2.3) - EPOCHS[:20] * 0.008, np.full(20, 2.3)), {"floor": 0, "start": 2.3}),
    (run(falling(0.3, 0.05), falling(0.35, 0.3)), {"floor": 0}),
    (run(falling(1, 0.05), np.full(30, 0.985)), {}),
    (run(np.r_[0.4, 0.1, np.full(18, 0.095)], np.full(20, 0.1)), {}),
    (run(falling(1.4, -2.3), falling(1.4, -0.9)), {}),
    (run(np.full(20, 2.3), 2.5 + 0.2 * np.sin(3 * EPOCHS[:20])), {"floor": 0}),
    (run(np.full(20, 2.4), np.full(20, 2.4)), {"floor": 0, "start": 2.3}),
    (run(falling(1, 0.0008), falling(1, 0.0015)), {"floor": 0, "start": 1}),
    (run(falling(1.9, 1.0), falling(1.9, 1.05), accuracy=np.full(30, 0.97)), {}),
    (run(np.r_[2.31, np.full(9, 2.2)], np.full(10, 2.2)), {"floor": 0, "start": 2.31}),
    (run(falling(4, 3.1, pace=25), falling(4, 3.15, pace=25)), {"start": 10.8}),
    (run(falling(1, 0.3, pace=9), falling(1, 0.33, pace=9)), {}),
]
"""Runs near a threshold."""


@pytest.mark.long
@pytest.mark.parametrize("name", vars(rules.THRESHOLDS))
def test_no_threshold_is_idle(name):
    """Another value changes the findings about a run that was drawn, or about one near a threshold."""
    shifted = [(run(GOOD["loss"], GOOD["val_loss"] * f), {}) for f in np.linspace(0.3, 4, 15)]
    formulas = [drawn(label, number) for label in FORMULAS for number in range(4)]
    known = [(h.history, h.known) for h in formulas] + [(h.history, {}) for h in formulas]
    short = [(run(GOOD["loss"][:n], RISING["val_loss"][10 : 10 + n]), {}) for n in range(2, 9)]
    histories = [*shifted, *known, *short, *PROBES]

    def found(thresholds):
        diagnoses = [diagnose(h, **options, thresholds=thresholds) for h, options in histories]
        return [[(f.verdict, f.sure) for f in d.findings] for d in diagnoses]

    before, value = found(Thresholds()), getattr(Thresholds(), name)
    for factor in (0.01, 0.5, 2, 100):
        other = type(value)(value * factor)
        if found(replace(Thresholds(), **{name: other})) != before:
            return
    raise AssertionError(f"{name} decides nothing")


def test_it_shows_itself_as_text_and_picture(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("utils.plots.display", lambda output, **_: shown.append(output))
    diagnose(GOOD).show()
    diagnose(GOOD | {"loss": GOOD["loss"] * np.nan}).show()
    diagnose([GOOD, RISING])._ipython_display_()
    assert "Diagnosis: good fit" in capsys.readouterr().out
    good, _, unstable, _, two, _ = shown  # each picture and the words below it
    assert "good fit" in good["text/plain"] and "unstable" in unstable["text/plain"]
    assert "2 runs" in two["text/plain"]


def test_the_callback_says_it_at_the_end_of_training(capsys):
    from utils.backend import keras
    from utils.diagnosis.callback import DiagnoseAtEnd, makes_harder

    rng = np.random.default_rng(0)
    x = rng.standard_normal((64, 2)).astype("float32")
    y = x.sum(axis=1, keepdims=True)
    network = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dropout(0.1), keras.layers.Dense(1)]
    )
    network.compile(keras.optimizers.SGD(0.1), "mean_squared_error")
    callback = DiagnoseAtEnd(floor=0, start=float(y.var()))
    assert callback.diagnosis is None
    options = {"epochs": 8, "verbose": 0, "callbacks": [callback]}
    network.fit(x, y, validation_data=(x, y), **options)
    assert capsys.readouterr().out == f"{callback.diagnosis}\n"
    assert callback.diagnosis.verdict in (*VERDICTS, CANNOT_TELL)
    assert len(callback.diagnosis.losses) == 8
    network.fit(x, y, **options)
    assert "validation data" in capsys.readouterr().out
    assert makes_harder(network.layers[0]) and not makes_harder(network.layers[1])


def test_the_five_curves_of_the_exercise_are_what_it_says():
    for (letter, history), label in zip(unlabeled().items(), UNLABELED, strict=True):
        assert diagnose(history, floor=0).verdict == label, letter
