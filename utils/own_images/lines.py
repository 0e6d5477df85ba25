"""Ruled and squared paper: find the lines that cross a whole picture, and take them away. Taught in 12_your_own_images."""

import numpy as np
from scipy import ndimage

SLANTS = np.linspace(-0.12, 0.12, 49)
"""How far a line may rise over the picture's width, as a share of it."""
CROSSING = 0.9
"""Share of its way through the picture on which a line must show."""
FAINTEST = 12
"""Gray levels that a line is at least above the paper."""
COLUMNS = 128
"""About so many columns are looked at to find lines."""


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
    if min(height, width) < 12:
        return x
    rises = {int(_rise(width, slant)[-1]): _rise(width, slant) for slant in SLANTS}
    rise = max(rises.values(), key=lambda rise: _sharpness(_profile(x, rise)))
    lines = _lines(_profile(x, rise), max(1, height // 40))
    if len(lines) < 2:
        return x
    straight = _sheared(x, -rise)
    for first, last in lines:
        above = straight[first - 1] if first > 0 else straight[min(last + 1, height - 1)]
        below = straight[last + 1] if last < height - 1 else above
        bridge = np.minimum(*(ndimage.maximum_filter1d(row, 3) for row in (above, below)))
        band = straight[first : last + 1]
        level = np.median(band, axis=1, keepdims=True)
        stroke = band > 1.6 * level + FAINTEST
        straight[first : last + 1] = np.where(stroke, band, np.minimum(band, bridge))
    return _sheared(straight, rise)


def _rise(width, slant):
    """Rows by which each column of a line of this slant lies lower than its middle."""
    return np.floor(slant * (np.arange(width) - width / 2) + 0.5).astype(int)


def _sheared(x, rise):
    """Move column j down by rise[j] pixels, around the end."""
    rows = (np.arange(x.shape[0])[:, None] - rise) % x.shape[0]
    return np.take_along_axis(x, rows, axis=0)


def _profile(x, rise):
    """For each row along `rise`, the level that CROSSING of its pixels reach."""
    some = slice(None, None, max(1, x.shape[1] // COLUMNS))
    along = _sheared(x[:, some], -rise[some])
    k = int((1 - CROSSING) * along.shape[1])
    return np.partition(along, k, axis=1)[:, k]


def _sharpness(profile):
    """The sum of a profile's highest rows: largest where the lines are level."""
    return np.sort(profile)[-max(2, len(profile) // 20) :].sum()


def _lines(profile, thickest):
    """(first, last) of each narrow run of rows that stand out of the profile, with their soft edges."""
    runs, n = ndimage.label(profile > max(FAINTEST, 0.35 * profile.max()))
    found = []
    for (run,) in ndimage.find_objects(runs):
        first, last = run.start, run.stop - 1
        if last - first + 1 > thickest + 2:
            return []
        while first > 0 and FAINTEST / 3 < profile[first - 1] < profile[first]:
            first -= 1
        while last < len(profile) - 1 and FAINTEST / 3 < profile[last + 1] < profile[last]:
            last += 1
        found.append((first, last))
    return found
