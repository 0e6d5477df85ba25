"""Pixels in, pixels out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from utils import images
from utils.area import filled_area

BYTES = arrays.arrays(
    np.uint8, st.tuples(st.integers(1, 4), st.integers(1, 30), st.integers(1, 30))
)


@settings(deadline=None)
@given(BYTES, st.integers(0, 255))
def test_pad_keeps_the_images_and_fills_the_rest(x, value):
    padded = images.pad(x, 32, value)
    top, left = (32 - x.shape[1]) // 2, (32 - x.shape[2]) // 2
    middle = padded[:, top : top + x.shape[1], left : left + x.shape[2]]
    assert padded.shape == (len(x), 32, 32) and padded.dtype == x.dtype
    assert np.array_equal(middle, x)
    assert padded.sum(dtype=int) == x.sum(dtype=int) + value * (padded.size - x.size)


@pytest.mark.parametrize("shape", [(2, 33, 20), (28, 28), (2, 28, 28, 1)])
def test_pad_refuses_what_does_not_fit(shape):
    with pytest.raises(ValueError, match="allowed"):
        images.pad(np.zeros(shape))


def test_scale_maps_bytes_to_the_unit_range_once():
    scaled = images.scale(np.array([0, 51, 255], np.uint8))
    assert scaled.dtype == np.float32 and np.allclose(scaled, [0, 0.2, 1])
    with pytest.raises(ValueError, match="scaled already"):
        images.scale(scaled)


def test_standardize_gives_mean_0_and_variance_1(mnist):
    x = images.scale(mnist.x_test)
    standard = images.standardize(x, x.mean(), x.std())
    assert standard.dtype == np.float32
    assert abs(standard.mean()) < 1e-3 and abs(standard.std() - 1) < 1e-3


def test_1998_range():
    assert np.allclose(images.to_1998_range(np.array([0, 1], np.float32)), [-0.1, 1.175])


@settings(deadline=None)
@given(BYTES, st.integers(-5, 5), st.integers(-5, 5))
def test_shift_moves_every_pixel(x, down, right):
    moved = images.shift(x, down, right)
    assert moved.shape == x.shape
    for row in range(x.shape[1]):
        for column in range(x.shape[2]):
            before = row - down, column - right
            inside = 0 <= before[0] < x.shape[1] and 0 <= before[1] < x.shape[2]
            expected = x[:, *before] if inside else 0
            assert np.array_equal(moved[:, row, column], np.broadcast_to(expected, len(x)))


def test_prepare(mnist):
    x = images.prepare(mnist.x_test[:3])
    assert x.shape == (3, 32, 32, 1) and x.dtype == np.float32 and x.max() <= 1
    assert np.allclose(x[:, 2:30, 2:30, 0] * 255, mnist.x_test[:3])


def test_zoom_keeps_the_middle_and_scales_areas():
    disk = images.shapes("ellipse", 1, np.random.default_rng(0))
    block = np.zeros((1, 32, 32), np.float32)
    block[0, 12:20, 12:20] = 1
    assert np.allclose(images.zoom(block, 1), block)
    for factor in (0.5, 1.5, 2):
        zoomed = images.zoom(block, factor)
        assert zoomed.shape == block.shape and zoomed.dtype == np.float32
        assert zoomed.sum() == pytest.approx(64 * factor**2, rel=0.05)
        assert np.allclose(zoomed, zoomed[:, ::-1, ::-1], atol=1e-6)
        assert images.zoom(disk, factor).max() <= 1


@pytest.mark.parametrize("kind", images.SHAPES)
def test_shapes_are_solid_inside_the_frame_and_repeatable(kind):
    frames = images.shapes(kind, 50, np.random.default_rng(3))
    assert frames.shape == (50, 32, 32) and set(np.unique(frames)) == {0, 1}
    areas = frames.sum(axis=(1, 2))
    assert np.array_equal(areas, filled_area(frames)) and areas.std() > 20
    assert frames[:, 0].sum() == frames[:, :, 0].sum() == 0
    assert np.array_equal(frames, images.shapes(kind, 50, np.random.default_rng(3)))


def test_unknown_shape():
    with pytest.raises(ValueError, match="ellipse, rectangle, polygon"):
        images.shapes("circle", 1, np.random.default_rng(0))
