"""The released networks of `data/models`, ready to use: see their card, data/models/README.md. Used from chapter 5 on."""

from utils.backend import keras
from utils.paths import MODELS
from utils.records import read_json

INDEX = MODELS / "models.json"
"""What is known of each released network."""


def released():
    """Return what is known of each released network: {name: {"parameters", "error", ...}}, as `release` wrote it."""
    return read_json(INDEX)


def load_released(name):
    """Return a released network, uncompiled, with images (n, 32, 32, 1) float32 in [0, 1] as its input.

    Args:
        name: "classifier", chapter 4's: (n, 10) logits; "area", chapter 5's: (n, 1) filled areas in px².

    Raises:
        ValueError: no released network has this name.
    """
    if name not in released():
        raise ValueError(f"no released network {name!r}; allowed: {', '.join(released())}")
    return keras.saving.load_model(MODELS / f"{name}.keras", compile=False)
