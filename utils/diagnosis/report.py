"""What `diagnose` returns: a verdict with its evidence and advice, as text and as a picture."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from utils import plots


@dataclass(frozen=True)
class Diagnosis:
    """What a history says.

    Attributes:
        verdict: one of `rules.VERDICTS`, or "cannot tell".
        onset_epoch: the epoch, from 1, of the lowest validation loss if it rose afterwards, else None.
        findings: the `rules.Finding`s of all rules that apply, the sure and the unsure.
        evidence: {name: number}, what the rules looked at.
        reasons: sentences that say what decided, and what else is worth knowing.
        assumed: sentences that say what was guessed, and how to give it instead.
        advice: sentences that say what to try next.
        losses: DataFrame with `epoch`, `training` and `validation`, as the rules saw them.
    """

    verdict: str
    onset_epoch: int | None
    findings: list
    evidence: dict
    reasons: list
    assumed: list
    advice: list
    losses: pd.DataFrame = field(repr=False)

    def __str__(self):
        onset = f", onset in epoch {self.onset_epoch}" if self.onset_epoch else ""
        lines = [f"Diagnosis: {self.verdict}{onset}", *(f"  because {r}" for r in self.reasons)]
        others = [f for f in self.findings if f.sure and f.verdict != self.verdict]
        lines += [f"  also {f.verdict}: {f.reason}" for f in others]
        lines += [f"  perhaps {f.verdict}: {f.reason}" for f in self.findings if not f.sure]
        lines += [f"  assumed: {a}" for a in self.assumed]
        return "\n".join([*lines, *(f"  try: {a}" for a in self.advice)])

    __repr__ = __str__

    def _ipython_display_(self):
        self.show()

    def show(self):
        """Print the diagnosis and draw the two losses, with the onset if there is one; Jupyter calls it by itself."""
        about = f"Training and validation loss against epoch. Verdict: {self.verdict}."
        _show(self, [self], about)


@dataclass(frozen=True)
class Diagnoses:
    """What several histories of one experiment say, such as one for each seed.

    Attributes:
        verdict: that of at least two thirds of the runs, or "cannot tell".
        runs: a `Diagnosis` for each.
    """

    verdict: str
    runs: list

    def __str__(self):
        counts = Counter(run.verdict for run in self.runs).most_common()
        said = ", ".join(f"{verdict} in {count} of {len(self.runs)}" for verdict, count in counts)
        lines = [f"Diagnosis of {len(self.runs)} runs: {self.verdict}", f"  because {said}."]
        onsets = [run.onset_epoch for run in self.runs if run.onset_epoch]
        if onsets:
            lines.append(f"  onset in epochs {min(onsets)} to {max(onsets)}.")
        typical = next((run for run in self.runs if run.verdict == self.verdict), None)
        return "\n".join([*lines, *(f"  try: {a}" for a in (typical.advice if typical else []))])

    __repr__ = __str__

    def _ipython_display_(self):
        self.show()

    def show(self):
        """Print the diagnosis and draw the losses of all runs; Jupyter calls it by itself."""
        about = f"Training and validation loss of {len(self.runs)} runs. Verdict: {self.verdict}."
        _show(self, self.runs, about)


def _show(said, runs, about):
    """Print `said`, and draw the losses of each `Diagnosis` of `runs` into one picture with the alt text `about`."""
    print(said)
    picture, axis = plots.figure(size=(6, 2.8))
    for number, run in enumerate(runs):
        _draw(axis, run, labels=number == 0)
    axis.legend()
    plots.show(picture, about)


def _draw(axis, run, labels):
    """Draw the two losses of a `Diagnosis`, and its onset."""
    for index, name in enumerate(("training", "validation")):
        style = {"color": plots.COLORS[index], "linestyle": plots.LINES[index]}
        axis.plot(run.losses["epoch"], run.losses[name], label=name if labels else None, **style)
    if run.onset_epoch:
        axis.axvline(run.onset_epoch, color="0.4", linestyle=":", label="onset" if labels else None)
    numbers = run.losses[["training", "validation"]].to_numpy()
    finite = numbers[np.isfinite(numbers)]
    positive = len(finite) and (finite > 0).all() and axis.get_yscale() != "symlog"
    axis.set(xlabel="epoch", ylabel="loss", yscale="log" if positive else "linear")
