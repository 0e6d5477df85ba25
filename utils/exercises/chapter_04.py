"""The exercises of 04_train_classifier: a check for each, which returns None if right, or a hint."""

from utils.exercises.answers import number


def _half_cosine(answer):
    for step, expected in ((0, 0.01), (500, 0.005), (1_000, 0.0), (250, 0.0085355)):
        given = answer(step, 1_000, 0.01)
        if abs(given - expected) > 1e-6:
            return f"at step {step} of 1,000 with peak 0.01 the rate should be {expected:.4g}, not {given:.4g}"
    return None


CHECKS = {
    "4.1": number(
        215, 215, "divide the images by the batch size; the last, smaller batch is a step too"
    ),
    "4.2": _half_cosine,
    "4.3": number(
        0.0015, 0.003, "only the digits that exactly one of the two got wrong count: 30 and 10"
    ),
}
