"""LeNet-5 and the networks it is compared with. Taught in 03_build_lenet5."""

import math

import pandas as pd

from utils.backend import keras

layers = keras.layers

ACTIVATIONS = ("relu", "tanh", "scaled_tanh", "sigmoid")
POOLINGS = ("average", "max", "stride")


@keras.saving.register_keras_serializable(package="lenet5")
def scaled_tanh(x):
    """The squashing function of the 1998 paper (equation 6): 1.7159 tanh(2/3 x), so that f(1) = 1 and f(-1) = -1."""
    return 1.7159 * keras.ops.tanh(2 / 3 * x)


def lenet5(activation="relu", pooling="average", width=1.0, dropout=0.0):
    """Build the LeNet-5 of this series: the 1998 layer sizes with today's parts, 61,706 parameters.

    Args:
        activation: one of `ACTIVATIONS`; after C1, C3, C5 and F6.
        pooling: one of `POOLINGS`. "average" and "max" are 2x2 pooling layers S2 and S4; "stride" leaves them out and
            lets C1 and C3 move by two pixels instead, which gives the same shapes and the same parameters.
        width: factor on the number of maps and units of C1, C3, C5 and F6, above 0; rounded, at least one of each.
        dropout: share of C5's and F6's outputs that are set to 0 at random in training, from 0 to below 1.

    Returns:
        An uncompiled keras.Sequential from (n, 32, 32, 1) in [0, 1] to (n, 10) logits, one for each digit.

    Raises:
        ValueError: an unknown activation or pooling, or a width or dropout out of range.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II-B. Unlike there, C3 sees all six maps, pooling has no
    parameters, and the output is linear. Taught in 03_build_lenet5; the published network is a chapter of its own.
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation is {activation!r}; allowed: {', '.join(ACTIVATIONS)}")
    if pooling not in POOLINGS:
        raise ValueError(f"pooling is {pooling!r}; allowed: {', '.join(POOLINGS)}")
    if not width > 0:
        raise ValueError(f"width is {width}; allowed: a number above 0")
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout is {dropout}; allowed: from 0 to below 1")
    maps_c1, maps_c3, maps_c5, units_f6 = (max(1, round(width * n)) for n in (6, 16, 120, 84))
    function = scaled_tanh if activation == "scaled_tanh" else activation
    stride = 2 if pooling == "stride" else 1
    pool = {"average": layers.AveragePooling2D, "max": layers.MaxPooling2D}.get(pooling)

    network = keras.Sequential(name="lenet5")
    network.add(keras.Input((32, 32, 1), name="image"))
    network.add(layers.Conv2D(maps_c1, 5, strides=stride, activation=function, name="C1"))
    if pool:
        network.add(pool(2, name="S2"))
    network.add(layers.Conv2D(maps_c3, 5, strides=stride, activation=function, name="C3"))
    if pool:
        network.add(pool(2, name="S4"))
    network.add(layers.Conv2D(maps_c5, 5, activation=function, name="C5"))
    network.add(layers.Flatten(name="flatten"))
    if dropout:
        network.add(layers.Dropout(dropout, name="dropout_C5"))
    network.add(layers.Dense(units_f6, activation=function, name="F6"))
    if dropout:
        network.add(layers.Dropout(dropout, name="dropout_F6"))
    network.add(layers.Dense(10, name="output"))
    return network


def to_regressor(classifier, mean, std, freeze=False):
    """Turn a `lenet5` classifier into a network that predicts one number: new head, same trunk.

    C1 to F6 are copied with their weights (60,856 parameters); the ten logits (850) give way to one linear unit (85). A
    last layer without parameters multiplies by `std` and adds `mean`, so that the head works on a standardized target
    and the network speaks the target's unit. The classifier stays as it is.

    Args:
        classifier: a network made by `lenet5`.
        mean, std: of the training targets, in their unit; `std` above 0.
        freeze: leave the copied layers as they are when the regressor is trained.

    Returns:
        An uncompiled keras.Sequential from (n, 32, 32, 1) in [0, 1] to (n, 1); from the plain `lenet5` it has 60,941
        parameters.

    Raises:
        ValueError: `std` is not above 0.

    Taught in 05_area_regression.
    """
    if not std > 0:
        raise ValueError(f"std is {std}; allowed: a number above 0 (are all targets equal?)")
    kept = classifier.layers[:-1]
    trunk = [type(layer).from_config(layer.get_config()) for layer in kept]
    head = [layers.Dense(1, name="head"), layers.Rescaling(scale=std, offset=mean, name="unit")]
    regressor = keras.Sequential(
        [keras.Input((32, 32, 1), name="image"), *trunk, *head], name="regressor"
    )
    for copy, layer in zip(trunk, kept):
        copy.set_weights(layer.get_weights())
        copy.trainable = not freeze
    return regressor


def save_portable(network, file):
    """Save a network so that any Keras loads it with `keras.saving.load_model`, without this repository.

    It is compiled anew first, with Keras's own loss (cross-entropy of integer labels, or the mean absolute error where
    there is one output) and a fresh Adam; the weights stay as they are. So it can be trained on after loading.

    Args:
        network: made by `lenet5` (but for "scaled_tanh", which is an activation of this series) or `to_regressor`.
        file: path that ends with ".keras".

    Taught in 04_train_classifier and 05_area_regression.
    """
    optimizer = keras.optimizers.Adam()
    if network.output_shape[-1] == 1:
        network.compile(optimizer, "mean_absolute_error", metrics=["mae"])
    else:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(optimizer, loss, metrics=["accuracy"])
    optimizer.build(network.trainable_variables)
    network.save(file)


def keras_convnet():
    """Build the network of the Keras example "Simple MNIST convnet": 34,826 parameters, 28x28 input, dropout.

    Source: keras-team/keras-io, examples/vision/mnist_convnet.py. Its softmax is left to the loss, as in `lenet5`.
    """
    return keras.Sequential(
        [
            keras.Input((28, 28, 1), name="image"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10),
        ],
        name="keras_convnet",
    )


def layer_table(network):
    """Describe every layer that computes something: shape, parameters, arithmetic, and what it sees.

    Args:
        network: a built Sequential of Conv2D, pooling, Flatten and Dense layers on square images, and of layers that
            describe themselves as those of `lenet1998` do: `window` and `step` (sides in pixels of the input), `inputs`
            and `biases` (links to the input and to a constant, on average over the units).

    Returns:
        A DataFrame with one row a layer: `layer`, `output` (its shape for one image), `parameters`, `connections`
        (input-to-unit links and biases, as the 1998 paper counts them), `multiply_adds`, and `receptive_field` (the
        side, in input pixels, of the square that one unit depends on).
    """
    rows, field, jump = [], 1, 1
    side = network.input_shape[1]
    for layer in network.layers:
        shape = layer.output.shape[1:]
        units, biases = math.prod(shape), 1
        if isinstance(layer, layers.Dense):
            inputs, field = layer.input.shape[-1], side
        elif isinstance(layer, layers.Conv2D):
            inputs = math.prod(layer.kernel_size) * layer.input.shape[-1]
            field, jump = field + (layer.kernel_size[0] - 1) * jump, jump * layer.strides[0]
        elif isinstance(layer, (layers.AveragePooling2D, layers.MaxPooling2D)):
            inputs = biases = 0
            field, jump = field + (layer.pool_size[0] - 1) * jump, jump * layer.strides[0]
        elif hasattr(layer, "window"):
            inputs, biases = layer.inputs, layer.biases
            field, jump = field + (layer.window - 1) * jump, jump * layer.step
        else:
            continue
        rows.append(
            {
                "layer": layer.name,
                "output": "x".join(map(str, shape)),
                "parameters": layer.count_params(),
                "connections": int(units * (inputs + biases)),
                "multiply_adds": int(units * inputs),
                "receptive_field": field,
            }
        )
    return pd.DataFrame(rows)


def feature_maps(network, x, layer):
    """Return what the layer named `layer` computes for the images `x`.

    Args:
        network: a built Keras model.
        x: (n, 32, 32, 1) float32 in [0, 1].
        layer: a layer's name, such as "C1".

    Returns:
        (n, height, width, maps) array, or (n, units) behind the flatten layer.

    Raises:
        ValueError: the network has no such layer.
    """
    part = keras.Model(network.inputs, network.get_layer(layer).output)
    return part.predict(x, batch_size=1_000, verbose=0)
