"""The classical pipeline: each step on what is known, and the whole on scenes."""

import numpy as np

from utils import images, scenes
from utils.area import filled_area
from utils.pipeline import Pipeline, calibrate, ink_of, level


def test_level_takes_a_plane_away_and_measures_the_noise():
    place = np.linspace(-1, 1, 32)
    planes = np.array([0.4 + 0.1 * place[:, None] - 0.2 * place, np.full((32, 32), 0.7)])
    flat, noise = level(planes)
    assert np.abs(flat).max() < 1e-12 and noise.max() < 1e-12
    grain = np.random.default_rng(0).normal(0, 0.1, planes.shape)
    assert np.allclose(level(planes + grain)[1], 0.1, rtol=0.15)


def test_level_does_not_see_what_is_inside_the_border():
    paper = np.full((1, 32, 32), 0.2)
    digit = paper.copy()
    digit[0, 10:20, 12:18] = 1
    flat, noise = level(digit)
    assert np.allclose(flat[0, 10:20, 12:18], 0.8) and np.isclose(noise, 0)


def test_specks_go_and_large_pieces_stay():
    flat = np.zeros((32, 32))
    flat[4:7, 4:7] = 1  # 9 pixels
    flat[12:18, 12:18] = 1
    flat[18:20, 18:20] = 1  # touches the square at a corner
    for smallest, kept in ((9, (1, 1, 1)), (12, (0, 1, 1)), (40, (0, 1, 1)), (60, (0, 0, 0))):
        found = ink_of(flat, 0, 0, smallest)
        assert (found[5, 5], found[15, 15], found[19, 19]) == kept


def test_an_empty_scene_has_no_ink():
    assert Pipeline(0, 1).count(np.zeros((2, 32, 32)))[0].tolist() == [0, 0]


def test_the_calibration_is_exact_where_it_can_be():
    rng = np.random.default_rng(0)
    counts, noise = rng.integers(20, 300, 500), rng.uniform(0.02, 0.3, 500)
    areas = 5 + (0.8 + noise) * counts - 20 * noise
    assert np.allclose(calibrate(counts, noise, areas)(counts, noise), areas)


def test_each_scene_is_measured_alone_and_well_in_good_light(mnist):
    x, areas = images.prepare(mnist.x_train[:600])[..., 0], filled_area(mnist.x_train[:600])
    rng = np.random.default_rng(0)
    bright = scenes.draw_scenes(x, np.full(600, 0.03, np.float32), rng)
    pipeline = Pipeline().fit(bright[:300], areas[:300])
    found = pipeline.predict(bright[300:])
    assert np.abs(found - areas[300:]).mean() < 6
    assert np.allclose(found[:5], [pipeline.predict(one[None])[0] for one in bright[300:305]])
