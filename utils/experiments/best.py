"""The best plain LeNet-5: recipes with distortions, chosen on validation images. An experiment of chapter 11."""

from dataclasses import replace

import numpy as np

from utils.augmentation import elastic_distortion, random_affine
from utils.experiments.published import choosing, error_rows, measured_sets, misread
from utils.experiments.tasks import SEEDS, Task
from utils.networks import lenet5
from utils.recipes import RECIPES
from utils.training import set_seed

RECIPE = replace(RECIPES["series"], epochs=30)
"""Chapter 4's recipe, for as long as fits into three minutes on two cores."""
GENTLE = {"shift": 2.0, "scale": 0.1, "squeeze": 0.0, "shear": 0.1, "rotation": 0.15}
STRONG = {"shift": 2.0, "scale": 0.15, "squeeze": 0.15, "shear": 0.2, "rotation": 0.2}
CANDIDATES = {
    "no distortions": (None, 0.0),
    "strong": (STRONG, 0.0),
    "gentle and elastic": (GENTLE, 1.0),
    "strong and elastic": (STRONG, 1.0),
}
"""The amounts for `augmentation.random_affine`, and for `augmentation.elastic_distortion`."""
BEST = "strong"
"""The candidate with the fewest validation errors."""


def train_candidate(name, x, y, seed, epochs=RECIPE.epochs, **options):
    """Return the plain LeNet-5, trained with the distortions of one of `CANDIDATES`, and its history.

    Args:
        name: a key of `CANDIDATES`.
        x, y, epochs, options: as for `training.fit`.
        seed: decides weights, order and distortions.
    """
    amounts, elastic = CANDIDATES[name]
    rng = np.random.default_rng(seed)

    def distort(images):
        images = random_affine(images, rng, **amounts)
        return elastic_distortion(images, rng, elastic) if elastic else images

    set_seed(seed)
    network = lenet5()
    options["augment"] = distort if amounts else None
    return network, replace(RECIPE, epochs=epochs).train(network, x, y, **options)


def candidates():
    """Validation errors of recipes for the plain LeNet-5: 50,000 images to train on, 10,000 others to choose with."""
    task = choosing()
    x, y = task.training()
    for name in CANDIDATES:
        network, history = train_candidate(name, x, y, 0, progress=False)
        yield {
            "recipe": name,
            "validation_errors": misread(task, network),
            "seconds": round(history["seconds"].sum(), 1),
        }


def best(seeds=SEEDS):
    """Errors of the best plain LeNet-5 after each epoch on all 60,000 training images, over seeds."""
    task = Task()
    x, y = task.everything()
    for seed in seeds:
        _, history = train_candidate(BEST, x, y, seed, evaluate=measured_sets(task), progress=False)
        for row in error_rows(history):
            yield {"seed": seed} | row
