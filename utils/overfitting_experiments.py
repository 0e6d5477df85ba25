"""The experiments of chapter 6 that need many runs: learning curves, noise, capacity, remedies, leaks.

Each table is a generator of rows; `utils.measurements` records them. `error` is the share of misread digits for the
classifier, and the mean absolute error of filled area in px² for the regressor, both on the 5,000 validation images.
"""

import time

import numpy as np
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import SVC

from utils import images
from utils.area import filled_area
from utils.evaluation import predict_digits, predict_quantity
from utils.mnist import load_mnist, split
from utils.networks import lenet5, to_regressor
from utils.training import compile_classifier, compile_regressor, fit, set_seed, warmup_cosine

SEEDS = range(5)
TASKS = ("classifier", "regressor")
CURVE = {  # training images: (epochs, batch size)
    100: (60, 16),
    300: (60, 32),
    1_000: (40, 32),
    3_000: (25, 64),
    10_000: (12, 128),
    30_000: (8, 256),
    55_000: (6, 256),
}
SMALL, SMALL_EPOCHS = 1_000, 40
"""The small-data task: so many training images and epochs, batches of 32, Adam at a constant rate of 0.001."""
WIDTHS = (0.25, 0.5, 1, 2, 4)
NOISE_SHARES = (0.0, 0.2, 0.5, 1.0)
NOISE_EPOCHS = (1, 2, 3, 5, 8, 12, 20, 30, 45, 60)
REMEDIES = (
    "none",
    "more data",
    "augmentation",
    "dropout",
    "weight decay",
    "early stopping",
    "smaller network",
)


class Task:
    """Digits and their targets for one of `TASKS`: labels to read, or filled areas in px².

    Attributes:
        name: "classifier" or "regressor".
        validation: (images, targets), 5,000 of each.
    """

    def __init__(self, name, mnist=None):
        mnist = mnist or load_mnist()
        self.name, self._mnist = name, mnist
        self._rows, rows = split(mnist.y_train)
        areas = filled_area(mnist.x_train).astype("float32")
        self._targets = mnist.y_train if name == "classifier" else areas
        self.validation = self._take(rows)

    def sample(self, size, seed):
        """`size` training images and targets, stratified by digit; each seed draws others."""
        if size == len(self._rows):
            return self._take(self._rows)
        labels = self._mnist.y_train[self._rows]
        return self._take(self._rows[split(labels, size, len(labels) - size, seed)[1]])

    def network(self, y, seed, **options):
        """A fresh LeNet-5 for the task; `options` as for `networks.lenet5`, `y` the training targets."""
        set_seed(seed)
        classifier = lenet5(**options)
        if self.name == "classifier":
            return classifier
        return to_regressor(classifier, float(y.mean()), float(y.std()))

    def compile(self, network, learning_rate, weight_decay=None):
        """Compile with Adam and the task's loss: cross-entropy, or the mean squared error in px^4."""
        if self.name == "classifier":
            compile_classifier(network, learning_rate, weight_decay=weight_decay)
        else:
            compile_regressor(network, learning_rate, weight_decay=weight_decay)

    def error(self, network, data=None):
        """The network's error on `data`, by default the validation images."""
        x, y = data or self.validation
        if self.name == "classifier":
            return float(np.mean(predict_digits(network, x) != y))
        return float(np.abs(predict_quantity(network, x) - y[:, 0]).mean())

    def _take(self, rows):
        targets = self._targets[rows]
        x = images.prepare(self._mnist.x_train[rows])
        return x, targets if self.name == "classifier" else targets[:, None]


def train_small(
    task, x, y, seed, *, epochs=SMALL_EPOCHS, weight_decay=None, network=None, **options
):
    """Train on few images as the small-data task does; `options` as for `training.fit`.

    Returns:
        (network, history).
    """
    network = network or task.network(y, seed)
    task.compile(network, 0.001, weight_decay)
    options = {"progress": False} | options
    return network, fit(network, x, y, epochs=epochs, batch_size=32, **options)


def train_on_curve(task, size, seed, progress=False):
    """Return a network trained on `size` images (a key of `CURVE`) with warm-up and cosine decay, and its images."""
    epochs, batch_size = CURVE[size]
    x, y = task.sample(size, seed)
    network = task.network(y, seed)
    task.compile(network, warmup_cosine(0.005, size, batch_size, epochs))
    fit(network, x, y, epochs=epochs, batch_size=batch_size, progress=progress)
    return network, (x, y)


