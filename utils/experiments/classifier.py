"""The experiments of chapters 4 and 7 on the classifier: recipes, activations and poolings; and its network for chapter 5."""

from dataclasses import replace

from utils.backend import keras
from utils.evaluation import error_rate, predict_digits
from utils.experiments.tasks import SEEDS, Task
from utils.images import prepare, shift
from utils.mnist import split
from utils.networks import ACTIVATIONS, POOLINGS, lenet5
from utils.paths import artifacts
from utils.recipes import RECIPES
from utils.training import set_seed

SHIFTS = (0, 1, 2, 3, 4)
VARIANTS = [(activation, "average") for activation in ACTIVATIONS] + [
    ("relu", pooling) for pooling in POOLINGS[1:]
]
VARIANT = replace(RECIPES["series"], epochs=5)


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
    replace(RECIPES["series"], epochs=4).train(network, x, y, progress=progress)
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
    """Return one variant of LeNet-5, trained by `VARIANT` on images (n, 32, 32, 1) and labels (n,)."""
    set_seed(seed)
    network = lenet5(activation, pooling)
    VARIANT.train(network, x, y, progress=progress)
    return network


def shifted_errors(network, x, y):
    """Error on digits moved by `SHIFTS` pixels in their frame, mean of right and left: {pixels: error}.

    Args:
        network: a classifier.
        x, y: (n, 32, 32, 1) images with an empty border, and labels (n,).
    """
    errors = {}
    for pixels in SHIFTS:
        both = [shift(x[..., 0], right=step)[..., None] for step in {pixels, -pixels}]
        rates = [error_rate(y, predict_digits(network, moved)).rate for moved in both]
        errors[pixels] = sum(rates) / len(rates)
    return errors


def variants(seeds=SEEDS):
    """Test error of activations and poolings under one recipe, over seeds, with shifted digits."""
    task = Task()
    (x, y), test = task.training(), task.test()
    for activation, pooling in VARIANTS:
        for seed in seeds:
            network = train_variant(x, y, activation, pooling, seed)
            errors = shifted_errors(network, *test)
            yield {"activation": activation, "pooling": pooling, "seed": seed} | {
                f"error_shift_{pixels}": round(error, 5) for pixels, error in errors.items()
            }


def recipes(seeds=SEEDS):
    """Validation and test error after each of eight epochs, for three recipes and the same network, over seeds."""
    task = Task()
    x, y = task.training()
    evaluate = {"val": task.validation, "test": task.test()}
    for name in ("article", "schedule", "series"):
        for seed in seeds:
            set_seed(seed)
            recipe = replace(RECIPES[name], epochs=8)
            history = recipe.train(lenet5(), x, y, evaluate=evaluate, progress=False)
            for row in history.itertuples():
                yield {
                    "recipe": name,
                    "seed": seed,
                    "epoch": row.epoch,
                    "validation_error": round(1 - row.val_accuracy, 5),
                    "test_error": round(1 - row.test_accuracy, 5),
                }
