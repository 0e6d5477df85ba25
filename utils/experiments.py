"""The experiments of chapter 4 that need many runs: variants, recipes, a race, the time of an epoch.

Each table is a generator of rows; `utils.measurements` records them.
"""

from collections.abc import Callable
from typing import NamedTuple

from utils.backend import keras
from utils.evaluation import error_rate, predict_digits
from utils.images import pad, prepare, scale, shift
from utils.mnist import load_mnist, split
from utils.networks import ACTIVATIONS, POOLINGS, keras_convnet, lenet5
from utils.paths import artifacts
from utils.training import CrossEntropy, compile_classifier, fit, set_seed, warmup_cosine

SEEDS = range(5)
SHIFTS = (0, 1, 2, 3, 4)
VARIANTS = [(activation, "average") for activation in ACTIVATIONS] + [
    ("relu", pooling) for pooling in POOLINGS[1:]
]
VARIANT_EPOCHS = 5


class Recipe(NamedTuple):
    """How a network is trained."""

    build: Callable
    batch_size: int
    peak: float
    schedule: bool
    label_smoothing: float

    def train(self, network, x, y, epochs, **options):
        """Compile and fit `network`; `options` as for `training.fit`, whose table is returned."""
        rate = (
            warmup_cosine(self.peak, len(x), self.batch_size, epochs)
            if self.schedule
            else self.peak
        )
        compile_classifier(network, rate, self.label_smoothing)
        return fit(network, x, y, epochs=epochs, batch_size=self.batch_size, **options)


RECIPES = {
    "article": Recipe(lenet5, 32, 1e-3, False, 0.0),
    "keras_example": Recipe(keras_convnet, 128, 1e-3, False, 0.0),
    "schedule": Recipe(lenet5, 256, 1e-2, True, 0.0),
    "series": Recipe(lenet5, 256, 1e-2, True, 0.05),
}


def trained_classifier(mnist, progress=False):
    """Return chapter 4's classifier, or train one in four epochs where there is none that fits.

    The saved network fits if it is the plain `lenet5` and at most 1.5% of the 5,000 validation images are misread.

    Args:
        mnist: the digits.
        progress: as for `training.fit`.
    """
    train, validation = split(mnist.y_train)
    network = _saved_classifier()
    if network is not None:
        predicted = predict_digits(network, prepare(mnist.x_train[validation]))
        if error_rate(mnist.y_train[validation], predicted).rate <= 0.015:
            return network
    set_seed(0)
    network = lenet5()
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    RECIPES["series"].train(network, x, y, 4, progress=progress)
    return network


def _saved_classifier():
    """The network that chapter 4 saved, or None if there is none, it cannot be read, or it is another network."""
    try:
        network = keras.saving.load_model(artifacts("04_train_classifier") / "classifier.keras")
    except (OSError, ValueError):
        return None
    plain, found = (
        [(type(layer), layer.get_config()) for layer in each.layers] for each in (lenet5(), network)
    )
    return network if found == plain else None


def train_variant(x, y, activation, pooling, seed, progress=False):
    """Return one variant of LeNet-5, trained for `VARIANT_EPOCHS` epochs on images (n, 32, 32, 1) and labels (n,)."""
    set_seed(seed)
    network = lenet5(activation, pooling)
    RECIPES["series"].train(network, x, y, VARIANT_EPOCHS, progress=progress)
    return network


def shifted_errors(network, mnist):
    """Test error with the digits moved by `SHIFTS` pixels in the 32x32 frame, mean of right and left: {pixels: error}."""
    frames, errors = pad(mnist.x_test), {}
    for pixels in SHIFTS:
        both = [scale(shift(frames, right=step))[..., None] for step in {pixels, -pixels}]
        errors[pixels] = sum(
            error_rate(mnist.y_test, predict_digits(network, x)).rate for x in both
        ) / len(both)
    return errors


def variants(seeds=SEEDS):
    """Test error of activations and poolings under one recipe, over seeds, with shifted digits."""
    mnist = load_mnist()
    train, _ = split(mnist.y_train)
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    for activation, pooling in VARIANTS:
        for seed in seeds:
            network = train_variant(x, y, activation, pooling, seed)
            errors = shifted_errors(network, mnist)
            yield {"activation": activation, "pooling": pooling, "seed": seed} | {
                f"error_shift_{pixels}": round(error, 5) for pixels, error in errors.items()
            }


def recipes(seeds=SEEDS):
    """Validation and test error after every epoch, for three recipes and the same network, over seeds."""
    mnist = load_mnist()
    train, validation = split(mnist.y_train)
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    evaluate = {
        "val": (prepare(mnist.x_train[validation]), mnist.y_train[validation]),
        "test": (prepare(mnist.x_test), mnist.y_test),
    }
    for name in ("article", "schedule", "series"):
        for seed in seeds:
            set_seed(seed)
            history = RECIPES[name].train(lenet5(), x, y, 8, evaluate=evaluate, progress=False)
            for row in history.itertuples():
                yield {
                    "recipe": name,
                    "seed": seed,
                    "epoch": row.epoch,
                    "validation_error": round(1 - row.val_accuracy, 5),
                    "test_error": round(1 - row.test_accuracy, 5),
                }


def time_to_99(seeds=range(3)):
    """Seconds of training until the test error is at most 1%, for three recipes; evaluations are not counted.

    The test set is looked at after every epoch: that is right for a race to a stated mark, and wrong for choosing a
    network.
    """
    mnist = load_mnist()
    for seed in seeds:
        for name, epochs in (("article", 20), ("keras_example", 20), ("series", 4)):
            set_seed(seed)
            network = RECIPES[name].build()
            inputs = (
                prepare if network.input_shape[1] == 32 else lambda images: scale(images)[..., None]
            )
            history = RECIPES[name].train(
                network,
                inputs(mnist.x_train),
                mnist.y_train,
                epochs,
                evaluate={"test": (inputs(mnist.x_test), mnist.y_test)},
                after_epoch=lambda row: row["test_accuracy"] >= 0.99,
                progress=False,
            )
            row = {
                "recipe": name,
                "seed": seed,
                "parameters": network.count_params(),
                "epochs": len(history),
            }
            row["seconds"] = round(history["seconds"].sum(), 1)
            yield row | {"test_error": round(1 - history["test_accuracy"].iloc[-1], 5)}


def epoch_seconds():
    """Seconds of an epoch of LeNet-5 on 55,000 images, three times, after one epoch that is not counted."""
    mnist = load_mnist()
    train, _ = split(mnist.y_train)
    x, y = prepare(mnist.x_train[train]), mnist.y_train[train]
    ways = [(f"batches of {size}", size, {}) for size in (32, 64, 128, 256, 512)]
    ways.append(("256, compiled with XLA", 256, {"jit_compile": True}))
    ways.append(("256, 20 steps in a call", 256, {"steps_per_execution": 20}))
    for name, batch_size, options in ways:
        network = lenet5()
        network.compile(keras.optimizers.Adam(), CrossEntropy(), **options)
        for run in range(4):
            seconds = fit(network, x, y, epochs=1, batch_size=batch_size, progress=False)[
                "seconds"
            ].sum()
            if run:
                yield {"way": name, "run": run, "seconds": round(seconds, 2)}
