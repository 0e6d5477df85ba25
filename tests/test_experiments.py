"""The experiments: what they train on, what they reuse, and every recorded table made small."""

import os

import numpy as np
import pytest

from utils import recipes
from utils.area import filled_area
from utils.experiments import (
    area_regression,
    capacity,
    chapters,
    crossing,
    curve_edge,
    curve_tuning,
    few_images,
    heads,
    intervals,
    ladder,
    ladder_edges,
    learning_curves,
    mistakes,
    own_numbers,
    own_pictures,
    peeking,
    race,
    remedies,
    tasks,
    variants,
)
from utils.experiments.tables import TABLES
from utils.experiments.tasks import TASKS, Task
from utils.records import recorded


@pytest.fixture(scope="module")
def both(mnist):
    return {name: Task(name, mnist) for name in TASKS}


def rows(x):
    return {image.tobytes() for image in x}


@pytest.mark.parametrize("name", TASKS)
def test_samples_hold_no_validation_image_and_differ_by_seed(both, name):
    task = both[name]
    held = rows(task.validation[0])
    x, y = task.sample(1_000, 0)
    assert x.shape == (1_000, 32, 32, 1) and len(y) == 1_000
    assert not rows(x) & held
    assert np.array_equal(task.sample(1_000, 0)[0], x)
    assert len(rows(task.sample(1_000, 1)[0]) & rows(x)) < 100


def test_all_training_images_and_the_validation_images_are_the_60000(both):
    task = both["classifier"]
    x, _ = task.sample(55_000, 0)
    assert np.array_equal(x, task.training()[0])
    assert len(x) + len(task.validation[0]) == len(task.everything()[0]) == 60_000


def test_targets_belong_to_the_images(both):
    x, y = both["regressor"].sample(300, 0)
    assert y.shape == (300, 1) and np.array_equal(filled_area(x[..., 0]), y[:, 0])


@pytest.mark.parametrize("name", TASKS)
def test_error_of_an_exact_and_of_a_constant_network(both, name):
    task = both[name]
    x, y = task.sample(300, 0)

    def exact(images):
        return np.eye(10)[y] if name == "classifier" else y

    def constant(images):
        return np.zeros((len(images), 10 if name == "classifier" else 1))

    assert task.error(exact, (x, y)) == 0
    expected = np.mean(y != 0) if name == "classifier" else y.mean()
    assert task.error(constant, (x, y)) == pytest.approx(expected)


RUNGS = {key: ladder.settings()[key] for key in (("up to", "ReLU"), ("without", "Glorot's start"))}
COINS = own_numbers.coin_pictures
FEWER = {
    area_regression: {"RATES": (0.004,), "PASSES": (12,)},
    capacity: {"WIDTHS": (0.25, 1)},
    crossing: {
        "LEVELS": (0.1, 0.3),
        "CONTRASTS": (1.0,),
        "LIGHTINGS": (0.0,),
        "ANEW": crossing.ANEW[1:],
        "OTHER_EPOCHS": (24,),
        "BLURS": (0.2,),
        "RATES": {"mixed": (0.006,), "matched": (0.002,)},
    },
    curve_edge: {"TUNED_ON": (100,), "WEAKER": (1,)},
    curve_tuning: {"RATES": (0.005,), "TUNED_ON": (100,)},
    heads: {"RATES": (0.01,)},
    intervals: {"RATES": (0.01,)},
    ladder: {"settings": lambda: RUNGS},
    ladder_edges: {"settings": lambda: RUNGS, "one_beyond": lambda rates, best: 2 * best},
    learning_curves: {"EPOCHS": {100: 60}},
    mistakes: {"IMAGES": 20},
    own_numbers: {"SCENES": 40, "coin_pictures": lambda: tuple(p[:6] for p in COINS())},
    own_pictures: {"DIGITS": 100, "ENLARGED": 9, "PHOTOGRAPHS": 3, "SHEETS": 1},
    peeking: {"FEW": 130, "RUNS": 2, "EPOCHS": 3, "LOOKS": 2},
    race: {"EPOCHS": 1},
    remedies: {"STRENGTHS": {name: some[-1:] for name, some in remedies.STRENGTHS.items()}},
    variants: {"RATES": (0.005,)},
}
"""Less to train than in a record, by the module."""


@pytest.fixture(scope="session")
def areas(mnist):
    return filled_area(mnist.x_train)


@pytest.fixture
def tiny(monkeypatch, tmp_path, mnist, areas):
    """Experiments on 260 images of each set and for at most three epochs."""
    take, test = Task._take, Task.test
    fit = recipes.fit

    def few(set_of):
        return tuple(part[:260] for part in set_of)

    def short(network, *arguments, epochs, **options):
        network.optimizer.build(network.trainable_variables)  # else a step is traced twice
        return fit(network, *arguments, epochs=min(3, epochs), **options)

    def known(images):
        return areas if images.shape == mnist.x_train.shape else filled_area(images)

    monkeypatch.setattr(Task, "_take", lambda self, rows: take(self, rows[:260]))
    monkeypatch.setattr(Task, "test", lambda self: few(test(self)))
    monkeypatch.setattr(tasks, "filled_area", known)
    monkeypatch.setattr(recipes, "fit", short)
    monkeypatch.setenv("LENET5_ARTIFACTS", str(tmp_path))
    monkeypatch.setattr(heads, "fit", short)
    for place, values in FEWER.items():
        for name, value in values.items():
            monkeypatch.setattr(place, name, value)
    fewer = {}
    for method, settings in few_images.SETTINGS.items():
        best = few_images.best_setting(method)
        fewer[method] = {best: settings[best]}
    monkeypatch.setattr(few_images, "SETTINGS", fewer)
    monkeypatch.setattr(chapters, "series", lambda: {"03_build_lenet5": None})


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.skipif(name == "chapters" and os.name == "nt", reason="needs POSIX"),
        )
        for name in TABLES
    ],
)
def test_every_table_can_be_made_and_has_the_recorded_columns(tiny, name):
    table = TABLES[name]
    made, kept = table.rows(table.seeds[0]), recorded(name)
    columns = list(dict.fromkeys(column for row in made for column in row))
    assert columns == list(kept.columns)
    for column in kept.select_dtypes(exclude="number"):
        if column not in {"leak", "chapter", "fitted_true", "fitted_random"}:
            assert {row[column] for row in made} <= set(kept[column])
    if "seed" in kept and table.seeds != [None]:
        assert set(table.seeds) == set(kept["seed"])


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX")
@pytest.mark.long
def test_chapters_that_fail_are_told(monkeypatch):
    monkeypatch.setattr(chapters, "series", lambda: {"99_no_such_chapter": None})
    with pytest.raises(RuntimeError, match="99_no_such_chapter fails; python -m utils.rerun 99"):
        list(chapters.chapters())
