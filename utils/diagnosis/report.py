"""What `diagnose` returns: a verdict with its evidence and advice, as text and as a picture."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utils import plots


@dataclass(frozen=True)
class Diagnosis:
    """What a history says.

    Attributes:
        verdict: one of `rules.VERDICTS`.
        onset_epoch: the epoch, from 1, of the lowest validation loss if it rose afterwards, else None.
        evidence: {name: number}, what the rules looked at.
        reasons: sentences that say which rule decided, and what else is worth knowing.
        advice: sentences that say what to try next.
        losses: DataFrame with `epoch`, `training` and `validation`, as the rules saw them.
    """

    verdict: str
    onset_epoch: int | None
    evidence: dict
    reasons: list
    advice: list
    losses: pd.DataFrame

    def __str__(self):
        onset = f", onset in epoch {self.onset_epoch}" if self.onset_epoch else ""
        lines = [f"Diagnosis: {self.verdict}{onset}", *(f"  because {r}" for r in self.reasons)]
        return "\n".join([*lines, *(f"  try: {a}" for a in self.advice)])

    __repr__ = __str__

    def _ipython_display_(self):
        self.show()

    def show(self):
        """Print the diagnosis and draw the two losses, with the onset if there is one; Jupyter calls it by itself."""
        print(self)
        picture, axis = plots.figure(size=(6, 2.8))
        for index, name in enumerate(("training", "validation")):
            axis.plot(
                self.losses["epoch"],
                self.losses[name],
                color=plots.COLORS[index],
                linestyle=plots.LINES[index],
                label=name,
            )
        if self.onset_epoch:
            axis.axvline(self.onset_epoch, color="0.4", linestyle=":", label="onset")
        finite = self.losses[["training", "validation"]].to_numpy()
        positive = (finite[np.isfinite(finite)] > 0).all() and np.isfinite(finite).any()
        axis.set(xlabel="epoch", ylabel="loss", yscale="log" if positive else "linear")
        axis.legend()
        plots.show(picture, f"Training and validation loss against epoch. Verdict: {self.verdict}.")
