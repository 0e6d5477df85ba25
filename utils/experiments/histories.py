"""Networks that are made to go wrong in a stated way: the histories that test `diagnosis.diagnose`.

`utils.histories` reads the recorded table. Used in chapter 6.
"""

from utils.backend import keras
from utils.experiments.tasks import TASKS, Task
from utils.mnist import load_mnist
from utils.networks import to_regressor
from utils.recipes import Recipe
from utils.training import set_seed


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


def _train(task, network, x, y, recipe, validation=None):
    """The history of `network`, measured on up to 2,000 images of `validation`, by default the task's."""
    x_new, y_new = validation or task.validation
    evaluate = {"val": (x_new[:2_000], y_new[:2_000])}
    return recipe.train(network, x, y, evaluate=evaluate, progress=False)


def _healthy(task, seed):
    x, y = task.sample(20_000, seed)
    return _train(task, task.network(y, seed), x, y, Recipe(10, 128, 0.003))


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
    return _train(task, tiny, x, y, Recipe(20, 64, 0.01, schedule="constant"))


def _few_images(task, seed):
    x, y = task.sample(200, seed)
    return _train(task, task.network(y, seed), x, y, Recipe(80, 16, 0.002, schedule="constant"))


def _huge_rate(task, seed):
    x, y = task.sample(2_000, seed)
    network = task.network(y, seed, activation="relu" if seed % 2 else "tanh")
    return _train(task, network, x, y, Recipe(15, 32, 0.1, schedule="constant"))


def _stopped_early(task, seed):
    x, y = task.sample(3_000, seed)
    return _train(task, task.network(y, seed), x, y, Recipe(8, 64, 0.0001, schedule="constant"))


def _leak(task, seed):
    x, y = task.sample(1_000, seed)
    return _train(task, task.network(y, seed), x, y, Recipe(40, 32, 0.002), (x[:300], y[:300]))


MADE_TO = {
    "good fit": ("20,000 images, decaying rate", _healthy),
    "underfitting": ("four pixels and a linear layer", _too_small),
    "overfitting": ("200 images, 80 epochs", _few_images),
    "unstable": ("learning rate 0.1", _huge_rate),
    "still improving": ("learning rate 0.0001, 8 epochs", _stopped_early),
    "suspicious": ("validation rows left in", _leak),
}
