"""LeNet-5 as published: layers, codes, losses. Taught in 10_lenet5_as_published.

Source: LeCun, Bottou, Bengio and Haffner (1998), "the paper"; sections and equations are those of its author preprint.
"""

import numpy as np

from utils.backend import keras
from utils.images import INK_RANGE_1998
from utils.networks import scaled_tanh

layers, ops = keras.layers, keras.ops

C3_TABLE = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)
"""Table I: the maps of S2 that each of the 16 maps of C3 sees, 60 pairs."""

_DRAWN = """
.#####.  ...##..  .#####.  #######  .#####.  .#####.  ..####.  #######  .#####.  .#####.
.......  ..###..  .......  .....##  .......  .......  .##....  .....##  ##...##  ##..###
..###..  .####..  .#####.  ....##.  .......  #######  ##.....  .....##  ##...##  ##...##
.##.##.  ...##..  ##...##  ...##..  .##..##  ##.....  ##.....  ....##.  ##...##  ##...##
##...##  ...##..  #....##  ..####.  .##..##  ##.....  ######.  ...##..  .#####.  ##..###
##...##  ...##..  ....##.  .....##  ###..##  .####..  ###..##  ...##..  ##...##  .######
##...##  ...##..  ..###..  .....##  ##...##  ..####.  ##...##  ..##...  ##...##  .....##
##...##  ...##..  .##....  .....##  ##...##  .....##  ##...##  ..##...  ##...##  .....##
.##.##.  ...##..  ##.....  ##...##  ##..###  ##...##  ###..##  ..##...  ##...##  ....##.
..###..  .######  #######  .#####.  .######  .#####.  .#####.  ..##...  .#####.  .####..
.......  .......  .......  .......  .....##  .......  .......  .......  .......  .......
.......  .......  .......  .......  .....##  .......  .......  .......  .......  .......
"""

CODES = np.array(
    [
        [[1 if ink == "#" else -1 for ink in row] for row in line.split()]
        for line in _DRAWN.split("\n")
        if line
    ],
    np.float32,
).swapaxes(0, 1)
"""(10, 12, 7) of +1 (black) and -1: the digits' codes of Fig. 3, bit for bit as the preprint embeds them."""


@keras.saving.register_keras_serializable(package="lenet5")
class Subsampling(layers.Layer):
    """S2 and S4: the sum of 2x2 inputs, times a coefficient, plus a bias, squashed; one of each for a map.

    (n, height, width, maps) -> (n, height // 2, width // 2, maps). The paper is inconsistent: the four inputs are
    averaged in section II-A and added in II-B. Here they are added, as where LeNet-5 itself is described; the other way
    differs by a factor 4 in the coefficient. How coefficient and bias start is not stated: here at 1 and 0. With 1/4,
    an average, so little of the image reaches F6 at the start that training takes longer to begin.
    """

    window, step, inputs, biases = 2, 2, 4, 1

    def build(self, shape):
        self.coefficient = self.add_weight(shape=shape[-1:], initializer="ones", name="coefficient")
        self.bias = self.add_weight(shape=shape[-1:], initializer="zeros", name="bias")

    def call(self, x):
        return scaled_tanh(ops.average_pool(x, 2) * (4 * self.coefficient) + self.bias)


@keras.saving.register_keras_serializable(package="lenet5")
class PartialConvolution(layers.Layer):
    """C3: a 5x5 convolution in which each map sees only some of the input maps, then the squashing function.

    (n, height, width, maps) -> (n, height - 4, width - 4, len(table)). Only the kernels of connected maps exist, as a
    (5, 5, pairs) weight; each step a constant matrix of zeros and ones puts them into a dense kernel.

    Args:
        table: for each map of the output the numbers of the input maps it sees, such as `C3_TABLE`.
    """

    window, step, biases = 5, 1, 1

    def __init__(self, table=C3_TABLE, **options):
        super().__init__(**options)
        self.table = [list(row) for row in table]

    def build(self, shape):
        pairs = [(source, unit) for unit, row in enumerate(self.table) for source in row]
        maps = len(self.table)
        self.inputs = 25 * len(pairs) / maps
        self.places = np.zeros((len(pairs), shape[-1] * maps), np.float32)
        for pair, (source, unit) in enumerate(pairs):
            self.places[pair, source * maps + unit] = 1
        fan_in = np.array([25 * len(row) for row in self.table], np.float32)
        self.kernels = self.add_weight(
            shape=(5, 5, len(pairs)),
            initializer=_fan_in(fan_in[[unit for _, unit in pairs]]),
            name="kernels",
        )
        self.bias = self.add_weight(shape=(maps,), initializer=_fan_in(fan_in), name="bias")

    def call(self, x):
        kernel = ops.reshape(
            ops.matmul(self.kernels, self.places), (5, 5, x.shape[-1], len(self.table))
        )
        return scaled_tanh(ops.conv(x, kernel) + self.bias)

    def get_config(self):
        return {**super().get_config(), "table": self.table}


