"""Errors against the network's width: an experiment of chapter 9."""

from utils.experiments.tasks import FEW, SEEDS, Task
from utils.recipes import Recipe

WIDTHS = (0.25, 0.5, 1, 2, 4)
"""Factors on the number of maps and units."""
RECIPE = Recipe(20, 32, 0.003)


def train_width(task, width, seed):
    """Return LeNet-5 at one of `WIDTHS`, trained on few images, and these images with their labels."""
    x, y = task.sample(FEW, seed)
    network = task.network(y, seed, width=width)
    RECIPE.train(network, x, y, progress=False)
    return network, (x, y)


def capacity(seeds=SEEDS):
    """Training and validation error of the classifier at several widths, on 1,000 images, over seeds."""
    task = Task()
    for width in WIDTHS:
        for seed in seeds:
            network, few = train_width(task, width, seed)
            yield {
                "width": width,
                "parameters": network.count_params(),
                "seed": seed,
                "training_error": round(task.error(network, few), 5),
                "error": round(task.error(network), 5),
            }
