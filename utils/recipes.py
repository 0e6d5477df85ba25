"""Recipes: how a network is trained, in one object: optimizer, rates, batches, epochs. Taught in 04_train_classifier."""

from dataclasses import dataclass
from functools import partial

from utils.backend import keras
from utils.levenberg_marquardt import DiagonalLevenbergMarquardt, curvature_estimator, eta_1998
from utils.training import CrossEntropy, compile_network, fit, warmup_cosine

OPTIMIZERS = {
    "Adam": keras.optimizers.Adam,
    "SGD": partial(keras.optimizers.SGD, momentum=0.9),
    "SDLM": DiagonalLevenbergMarquardt,
}
"""What a `Recipe` can train with. SDLM is the paper's, stochastic diagonal Levenberg-Marquardt."""
SCHEDULES = ("cosine", "constant", "1998")
"""Warm-up and cosine decay (`warmup_cosine`); one rate for all steps; the paper's steps (`eta_1998`)."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained, whatever the network and the data. `dataclasses.replace` changes a part of it.

    Attributes:
        epochs: passes through the training images.
        batch_size: images in a step.
        learning_rate: the largest one; None with the schedule "1998", which has its own.
        schedule: one of `SCHEDULES`.
        optimizer: one of `OPTIMIZERS`.
        label_smoothing: as for `CrossEntropy`; only for the loss that `train` takes by itself.
        warmup: as for `warmup_cosine`.
        beta_2: for Adam, how slowly its mean of squared gradients forgets, from 0 to below 1.
        weight_decay: share of each weight that is taken off in a step, times the learning rate (Loshchilov and Hutter,
            2019).
    """

    epochs: float
    batch_size: int
    learning_rate: float | None
    schedule: str = "cosine"
    optimizer: str = "Adam"
    label_smoothing: float = 0.0
    weight_decay: float = 0.0
    warmup: float = 0.2
    beta_2: float = 0.999

    def train(self, network, x, y, loss=None, **options):
        """Compile `network` and fit it to (x, y).

        Args:
            network: a classifier with (n, classes) scores, or a regressor with (n, 1) numbers.
            x, y: as for `fit`.
            loss: a Keras loss or its name; None takes cross-entropy for a classifier and the mean squared error for a
                regressor.
            options: as for `fit`.

        Returns:
            The history, a DataFrame, as for `fit`.
        """
        if loss is None:
            regressor = network.output_shape[-1] == 1
            loss = "mean_squared_error" if regressor else CrossEntropy(self.label_smoothing)
        compile_network(network, self.optimizer_for(len(x)), loss)
        if self.optimizer == "SDLM":
            measure = curvature_estimator(network, x[:500])
            options["after_epoch"] = _both(measure, options.get("after_epoch"))
        return fit(network, x, y, epochs=self.epochs, batch_size=self.batch_size, **options)

    def optimizer_for(self, rows):
        """The Keras optimizer for so many training images, with its rate or schedule."""
        options = {"weight_decay": self.weight_decay or None}
        if self.optimizer == "Adam":
            options["beta_2"] = self.beta_2
        return OPTIMIZERS[self.optimizer](self._rate(rows), **options)

    def _rate(self, rows):
        if self.schedule == "cosine":
            return warmup_cosine(
                self.learning_rate, rows, self.batch_size, self.epochs, self.warmup
            )
        return eta_1998(rows, self.batch_size) if self.schedule == "1998" else self.learning_rate


def _both(first, second):
    """A function of a row that calls two, of which the second may be None and decides whether training stops."""
    return lambda row: (first(row), second and second(row))[1]


RECIPES = {
    "article": Recipe(20, 32, 1e-3, schedule="constant"),
    "keras_example": Recipe(20, 128, 1e-3, schedule="constant"),
    "schedule": Recipe(8, 256, 1e-2),
    "series": Recipe(8, 256, 1e-2, label_smoothing=0.05),
}
"""The recipes that 04_train_classifier compares: the article's, that of Keras's MNIST example, and the series'."""
