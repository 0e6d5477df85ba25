"""The pipeline that looks at the middle of a scene, and scenes of other contrast and light."""

import numpy as np

from utils.area import filled_area
from utils.experiments.middle import MARGIN, SMALLEST, count_middle, draw_light, fit_pipeline
from utils.images import prepare
from utils.pipeline import Pipeline
from utils.scenes import draw_scenes


def ring_and_speck():
    """A ring of 8 by 8 pixels two thick, a speck below the smallest piece, and one in the margin."""
    scene = np.full((1, 32, 32), 0.2)
    scene[0, 10:18, 10:18] = 0.8
    scene[0, 12:16, 12:16] = 0.2
    scene[0, 22:24, 22:26] = 0.8
    scene[0, 0, :20] = 0.8
    return scene


def test_only_ink_in_the_middle_counts_and_holes_count_with_it():
    counts, _ = count_middle(ring_and_speck(), blur=0.01)
    assert 2 * 4 < SMALLEST < 48 and MARGIN <= 5
    assert counts.tolist() == [64]


def test_each_scene_is_counted_alone():
    scenes = np.concatenate([ring_and_speck(), np.roll(ring_and_speck(), 1, axis=2)] * 3)
    alone = [count_middle(scene[None], 0.4)[0][0] for scene in scenes]
    assert count_middle(scenes, 0.4)[0].tolist() == alone


def test_it_beats_the_chapters_pipeline_where_there_is_noise(mnist):
    x, areas = prepare(mnist.x_train[:1_200]), filled_area(mnist.x_train[:1_200])
    scenes = draw_scenes(x, np.full(1_200, 0.1, np.float32), np.random.default_rng(0))
    known, fresh = slice(0, 600), slice(600, None)
    ours = fit_pipeline(scenes[known], areas[known], 0.4)(scenes[fresh])
    theirs = Pipeline().fit(scenes[known], areas[known]).predict(scenes[fresh])
    off, off_theirs = (np.abs(found - areas[fresh]).mean() for found in (ours, theirs))
    assert off < 6 and off < 0.9 * off_theirs


def test_draw_light_draws_what_draw_scenes_draws(mnist):
    x = prepare(mnist.x_train[:2_000])
    ours = draw_light(x, 0.1, np.random.default_rng(0))
    theirs = draw_scenes(x, np.full(2_000, 0.1, np.float32), np.random.default_rng(1))
    assert ours.shape == theirs.shape and ours.dtype == theirs.dtype
    assert 0 <= ours.min() and ours.max() <= 1
    assert np.allclose(
        np.quantile(ours, [0.1, 0.5, 0.9]), np.quantile(theirs, [0.1, 0.5, 0.9]), atol=0.01
    )


def test_contrast_and_light_are_those_asked_for():
    x = np.zeros((400, 32, 32, 1), np.float32)
    x[:, 16, 16] = 1
    scene = draw_light(x, 0.0, np.random.default_rng(0), (0.5, 0.5), 0.0)[..., 0]
    assert np.allclose(scene[:, 16, 16] - scene[:, 0, 0], 0.5, atol=1e-5)
    assert np.allclose(scene[:, 0], scene[:, 31], atol=1e-6)
    lit = draw_light(np.zeros_like(x), 0.0, np.random.default_rng(0), (1, 1), 0.1)[..., 0]
    corners = lit[:, [0, 0, 31, 31], [0, 31, 0, 31]]
    uncut = corners.min(axis=1) > 0
    span = corners.max(axis=1) - corners.min(axis=1)
    assert uncut.sum() > 100 and np.allclose(span[uncut], 0.2, atol=1e-5)
