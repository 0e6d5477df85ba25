"""What area means: properties, and agreement with scikit-image's region measures."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from skimage.measure import regionprops

from utils import images
from utils.area import binarize, filled_area, hull_area, ink_area, otsu_area

STACKS = arrays.arrays(bool, st.tuples(st.integers(1, 3), st.just(9), st.just(9)))
AREAS = pytest.mark.parametrize("area", [ink_area, filled_area, hull_area])


def ring(side=28):
    """A 10x10 square frame, one pixel wide: 36 pixels of ink around 64 of paper."""
    image = np.zeros((1, side, side), np.uint8)
    image[0, 5:15, 5:15] = 255
    image[0, 6:14, 6:14] = 0
    return image


def test_a_ring():
    assert [area(ring())[0] for area in (ink_area, filled_area, hull_area)] == [36, 100, 100]


def test_a_gap_of_one_pixel_opens_the_hole():
    gap = ring()
    gap[0, 5, 8] = 0
    assert (ink_area(gap)[0], filled_area(gap)[0], hull_area(gap)[0]) == (35, 35, 100)


def test_a_diagonal_line_of_ink_closes_a_hole():
    diamond = np.zeros((1, 7, 7), bool)
    diamond[0, [1, 2, 2, 3, 3, 4, 4, 5], [3, 2, 4, 1, 5, 2, 4, 3]] = True
    assert (ink_area(diamond)[0], filled_area(diamond)[0]) == (8, 13)


@AREAS
def test_empty_and_full_images(area):
    assert area(np.zeros((2, 28, 28), np.uint8)).tolist() == [0, 0]
    assert area(np.full((2, 28, 28), 255, np.uint8)).tolist() == [784, 784]
    assert area(np.zeros((0, 28, 28), np.uint8)).tolist() == []


@settings(deadline=None)
@given(STACKS)
def test_ink_is_at_most_filled_is_at_most_hull(stack):
    ink, filled, hull = ink_area(stack), filled_area(stack), hull_area(stack)
    assert (ink <= filled).all() and (filled <= hull).all()


@settings(deadline=None)
@given(STACKS, st.integers(-3, 3), st.integers(-3, 3))
def test_padding_shifting_flips_and_quarter_turns_change_nothing(stack, down, right):
    framed = images.pad(stack, 17)
    for area in (ink_area, filled_area, hull_area):
        before = area(stack)
        for changed in (
            framed,
            images.shift(framed, down, right),
            stack[:, ::-1],
            np.rot90(stack, axes=(1, 2)),
        ):
            assert np.array_equal(area(changed), before)


@settings(deadline=None)
@given(STACKS)
def test_each_image_is_measured_alone(stack):
    for area in (ink_area, filled_area, hull_area):
        assert np.array_equal(area(stack), np.concatenate([area(image[None]) for image in stack]))


def test_agreement_with_regionprops(mnist):
    for image in mnist.x_test[:50]:
        (region,) = regionprops((image >= 128).astype(int))
        assert ink_area(image[None])[0] == region.area
        assert filled_area(image[None])[0] >= region.area_filled  # its holes leak through diagonals
        assert hull_area(image[None])[0] == region.area_convex


def test_bytes_and_floats_agree(mnist):
    x = mnist.x_test[:100]
    assert np.array_equal(binarize(x), binarize(images.scale(x)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (np.zeros((28, 28), np.uint8), "shape"),
        (np.zeros((1, 28, 28, 1), np.uint8), "shape"),
        (np.zeros((1, 28, 28), int), "int64"),
        (np.full((1, 28, 28), 255.0), "0 to 1"),
        (np.full((1, 28, 28), np.nan), "0 to 1"),
    ],
)
def test_what_is_not_an_image_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        ink_area(wrong)


def test_otsu_finds_faint_digits_and_nothing_in_a_flat_image(mnist):
    clean = mnist.x_test[:50]
    faint = 0.2 + 0.3 * images.scale(clean)
    assert np.array_equal(otsu_area(faint), otsu_area(images.scale(clean)))
    assert otsu_area(np.full((1, 28, 28), 0.3)).tolist() == [0]


def test_degrade_stays_in_range_and_is_repeatable(mnist):
    x = images.prepare(mnist.x_test[:200])
    scenes = images.degrade(x, np.random.default_rng(1))
    assert scenes.shape == x.shape and scenes.dtype == np.float32
    assert scenes.min() >= 0 and scenes.max() <= 1
    assert np.array_equal(scenes, images.degrade(x, np.random.default_rng(1)))
    corner = scenes[:, :2, :2].mean(axis=(1, 2, 3))
    assert corner.std() > 0.05
    assert np.array_equal(images.degrade(x[..., 0], np.random.default_rng(1)), scenes[..., 0])
