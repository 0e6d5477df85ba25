"""Three recipes for the same network, epoch by epoch: an experiment of chapter 4."""

from dataclasses import replace

from utils.experiments.tasks import SEEDS, Task
from utils.networks import lenet5
from utils.recipes import RECIPES
from utils.training import set_seed


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