@keras.saving.register_keras_serializable(package="lenet5")
class RadialBasis(layers.Layer):
    """The output: *minus* the squared distance from 84 features to each digit's code (equation 7).

    (..., 84) -> (..., 10), at most 0. The paper's units give the distance, and the smallest wins; the minus makes the
    largest win, as in every other classifier of the series. The codes are fixed and no weights.
    """

    window, step, inputs, biases = 1, 1, 84, 0

    def call(self, x):
        return -ops.sum(ops.square(ops.expand_dims(x, -2) - CODES.reshape(10, 84)), axis=-1)


def lenet1998(width=32):
    """Build LeNet-5 as published: 60,000 trainable parameters, distances to fixed codes.

    Args:
        width: of the images in pixels, at least 32; None for any. In a wider image the network slides: it gives
            scores for a window of 32 pixels every 4 pixels. The weights fit every width.

    Returns:
        An uncompiled keras.Sequential from (n, 32, width, 1) in [0, 1], which it maps to the paper's -0.1 to 1.175, to
        (n, 10) negated squared distances, the largest for the most likely digit; (n, windows, 10) if `width` is not 32.

    Raises:
        ValueError: `width` is below 32.

    Source: section II-B. Weights and biases start uniform between -2.4/F and 2.4/F, F the number of inputs of the unit
    (appendix A); the paper says so of weights, and its biases are weights of a constant input.
    """
    if width is not None and width < 32:
        raise ValueError(f"width is {width}; allowed: at least 32, or None for any")
    background, ink = INK_RANGE_1998
    one_window = width == 32
    return keras.Sequential(
        [
            keras.Input((32, width, 1), name="image"),
            layers.Rescaling(ink - background, background, name="range"),
            layers.Conv2D(6, 5, name="C1", **squashed(25)),
            Subsampling(name="S2"),
            PartialConvolution(name="C3"),
            Subsampling(name="S4"),
            layers.Conv2D(120, 5, name="C5", **squashed(400)),
            layers.Reshape((120,) if one_window else (-1, 120), name="flatten"),
            layers.Dense(84, name="F6", **squashed(120)),
            RadialBasis(name="output"),
        ],
        name="lenet1998",
    )


def squashed(fan_in):
    """Options of a layer with the paper's squashing function and start."""
    return {
        "activation": scaled_tanh,
        "kernel_initializer": keras.initializers.RandomUniform(-2.4 / fan_in, 2.4 / fan_in),
        "bias_initializer": keras.initializers.RandomUniform(-2.4 / fan_in, 2.4 / fan_in),
    }


def _fan_in(fan_in):
    """The paper's start where the units of a layer differ in their number of inputs: the last axis of the weight."""
    uniform = keras.initializers.RandomUniform(-2.4, 2.4)
    return lambda shape, dtype: uniform(shape, dtype) / fan_in


@keras.saving.register_keras_serializable(package="lenet5")
class MapLoss(keras.losses.Loss):
    """Equation 9, of integer labels (n,) and negated distances -y (n, 10): y_D + log(exp(-j) + sum over i of exp(-y_i)).

    D is the label; the sum is over all classes, so that the loss is positive. As j grows it becomes softmax
    cross-entropy with the logits -y.

    Args:
        j: distance of the "rubbish class"; the paper asks for a positive number and gives none.
    """

    def __init__(self, j=1.0, name="map_loss", **options):
        super().__init__(name=name, **options)
        self.j = j

    def call(self, labels, negated):
        rubbish = ops.full_like(negated[..., :1], -self.j)
        everything = ops.logsumexp(ops.concatenate([negated, rubbish], axis=-1), axis=-1)
        return everything - _of_label(negated, labels)

    def get_config(self):
        return {**super().get_config(), "j": self.j}


@keras.saving.register_keras_serializable(package="lenet5")
class MseLoss(keras.losses.Loss):
    """Equation 8, of integer labels (n,) and negated distances -y (n, 10): y_D, the distance to the label's code.

    It is equation 9 in the limit of a rubbish class that takes everything (j far below 0), up to a constant.
    """

    j = -10_000.0

    def __init__(self, name="mse_loss", **options):
        super().__init__(name=name, **options)

    def call(self, labels, negated):
        return -_of_label(negated, labels)


def _of_label(scores, labels):
    return ops.sum(scores * ops.one_hot(ops.cast(labels, "int32"), scores.shape[-1]), axis=-1)
