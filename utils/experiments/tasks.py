"""What the experiments train on and measure: digits to read, or areas to predict."""

import numpy as np

from utils.area import filled_area
from utils.evaluation import predict_digits, predict_values
from utils.images import prepare
from utils.mnist import WRONG_TEST_LABELS, load_mnist, split, stratified_sample
from utils.networks import lenet5, to_regressor
from utils.recipes import Recipe
from utils.training import set_seed

SEEDS = range(5)
"""The seeds of a recorded comparison."""
TASKS = ("classifier", "regressor")
FEW = 1_000
"""Training images of the experiments on few images."""
FEW_RECIPE = Recipe(40, 32, 0.001, schedule="constant")
"""How the experiments on few images train, but for what they change."""


class Task:
    """Digits and their targets for one of `TASKS`: labels (n,), or filled areas (n, 1) in px².

    Images are (n, 32, 32, 1) float32 in [0, 1].

    Attributes:
        name: "classifier" or "regressor".
        validation: (images, targets) of the validation set.
    """

    def __init__(self, name="classifier", mnist=None, validation_size=5_000):
        """Split the 60,000 training images; `mnist` saves loading them again."""
        self.name, self._mnist = name, mnist or load_mnist()
        self._rows, rows = split(self._mnist.y_train, validation_size)
        self._targets = self._mnist.y_train
        if name == "regressor":
            self._targets = filled_area(self._mnist.x_train).astype("float32")[:, None]
        self.validation = self._take(rows)

    def sample(self, size, seed):
        """Training images and targets, `size` of each, stratified by digit; each seed draws others."""
        labels = self._mnist.y_train[self._rows]
        return self._take(self._rows[stratified_sample(labels, size, seed)])

    def training(self):
        """All training images and targets but the validation set's."""
        return self._take(self._rows)

    def everything(self):
        """The 60,000 training images and targets, validation set and all."""
        return self._take(np.arange(len(self._mnist.y_train)))

    def test(self):
        """The test images, and their labels: only a classifier is measured on them here."""
        return prepare(self._mnist.x_test), self._mnist.y_test

    def doubtful(self):
        """The test images whose label human raters rejected, and these labels."""
        wrong = list(WRONG_TEST_LABELS)
        return prepare(self._mnist.x_test[wrong]), self._mnist.y_test[wrong]

    def network(self, y, seed, **options):
        """A fresh LeNet-5 for the task; `options` as for `networks.lenet5`, `y` the training targets."""
        set_seed(seed)
        classifier = lenet5(**options)
        if self.name == "classifier":
            return classifier
        return to_regressor(classifier, float(y.mean()), float(y.std()))

    def error(self, network, data=None):
        """The share of misread digits, or the mean absolute error in px², on `data` or the validation set."""
        x, y = data or self.validation
        if self.name == "classifier":
            return float(np.mean(predict_digits(network, x) != y))
        return float(np.abs(predict_values(network, x) - y[:, 0]).mean())

    def _take(self, rows):
        return prepare(self._mnist.x_train[rows]), self._targets[rows]
