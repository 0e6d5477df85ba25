"""Random changes of training images."""

import numpy as np
import pytest

from utils.area import filled_area
from utils.augmentation import (
    _sampling,
    _smooth_field,
    elastic_distortion,
    random_affine,
    random_flip_and_turn,
    random_shift,
)
from utils.images import prepare, shift

IMAGES = np.random.default_rng(1).random((8, 32, 32, 1), dtype=np.float32)
NONE = {"shift": 0, "scale": 0, "squeeze": 0, "shear": 0, "rotation": 0}


class Largest:
    """A generator that always draws the upper end."""

    def uniform(self, low, high, shape):
        return np.full(shape, float(high))


@pytest.fixture
def digits(mnist):
    return prepare(mnist.x_train[:200])


def moments(x):
    """Ink, and its variances along rows and columns and their covariance, summed over the images."""
    image = x[..., 0].astype(float).sum(axis=0)
    rows, columns = np.indices(image.shape) - np.array(image.shape).reshape(2, 1, 1) / 2 + 0.5
    return np.array([(image * part).sum() for part in (1, columns**2, rows**2, rows * columns)])


def test_amounts_of_0_change_nothing(digits):
    assert np.array_equal(random_affine(digits, np.random.default_rng(0), **NONE), digits)


def test_shift_moves_right_and_down(digits):
    moved = random_affine(digits, Largest(), **NONE | {"shift": 2})
    assert np.allclose(moved[..., 0], shift(digits[..., 0], down=2, right=2), atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "ink", "across", "along"),
    [("scale", 2, 2, 2), ("squeeze", 0, 2, -2), ("shear", 0, 0.08, 0), ("rotation", 0, 0, 0)],
)
def test_ink_and_extent_follow_the_kind(digits, kind, ink, across, along):
    """The ink grows like the area; the variances along the axes like the squares of the stretches."""
    before, after = moments(digits), moments(random_affine(digits, Largest(), **NONE | {kind: 0.1}))
    assert after[0] / before[0] == pytest.approx(np.exp(0.1 * ink), rel=0.02)
    spread = (after[1:3] / after[0]) / (before[1:3] / before[0])
    assert spread == pytest.approx(np.exp(0.1 * np.array([across, along])), rel=0.05)


def test_shear_leans_the_top_to_one_side_without_moving_rows(digits):
    sheared = random_affine(digits, Largest(), **NONE | {"shear": 0.2})
    assert np.allclose(sheared.sum(axis=(2, 3)), digits.sum(axis=(2, 3)), atol=0.05)
    assert moments(sheared)[3] - moments(digits)[3] == pytest.approx(
        0.2 * moments(digits)[2], rel=0.02
    )


def test_random_distortions_keep_shape_range_and_mean_ink(digits):
    images = np.repeat(digits, 10, axis=0)
    new = random_affine(images, np.random.default_rng(0))
    assert new.shape == images.shape and new.dtype == np.float32
    assert new.min() >= 0 and new.max() <= 1 + 1e-6
    assert new.mean() == pytest.approx(images.mean(), rel=0.05)
    assert 0.5 < (new.sum(axis=(1, 2, 3)) / images.sum(axis=(1, 2, 3))).min()
    assert len(np.unique(new[:10].sum(axis=(1, 2, 3)))) == 10


def test_a_seed_repeats(digits):
    first, second = (random_affine(digits, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(first, second)


def test_stretching_nothing_or_by_nothing_changes_nothing():
    assert np.allclose(
        elastic_distortion(IMAGES, np.random.default_rng(0), amount=0), IMAGES, atol=1e-6
    )
    empty = np.zeros_like(IMAGES)
    assert not elastic_distortion(empty, np.random.default_rng(0)).any()


def test_stretched_images_are_new_repeatable_and_in_range():
    before = IMAGES.copy()
    changed = elastic_distortion(IMAGES, np.random.default_rng(0), together=4)
    assert changed.shape == IMAGES.shape and changed.dtype == np.float32
    assert np.array_equal(IMAGES, before) and not np.allclose(changed, IMAGES)
    assert np.array_equal(changed, elastic_distortion(IMAGES, np.random.default_rng(0), together=4))
    assert changed.min() >= 0 and changed.max() <= IMAGES.max() + 1e-6


def test_a_constant_field_is_a_shift():
    down, right = np.full((32, 32), 2.0), np.full((32, 32), -1.0)
    moved = (IMAGES.reshape(len(IMAGES), -1) @ _sampling(down, right)).reshape(IMAGES.shape)
    assert np.allclose(moved[:, :-2, 1:], IMAGES[:, 2:, :-1], atol=1e-6)
    assert not moved[:, -2:].any() and not moved[:, :, 0].any()


def test_half_a_pixel_is_the_mean_of_two():
    half, none = np.full((32, 32), 0.5), np.zeros((32, 32))
    moved = (IMAGES.reshape(len(IMAGES), -1) @ _sampling(none, half)).reshape(IMAGES.shape)
    assert np.allclose(moved[:, :, :-1], (IMAGES[:, :, :-1] + IMAGES[:, :, 1:]) / 2, atol=1e-6)


def test_displacements_have_the_stated_spread_and_are_smooth():
    rng = np.random.default_rng(0)
    fields = np.array([_smooth_field(32, rng) for _ in range(200)])
    assert np.allclose(fields.std(axis=0), 1, atol=0.25)
    assert np.abs(np.diff(fields, axis=-1)).mean() < 0.25


def test_turns_are_the_eight_symmetries():
    corner = np.arange(9, dtype=np.uint8).reshape(1, 3, 3)
    turned = random_flip_and_turn(np.repeat(corner, 400, axis=0), np.random.default_rng(0))
    assert len(np.unique(turned.reshape(400, 9), axis=0)) == 8
    assert (np.sort(turned.reshape(400, 9), axis=1) == np.arange(9)).all()
    with_channel = random_flip_and_turn(np.ones((2, 3, 3, 1), np.float32), np.random.default_rng(0))
    assert with_channel.shape == (2, 3, 3, 1) and with_channel.dtype == np.float32


def test_shifts_are_whole_pixels_and_all_come_as_often():
    image = np.zeros((1, 9, 9, 1), np.float32)
    image[0, 4, 4] = 1
    moved = random_shift(np.repeat(image, 2_500, axis=0), np.random.default_rng(0))
    counts = moved[..., 0].sum(axis=0)
    assert (counts[2:7, 2:7] > 60).all() and counts.sum() == counts[2:7, 2:7].sum() == 2_500


@pytest.mark.parametrize("change", [random_shift, random_flip_and_turn])
def test_areas_are_kept_and_a_seed_repeats(digits, change):
    changed = change(digits, np.random.default_rng(0))
    assert changed.shape == digits.shape and changed.dtype == digits.dtype
    assert np.array_equal(filled_area(changed[..., 0]), filled_area(digits[..., 0]))
    assert not np.array_equal(changed, digits)
    assert np.array_equal(changed, change(digits, np.random.default_rng(0)))
