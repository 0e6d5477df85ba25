"""The rules of a diagnosis. Each that applies is a finding; the first sure one, in this order, is the verdict.

1. unstable: a loss is not finite; or training ends above its lowest loss by 40% of what it had gained; or a loss jumps
   between epochs by 8% of the way; or training ends 5% of the way above its start. Not sure, where the start is a guess,
   the first epoch's loss is 4 times the second's, and training has stopped.
2. not learning: training covers less than 2% of the way; or less than 7%, and less than 2% after the first epoch. Not if
   the training accuracy is above 95%.
3. overfitting: the validation loss ends above its lowest by 5% and by 4 times its noise, and training does not rise with
   it; or it settles above 2.5 times the training loss with a gap above 9% of the way, or with any gap above 30%. Not sure
   of a gap where the validation loss has never fallen by 5%: it may be measured on other data.
4. suspicious: the validation loss ends below 0.85 times the training loss; or training has left less than 2.0% of the way,
   and validation ends below 1.15 times its loss or with a gap below 0.3% of the way. Not sure of the first where more is
   left and it is not known whether dropout or augmentation made training harder; not of the second above 0.5%.
5. still improving: at the pace of the last quarter, as many epochs again would lower the validation loss by 10%, and it has
   just fallen by 1% of the gain; or it has just fallen by 10%.
6. underfitting: more than 40% of the way is left. Not sure if the floor is a guess; not if the accuracy is above 95%.

A height is the distance from the floor, the lowest loss that any network could have; the way leads from the start to the
floor; training has stopped if it falls by less than 10% after the first epoch. Where the floor is unknown, what was gained
takes the place of both, and only the rules without "times" apply. Below 6 epochs only the first rule and, from 4 on, a rise
are tried. The numbers are those of `Thresholds`. Taught in 06_diagnose_overfitting.
"""

from dataclasses import dataclass

CANNOT_TELL = "cannot tell"
VERDICTS = (
    "good fit",
    "underfitting",
    "overfitting",
    "unstable",
    "still improving",
    "suspicious",
    "not learning",
)
"""What a diagnosis can be; or it is `CANNOT_TELL`, which is no answer."""


@dataclass(frozen=True)
class Thresholds:
    """Where a rule begins to apply. All but the numbers of epochs are shares or ratios without unit.

    Attributes:
        climb: unstable if the training loss ends above its lowest by more than this share of what it had gained.
        shake: unstable if a loss jumps between epochs by more than this share of the way.
        blown_up, flat: unstable if the first epoch's loss is above `blown_up` times the second's, and the loss then falls
            by less than the share `flat`.
        worse: unstable if training ends above the start by more than this share of the way.
        learned: not learning if less than this share of the way is covered;
        learned_at_once: or less than this, and after the first epoch less than the share `learned`.
        shortest: epochs below which only instability and a rise can be told.
        shortest_rise: epochs below which a rise cannot be told.
        rise, noises: overfitting if the validation loss ends above its lowest by more than the share `rise`, and by more
            than `noises` times its noise.
        gap_ratio, gap: overfitting if it settles above `gap_ratio` times the training loss, and the gap is more than the
            share `gap` of the way;
        wide_gap: or if the gap is more than this share of the way.
        followed: not sure of a gap if the validation loss has fallen by less than this share.
        below: suspicious if it ends below `below` times the training loss, and training has left less than `little`.
        too_close, no_gap, little: suspicious if it ends below `too_close` times the training loss, or the gap is less than
            the share `no_gap` of the way, though training has left less than the share `little` of it;
        least: sure of that only if it has left less than this share.
        falling: still improving if the validation loss would fall by more than this share,
        fell: and it fell in the last quarter by more than this share of the gain.
        fell_far: still improving in any case if it fell by more than this share.
        high: underfitting if more than this share of the way is left.
        knows: a training accuracy from which on the network has learned what it was shown.
    """

    climb: float = 0.4
    shake: float = 0.08
    blown_up: float = 4.0
    flat: float = 0.1
    worse: float = 0.05
    learned: float = 0.02
    learned_at_once: float = 0.07
    shortest: int = 6
    shortest_rise: int = 4
    rise: float = 0.05
    noises: float = 4.0
    gap_ratio: float = 2.5
    gap: float = 0.09
    wide_gap: float = 0.3
    followed: float = 0.05
    below: float = 0.85
    too_close: float = 1.15
    little: float = 0.02
    no_gap: float = 0.003
    least: float = 0.005
    falling: float = 0.1
    fell: float = 0.01
    fell_far: float = 0.1
    high: float = 0.4
    knows: float = 0.95


THRESHOLDS = Thresholds()


@dataclass(frozen=True)
class Finding:
    """What one rule says.

    Attributes:
        verdict: one of `VERDICTS`.
        reason: a sentence with the number that decided.
        sure: False if something else would look the same; the reason says what.
        onset: the epoch of the lowest validation loss, if it rose afterwards.
    """

    verdict: str
    reason: str
    sure: bool = True
    onset: int | None = None


