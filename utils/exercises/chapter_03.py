"""The exercises of 03_build_lenet5: a check for each, which returns None if right, or a hint."""

import numbers

import numpy as np

MADE_OF = {"C1": 6, "C3": 16, "C5": 120, "F6": 84}
"""Maps or units of LeNet-5's layers."""

KINDS = ("fine", "activation", "weights", "softmax")
HIDDEN = {"A": "activation", "B": "weights", "C": "fine", "D": "softmax"}
"""What each of the `suspects` is."""


def _counts(c1, c3, c5, f6):
    """(parameters, multiply-adds) of a LeNet-5 with these numbers of maps and units."""
    weights = np.array([25 * c1, 25 * c1 * c3, 25 * c3 * c5, c5 * f6, f6 * 10])
    places = np.array([28 * 28, 10 * 10, 1, 1, 1])
    return int(weights.sum()) + c1 + c3 + c5 + f6 + 10, int(weights @ places)


def _changed_layer(answer):
    form = 'three things are wanted, in the form ("F6", 100, 300_000)'
    if not isinstance(answer, (tuple, list)) or len(answer) != 3:
        return form
    layer, maps, work = answer
    if not isinstance(maps, numbers.Integral) or not isinstance(work, numbers.Real):
        return form
    if layer not in MADE_OF:
        return "the layer is one of C1, C3, C5 and F6"
    parameters, multiply_adds = _counts(*(MADE_OF | {layer: int(maps)}).values())
    if parameters != 49_102:
        return f"with {maps} in {layer} the network has {parameters:,} parameters"
    if work != multiply_adds:
        return "that is the layer; count the work anew in every layer that the change touches"
    return None


def _lenet5_for_28(answer):
    if not hasattr(answer, "count_params"):
        return f"a Keras model is wanted, not {type(answer).__name__}"
    if answer.input_shape != (None, 28, 28, 1):
        return f"the input must be (28, 28, 1), not {answer.input_shape[1:]}"
    if answer.output_shape != (None, 10):
        return f"the output must be ten logits, not {answer.output_shape[1:]}"
    if answer.count_params() != 44_426:
        return f"it has {answer.count_params():,} parameters; work out what each layer should have"
    given, wanted = answer.get_weights(), _reference_for_28().get_weights()
    if [weights.size for weights in given] != [weights.size for weights in wanted]:
        return "the number of parameters is right, but not in every layer"
    right = _reference_for_28()
    right.set_weights([mine.reshape(like.shape) for mine, like in zip(given, wanted)])
    x = np.random.default_rng(3).random((8, 28, 28, 1), dtype=np.float32)
    if not np.allclose(answer(x), right(x), rtol=1e-3, atol=1e-4):
        return "all parameters are there, but it computes something else than LeNet-5 does"
    return None


def _reference_for_28():
    from utils.backend import keras  # loads TensorFlow; only when an answer is checked

    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, activation="relu"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="relu"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),  # the same numbers as a convolution 4x4
            layers.Dense(84, activation="relu"),
            layers.Dense(10),
        ]
    )


def _one_number_of_c3(answer):
    rng = np.random.default_rng(4)
    maps, kernels = rng.random((14, 14, 6)), rng.normal(0, 0.2, (5, 5, 6, 16))
    biases = rng.normal(0, 0.5, 16)
    for row, column, m in ((0, 0, 0), (9, 2, 15), (3, 8, 7), (6, 5, 1), (2, 9, 4), (7, 0, 11)):
        block = maps[row : row + 5, column : column + 5]
        total = np.einsum("ijk,ijk", block, kernels[..., m]) + biases[m]
        given = np.asarray(answer(maps.copy(), kernels.copy(), biases.copy(), row, column, m))
        if given.size != 1:
            return f"one number is wanted, not an array of shape {given.shape}"
        if abs(given.item() - max(total, 0)) > 1e-4:
            sign = "positive" if total > 0 else "negative"
            return (
                f"at row {row}, column {column} of map {m}, where C3's sum is {sign}, it is wrong"
            )
    return None


def suspects():
    """Return four networks for exercise 3.4: {"A" to "D": network}. One is LeNet-5, three have a bug."""
    from utils.backend import keras  # loads TensorFlow; only when a reader asks for them
    from utils.networks import lenet5

    keras.utils.set_random_seed(3)
    networks = {}
    for name, kind in HIDDEN.items():
        networks[name] = network = lenet5()
        if kind == "weights":
            network.set_weights([4 * weights for weights in network.get_weights()])
        if kind == "activation":
            network.get_layer("C3").activation = keras.activations.linear
        if kind == "softmax":
            network.get_layer("output").activation = keras.activations.softmax
    return networks


def _suspects_found(answer):
    if not isinstance(answer, dict) or set(answer) != set(HIDDEN):
        return 'a dict with the keys "A", "B", "C" and "D" is wanted'
    if not set(answer.values()) <= set(KINDS):
        return f"the values are {', '.join(KINDS)}"
    if answer != HIDDEN:
        return "not all four: compare their first loss, their outputs and what each layer returns"
    return None


CHECKS = {
    "3.1": _changed_layer,
    "3.2": _lenet5_for_28,
    "3.3": _one_number_of_c3,
    "3.4": _suspects_found,
}