def learning_curves(seeds=SEEDS):
    """Training and validation error against the number of training images; networks and simple models, over seeds."""
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for size in CURVE:
            for seed in seeds:
                network, (x, y) = train_on_curve(task, size, seed)
                some = x[:5_000], y[:5_000]
                row = {"task": name, "images": size, "model": "LeNet-5", "seed": seed}
                yield row | {
                    "training_error": round(task.error(network, some), 5),
                    "error": round(task.error(network), 5),
                }
                for model, simple in _simple_models(name, size):
                    simple.fit(_flat(x), y.ravel())
                    pairs = {"training_error": some, "error": task.validation}
                    yield (
                        row
                        | {"model": model}
                        | {
                            key: round(
                                _simple_error(name, simple.predict(_flat(images)), targets), 5
                            )
                            for key, (images, targets) in pairs.items()
                        }
                    )


def _simple_models(name, size):
    """Models to set beside the network; those that are slow on many images only up to 3,000."""
    if name == "regressor":
        return [("ridge", Ridge(alpha=10))]
    if size > 3_000:
        return []
    return [("linear", LogisticRegression(C=0.02, max_iter=300)), ("SVM", SVC(C=10, gamma=0.02))]


def _simple_error(name, predicted, targets):
    targets = targets.ravel()
    wrong = predicted != targets if name == "classifier" else np.abs(predicted - targets)
    return float(np.mean(wrong))


def _flat(x):
    return x[:, 2:30, 2:30].reshape(len(x), -1)


def noise_run(task, share, seed, last_epoch=NOISE_EPOCHS[-1]):
    """Train the classifier `task` on 2,000 images of which a share gets random labels.

    Returns:
        A list of dicts, one for each of `NOISE_EPOCHS` up to `last_epoch`: `epoch`, the validation `error`, and
        `fitted_true` and `fitted_random`, the shares of training images with a true and with a random label that get
        the label they carry ("" where there are none).
    """
    x, y = task.sample(2_000, seed)
    rng = np.random.default_rng(seed)
    changed = rng.random(len(y)) < share
    labels = np.where(changed, rng.integers(0, 10, len(y)), y)
    network, rows = task.network(y, seed), []

    def measure(row):
        if row["epoch"] in NOISE_EPOCHS:
            fitted = predict_digits(network, x) == labels
            measured = {"epoch": row["epoch"], "error": round(task.error(network), 5)}
            for name, group in (("fitted_true", ~changed), ("fitted_random", changed)):
                measured[name] = round(fitted[group].mean(), 4) if group.any() else ""
            rows.append(measured)

    train_small(task, x, labels, seed, epochs=last_epoch, network=network, after_epoch=measure)
    return rows


def noisy_labels(seeds=SEEDS):
    """How images are learned of which a share carries random labels, at some of 60 epochs, over seeds."""
    task = Task("classifier")
    for share in NOISE_SHARES:
        for seed in seeds:
            for row in noise_run(task, share, seed):
                yield {"random_share": share, "seed": seed} | row


def capacity(seeds=SEEDS):
    """Training and validation error of the classifier at several widths, on 1,000 images, over seeds."""
    task = Task("classifier")
    for width in WIDTHS:
        for seed in seeds:
            network, (x, y) = train_width(task, width, seed)
            yield {
                "width": width,
                "parameters": network.count_params(),
                "seed": seed,
                "training_error": round(task.error(network, (x, y)), 5),
                "error": round(task.error(network), 5),
            }


def train_width(task, width, seed):
    """Return LeNet-5 at one of `WIDTHS`, trained on 1,000 images for 20 epochs, and its images."""
    x, y = task.sample(SMALL, seed)
    network = task.network(y, seed, width=width)
    task.compile(network, warmup_cosine(0.003, len(x), 32, 20))
    fit(network, x, y, epochs=20, batch_size=32, progress=False)
    return network, (x, y)


