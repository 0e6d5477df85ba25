"""Diagnose a training run from its history alone. Taught in 06_diagnose_overfitting.

The rules, in the order in which they are tried; the first that applies decides:

1. unstable: a loss is not finite; or the training loss climbs back by 40% of what it had gained; or it only recovers
   from a first epoch four times as high, and then falls by less than 10%; or the validation loss jumps by 40%.
2. overfitting: the validation loss ends above its lowest value, by more than its noise and by more than 5%, and the
   training loss does not rise with it; or it settles at more than 2.5 times the training loss, and the gap is more than
   12% of the first training loss.
3. suspicious: the validation loss ends below 0.85 times the training loss; or below 1.15 times, though the training
   loss has fallen below a tenth of its first value.
4. still improving: there are fewer than 6 epochs; or the pace of the last quarter, kept up for as long again, would
   lower the validation loss by 15%, or by 10% where it is still below 1.3 times the training loss.
5. underfitting: the training loss ends above 0.4 times its start.
6. good fit: none of these.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from utils import plots

VERDICTS = (
    "good fit",
    "underfitting",
    "overfitting",
    "unstable",
    "still improving",
    "suspicious",
)
SHORTEST = 6
"""Epochs below which nothing but instability can be told."""
CLIMB, BLOWN_UP, FLAT, JUMPS = 0.4, 4.0, 0.1, 0.4
RISE, NOISES, TIMES, GAP = 0.05, 3.0, 2.5, 0.12
BELOW, TOO_CLOSE, LEARNED = 0.85, 1.15, 0.1
FALLING, FALLING_TOGETHER, TOGETHER = 0.15, 0.10, 1.3
HIGH = 0.4
TINY = 1e-12

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


@dataclass(frozen=True)
class Diagnosis:
    """What a history says.

    Attributes:
        verdict: one of `VERDICTS`.
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


def diagnose(history):
    """Say what a training run shows: good fit, underfitting, overfitting, and so on.

    Args:
        history: what `fit` returned: a DataFrame, a Keras `History`, or its dict, with a number for each epoch in
            `loss` and `val_loss`. If it has `train_loss` (the training rows measured again after each epoch), that is
            compared with `val_loss`. Otherwise `loss` is, a running average over weights that were still changing, and is
            moved by half an epoch to make up for that. `val_accuracy` only adds to the reasons.

    Returns:
        A `Diagnosis`. Its rules stand at the top of this module and in 06_diagnose_overfitting.

    Raises:
        ValueError: a column is missing, holds something else than numbers, is empty, or differs in length.
    """
    table = _table(history)
    training = _training_loss(table)
    epochs = np.arange(1, len(table) + 1)
    losses = pd.DataFrame({"epoch": epochs, "training": training, "validation": table["val_loss"]})
    evidence = _evidence(table, training)
    verdict, reason = _rule(evidence)
    onset = evidence["best_epoch"] if verdict == "overfitting" and _rises(evidence) else None
    reasons = [reason, *_remarks(table, onset)]
    return Diagnosis(verdict, onset, evidence, reasons, ADVICE[verdict], losses)


