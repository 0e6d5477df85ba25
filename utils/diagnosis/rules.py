"""The rules of a diagnosis, in the order in which they are tried; the first that applies decides.

1. unstable: a loss is not finite; or the training loss climbs back by 40% of what it had gained; or it only recovers
   from a first epoch four times as high, and then falls by less than 10%; or the validation loss jumps by 40%.
2. overfitting: the validation loss ends above its lowest value, by more than three times its noise and by more than 5%,
   and the training loss does not rise with it; or it settles at more than 2.5 times the training loss, and the gap is
   more than 12% of the first training loss.
3. suspicious: the validation loss ends below 0.85 times the training loss; or below 1.15 times, though the training
   loss has fallen below a tenth of its first value.
4. still improving: there are fewer than 6 epochs; or the pace of the last quarter, kept up for as long again, would
   lower the validation loss by 15%, or by 10% where it is still below 1.3 times the training loss.
5. underfitting: the training loss ends above 0.4 times its start.
6. good fit: none of these.

The numbers are those of `THRESHOLDS`. Taught in 06_diagnose_overfitting.
"""

from dataclasses import dataclass

VERDICTS = (
    "good fit",
    "underfitting",
    "overfitting",
    "unstable",
    "still improving",
    "suspicious",
)


@dataclass(frozen=True)
class Thresholds:
    """Where a rule begins to apply. All but `shortest` (epochs) and `noises` are shares or ratios without unit.

    Attributes:
        climb: unstable if the training loss climbs back by more than this share of what it had gained.
        jump: unstable if the validation loss jumps between epochs by more than this share of its median.
        blown_up, flat: unstable if the first epoch's loss is above `blown_up` times the second's, and the loss then falls
            by less than the share `flat`.
        shortest: epochs below which nothing but instability can be told.
        rise, noises: overfitting if the validation loss ends above its lowest by more than the share `rise`, and by more
            than `noises` times its noise.
        gap_ratio, gap: overfitting if it settles above `gap_ratio` times the training loss, and the gap is more than the
            share `gap` of the first training loss.
        below: suspicious if it ends below `below` times the training loss.
        too_close, learned: suspicious if it ends below `too_close` times the training loss, though this has fallen below
            the share `learned` of its start.
        falling: still improving if the validation loss would fall by more than this share.
        falling_together, together: still improving if it would fall by more than `falling_together` while it is below
            `together` times the training loss.
        high: underfitting if the training loss ends above this share of its start.
    """

    climb: float = 0.4
    jump: float = 0.4
    blown_up: float = 4.0
    flat: float = 0.1
    shortest: int = 6
    rise: float = 0.05
    noises: float = 3.0
    gap_ratio: float = 2.5
    gap: float = 0.12
    below: float = 0.85
    too_close: float = 1.15
    learned: float = 0.1
    falling: float = 0.15
    falling_together: float = 0.10
    together: float = 1.3
    high: float = 0.4


THRESHOLDS = Thresholds()

ADVICE = {
    "good fit": [
        "Keep it. Measure the test set once, and repeat the run with other seeds before you compare it with another.",
    ],
    "underfitting": [
        "Use a larger network, or a larger learning rate, or fewer restraints (dropout, weight decay).",
        "Check that the network can learn one batch by heart; if not, the code is wrong.",
    ],
    "overfitting": [
        "Stop at the onset, or keep the weights of the best epoch.",
        "Get more data; augment in ways that keep the target true; then try dropout and weight decay.",
    ],
    "unstable": [
        "Divide the learning rate by ten, and warm it up.",
        "Check the inputs and targets for NaN and for values far from the rest, and the loss for log(0).",
    ],
    "still improving": ["Train longer, or with a larger learning rate, before you judge."],
    "suspicious": [
        "Look for validation rows, or duplicates of them, in the training set.",
        "With dropout or augmentation a training loss is measured under harder conditions: give `fit` the training "
        "rows under the prefix `train`, and diagnose again.",
    ],
}


def rises(e):
    """Whether the evidence shows a validation loss that rises while the training loss does not."""
    return e["rise"] > e["rise_allowed"] and e["training_rise"] < THRESHOLDS.rise


def first_that_applies(e):
    """Return the (verdict, reason) of the first rule that applies to `e`, what `evidence.collect_evidence` returns."""
    if "lost_epoch" in e:
        return "unstable", f"a loss is not finite in epoch {e['lost_epoch']}."
    if e["climb"] > THRESHOLDS.climb:
        return "unstable", f"the training loss climbs back by {e['climb']:.0%} of its gain."
    if e["jumps"] > THRESHOLDS.jump:
        return "unstable", f"the validation loss jumps by {e['jumps']:.0%} between epochs."
    if e["first_to_second"] > THRESHOLDS.blown_up and e["learned_later"] < THRESHOLDS.flat:
        times = f"{e['first_to_second']:.0f} times the second's"
        return (
            "unstable",
            f"the first epoch's loss is {times}, and hardly anything is learned afterwards.",
        )
    if e["epochs"] < THRESHOLDS.shortest:
        return (
            "still improving",
            f"{e['epochs']} epochs are too short to tell; at least {THRESHOLDS.shortest} are needed.",
        )
    if rises(e):
        since = f"rises by {e['rise']:.0%} after epoch {e['best_epoch']}"
        return "overfitting", f"the validation loss {since}; its noise is {e['jumps']:.1%}."
    times = f"{e['validation_to_training']:.2f} times the training loss"
    if e["validation_to_training"] > THRESHOLDS.gap_ratio and e["gap"] > THRESHOLDS.gap:
        of_start = f"a gap of {e['gap']:.0%} of where training began"
        return "overfitting", f"the validation loss settles at {times}, {of_start}."
    if e["validation_to_training"] < THRESHOLDS.below:
        return "suspicious", f"the validation loss ends at {times}: too good to be true."
    if (
        e["validation_to_training"] < THRESHOLDS.too_close
        and e["training_left"] < THRESHOLDS.learned
    ):
        left = f"training has left only {e['training_left']:.1%} of its first loss"
        return "suspicious", f"{left}, and the validation loss is still as low: {times}."
    together = e["validation_to_training"] < THRESHOLDS.together
    if e["would_fall"] > (THRESHOLDS.falling_together if together else THRESHOLDS.falling):
        pace = f"at the pace of the last {e['last']} epochs, as many more"
        return (
            "still improving",
            f"{pace} would lower the validation loss by {e['would_fall']:.0%}.",
        )
    if e["training_left"] > THRESHOLDS.high:
        return "underfitting", f"the training loss stops at {e['training_left']:.0%} of its start."
    return (
        "good fit",
        "the validation loss has settled near its lowest, and the training loss is low.",
    )
