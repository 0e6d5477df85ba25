"""Every picture of the series: one style, colors that color-blind readers can tell apart, and alt text.

`figure` starts a picture, `show` publishes it; the rest are pictures that more than one chapter draws. Alt texts stand
in `notebooks/alt`. Importing this module sets the style.
"""

import base64
import html
import io
import tomllib
from functools import cache

import matplotlib.pyplot as plt
import seaborn as sns
from IPython.display import HTML, display

from utils.paths import NOTEBOOKS

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's colors, in the order in which a picture uses them."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""A marker for each color, so that no picture depends on color alone."""
LINES = ("-", "--", ":", "-.")

sns.set_theme(style="whitegrid", palette=COLORS)
plt.rcParams.update(
    {
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 11,
        "font.size": 10,
        "image.cmap": "gray_r",
        "legend.frameon": False,
    }
)


def figure(rows=1, columns=1, size=(7, 3.5), **options):
    """Start a picture in the series' style; arguments as for `plt.subplots`, `size` in inches.

    Returns:
        (figure, axes), like `plt.subplots`.
    """
    return plt.subplots(rows, columns, figsize=size, layout="constrained", **options)


def show(picture, name):
    """Publish the figure `picture` as PNG with its alt text, fold the same sentence below it, and close it.

    Args:
        picture: a matplotlib figure.
        name: the picture's name in `notebooks/alt/NN.toml`, where its alt text stands: what it shows, in words that stay
            true when the notebook runs again. Or the alt text itself, for a picture that is not a chapter's.

    Raises:
        ValueError: there is no such name, and it is no sentence.
    """
    alt = alt_texts().get(name, name)
    if len(alt) < 20 or " " not in alt:
        raise ValueError(
            f"no picture has the name {name!r} in notebooks/alt; allowed: a name there, or a sentence"
        )
    png = io.BytesIO()
    picture.savefig(png, format="png", dpi=100, metadata={"Software": None, "Description": alt})
    plt.close(picture)
    image = {"image/png": base64.b64encode(png.getvalue()).decode(), "text/plain": alt}
    display(image, metadata={"image/png": {"alt": alt}}, raw=True)
    words = f"<details><summary>The picture in words</summary>{html.escape(alt)}</details>"
    display(HTML(words))


@cache
def alt_texts():
    """The alt texts of all chapters' pictures: {name: sentence}."""
    files = sorted((NOTEBOOKS / "alt").glob("*.toml"))
    return {
        name: alt for file in files for name, alt in tomllib.loads(file.read_text("utf-8")).items()
    }


def explore(draw, sliders, **ranges):
    """Draw a picture once or, where `sliders` is True, again each time that a slider moves.

    Sliders need a front end with widgets: JupyterLab, Colab. The single picture needs none.

    Args:
        draw: function that shows a picture; its arguments have the names of `ranges`.
        sliders: True or False.
        ranges: for each argument (lowest, start, highest): whole numbers, or floats for a slider of floats.
    """
    if not sliders:
        draw(**{name: start for name, (_, start, _) in ranges.items()})
        return
    from ipywidgets import FloatSlider, IntSlider, interact

    moving = {}
    for name, (low, start, high) in ranges.items():
        kind = IntSlider if isinstance(start, int) else FloatSlider
        moving[name] = kind(min=low, value=start, max=high, continuous_update=False)
    interact(draw, **moving)


def digits(images, name, titles=None, columns=10, limits=None, size=1.0, frames=False):
    """Show images side by side in rows.

    Args:
        images: sequence of (height, width) arrays; they may differ in size.
        name: as for `show`.
        titles: one short string above each image, or None.
        columns: images in a row.
        limits: (lowest, highest) value of the gray scale; None scales each image by itself.
        size: side of an image in inches.
        frames: draw the border of each image, to show where in it the digit is.
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    height = size + (0.25 * (1 + max(t.count("\n") for t in titles)) if titles else 0)
    picture, axes = figure(rows, columns, size=(columns * size, rows * height), squeeze=False)
    low, high = limits or (None, None)
    for axis in axes.flat:
        axis.set_axis_off()
    for index, (axis, image) in enumerate(zip(axes.flat, images, strict=False)):
        axis.imshow(image, vmin=low, vmax=high)
        if frames:
            axis.set_axis_on()
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set(visible=True, color="0.7", linewidth=0.5)
        if titles:
            axis.set_title(titles[index], fontsize=8)
    show(picture, name)


def intervals(table, name, xlabel, reference=None):
    """Show one estimate a row as a dot with its interval.

    Args:
        table: DataFrame with the columns `label`, `rate`, `low` and `high`, a row for each estimate.
        name: as for `show`.
        xlabel: the name of the horizontal axis with its unit.
        reference: (value, name) of a vertical line to compare with, or None.
    """
    picture, axis = figure(size=(7, 1 + 0.35 * len(table)))
    for row, line in enumerate(table.itertuples()):
        axis.plot([line.low, line.high], [row, row], color=COLORS[0], linewidth=2)
        axis.plot(line.rate, row, MARKERS[0], color=COLORS[0])
    if reference:
        axis.axvline(reference[0], color="0.4", linestyle="--", label=reference[1])
        axis.legend(loc="lower right", bbox_to_anchor=(1, 1), borderpad=0)
    axis.set(yticks=range(len(table)), yticklabels=table["label"], xlabel=xlabel)
    axis.set_ylim(len(table) - 0.5, -0.5)
    show(picture, name)


def network_drawing(table, name):
    """Draw a network's layers as stacks of feature maps, from the rows of `networks.layer_table`."""
    picture, axis = figure(size=(9, 3))
    axis.set_axis_off()
    shapes = [("image", "32x32x1"), *zip(table["layer"], table["output"])]
    left = 0.0
    for index, (layer, text) in enumerate(shapes):
        *sides, maps = map(int, text.split("x"))
        side = sides[0] if sides and sides[0] > 1 else None
        color = COLORS[index % len(COLORS)]
        if side:
            for sheet in reversed(range(maps)):
                corner = (left + 0.8 * sheet, -side / 2 + 0.8 * sheet)
                style = {"facecolor": "white", "edgecolor": color, "linewidth": 0.7}
                axis.add_patch(plt.Rectangle(corner, side, side, **style))
            width = side + 0.8 * maps
        else:
            width, height = 3, maps / 3
            axis.add_patch(
                plt.Rectangle(
                    (left, -height / 2), width, height, facecolor=color, alpha=0.5, edgecolor=color
                )
            )
        axis.text(left + width / 2, -23, f"{layer}\n{text}", ha="center", va="top", fontsize=9)
        left += width + 9
    axis.set(xlim=(-4, left), ylim=(-32, 22), aspect="equal")
    show(picture, name)