def findings(e, scale, disturbed=None, t=THRESHOLDS):
    """Return the `Finding`s of all rules that apply, in their order.

    Args:
        e: what `evidence.collect_evidence` returns.
        scale: the `evidence.Scale` of the run.
        disturbed: whether dropout, augmentation or noise made training harder than validation; None if not known.
        t: the `Thresholds`.
    """
    rise = _rise(e, t) if e["epochs"] >= t.shortest_rise else None
    found = [_unstable(e, scale, t)]
    if e["epochs"] < t.shortest:
        return [finding for finding in (*found, rise) if finding]
    found.append(_not_learning(e, scale, t))
    if not (found[-1] and found[-1].sure):
        found += [rise or _gap(e, scale, t), _suspicious(e, scale, disturbed, t)]
        found += [_still_improving(e, t), _underfitting(e, scale, t)]
    return [finding for finding in found if finding]


def verdict_of(found, e, t=THRESHOLDS):
    """The verdict of some findings: the first sure one; none is a good fit, unless there are too few epochs."""
    sure = [finding.verdict for finding in found if finding.sure]
    if sure:
        return sure[0]
    return CANNOT_TELL if found or e["epochs"] < t.shortest else "good fit"


def _unstable(e, scale, t):
    stuck = e["learned_later"] < t.flat
    if e["climb"] > t.climb:
        text = f"training ends above its lowest loss by {e['climb']:.0%} of what it had gained."
    elif e["shakes"] > t.shake:
        text = f"a loss jumps by {e['shakes']:.0%} of the way between epochs."
    elif scale.start_given and e["training_left"] - 1 > t.worse:
        text = f"training ends {e['training_left'] - 1:.0%} of the way above where it started."
    elif not scale.start_given and e["first_to_second"] > t.blown_up and stuck:
        times = f"the first epoch's loss is {e['first_to_second']:.0f} times the second's"
        text = f"{times}, and little follows; or all was learned in the first."
        return Finding("unstable", text, sure=False)
    else:
        return None
    return Finding("unstable", text)


def _not_learning(e, scale, t):
    covered = e["learned"] if scale.start_given else e["learned_later"]
    stopped = covered < t.learned_at_once and e["learned_later"] < t.learned
    if not (covered < t.learned or stopped) or e["accuracy"] >= t.knows:
        return None
    since = "of the way to its floor" if scale.start_given else "after the first epoch"
    text = f"the training loss falls by only {max(covered, 0):.1%} {since}"
    if scale.start_given or e["first_to_second"] < 1 + t.flat:
        return Finding("not learning", f"{text}.")
    return Finding("not learning", f"{text}; or all was learned in the first.", sure=False)


def _rise(e, t):
    if e["rise"] <= max(t.rise, t.noises * e["rise_noise"]) or e["training_rise"] >= t.rise:
        return None
    since = f"rises by {e['rise']:.0%} after epoch {e['best_epoch']}"
    text = f"the validation loss {since}; its jitter is {e['noise']:.1%}."
    return Finding("overfitting", text, onset=e["best_epoch"])


def _gap(e, scale, t):
    if scale.floor is None:
        if e["gap"] <= t.wide_gap:
            return None
        text = f"the validation loss settles above training by {e['gap']:.0%} of what was gained"
    else:
        if (e["ratio"] <= t.gap_ratio or e["gap"] <= t.gap) and e["gap"] <= t.wide_gap:
            return None
        times = f"{e['ratio']:.1f} times the training loss"
        text = f"the validation loss settles at {times}, a gap of {e['gap']:.0%} of the way"
    if e["val_gained"] < t.followed:
        other = "but it has never fallen: it may be measured on other data"
        return Finding("overfitting", f"{text}; {other}.", sure=False)
    return Finding("overfitting", f"{text}.")


def _suspicious(e, scale, disturbed, t):
    known = scale.floor is not None
    by_heart = known and e["training_left"] < t.little
    below = e["ratio"] < t.below if known else e["gap"] < -t.gap
    as_low = by_heart and (e["ratio"] < t.too_close or e["gap"] < t.no_gap)
    if disturbed or not (below or as_low):
        return None
    text = f"the validation loss ends {-e['gap']:.0%} of what was gained below training"
    if known:
        times = f"{e['ratio']:.2f} times the training loss"
        text = f"the validation loss ends at {times}, with {e['training_left']:.1%} of the way left"
    if below and disturbed is not False and not by_heart:
        harder = "dropout or augmentation may have made training harder"
        return Finding("suspicious", f"{text}; {harder}.", sure=False)
    if below or e["training_left"] < t.least:
        return Finding("suspicious", f"{text}.")
    return Finding(
        "suspicious", f"{text}; so it is with very many training images too.", sure=False
    )


def _still_improving(e, t):
    falls = e["would_fall"] > t.falling and e["fell"] > t.fell
    if not falls and e["fell"] <= t.fell_far:
        return None
    pace = f"at the pace of the last {e['last']} epochs, as many more"
    return Finding(
        "still improving", f"{pace} would lower the validation loss by {e['would_fall']:.0%}."
    )


def _underfitting(e, scale, t):
    left = 1 - e["learned"]
    if left <= t.high or scale.floor is None or e["accuracy"] >= t.knows:
        return None
    text = f"training stops with {left:.0%} of the way left"
    if scale.floor_given:
        return Finding("underfitting", f"{text}.")
    return Finding(
        "underfitting",
        f"{text}; if its loss cannot reach {scale.floor:g}, it may be a good fit.",
        sure=False,
    )
