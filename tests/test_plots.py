"""Pictures carry their alt text."""

import base64

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


def test_show_publishes_png_with_alt_and_the_same_words_folded_below(published):
    plots.plt.close("all")
    picture, _ = plots.figure()
    plots.show(picture, ALT)
    (data, options), (text, _) = published
    assert data["image/png"].startswith("iVBOR") and data["text/plain"] == ALT
    assert options["metadata"]["image/png"]["alt"] == ALT
    assert f"<details><summary>The picture in words</summary>{ALT}</details>" == text.data
    assert ALT.encode() in base64.b64decode(data["image/png"])
    assert not plots.plt.get_fignums()


@pytest.mark.parametrize("name", ["", "Plot", "a-name-that-is-nowhere-in-the-files"])
def test_show_refuses_a_missing_description(name):
    with pytest.raises(ValueError, match="no picture has the name"):
        plots.show(plots.figure()[0], name)


def test_show_finds_the_alt_text_of_a_chapters_picture(published):
    plots.show(plots.figure()[0], "worst-mistakes")
    assert published[0][0]["text/plain"] == plots.alt_texts()["worst-mistakes"]


TABLE = pd.DataFrame({"label": ["a", "b"], "rate": [1, 2], "low": [0, 1], "high": [2, 3]})
DRAWINGS = {
    "digits": lambda: plots.digits(np.zeros((3, 28, 28)), ALT, titles=["a", "b", "c"]),
    "framed": lambda: plots.digits(np.zeros((3, 28, 28)), ALT, frames=True),
    "intervals": lambda: plots.intervals(TABLE, ALT, "error (%)", reference=(1, "then")),
    "network_drawing": lambda: plots.network_drawing(layer_table(lenet5()), ALT),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_is_published_once(published, name):
    DRAWINGS[name]()
    assert [data["text/plain"] for data, options in published if options] == [ALT]


@pytest.fixture
def drawn(monkeypatch):
    """Pictures that were drawn, in place of being published."""
    pictures = []
    monkeypatch.setattr(plots, "show", lambda picture, alt: pictures.append(picture))
    yield pictures
    plots.plt.close("all")


def test_digits_are_drawn_in_their_order_with_their_titles(drawn):
    images = np.arange(3)[:, None, None] * np.ones((1, 28, 28))
    plots.digits(images, ALT, titles=["a", "b", "c"], columns=2, limits=(0, 2))
    axes = drawn[0].axes
    assert [axis.get_title() for axis in axes] == ["a", "b", "c", ""]
    assert [len(axis.images) for axis in axes] == [1, 1, 1, 0]
    assert [axis.images[0].get_array().max() for axis in axes[:3]] == [0, 1, 2]
    assert {axis.images[0].get_clim() for axis in axes[:3]} == {(0, 2)}


def test_intervals_are_drawn_from_low_to_high_with_a_dot_at_the_rate(drawn):
    DRAWINGS["intervals"]()
    (axis,) = drawn[0].axes
    bars, dots = axis.lines[0:4:2], axis.lines[1:4:2]
    assert [list(bar.get_xdata()) for bar in bars] == [[0, 2], [1, 3]]
    assert [float(dot.get_xdata()[0]) for dot in dots] == [1, 2]
    assert [label.get_text() for label in axis.get_yticklabels()] == ["a", "b"]
    assert axis.get_xlabel() == "error (%)" and axis.lines[4].get_xdata()[0] == 1


def test_a_network_drawing_names_every_layer_and_its_shape(drawn):
    table = layer_table(lenet5())
    plots.network_drawing(table, ALT)
    (axis,) = drawn[0].axes
    named = [text.get_text() for text in axis.texts]
    layers = [f"{name}\n{shape}" for name, shape in zip(table["layer"], table["output"])]
    assert named == ["image\n32x32x1", *layers] and len(axis.patches) >= len(named)


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
