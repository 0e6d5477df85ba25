"""The best plain LeNet-5: recipes with distortions, chosen on validation images. An experiment of chapter 11."""

from dataclasses import asdict, dataclass, field, replace

import numpy as np

from utils.augmentation import elastic_distortion, random_affine
from utils.evaluation import predict_digits
from utils.experiments.published import choosing, misread
from utils.experiments.tasks import SEEDS, Task
from utils.networks import lenet5
from utils.recipes import RECIPES, Recipe
from utils.records import recorded
from utils.training import set_seed

SHORT, LONG = 20, 70
"""Epochs."""
MOMENTUM = 0.999
"""Of the moving average of the weights: it reaches back about a thousand steps."""


class AveragingRecipe(Recipe):
    """A recipe whose optimizer keeps a moving average of the weights beside them."""

    def optimizer_for(self, rows):
        optimizer = super().optimizer_for(rows)
        optimizer.use_ema, optimizer.ema_momentum = True, MOMENTUM
        return optimizer


RECIPE = AveragingRecipe(**asdict(RECIPES["series"]) | {"epochs": LONG})
"""Chapter 4's recipe, for longer."""
SMALL_BATCHES = replace(RECIPE, batch_size=64, learning_rate=0.005)
STRONG = {"shift": 2.0, "scale": 0.15, "squeeze": 0.15, "shear": 0.2, "rotation": 0.2}


@dataclass(frozen=True)
class Candidate:
    """A recipe for the plain LeNet-5.

    Attributes:
        affine: the amounts for `augmentation.random_affine`.
        elastic: the amount for `augmentation.elastic_distortion`.
        left: what share of all amounts is left in the last epoch; they shrink in equal steps.
        recipe: all else.
    """

    affine: dict = field(default_factory=dict)
    elastic: float = 0.0
    left: float = 1.0
    recipe: Recipe = RECIPE


CANDIDATES = {
    "no distortions, short": Candidate(recipe=replace(RECIPE, epochs=SHORT)),
    "strong, short": Candidate(STRONG, recipe=replace(RECIPE, epochs=SHORT)),
    "strong": Candidate(STRONG),
    "fading": Candidate(STRONG, left=0.3),
    "fading and elastic": Candidate(STRONG, elastic=1.0, left=0.3),
    "fading, batch of 64": Candidate(STRONG, left=0.3, recipe=SMALL_BATCHES),
    "fading and elastic, batch of 64": Candidate(
        STRONG, elastic=1.0, left=0.3, recipe=SMALL_BATCHES
    ),
}
NUMBERS = range(len(CANDIDATES))


class Distortion:
    """The random changes of a candidate, for `training.fit`; it counts the images to know how far training is.

    Args:
        candidate: a `Candidate`.
        rows: number of training images.
        seed: decides the changes.
    """

    def __init__(self, candidate, rows, seed):
        self.candidate, self.rng = candidate, np.random.default_rng(seed)
        self.seen, self.all = 0, rows * candidate.recipe.epochs

    def __call__(self, images):
        amount = 1 - (1 - self.candidate.left) * self.seen / self.all
        self.seen += len(images)
        affine = {name: amount * largest for name, largest in self.candidate.affine.items()}
        images = random_affine(images, self.rng, **affine) if affine else images
        elastic = amount * self.candidate.elastic
        return elastic_distortion(images, self.rng, elastic) if elastic else images


def train_candidate(candidate, x, y, seed, **options):
    """Return the plain LeNet-5, trained, a copy of it with the moving average of its weights, and its history.

    Args:
        candidate: a `Candidate`.
        x, y, options: as for `training.fit`.
        seed: decides weights, order and distortions.
    """
    set_seed(seed)
    network, averaged = lenet5(), lenet5()
    options["augment"] = Distortion(candidate, len(x), seed)
    history = candidate.recipe.train(network, x, y, **options)
    last = network.get_weights()
    network.optimizer.finalize_variable_values(network.trainable_variables)
    averaged.set_weights(network.get_weights())
    network.set_weights(last)
    return network, averaged, history


def candidates(seeds=NUMBERS):
    """Validation errors of recipes: 50,000 images to train on, 10,000 to choose with; `seeds` are their numbers."""
    task = choosing()
    x, y = task.training()
    for number in seeds:
        name, candidate = list(CANDIDATES.items())[number]
        network, averaged, history = train_candidate(candidate, x, y, 0, progress=False)
        yield {
            "recipe": name,
            "epochs": candidate.recipe.epochs,
            "running_error": round(1 - history["accuracy"].iloc[-1], 5),
            "validation_errors": misread(task, network),
            "averaged_errors": misread(task, averaged),
            "seconds_per_epoch": round(history["seconds"].mean(), 1),
        }


def chosen():
    """The recipe with the fewest errors in the recorded table `candidates`, and whether those of averaged weights."""
    table = recorded("candidates").set_index("recipe")
    name, column = table[["validation_errors", "averaged_errors"]].stack().idxmin()
    return name, column == "averaged_errors"


def best(seeds=SEEDS):
    """Test errors of the best plain LeNet-5, trained on all 60,000 images: make the table `candidates` first."""
    task = Task()
    x, y = task.everything()
    name, of_average = chosen()
    for seed in seeds:
        last, averaged, history = train_candidate(CANDIDATES[name], x, y, seed, progress=False)
        network = averaged if of_average else last
        wrong, doubtful = (
            int(np.sum(predict_digits(network, images) != labels))
            for images, labels in (task.test(), task.doubtful())
        )
        yield {
            "seed": seed,
            "recipe": name,
            "averaged": of_average,
            "epochs": len(history),
            "running_error": round(1 - history["accuracy"].iloc[-1], 5),
            "test_errors": wrong,
            "of_them_doubtful": doubtful,
            "seconds_per_epoch": round(history["seconds"].mean(), 1),
        }
