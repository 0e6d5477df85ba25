"""The sample pictures of chapter 12: `python -m utils.experiments.samples` writes them into data/own/pictures."""

import numpy as np
from PIL import Image

from utils.experiments.photographs import photograph
from utils.mnist import load_mnist, split
from utils.paths import DATA

FOLDER = DATA / "own" / "pictures"


def main(seed=12):
    """Write ten pictures, made from validation digits."""
    mnist = load_mnist()
    _, rows = split(mnist.y_train)
    digits, labels = mnist.x_train[rows], mnist.y_train[rows]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number in range(1, 5):
        rng = np.random.default_rng([seed, number])
        row = rng.integers(len(digits))
        taken = photograph(digits[[row]], labels[[row]], rng)
        Image.fromarray(taken.pixels).save(FOLDER / f"photo_{number}.jpg", quality=85)
    rng = np.random.default_rng(seed)
    large = [Image.fromarray(digits[row]).resize((140, 140)) for row in (11, 22, 33, 44, 55)]
    alone = Image.new("LA", (140, 140), (0, 0))
    alone.putalpha(large[0])
    alone.save(FOLDER / "transparent.png")
    turned = Image.fromarray(255 - np.asarray(large[1])).rotate(90)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(FOLDER / "turned.jpg", quality=90, exif=exif)
    wide = np.full((180, 320), 240)
    wide[20:160, 10:150] -= (np.asarray(large[2]) * 0.8).astype(int)
    Image.fromarray(wide.astype(np.uint8)).save(FOLDER / "off_center.png")
    Image.fromarray(large_on_black(large[3])).save(FOLDER / "white_on_black.png")
    Image.fromarray(np.full((120, 160), 231, np.uint8)).save(FOLDER / "blank.png")
    chosen = rng.choice(len(digits), 8, replace=False)
    sheet = photograph(digits[chosen], labels[chosen], rng, columns=4)
    Image.fromarray(sheet.pixels).save(FOLDER / "sheet.jpg", quality=80)


def large_on_black(picture):
    """Chalk on a board: not quite white on not quite black."""
    return (30 + 0.8 * np.asarray(picture)).astype(np.uint8)


if __name__ == "__main__":
    main()
