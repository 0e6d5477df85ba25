"""Pictures carry their alt text."""

import numpy as np
import pandas as pd
import pytest

from utils import plots
from utils.networks import layer_table, lenet5

ALT = "A sentence that says what the picture shows."


@pytest.fixture
def published(monkeypatch):
    bundles = []
    monkeypatch.setattr(plots, "display", lambda data, **options: bundles.append((data, options)))
    return bundles


def test_show_publishes_png_with_alt_and_the_same_words_below(published):
    picture, _ = plots.figure()
    plots.show(picture, ALT)
    (data, options), (text, _) = published
    assert data["image/png"].startswith("iVBOR") and data["text/plain"] == ALT
    assert options["metadata"]["image/png"]["alt"] == ALT
    assert ALT in text.data
    assert not plots.plt.get_fignums()


@pytest.mark.parametrize("alt", ["", "Plot"])
def test_show_refuses_a_missing_description(alt):
    with pytest.raises(ValueError, match="at least 20 characters"):
        plots.show(plots.figure()[0], alt)


TABLE = pd.DataFrame({"label": ["a", "b"], "rate": [1, 2], "low": [0, 1], "high": [2, 3]})
DRAWINGS = {
    "digits": lambda: plots.digits(np.zeros((3, 28, 28)), ALT, titles=["a", "b", "c"]),
    "framed": lambda: plots.digits(np.zeros((3, 28, 28)), ALT, frames=True),
    "intervals": lambda: plots.intervals(TABLE, ALT, "error (%)", reference=(1, "then")),
    "curves": lambda: plots.curves(
        pd.DataFrame({"epoch": [1, 2], "loss": [2, 1]}), {"loss": "loss"}, ALT, "loss", log=True
    ),
    "confusion": lambda: plots.confusion(np.arange(100).reshape(10, 10), ALT),
    "network_drawing": lambda: plots.network_drawing(layer_table(lenet5()), ALT),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_is_published_once(published, name):
    DRAWINGS[name]()
    assert [data["text/plain"] for data, options in published if options] == [ALT]


def test_confusion_leaves_the_matrix_as_it_is(published):
    matrix = np.ones((10, 10), int)
    plots.confusion(matrix, ALT)
    assert (matrix == 1).all()


def test_explore_draws_once_at_the_start_without_sliders():
    seen = []
    plots.explore(
        lambda **values: seen.append(values), False, right=(-4, 1, 4), scale=(0.0, 0.5, 1.0)
    )
    assert seen == [{"right": 1, "scale": 0.5}]


def test_explore_draws_again_when_a_slider_moves(monkeypatch):
    shown, seen = [], []
    monkeypatch.setattr("ipywidgets.widgets.interaction.display", shown.append)
    plots.explore(
        lambda right, scale: seen.append((right, scale)),
        True,
        right=(-4, 1, 4),
        scale=(0.0, 0.5, 1.0),
    )
    sliders = {slider.description: slider for slider in shown[0].children[:-1]}
    assert (sliders["right"].min, sliders["right"].max, sliders["scale"].max) == (-4, 4, 1)
    sliders["right"].value = 3
    assert seen == [(1, 0.5), (3, 0.5)]
