"""Tables of times of chapter 4: the race to 99%, and the seconds of an epoch."""

from dataclasses import replace

from utils.backend import keras
from utils.experiments.tasks import Task
from utils.networks import keras_convnet, lenet5
from utils.training import RECIPES, CrossEntropy, fit, set_seed

RACERS = {
    "article": (lenet5, RECIPES["article"]),
    "keras_example": (keras_convnet, RECIPES["keras_example"]),
    "series": (lenet5, replace(RECIPES["series"], epochs=4)),
}
"""What races to 99%: (function that builds the network, recipe)."""


def time_to_99(seeds=range(3)):
    """Seconds of training until the test error is at most 1%, for three recipes; evaluations are not counted.

    The test set is looked at after every epoch: that is right for a race to a stated mark, and wrong for choosing a
    network.
    """
    task = Task()
    (x, y), (x_test, y_test) = task.everything(), task.test()
    for seed in seeds:
        for name, (build, recipe) in RACERS.items():
            set_seed(seed)
            network = build()
            border = (32 - network.input_shape[1]) // 2
            inner = slice(border, 32 - border)
            history = recipe.train(
                network,
                x[:, inner, inner],
                y,
                evaluate={"test": (x_test[:, inner, inner], y_test)},
                after_epoch=lambda row: row["test_accuracy"] >= 0.99,
                progress=False,
            )
            row = {
                "recipe": name,
                "seed": seed,
                "parameters": network.count_params(),
                "epochs": len(history),
            }
            row["seconds"] = round(history["seconds"].sum(), 1)
            yield row | {"test_error": round(1 - history["test_accuracy"].iloc[-1], 5)}


def epoch_seconds():
    """Seconds of an epoch of LeNet-5 on 55,000 images, three times, after one epoch that is not counted."""
    x, y = Task().training()
    ways = [(f"batches of {size}", size, {}) for size in (32, 64, 128, 256, 512)]
    ways.append(("256, compiled with XLA", 256, {"jit_compile": True}))
    ways.append(("256, 20 steps in a call", 256, {"steps_per_execution": 20}))
    for name, batch_size, options in ways:
        network = lenet5()
        network.compile(keras.optimizers.Adam(), CrossEntropy(), **options)
        for run in range(4):
            seconds = fit(network, x, y, epochs=1, batch_size=batch_size, progress=False)[
                "seconds"
            ].sum()
            if run:
                yield {"way": name, "run": run, "seconds": round(seconds, 2)}
