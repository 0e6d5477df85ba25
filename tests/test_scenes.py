"""Scenes: what is drawn, and that it can be drawn again."""

import numpy as np
import pytest

from utils import images, scenes


def drawn(digits, noise, seed=1):
    rng = np.random.default_rng(seed)
    return scenes.draw_scenes(digits, np.full(len(digits), noise, np.float32), rng)


def test_scenes_stay_in_range_and_are_repeatable(mnist):
    x = images.prepare(mnist.x_test[:200])
    found = drawn(x, 0.2)
    assert found.shape == x.shape and found.dtype == np.float32
    assert found.min() >= 0 and found.max() <= 1
    assert np.array_equal(found, drawn(x, 0.2))
    assert not np.array_equal(found, drawn(x, 0.2, seed=2))
    assert np.array_equal(drawn(x[..., 0], 0.2), found[..., 0])


def test_without_noise_a_scene_of_paper_is_a_plane():
    paper = np.zeros((50, 32, 32), np.float32)
    found = drawn(paper, 0.0)
    inside = found[(found.min(axis=(1, 2)) > 0) & (found.max(axis=(1, 2)) < 1)]
    assert len(inside) > 10
    assert np.abs(np.diff(inside, 2, axis=1)).max() < 1e-5
    assert np.abs(np.diff(inside, 2, axis=2)).max() < 1e-5
    rise = inside.max(axis=(1, 2)) - inside.min(axis=(1, 2))
    assert np.allclose(rise, 2 * images.LIGHTING, atol=1e-5)


def test_noise_is_what_was_asked_for():
    gray = np.full((200, 32, 32), 0.4, np.float32)
    rng = np.random.default_rng(3)
    noise = np.linspace(0.01, 0.04, len(gray), dtype=np.float32)
    grain = np.diff(scenes.draw_scenes(gray, noise, rng), 2, axis=1)
    measured = grain.std(axis=(1, 2)) / np.sqrt(6)
    assert np.abs(measured / noise - 1).max() < 0.2


def test_noise_levels_are_spread_over_their_range():
    noise = scenes.draw_noise(10_000, np.random.default_rng(0))
    low, high = scenes.NOISE
    assert noise.dtype == np.float32 and low <= noise.min() and noise.max() <= np.float32(high)
    assert abs(noise.mean() - (low + high) / 2) < 0.005


def test_noise_must_be_one_number_for_each_image():
    with pytest.raises(ValueError, match="allowed: "):
        scenes.draw_scenes(np.zeros((3, 32, 32)), 0.1, np.random.default_rng(0))
