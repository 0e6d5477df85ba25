"""Predict a number or a class from pictures, beside baselines chosen with the same care. Taught in 12_your_own_images.

Each picture is predicted by models that saw none of its group: the pictures go into three parts by group, and each part is
predicted from the other two. What is chosen (a ridge's strength, a network's number of epochs) is chosen on a quarter of those.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from skimage.filters import threshold_otsu
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from utils.backend import keras
from utils.evaluation import conformal_radius, mean_interval, predict
from utils.networks import lenet5, to_regressor
from utils.recipes import Recipe
from utils.training import CrossEntropy, set_seed

PARTS = 3
STRENGTHS = 10.0 ** np.arange(-3, 6)
"""Strengths of regularization that a linear model may choose."""
EPOCHS = 30
"""The most epochs that a network may choose."""
RECIPE = Recipe(EPOCHS, 16, 0.003, schedule="constant")
"""How they train. Of three (0.001, 0.003, and 0.003 with batches of 32) the best on one draw of slants that judges nothing."""
SCRATCH, TUNED = "LeNet-5 from scratch", "LeNet-5 from the classifier"
PIXELS, LOOKS = "linear, pixels", "linear, brightness and size"


@dataclass
class Comparison:
    """What `compare` found for one target.

    Attributes:
        scores: a row for each method: `error` (mean absolute, in the target's unit; or the share of wrong classes) with its
            95% interval over groups, `low` and `high`, and `chosen_by`, the error that methods are chosen by.
        predicted: {method: (n,) predictions in the target's unit}, each from models that saw none of its group.
        chosen: the method with the lowest `chosen_by`.
        radius: half the width of 90% prediction intervals, in the target's unit (its logarithm's with `log`); None for
            classes.
        curve: the errors of two methods with a quarter, half and all of the training pictures, on one part.
        train_network: function without arguments that returns a LeNet-5 trained on all pictures: from scratch or from the
            classifier, whichever has the lower `chosen_by`.
    """

    scores: pd.DataFrame
    predicted: dict
    chosen: str
    radius: float | None
    curve: pd.DataFrame
    train_network: object


def looks(x):
    """Brightness and size of pictures: mean, spread, share and extent of what Otsu's threshold marks: (n, 6)."""
    rows = []
    for image in x[..., 0]:
        threshold = threshold_otsu(image) if np.ptp(image) > 0 else 1
        ink = image > threshold
        sides = [np.ptp(np.flatnonzero(ink.any(axis))) if ink.any() else 0 for axis in (0, 1)]
        rows.append([image.mean(), image.std(), threshold, ink.mean(), *sides])
    return np.array(rows)


class _Linear:
    """A linear model of `features`, its strength chosen; or, without features, the mean or the commonest class."""

    def __init__(self, features, classes):
        self.features, self.classes = features, classes

    def choose(self, x, y, x_new, y_new):
        tried = STRENGTHS if self.features else STRENGTHS[:1]
        errors = [_error(self.train(x, y, s)(x_new), y_new, self.classes) for s in tried]
        return tried[int(np.argmin(errors))], min(errors)

    def train(self, x, y, strength):
        features = self.features or (lambda images: np.zeros((len(images), 1)))
        if not self.features or (self.classes and len(np.unique(y)) < 2):
            model = DummyClassifier() if self.classes else DummyRegressor()
        elif self.classes:
            logistic = LogisticRegression(C=1 / strength, max_iter=300)
            model = make_pipeline(StandardScaler(), logistic)
        else:
            model = make_pipeline(StandardScaler(), Ridge(strength))
        model.fit(features(x), y)
        return lambda images: model.predict(features(images))


class _Network:
    """LeNet-5, its number of epochs chosen."""

    def __init__(self, classifier, classes, seed, epochs):
        self.classifier, self.classes, self.seed, self.epochs = classifier, classes, seed, epochs

    def choose(self, x, y, x_new, y_new):
        errors = []

        def measure(row):
            errors.append(_error(self._predict(network, x_new), y_new, self.classes))

        network = self._fresh(y)
        self._fit(network, x, y, self.epochs, measure)
        smooth = pd.Series(errors).rolling(5, center=True, min_periods=1).mean()
        best = int(smooth.argmin())
        return best + 1, float(smooth[best])

    def train(self, x, y, epochs):
        self.network = self._fresh(y)
        self._fit(self.network, x, y, epochs)
        network = self.network
        return lambda images: self._predict(network, images)

    def _fresh(self, y):
        set_seed(self.seed)
        start = self.classifier or lenet5()
        if not self.classes:
            return to_regressor(start, float(np.mean(y)), float(np.std(y)) or 1.0)
        trunk = to_regressor(start, 0.0, 1.0).layers[:-2]
        head = keras.layers.Dense(self.classes, name="head")
        return keras.Sequential([keras.Input((32, 32, 1), name="image"), *trunk, head])

    def _fit(self, network, x, y, epochs, after_epoch=None):
        loss = CrossEntropy(0.0) if self.classes else "mean_absolute_error"
        y = y if self.classes else np.asarray(y, "float32")[:, None]
        recipe = Recipe(epochs, RECIPE.batch_size, RECIPE.learning_rate, schedule="constant")
        recipe.train(network, x, y, loss, after_epoch=after_epoch, progress=False)

    def _predict(self, network, x):
        found = predict(network, x)
        return found.argmax(axis=1) if self.classes else found[:, 0].astype(float)


def compare(x, y, groups, classifier, *, classes=0, log=False, seed=0, epochs=EPOCHS, extra=None):
    """Compare baselines and networks on one target.

    Args:
        x: (n, 32, 32, 1) float32 in [0, 1].
        y: (n,) numbers, or classes 0, 1, ...
        groups: (n,) what belongs together.
        classifier: the network to start from.
        classes: how many there are; 0 for numbers.
        log: whether the models learn the logarithm of `y`; errors stay in its unit.
        seed: decides the parts, the weights and the order of the pictures.
        epochs: as `EPOCHS`.
        extra: {name: function of images (n, 32, 32, 1) that returns (n, k) features} for more linear models.

    Returns:
        A `Comparison`.
    """
    y = np.asarray(y)
    learned = np.log(y) if log else y
    unit = np.exp if log else (lambda values: values)
    methods = {
        "most frequent" if classes else "mean": _Linear(None, classes),
        LOOKS: _Linear(looks, classes),
        PIXELS: _Linear(lambda images: images.reshape(len(images), -1).astype(float), classes),
        **{name: _Linear(features, classes) for name, features in (extra or {}).items()},
        SCRATCH: _Network(None, classes, seed, epochs),
        TUNED: _Network(classifier, classes, seed, epochs),
    }
    part = parts(groups, PARTS, seed)
    predicted = {name: np.zeros(len(y)) for name in methods}
    settings = {name: [] for name in methods}
    chosen_by = {name: [] for name in methods}
    for number in range(PARTS):
        seen, new = np.flatnonzero(part != number), np.flatnonzero(part == number)
        inner = parts(groups[seen], 4, seed + 1)
        fit_rows, choose_rows = seen[inner > 0], seen[inner == 0]
        for name, method in methods.items():
            setting, error = method.choose(
                x[fit_rows], learned[fit_rows], x[choose_rows], learned[choose_rows]
            )
            settings[name].append(setting)
            chosen_by[name].append(error)
            predicted[name][new] = method.train(x[seen], learned[seen], setting)(x[new])
    chosen_by = {name: float(np.mean(errors)) for name, errors in chosen_by.items()}
    chosen = min(chosen_by, key=chosen_by.get)
    radius = None
    if not classes:
        radius = conformal_radius(learned, predicted[chosen], min(0.9, len(y) / (len(y) + 1)))
    predicted = {name: unit(values) for name, values in predicted.items()}
    rows = {
        name: (*group_interval(values, y, groups, classes), chosen_by[name])
        for name, values in predicted.items()
    }
    scores = pd.DataFrame(rows, index=["error", "low", "high", "chosen_by"]).T
    better = min((SCRATCH, TUNED), key=chosen_by.get)
    curve = _curve(methods, better, settings, x, learned, groups, part, seed, unit, y, predicted)

    def train_network():
        methods[better].train(x, learned, int(np.median(settings[better])))
        return methods[better].network

    return Comparison(scores, predicted, chosen, radius, curve, train_network)


def parts(groups, n, seed):
    """Put each group into one of `n` parts at random, of about as many groups: (rows,) numbers of parts."""
    names, rows = np.unique(np.asarray(groups).astype(str), return_inverse=True)
    part = np.arange(len(names)) % n
    np.random.default_rng([12, seed]).shuffle(part)
    return part[rows]


def group_interval(predicted, y, groups, classes=0):
    """Mean error with a 95% t interval over the groups' means: (error, low, high)."""
    errors = (predicted != y).astype(float) if classes else np.abs(predicted - y)
    means = pd.Series(errors).groupby(np.asarray(groups)).mean()
    _, low, high = mean_interval(means)
    return float(errors.mean()), max(0.0, low), high


def _error(predicted, y, classes):
    return float(np.mean(predicted != y) if classes else np.mean(np.abs(predicted - y)))


def _curve(methods, better, settings, x, learned, groups, part, seed, unit, y, predicted):
    """Errors of two methods on part 0, trained on a share of the other groups, with as many steps."""
    seen, new = np.flatnonzero(part != 0), np.flatnonzero(part == 0)
    classes = methods[better].classes
    order, rows = parts(groups[seen], 4, seed + 2), []
    for quarters in (1, 2, 4):
        some = seen[order < quarters]
        for name in (PIXELS, better):
            setting = settings[name][0]
            if name == better:
                setting = int(np.ceil(setting * len(seen) / len(some)))
            if classes and len(np.unique(learned[some])) < 2:
                continue
            found = predicted[name][new]  # with all: known already
            if quarters < 4:
                found = unit(methods[name].train(x[some], learned[some], setting)(x[new]))
            error = _error(found, y[new], classes)
            rows.append({"images": len(some), "method": name, "error": error})
    return pd.DataFrame(rows)
