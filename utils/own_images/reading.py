"""One picture file to gray pixels, or one clear error: what cameras, browsers and phones hand over.

Taught in 12_your_own_images.
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

LARGEST = 40_000_000
"""Pixels that a picture may have; known from its header, before anything is decoded."""
SMALLEST = 8
"""Pixels that each side of a picture has at least."""
ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp")
HEIC = (".heic", ".heif")
RESIZE = ("pad", "stretch")
"""How `small` makes a square of a picture that is none."""
LOSSY = ("JPEG", "MPO", "WEBP")
RINGING = 16
"""Gray levels by which JPEG changes flat paper beside a stroke."""
DEEP = ("I", "F", "I;16", "I;16B", "I;16L", "I;16N")


class PictureError(ValueError):
    """A picture cannot be used; the message names the file and says what is allowed."""


def read_gray(file, where=""):
    """Read a picture as gray values, upright and on white paper.

    The turn that a camera noted (EXIF) is applied, transparency is laid on white (light ink on nothing: on black), and
    color becomes gray as PIL's "L" does it: 0.299 red + 0.587 green + 0.114 blue.

    Args:
        file: path of a PNG, JPEG, BMP, TIFF, WebP, or GIF of one frame.
        where: what the message names besides the file, such as "row 7 of table.csv".

    Returns:
        (h, w) uint8.

    Raises:
        PictureError: there is no such file, or it is none that can be read, too small, too large, animated, CMYK or of
            more than 8 bits.
    """
    file = Path(file)
    name = f"{file.name} ({where})" if where else file.name
    with _opened(file, name) as picture:
        _check_header(picture, name)
        try:
            picture.load()
        except (OSError, SyntaxError, ValueError) as problem:
            raise PictureError(
                f"{name} is damaged or cut short; allowed: a whole file"
            ) from problem
        lossy = picture.format in LOSSY
        gray = np.asarray(_on_paper(ImageOps.exif_transpose(picture)))
    return _without_ringing(gray) if lossy else gray


def small(gray, resize="pad"):
    """Scale a picture to the network's input.

    Args:
        gray: (h, w) uint8.
        resize: "pad" keeps the aspect and fills up with the median of the picture's edge; "stretch" does not.

    Returns:
        (32, 32, 1) float32 in [0, 1].
    """
    height, width = gray.shape
    factor = 32 / max(height, width)
    sides = [max(1, round(side * factor)) for side in (width, height)]
    sides = [32, 32] if resize == "stretch" else sides
    scaled = np.asarray(Image.fromarray(gray).resize(sides, Image.Resampling.BOX), np.float32)
    edge = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    frame = np.full((32, 32), np.median(edge), np.float32)
    top, left = (32 - scaled.shape[0]) // 2, (32 - scaled.shape[1]) // 2
    frame[top : top + scaled.shape[0], left : left + scaled.shape[1]] = scaled
    return frame[..., None] / 255


def check_picture(file, where=""):
    """Raise what `read_gray` would for what the file's header tells: nothing is decoded."""
    file = Path(file)
    name = f"{file.name} ({where})" if where else file.name
    with _opened(file, name) as picture:
        _check_header(picture, name)


def _opened(file, name):
    if not file.is_file():
        raise PictureError(f"there is no file {name}; allowed: pictures that are there")
    if file.suffix.lower() in HEIC:
        raise PictureError(f"{name} is HEIC; allowed: save it as JPEG or PNG first")
    try:
        return Image.open(file)
    except Image.DecompressionBombError as problem:
        raise PictureError(f"{name} is too large; allowed: {LARGEST:,} pixels") from problem
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as problem:
        raise PictureError(
            f"{name} is no picture that can be read; allowed: PNG, JPEG, BMP, TIFF, WebP, GIF"
        ) from problem


def _check_header(picture, name):
    width, height = picture.size
    if width * height > LARGEST:
        raise PictureError(f"{name} has {width:,}x{height:,} pixels; allowed: {LARGEST:,} together")
    if min(width, height) < SMALLEST:
        raise PictureError(f"{name} has {width}x{height} pixels; allowed: at least 8x8")
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise PictureError(f"{name} has {picture.n_frames} frames; allowed: one picture in a file")
    if picture.mode == "CMYK":
        raise PictureError(f"{name} is CMYK, for printing; allowed: save it as RGB or gray")
    if picture.mode in DEEP:
        raise PictureError(f"{name} has more than 8 bits a channel; allowed: save it with 8 bits")


def _without_ringing(gray):
    """A drawing that was saved as JPEG: where half of the pixels have one level, those near it get it back."""
    paper = int(np.bincount(gray.ravel(), minlength=256).argmax())
    if 2 * np.sum(gray == paper) < gray.size:
        return gray
    near = np.abs(gray.astype(int) - paper) <= RINGING
    return np.where(near, np.uint8(paper), gray)


def _on_paper(picture):
    if not (picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info):
        return picture.convert("L")
    picture = picture.convert("RGBA")
    on_white, on_black = (
        Image.alpha_composite(Image.new("RGBA", picture.size, paper), picture).convert("L")
        for paper in ("white", "black")
    )
    low, high = on_white.getextrema()
    return on_white if high - low >= 25 else on_black
