"""What lies beyond the range of `curve_tuning`, whose best rate was its largest: an experiment of chapter 9."""

from utils.experiments.curve_tuning import (
    BATCHES,
    EPOCHS,
    FEW,
    LOSSES,
    TUNED_ON,
    flat,
    simple_error,
    simple_model,
)
from utils.experiments.tasks import TASKS, Task
from utils.mnist import load_mnist
from utils.recipes import Recipe

RATE = 0.02
"""The learning rate tried: twice the largest of `curve_tuning`."""
WEAKER = (0.2, 0.5, 1)
"""The linear model's C tried, each a weaker penalty than any of `curve_tuning`."""


def curve_edge(seeds=range(100, 102)):
    """Validation error with a larger learning rate, and a weaker penalty, than `curve_tuning` tried; the same rows."""
    mnist = load_mnist()
    for name in TASKS:
        task = Task(name, mnist)
        for seed in seeds:
            row = {"task": name, "model": "LeNet-5", "seed": seed, "setting": f"rate {RATE}"}
            for size in (*TUNED_ON, *([55_000] if seed == 100 else [])):
                x, y = task.sample(size, seed)
                network = task.network(y, seed)
                recipe = Recipe(EPOCHS[size], BATCHES[size], RATE)
                recipe.train(network, x, y, LOSSES[name], progress=False)
                yield row | {"images": size, "error": round(task.error(network), 5)}
            if name == "classifier":
                x, y = task.sample(FEW, seed)
                for c in WEAKER:
                    model = simple_model("linear", {"C": c}).fit(flat(x), y)
                    error = round(simple_error(task, model, task.validation), 5)
                    setting = {"model": "linear", "setting": f"C {c}"}
                    yield row | setting | {"images": FEW, "error": error}