def train_remedy(task, remedy, seed, progress=False):
    """Train the small-data task with one of `REMEDIES`, alone; return the network.

    More data: four times the images and a quarter of the epochs. Augmentation: shifts by up to 2 px for the classifier;
    shifts, flips and quarter turns for the regressor. Dropout: 0.3 after C5 and F6. Weight decay: 0.1. Early stopping:
    the weights of the epoch with the lowest loss on 200 of the images, which are not trained on. Smaller network: half
    the width.
    """
    x, y = task.sample(4 * SMALL if remedy == "more data" else SMALL, seed)
    network = {
        "dropout": lambda: task.network(y, seed, dropout=0.3),
        "smaller network": lambda: task.network(y, seed, width=0.5),
    }.get(remedy, lambda: task.network(y, seed))()
    options = {"network": network, "progress": progress}
    if remedy == "more data":
        options["epochs"] = SMALL_EPOCHS // 4
    if remedy == "weight decay":
        options["weight_decay"] = 0.1
    if remedy == "augmentation":
        rng = np.random.default_rng(seed)
        options["augment"] = lambda x: augment(x, rng, turn=task.name == "regressor")
    if remedy == "early stopping":
        order = np.random.default_rng(seed).permutation(len(x))
        held, kept = order[:200], order[200:]
        best = {"val_loss": np.inf}

        def keep_best(row):
            if row["val_loss"] < best["val_loss"]:
                best.update(val_loss=row["val_loss"], weights=network.get_weights())

        options |= {"evaluate": {"val": (x[held], y[held])}, "after_epoch": keep_best}
        x, y = x[kept], y[kept]
    network, _ = train_small(task, x, y, seed, **options)
    if remedy == "early stopping":
        network.set_weights(best["weights"])
    return network


def augment(x, rng, turn):
    """Shift each of the (n, 32, 32, 1) images by up to 2 px in both directions; with `turn`, turn and mirror it too."""
    steps = rng.integers(-2, 3, (len(x), 2))
    moved = np.empty_like(x)
    for down, right in np.unique(steps, axis=0):
        chosen = (steps == (down, right)).all(axis=1)
        moved[chosen, ..., 0] = images.shift(x[chosen, ..., 0], down, right)
    return images.turns(moved, rng) if turn else moved


def remedies(seeds=SEEDS):
    """Validation error of the small-data task with each remedy alone, and its processor seconds, over seeds."""
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for remedy in REMEDIES:
            for seed in seeds:
                start = time.process_time()
                network = train_remedy(task, remedy, seed)
                seconds = time.process_time() - start
                yield {
                    "task": name,
                    "remedy": remedy,
                    "seed": seed,
                    "error": round(task.error(network), 5),
                    "seconds": round(seconds, 1),
                }


def leaks(seeds=SEEDS):
    """What looks better than it is: the error that is reported, and the error on 5,000 images nobody looked at.

    Validation rows among the training rows; validation images whose shifted duplicates are trained on; normalization
    with the mean and spread of training and validation images together; and the best of 40 epochs, chosen on 100, 500
    or 2,500 images and reported on the same.
    """
    task = Task("classifier")
    x_new, y_new = task.validation
    half = len(x_new) // 2
    for seed in seeds:
        x, y = task.sample(SMALL, seed)
        held, kept = slice(0, 200), slice(200, None)
        duplicates = images.shift(x[held, ..., 0], right=1)[..., None]
        mixed = np.concatenate([x[kept], duplicates]), np.concatenate([y[kept], y[held]])
        kinds = {
            "none": ((x[kept], y[kept]), x[held], x_new),
            "rows left in": ((x, y), x[held], x_new),
            "shifted duplicates": (mixed, x[held], x_new),
        }
        for kind, seen in (("normalized together", x), ("normalized on training rows", x[kept])):
            mean, std = seen.mean(), seen.std()
            new_kept, new_held, new_all = (
                images.standardize(part, mean, std) for part in (x[kept], x[held], x_new)
            )
            kinds[kind] = (new_kept, y[kept]), new_held, new_all
        for kind, (data, x_held, x_all) in kinds.items():
            network, _ = train_small(task, *data, seed)
            reported, true = (
                task.error(network, (x_held, y[held])),
                task.error(network, (x_all, y_new)),
            )
            yield {
                "leak": kind,
                "seed": seed,
                "reported": round(reported, 5),
                "true": round(true, 5),
            }
        errors = []
        network = task.network(y, seed)

        def note_errors(_, network=network, errors=errors):
            errors.append(predict_digits(network, x_new) != y_new)

        train_small(task, x, y, seed, network=network, after_epoch=note_errors)
        wrong = np.array(errors)
        fresh = wrong[:, half:].mean(axis=1)
        for size in (100, 500, half):
            chosen_on = wrong[:, :size].mean(axis=1)
            best = int(np.argmin(chosen_on))
            yield {
                "leak": f"best epoch on {size:,}",
                "seed": seed,
                "reported": round(float(chosen_on[best]), 5),
                "true": round(float(fresh[best]), 5),
            }
