"""Every value that a chapter allows lets it finish, and every cell can be run twice: what a reader tries."""

import copy

import nbformat
import pytest

from tests.notebooks import COURSE, NOTEBOOKS
from utils.machinery import notebooks
from utils.machinery.notebooks import execute

EXTREMES = {
    "01_load_mnist": [
        {"validation_size": 1_000, "seed": 1},
        {"validation_size": 30_000, "seed": 2**32 - 1},
    ],
    "02_pad_to_32x32": [{"example": 59_999}, {"example": 7}],
    "03_build_lenet5": [{"seed": 2**32 - 1, "example": 59_999}],
    "04_train_classifier": [
        {"epochs": 1, "train_size": 100, "batch_size": 100, "learning_rate": 1e-6},
        {"epochs": 1, "train_size": 1_000, "batch_size": 1},
        {"epochs": 2, "train_size": 2_000, "learning_rate": 1},
    ],
    "05_area_regression": [
        {"epochs": 1, "train_size": 1_000, "batch_size": 1_000, "learning_rate": 1e-6},
        {"epochs": 1, "train_size": 1_000, "batch_size": 1},
        {"epochs": 1, "train_size": 1_000, "learning_rate": 1},
    ],
    "06_diagnose_overfitting": [
        {"epochs": 20, "train_size": 100, "learning_rate": 1e-5},
        {"epochs": 20, "train_size": 300, "learning_rate": 0.1},
        {"epochs": 1, "train_size": 10_000},
    ],
    "07_compare_variants": [
        {"few": 1_000, "variant": "frame of 28", "seed": 1},
        {"few": 10_000, "variant": "logistic sigmoid"},
    ],
    "08_trust_a_measurement": [{"epochs": 1, "examples": 500, "seed": 1}],
    "09_data_and_remedies": [{"live_images": 100, "seed": 1}, {"live_images": 3_000}],
    "10_lenet5_as_published": [{"passes": 1, "seed": 1}],
    "11_since_1998": [{"epochs": 1, "seed": 1}],
    "12_your_own_images": [{"seed": 2**32 - 1, "resize": "stretch", "log_target": True}],
    "13_small_devices": [
        {"representative": 1, "example": 4_999, "repeats": 10},
        {"representative": 1_000, "example": 7},
    ],
}
"""Values at the edges of what a chapter allows; in the first run of a chapter every cell runs twice."""
TRAINING = [name for name in COURSE if "epochs" in notebooks.parameters_of(name)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameters"),
    [(name, parameters) for name, values in EXTREMES.items() for parameters in values[1:]],
)
def test_a_chapter_finishes_with_extreme_parameters(tmp_path, name, parameters):
    execute(name, None, parameters, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", TRAINING)
def test_a_chapter_finishes_with_other_seeds(tmp_path, name, seed):
    """With its own epochs, so that the checkpoints on quality are checked too."""
    execute(name, None, {"seed": seed}, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_cell_can_be_run_twice(monkeypatch, tmp_path, name):
    """With the first of its extremes."""
    twice = copy.deepcopy(NOTEBOOKS[name])
    twice.cells = []
    for cell in NOTEBOOKS[name].cells:
        twice.cells.append(cell)
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            twice.cells.append(nbformat.from_dict({**cell, "id": f"{cell.id}-again"}))
    nbformat.write(twice, tmp_path / f"{name}.ipynb")
    monkeypatch.setattr(notebooks, "series", lambda: {name: tmp_path / f"{name}.ipynb"})
    execute(name, None, EXTREMES[name][0], tmp_path)
