"""Networks that are made to go wrong in a stated way: the histories that test `overfitting.diagnose`.

`utils.measurements` records them; `utils.histories` reads them.
"""

from utils.backend import keras
from utils.mnist import load_mnist
from utils.networks import to_regressor
from utils.overfitting_experiments import TASKS, Task
from utils.training import fit, set_seed, warmup_cosine


def histories(seeds=range(4)):
    """Histories whose diagnosis is known by construction; those of the last two seeds are held back from tuning."""
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for label, (source, make) in MADE_TO.items():
            for seed in seeds:
                about = {"label": label, "source": f"{source}, {name}", "held_back": seed >= 2}
                for row in make(task, seed).drop(columns="seconds").to_dict("records"):
                    yield (
                        about
                        | {"run": seed}
                        | {
                            key: float(f"{value:.5g}") if value == value else value
                            for key, value in row.items()
                        }
                    )


def _validated(task, network, x, y, rate, epochs, batch_size, validation=None):
    task.compile(network, rate)
    x_new, y_new = validation or task.validation
    evaluate = {"val": (x_new[:2_000], y_new[:2_000])}
    return fit(
        network, x, y, epochs=epochs, batch_size=batch_size, evaluate=evaluate, progress=False
    )


def _healthy(task, seed):
    x, y = task.sample(20_000, seed)
    rate = warmup_cosine(0.003, len(x), 128, 10)
    return _validated(task, task.network(y, seed), x, y, rate, 10, 128)


def _too_small(task, seed):
    x, y = task.sample(3_000, seed)
    set_seed(seed)
    tiny = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            keras.layers.MaxPooling2D(16),
            keras.layers.Flatten(),
            keras.layers.Dense(10),
        ]
    )
    if task.name == "regressor":
        tiny = to_regressor(tiny, float(y.mean()), float(y.std()))
    return _validated(task, tiny, x, y, 0.01, 20, 64)


def _few_images(task, seed):
    x, y = task.sample(200, seed)
    return _validated(task, task.network(y, seed), x, y, 0.002, 80, 16)


def _huge_rate(task, seed):
    x, y = task.sample(2_000, seed)
    network = task.network(y, seed, activation="relu" if seed % 2 else "tanh")
    return _validated(task, network, x, y, 0.1, 15, 32)


def _stopped_early(task, seed):
    x, y = task.sample(3_000, seed)
    return _validated(task, task.network(y, seed), x, y, 0.0001, 8, 64)


def _leak(task, seed):
    x, y = task.sample(1_000, seed)
    rate = warmup_cosine(0.002, len(x), 32, 40)
    return _validated(task, task.network(y, seed), x, y, rate, 40, 32, (x[:300], y[:300]))


MADE_TO = {
    "good fit": ("20,000 images, decaying rate", _healthy),
    "underfitting": ("four pixels and a linear layer", _too_small),
    "overfitting": ("200 images, 80 epochs", _few_images),
    "unstable": ("learning rate 0.1", _huge_rate),
    "still improving": ("learning rate 0.0001, 8 epochs", _stopped_early),
    "suspicious": ("validation rows left in", _leak),
}
