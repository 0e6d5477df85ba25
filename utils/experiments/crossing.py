"""Where a network overtakes the classical pipeline: scenes of one noise after another, both tuned alike. For chapter 8.

Settings are chosen on the scenes of every second validation image, errors are measured on those of the others and of the
test images. What the trials chose is read from the recorded table `scene_trials`, so record that one first.
"""

from functools import partial

import numpy as np

from utils.area import filled_area
from utils.backend import keras
from utils.evaluation import predict_values
from utils.experiments.middle import draw_light, fit_pipeline
from utils.experiments.tasks import Task
from utils.images import CONTRAST, LIGHTING, prepare
from utils.mnist import load_mnist
from utils.recipes import Recipe
from utils.records import recorded
from utils.scenes import draw_noise, draw_scenes

LEVELS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
"""Noise of the scenes, as for `scenes.draw_scenes`."""
USUAL = 0.1
"""The noise at which contrast and light are varied."""
CONTRASTS = (0.2, 0.3, 0.5, 0.75, 1.0)
LIGHTINGS = (0.0, 0.3, 0.45, 0.6)
ANEW = ((CONTRASTS[0], CONTRASTS[0]), LIGHTING), (CONTRAST, LIGHTINGS[-1])
"""The contrasts and light for which the pipeline and a matched network are made anew, with the first `ANEW_SEEDS` seeds."""
ANEW_SEEDS = 5
EPOCHS, MATCHED_EPOCHS = 36, 4
"""Passes for a network of mixed noise, and those that make it a matched one."""
OTHER_EPOCHS = (24, 54)
"""Passes to compare `EPOCHS` with: of three numbers each is two thirds of the next."""
TRIAL_EPOCHS, TRIAL_MATCHED_EPOCHS, BATCH = 6, 2, 128
RATES = {"mixed": (0.003, 0.006, 0.012, 0.024), "matched": (0.001, 0.002, 0.004, 0.008)}
BLURS = (0.2, 0.4, 0.6, 0.8)
"""Four settings that are tried for each method at each noise: of a network, and of the pipeline; a blur of 0.2 px is none."""


def draw_level(images, noise, seed):
    """Scenes of one noise that depend on the seed, the noise and the number of images, and on nothing else."""
    rng = np.random.default_rng([seed, round(1_000 * noise), len(images)])
    return draw_scenes(images, np.full(len(images), noise, np.float32), rng)


def _off(measure, scenes, areas):
    """Mean absolute error in px² of a function of scenes."""
    return round(float(np.abs(measure(scenes) - areas).mean()), 3)


def _two_errors(measure, noise, seed, task):
    """Errors on the scenes of one noise: of the images to choose by, and of the others."""
    x, y = task.validation
    names = {"choosing_mae": slice(0, None, 2), "mae": slice(1, None, 2)}
    return {
        name: _off(measure, draw_level(x[part], noise, seed), y[part, 0])
        for name, part in names.items()
    }


def _mixed_noise(images, rng):
    return draw_scenes(images, draw_noise(len(images), rng), rng)


def _train(network, x, y, draw, seed, epochs, rate):
    """Train on scenes that are drawn anew in each epoch by `draw`, a function of images and a generator."""
    scenes = partial(draw, rng=np.random.default_rng([seed, 7]))
    recipe = Recipe(epochs, BATCH, rate)
    recipe.train(network, x, y, "mean_absolute_error", augment=scenes, progress=False)
    return partial(predict_values, network)


def _match(network, x, y, seed, epochs, rate, **light):
    """A copy of `network`, trained on at `light`: arguments for `middle.draw_light`."""
    return _train(_copy(network), x, y, partial(draw_light, **light), seed, epochs, rate)


def _copy(network):
    copy = keras.models.clone_model(network)
    copy.set_weights(network.get_weights())
    return copy


def scene_trials(seeds=(10,)):
    """Four settings of each method at each noise: of the pipeline, of a network of mixed noise and of matched ones."""
    task = Task("regressor")
    (x, y), (seed,) = task.training(), seeds
    known = task.sample(min(5_000, len(x)), seed)
    for noise in LEVELS:
        scenes = draw_level(known[0], noise, seed)
        for blur in BLURS:
            measure = fit_pipeline(scenes, known[1][:, 0], blur)
            row = {"method": "pipeline", "noise": noise, "blur": blur}
            yield row | _two_errors(measure, noise, seed, task)
    means, networks = [], []
    for rate in RATES["mixed"]:
        networks.append(task.network(y, seed))
        measure = _train(networks[-1], x, y, _mixed_noise, seed, TRIAL_EPOCHS, rate)
        found = {noise: _two_errors(measure, noise, seed, task) for noise in LEVELS}
        means.append(np.mean([errors["choosing_mae"] for errors in found.values()]))
        for noise, errors in found.items():
            yield {"method": "mixed", "noise": noise, "rate": rate} | errors
    best = networks[np.nanargmin(means)]
    for noise in LEVELS:
        for rate in RATES["matched"]:
            measure = _match(best, x, y, seed, TRIAL_MATCHED_EPOCHS, rate, noise=noise)
            errors = _two_errors(measure, noise, seed, task)
            yield {"method": "matched", "noise": noise, "rate": rate} | errors


