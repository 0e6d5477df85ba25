"""What to try first: advice that fits what was found."""

ADVICE = {
    "good fit": [
        "Keep it. Measure the test set once, and repeat the run with other seeds before you compare it with another.",
    ],
    "underfitting": [
        "Use a larger network, or a larger learning rate, or fewer restraints (dropout, weight decay).",
        "Check that the network can learn one batch by heart; if not, the code is wrong.",
    ],
    "unstable": [
        "Divide the learning rate by ten, and warm it up.",
        "Check the inputs and targets for NaN and for values far from the rest, and the loss for log(0).",
    ],
    "still improving": ["Train longer, or with a larger learning rate, before you judge."],
    "suspicious": [
        "Look for validation rows, or duplicates of them, in the training set.",
        "With dropout or augmentation, measure the training rows again after each epoch (`train_loss`).",
    ],
    "not learning": [
        "Look at one batch as the network gets it: are the inputs all alike, are the labels theirs?",
        "Let it learn one batch by heart. Try a tenth of the learning rate, and ten times of it.",
    ],
    "cannot tell": [
        "Say what you know of the loss: `floor=`, `start=`, `disturbed=`; or train longer."
    ],
}
"""For each verdict but overfitting, which depends on the evidence."""


def advice_for(verdict, onset=None, only_surer=False):
    """Return sentences that say what to try next.

    Args:
        verdict: one of `rules.VERDICTS`, or "cannot tell".
        onset: with overfitting, the epoch from which the validation loss rises, or None.
        only_surer: whether the validation accuracy did not fall with it.
    """
    if verdict != "overfitting":
        return list(ADVICE[verdict])
    advice = [
        "Get more data, let the learning rate fall to zero; augment in ways that keep the target true; try dropout."
    ]
    if onset is None:
        return advice
    if only_surer:
        advice.insert(
            0,
            "If you need probabilities, divide the logits by a temperature; the answers did not get worse.",
        )
        return advice
    return [f"Keep the weights of epoch {onset}, or stop there.", *advice]
