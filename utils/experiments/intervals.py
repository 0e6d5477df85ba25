"""Intervals for single answers: split conformal, by the classifier's answer, and from two quantiles. For chapter 8.

All are calibrated on the 5,000 validation images and measured on the test images.
"""

import numpy as np

from utils.area import filled_area
from utils.backend import keras
from utils.evaluation import predict, predict_digits
from utils.experiments.heads import RATES, area_network, train_heads
from utils.experiments.tasks import Task
from utils.images import prepare, shift
from utils.mnist import load_mnist
from utils.models import load_released
from utils.recipes import Recipe
from utils.records import recorded

COVERAGE = 0.9
QUANTILES = (0.05, 0.95)
"""What the quantile network predicts."""
EPOCHS, BATCH = 10, 128
MOVED = 4
"""Pixels by which the test digits are moved at most, along each axis, to see what strange images do to the intervals."""
FEWEST = 20
"""A digit that the classifier says less often in the calibration set takes the radius of all."""


@keras.saving.register_keras_serializable(package="lenet5")
class PinballLoss(keras.losses.Loss):
    """The mean pinball loss of several quantiles: it is smallest where column i of the output is the quantile i.

    Args:
        quantiles: numbers between 0 and 1, one for each output.

    Source: Koenker and Bassett (1978). Taught in 08_trust_a_measurement.
    """

    def __init__(self, quantiles=QUANTILES, name="pinball", **options):
        super().__init__(name=name, **options)
        self.quantiles = tuple(quantiles)

    def call(self, true, predicted):
        above = true - predicted  # (n, 1) minus (n, quantiles)
        share = keras.ops.convert_to_tensor(self.quantiles, above.dtype)
        return keras.ops.mean(keras.ops.maximum(share * above, (share - 1) * above), axis=-1)

    def get_config(self):
        return {**super().get_config(), "quantiles": self.quantiles}


def conformal_quantile(scores, coverage=COVERAGE):
    """The ceil((n + 1) * coverage)-th smallest of n scores, which may be negative; the largest where n is too small.

    Taught in 08_trust_a_measurement.
    """
    rank = min(len(scores), int(np.ceil((len(scores) + 1) * coverage)))
    return float(np.sort(scores)[rank - 1])


def split_interval(calibration, target, new):
    """Split conformal intervals: predictions (n,) and targets (n,) to calibrate, new predictions (m,) -> (low, high)."""
    radius = conformal_quantile(np.abs(calibration - target))
    return new - radius, new + radius


def interval_by_answer(calibration, target, says, new, new_says):
    """Split conformal intervals whose radius depends on the digit that the classifier says: (low, high), (m,) each."""
    scores = np.abs(calibration - target)
    everything = conformal_quantile(scores)
    groups = [scores[says == digit] for digit in range(10)]
    radii = [conformal_quantile(g) if len(g) >= FEWEST else everything for g in groups]
    radius = np.array(radii)[new_says]
    return new - radius, new + radius


def quantile_interval(calibration, target, new):
    """Conformalized quantile regression: quantiles (n, 2) and targets (n,) to calibrate, (m, 2) new -> (low, high).

    Source: Romano, Patterson and Candès (2019). Taught in 08_trust_a_measurement.
    """
    low, high = np.sort(calibration, axis=1).T
    more = conformal_quantile(np.maximum(low - target, target - high))
    low, high = np.sort(new, axis=1).T
    middle = (low + high) / 2  # an interval cannot be turned inside out
    return np.minimum(low - more, middle), np.maximum(high + more, middle)


def train_pair(x, y, rates, seed):
    """Train a network for the area and one for its `QUANTILES`, each from scratch; `rates` has a learning rate for each.

    Returns:
        (point, quantiles): functions of images (n, 32, 32, 1) that return (n,) and (n, 2) px².
    """
    losses = {"point": (1, "mean_absolute_error"), "quantiles": (2, PinballLoss())}
    trained = {}
    for name, (outputs, loss) in losses.items():
        network = area_network(np.repeat(y, outputs, axis=1), seed)
        train_heads(network, x, y, loss, Recipe(EPOCHS, BATCH, rates[name]))
        trained[name] = network
    point, quantiles = trained["point"], trained["quantiles"]
    return (
        lambda images: predict(point, images)[:, 0].astype(float),
        lambda images: predict(quantiles, images).astype(float),
    )


def interval_trials(seeds=(10,)):
    """Four rates for each of the two networks of `area_intervals`: their losses on every second validation image."""
    task = Task("regressor")
    x, y = task.training()
    x_new, y_new = (part[::2] for part in task.validation)
    for seed in seeds:
        for rate in RATES:
            point, quantiles = train_pair(x, y, {"point": rate, "quantiles": rate}, seed)
            losses = {"point": np.abs(point(x_new) - y_new[:, 0]).mean()}
            pinball = PinballLoss()(y_new, quantiles(x_new).astype("float32"))
            losses["quantiles"] = float(pinball)
            for network, loss in losses.items():
                row = {"network": network, "rate": rate, "seed": seed}
                yield row | {"choosing_loss": round(float(loss), 4)}


def widest(low, high, share=0.2):
    """Mark the `share` of intervals, (n,) lower and upper ends, that are widest: (n,) bool."""
    width = high - low
    return width >= np.quantile(width, 1 - share)


def _measured(low, high, target, says, unsure):
    inside = (low <= target) & (target <= high)
    by_answer = [inside[says == digit].mean() for digit in range(10) if np.any(says == digit)]
    half = len(target) // 2
    return {
        "width": (high - low).mean(),
        "coverage": inside.mean(),
        "lowest_by_answer": min(by_answer),
        "unsure": inside[unsure].mean(),
        "first_half": inside[:half].mean(),
        "second_half": inside[half:].mean(),
    }


def area_intervals(seeds=range(5)):
    """Width and coverage of three kinds of 90% intervals on the test digits, as they are and moved, over seeds."""
    task, mnist, classifier = Task("regressor"), load_mnist(), load_released("classifier")
    trials = recorded("interval_trials")
    best = trials.loc[trials.groupby("network")["choosing_loss"].idxmin()]
    rates = dict(zip(best["network"], best["rate"]))
    (x, y), (x_held, y_held) = task.training(), task.validation
    held, says_held = y_held[:, 0], predict_digits(classifier, x_held)
    for seed in seeds:
        point, quantiles = train_pair(x, y, rates, seed)
        for images, x_new in _new_images(prepare(mnist.x_test), seed).items():
            target, says = filled_area(x_new[..., 0]), predict_digits(classifier, x_new)
            known, new = point(x_held), point(x_new)
            found = {
                "split": split_interval(known, held, new),
                "by answer": interval_by_answer(known, held, says_held, new, says),
                "quantiles": quantile_interval(quantiles(x_held), held, quantiles(x_new)),
            }
            unsure = widest(*found["quantiles"])
            for method, ends in found.items():
                measured = _measured(*ends, target, says, unsure)
                row = {"images": images, "method": method, "seed": seed}
                yield row | {name: round(float(value), 4) for name, value in measured.items()}


def _new_images(x, seed):
    """The test images as they are, and each moved by up to `MOVED` pixels."""
    rng, moved = np.random.default_rng([seed, 9]), np.empty_like(x)
    for one, image in enumerate(x[..., 0]):
        down, right = rng.integers(-MOVED, MOVED + 1, 2)
        moved[one, ..., 0] = shift(image[None], down, right)[0]
    return {"test": x, "moved": moved}