def _evidence(table, training):
    """The numbers that the rules compare, as shares (1 is 100%); only the first for a run that is not finite."""
    lost = ~np.isfinite(table.filter(like="loss")).all(axis=1).to_numpy()
    if lost.any():
        return {"lost_epoch": int(np.argmax(lost)) + 1}
    running, validation = table["loss"].to_numpy(), table["val_loss"].to_numpy()
    epochs = len(validation)
    last = min(epochs, max(3, epochs // 4))
    start, end = max(training[0], TINY), max(training[-last:].mean(), TINY)
    lowest = np.minimum.accumulate(training)
    smooth = _median_of_three(validation)
    best = int(np.argmin(validation))
    noise = _noise(validation)
    pace = (
        np.polyfit(np.arange(last), np.log(np.maximum(validation[-last:], TINY)), 1)[0]
        if last > 1
        else 0
    )
    return {
        "epochs": epochs,
        "climb": np.max(training - lowest) / max(training[0] - lowest[-1], 0.2 * start),
        "jumps": noise / max(np.median(validation), TINY),
        "first_to_second": running[0] / max(running[min(1, epochs - 1)], TINY),
        "learned_later": 1 - running[1:].min() / max(running[1], TINY) if epochs > 2 else 1.0,
        "best_epoch": best + 1,
        "rise": smooth[max(best, epochs - last) :].mean() / max(smooth[best], TINY) - 1,
        "training_rise": end / max(training[best], TINY) - 1,
        "rise_allowed": max(RISE, NOISES * noise / np.sqrt(last) / max(smooth[best], TINY)),
        "validation_to_training": validation[-last:].mean() / end,
        "gap": (validation[-last:].mean() - end) / start,
        "training_left": end / start,
        "would_fall": 1 - np.exp(min(pace, 0) * last),
        "last": last,
    }


def _rises(e):
    return e["rise"] > e["rise_allowed"] and e["training_rise"] < RISE


def _rule(e):
    """The first rule that applies to the evidence `e`: (verdict, reason)."""
    if "lost_epoch" in e:
        return "unstable", f"a loss is not finite in epoch {e['lost_epoch']}."
    if e["climb"] > CLIMB:
        return "unstable", f"the training loss climbs back by {e['climb']:.0%} of its gain."
    if e["jumps"] > JUMPS:
        return "unstable", f"the validation loss jumps by {e['jumps']:.0%} between epochs."
    if e["first_to_second"] > BLOWN_UP and e["learned_later"] < FLAT:
        times = f"{e['first_to_second']:.0f} times the second's"
        return (
            "unstable",
            f"the first epoch's loss is {times}, and hardly anything is learned afterwards.",
        )
    if e["epochs"] < SHORTEST:
        return (
            "still improving",
            f"{e['epochs']} epochs are too short to tell; at least {SHORTEST} are needed.",
        )
    if _rises(e):
        since = f"rises by {e['rise']:.0%} after epoch {e['best_epoch']}"
        return "overfitting", f"the validation loss {since}; its noise is {e['jumps']:.1%}."
    times = f"{e['validation_to_training']:.2f} times the training loss"
    if e["validation_to_training"] > TIMES and e["gap"] > GAP:
        of_start = f"a gap of {e['gap']:.0%} of where training began"
        return "overfitting", f"the validation loss settles at {times}, {of_start}."
    if e["validation_to_training"] < BELOW:
        return "suspicious", f"the validation loss ends at {times}: too good to be true."
    if e["validation_to_training"] < TOO_CLOSE and e["training_left"] < LEARNED:
        left = f"training has left only {e['training_left']:.1%} of its first loss"
        return "suspicious", f"{left}, and the validation loss is still as low: {times}."
    together = e["validation_to_training"] < TOGETHER
    if e["would_fall"] > (FALLING_TOGETHER if together else FALLING):
        pace = f"at the pace of the last {e['last']} epochs, as many more"
        return (
            "still improving",
            f"{pace} would lower the validation loss by {e['would_fall']:.0%}.",
        )
    if e["training_left"] > HIGH:
        return "underfitting", f"the training loss stops at {e['training_left']:.0%} of its start."
    return (
        "good fit",
        "the validation loss has settled near its lowest, and the training loss is low.",
    )


def _remarks(table, onset):
    """What else is worth a sentence: accuracy that does not follow the loss."""
    if onset is None or "val_accuracy" not in table:
        return []
    accuracy = table["val_accuracy"].to_numpy()
    last = max(3, len(accuracy) // 4)
    if accuracy[-last:].mean() >= accuracy[onset - 1] - 0.005:
        return [
            "the validation accuracy does not fall: the network grows too sure of its mistakes, not worse at the task."
        ]
    return ["the validation accuracy falls too."]


def _training_loss(table):
    """The training loss at the end of each epoch: measured, or the running average moved by half an epoch."""
    if "train_loss" in table:
        return table["train_loss"].to_numpy()
    running = table["loss"].to_numpy()
    if len(running) < 2:
        return running
    ends = (running + np.roll(running, -1)) / 2
    ends[-1] = running[-1]
    return ends


def _noise(values):
    """Standard deviation of `values` about a smooth curve, from their second differences; 0 for fewer than three."""
    if len(values) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(values, 2))) / (0.6745 * np.sqrt(6)))


def _median_of_three(values):
    padded = np.pad(values, 1, mode="edge")
    return np.median([padded[:-2], padded[1:-1], padded[2:]], axis=0)


def _table(history):
    """The history as a DataFrame of floats, checked."""
    history = getattr(history, "history", history)
    if not isinstance(history, (dict, pd.DataFrame)):
        raise ValueError(
            f"history is {type(history).__name__}; allowed: a DataFrame, a Keras History, or its dict"
        )
    for name in ("loss", "val_loss"):
        if name not in history:
            raise ValueError(
                f"history has no {name!r}, only {', '.join(map(str, history)) or 'nothing'}; a diagnosis needs the "
                "training loss and the validation loss of each epoch"
            )
    columns = {}
    for name in ("loss", "val_loss", "train_loss", "val_accuracy"):
        if name in history:
            try:
                columns[name] = np.asarray(history[name], dtype=float)
            except (TypeError, ValueError):
                raise ValueError(f"{name!r} holds something else than numbers") from None
    lengths = {name: values.shape for name, values in columns.items()}
    if len(set(lengths.values())) > 1 or columns["loss"].ndim != 1 or not len(columns["loss"]):
        raise ValueError(
            f"the columns have the shapes {lengths}; allowed: one number for each epoch, at least one epoch"
        )
    return pd.DataFrame(columns)