def chosen(trials, method, noise=None):
    """The setting of a method with the smallest `choosing_mae` of the recorded trials, at one noise or over all.

    Returns:
        A float: the blur of the pipeline, the learning rate of a network.
    """
    rows = trials[trials["method"] == method]
    if noise is not None:
        rows = rows[np.isclose(rows["noise"], noise)]
    setting = "blur" if method == "pipeline" else "rate"
    return float(rows.groupby(setting)["choosing_mae"].mean().idxmin())


def overtakes(gap):
    """The noise from which on a network is closer than the pipeline.

    Args:
        gap: a Series, the network's error minus the pipeline's, indexed by noise in rising order.

    Returns:
        The noise at which the straight line between the last gap above 0 and the next one is 0; 0 where the network is
        closer at every noise ("always"), 1 where it is not at the last one ("never").

    Taught in 08_trust_a_measurement.
    """
    behind = np.flatnonzero(gap > 0)
    if len(behind) == 0:
        return 0.0
    if behind[-1] == len(gap) - 1:
        return 1.0
    (low, before), (high, after) = gap.iloc[behind[-1] : behind[-1] + 2].items()
    return low + (high - low) * before / (before - after)


def _mixed(task, x, y, seed, epochs):
    network = task.network(y, seed)
    rate = chosen(recorded("scene_trials"), "mixed")
    return network, _train(network, x, y, _mixed_noise, seed, epochs, rate)


def scene_epochs(seeds=range(2)):
    """Errors of networks of mixed noise that were trained for less and for more passes than those of `scenes`."""
    task = Task("regressor")
    x, y = task.training()
    for seed in seeds:
        for epochs in OTHER_EPOCHS:
            _, measure = _mixed(task, x, y, seed, epochs)
            for noise in LEVELS:
                row = {"epochs": epochs, "noise": noise, "seed": seed}
                yield row | _two_errors(measure, noise, seed, task)


def scenes(seeds=range(10)):
    """Errors of the pipeline and of networks of mixed and of matched noise, over noise, contrast, light and seeds.

    An empty `contrast` is one that is drawn anew for each scene, as in `scenes.draw_scenes`. At the lights of `ANEW` the
    methods "pipeline anew" and "matched anew" were made for that light.
    """
    task, mnist, trials = Task("regressor"), load_mnist(), recorded("scene_trials")
    (x, y), test = task.training(), (prepare(mnist.x_test), filled_area(mnist.x_test))
    for seed in seeds:
        network, mixed = _mixed(task, x, y, seed, EPOCHS)
        known = task.sample(min(5_000, len(x)), seed)
        for noise in LEVELS:
            blur, rate = (chosen(trials, method, noise) for method in ("pipeline", "matched"))
            pipeline = fit_pipeline(draw_level(known[0], noise, seed), known[1][:, 0], blur)
            matched = _match(network, x, y, seed, MATCHED_EPOCHS, rate, noise=noise)
            methods = {"pipeline": pipeline, "mixed": mixed, "matched": matched}
            drawn = draw_level(test[0], noise, seed)
            for method, measure in methods.items():
                row = {"method": method, "noise": noise, "contrast": None, "lighting": LIGHTING}
                row |= {"seed": seed} | _two_errors(measure, noise, seed, task)
                yield row | {"test_mae": _off(measure, drawn, test[1])}
            if noise == USUAL:
                yield from _other_light(methods, seed, task)
                if seed < ANEW_SEEDS:
                    yield from _anew(network, rate, known, seed, task)


def _other_light(methods, seed, task):
    """Rows of `scenes` with another contrast or light than that which everything was made for."""
    lights = [((contrast, contrast), LIGHTING) for contrast in CONTRASTS]
    for contrast, lighting in [*lights, *((CONTRAST, lighting) for lighting in LIGHTINGS)]:
        for method, measure in methods.items():
            yield _in_light(method, measure, contrast, lighting, seed, task)


def _anew(network, rate, known, seed, task):
    """Rows of `scenes` by a pipeline and a network that were made for the light in which they are measured."""
    (x, y), (x_new, y_new) = task.training(), task.validation
    for contrast, lighting in ANEW:
        light = {"noise": USUAL, "contrast": contrast, "lighting": lighting}
        rng = np.random.default_rng([seed, 8])
        scenes, choosing = (
            draw_light(images, rng=rng, **light) for images in (known[0], x_new[::2])
        )
        pipelines = [fit_pipeline(scenes, known[1][:, 0], blur) for blur in BLURS]
        errors = [_off(measure, choosing, y_new[::2, 0]) for measure in pipelines]
        methods = {
            "pipeline anew": pipelines[np.argmin(errors)],
            "matched anew": _match(network, x, y, seed, MATCHED_EPOCHS, rate, **light),
        }
        for method, measure in methods.items():
            yield _in_light(method, measure, contrast, lighting, seed, task)


def _in_light(method, measure, contrast, lighting, seed, task):
    """A row of `scenes`: the error on the odd rows of the validation images, the same scenes for every method."""
    (x, y), rng = task.validation, np.random.default_rng([seed, 9])
    drawn = draw_light(x[1::2], USUAL, rng, contrast, lighting)
    return {
        "method": method,
        "noise": USUAL,
        "contrast": contrast[0] if contrast != CONTRAST else None,
        "lighting": lighting,
        "seed": seed,
        "choosing_mae": None,
        "mae": _off(measure, drawn, y[1::2, 0]),
        "test_mae": None,
    }
