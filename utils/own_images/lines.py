"""Ruled and squared paper: find the lines that cross a whole picture, and take them away. Taught in 12_your_own_images."""

import numpy as np
from scipy import ndimage

SLANTS = np.linspace(-0.08, 0.08, 17)
"""Rise of a line from one side of the picture to the other, over its width."""
CROSSING = 0.9
"""Share of its way through the picture on which a line must show."""
FAINTEST = 12
"""Gray levels that a line is at least above the paper."""


def without_lines(x):
    """Take away the ruled lines of a picture whose paper is 0.

    A line is narrow, runs across the whole picture, nearly level or upright, and has a fellow beside it; a single
    one stays, since it may be a stroke of a digit cut out tightly. Where a stroke crosses a line, it stays.

    Args:
        x: (h, w) float, ink bright on paper of about 0.

    Returns:
        Such an array; the same one where there are no lines.
    """
    x = _without_level_lines(x)
    return _without_level_lines(x.T).T


def _without_level_lines(x):
    height, width = x.shape
    if height < 12 or width < 12:
        return x
    found = [_profile(x, slant) for slant in SLANTS]
    best = int(np.argmax([_sharpness(profile) for profile in found]))
    lines = _lines(found[best], max(1, height // 40))
    if len(lines) < 2:
        return x
    rise = _rise(width, SLANTS[best])
    straight = _sheared(x, -rise)
    background = straight.copy()
    for first, last in lines:
        background[first : last + 1] = np.nan
    for first, last in lines:
        above = straight[max(first - 1, 0)]
        below = straight[min(last + 1, height - 1)]
        if first == 0:
            above = below
        if last == height - 1:
            below = above
        bridge = _near(above, below)
        band = straight[first : last + 1]
        level = np.median(band, axis=1, keepdims=True)
        stroke = band > 1.6 * level + FAINTEST
        straight[first : last + 1] = np.where(stroke, band, np.minimum(band, bridge))
    return _sheared(straight, rise)


def _near(above, below):
    """Ink above and below, each looked for up to a pixel to the sides: a stroke may cross a line aslant."""
    above, below = (ndimage.maximum_filter1d(row, 3) for row in (above, below))
    return np.minimum(above, below)


def _rise(width, slant):
    return np.floor(slant * (np.arange(width) - width / 2) + 0.5).astype(int)


def _sheared(x, rise):
    """Move column j down by rise[j] pixels, around the end."""
    rows = (np.arange(x.shape[0])[:, None] - rise) % x.shape[0]
    return np.take_along_axis(x, rows, axis=0)


def _profile(x, slant):
    """For each row along `slant`, the level that CROSSING of its pixels reach."""
    along = _sheared(x, -_rise(x.shape[1], slant))
    k = int((1 - CROSSING) * x.shape[1])
    return np.partition(along, k, axis=1)[:, k]


def _sharpness(profile):
    return np.sort(profile)[-max(2, len(profile) // 20) :].sum()


def _lines(profile, thickest):
    """(first, last) of each narrow run of rows that stand out of the profile, widened to their soft edges."""
    strong = profile > max(FAINTEST, 0.35 * profile.max())
    runs, n = ndimage.label(strong)
    found = []
    for (run,) in ndimage.find_objects(runs):
        first, last = run.start, run.stop - 1
        if last - first + 1 <= thickest + 2:
            while first > 0 and FAINTEST / 3 < profile[first - 1] < profile[first]:
                first -= 1
            while last < len(profile) - 1 and FAINTEST / 3 < profile[last + 1] < profile[last]:
                last += 1
            found.append((first, last))
    return found if n == len(found) else []
