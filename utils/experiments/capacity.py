"""Errors against the network's width, with right and with wrong labels: an experiment of chapter 9."""

from utils.experiments.noisy_labels import plant
from utils.experiments.tasks import FEW, Task
from utils.recipes import Recipe

WIDTHS = (0.125, 0.25, 0.5, 1, 2, 4)
"""Factors on the number of maps and units."""
WRONG_SHARES = (0.0, 0.2)
"""Shares of the training images that get a wrong label."""
RECIPE = Recipe(40, 32, 0.003)


def seeds_of(width):
    """The seeds that measure a width; five for the widest, which takes longest."""
    return range(5) if width == 4 else range(10)


def train_width(task, width, seed, wrong_share=0.0):
    """Return LeNet-5 at one of `WIDTHS`, trained on few images, and these images with the labels it was trained on."""
    x, y = task.sample(FEW, seed)
    labels, _ = plant(y, round(wrong_share * len(y)), seed)
    network = task.network(y, seed, width=width)
    RECIPE.train(network, x, labels, progress=False)
    return network, (x, labels)


def capacity(seeds=range(10)):
    """Training and validation error of the classifier at several widths, on 1,000 images, over seeds.

    The training error is that against the labels that the images carry, right or wrong.
    """
    task = Task()
    for wrong_share in WRONG_SHARES:
        for width in WIDTHS:
            for seed in seeds:
                if seed not in seeds_of(width):
                    continue
                network, few = train_width(task, width, seed, wrong_share)
                yield {
                    "wrong_share": wrong_share,
                    "width": width,
                    "parameters": network.count_params(),
                    "seed": seed,
                    "training_error": round(task.error(network, few), 5),
                    "error": round(task.error(network), 5),
                }
