"""Stochastic diagonal Levenberg-Marquardt, the optimizer of the 1998 paper. Taught in 10_lenet5_as_published.

Source: LeCun, Bottou, Bengio and Haffner (1998), section III-B and appendix C. Here as there each parameter k has a rate
eta / (mu + h_k), where h_k is the diagonal of a Gauss-Newton curvature, measured on 500 images. What differs:

- Batches in place of single images, in a new random order each pass; `eta_1998` makes up for a part of the fewer steps.
- The paper propagates the diagonal back layer by layer and drops what is off it there; here the squares of random
  gradients give, in the mean, the diagonal of the whole Gauss-Newton matrix. They are noisy.
- The paper measures before each pass, here it is after each pass: in the first one h is 1. Curvatures measured at the
  small weights of the start are soon far too small, and the steps they allow drive F6 into saturation, for good.
"""

import math

from utils.backend import keras, tf

ETAS = ((2, 0.0005), (3, 0.0002), (3, 0.0001), (4, 0.00005), (None, 0.00001))
"""The paper's eta: (passes, value); the last one for the rest (section III-B)."""


@keras.saving.register_keras_serializable(package="lenet5")
class DiagonalLevenbergMarquardt(keras.optimizers.Optimizer):
    """Gradient descent with the rate eta / (mu + h) for a parameter of curvature h.

    h is 1 until a `curvature_estimator` has measured it.

    Args:
        learning_rate: eta, a number or a schedule such as `eta_1998` returns.
        mu: keeps the rate finite where the curvature is small, above 0.
    """

    def __init__(self, learning_rate=0.0005, mu=0.02, name="sdlm", **options):
        super().__init__(learning_rate=learning_rate, name=name, **options)
        self.mu = mu

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.curvatures = self.add_optimizer_variables(variables, "curvature", "ones")

    def update_step(self, gradient, variable, learning_rate):
        curvature = self.curvatures[self._get_variable_index(variable)]
        self.assign_sub(variable, learning_rate * gradient / (self.mu + curvature))

    def get_config(self):
        return {**super().get_config(), "mu": self.mu}


def eta_1998(rows, batch_size):
    """The paper's eta, times the square root of the batch size.

    With the batch size itself a batch would go as far as its images do one by one, but that proved unstable.

    Args:
        rows: number of training images.
        batch_size: as given to `fit`.

    Returns:
        A `keras.optimizers.schedules.PiecewiseConstantDecay`.
    """
    steps, passes, boundaries = math.ceil(rows / batch_size), 0, []
    for count, _ in ETAS[:-1]:
        passes += count
        boundaries.append(passes * steps - 1)
    return keras.optimizers.schedules.PiecewiseConstantDecay(
        boundaries, [eta * math.sqrt(batch_size) for _, eta in ETAS]
    )


def curvature_estimator(network, images):
    """Return a function that measures the curvatures on `images` and gives them to the network's optimizer.

    Hand it to `training.fit` as `after_epoch`.

    The loss of equation 9, as a function of the features x of F6, has the Hessian 2 r I + 4 C: r is the probability of
    the rubbish class, C the covariance of the code's distance vector when a class is drawn with its probability. A
    random vector with that covariance is sqrt(2 r) times random signs, plus the gradient of a drawn class's
    log-probability. Carried back to the weights, its square is in the mean the Gauss-Newton diagonal. Equation 8 is the
    case r = 1, softmax cross-entropy the case r = 0. Labels are not needed.

    Args:
        network: `lenet1998.lenet1998()`, compiled with `DiagonalLevenbergMarquardt` and `MapLoss` or `MseLoss`.
        images: (n, 32, 32, 1) float32 in [0, 1]; 500 of them in the paper.

    Returns:
        A function of an epoch's row, which it ignores; it returns None.
    """
    optimizer = network.optimizer
    optimizer.build(network.trainable_variables)
    part = keras.Model(network.inputs, [network.get_layer("F6").output, *network.outputs])
    images = tf.constant(images)

    def gradients(image):
        with tf.GradientTape() as tape:
            features, negated = (output[0] for output in part([image[None]]))
            log_p = tf.nn.log_softmax(tf.concat([negated, [-float(network.loss.j)]], axis=0))
            drawn = tf.random.categorical(log_p[None], 1)[0, 0]
            signs = tf.sign(tf.random.uniform(features.shape, -1, 1))
            length = tf.stop_gradient(tf.sqrt(2 * tf.exp(log_p[-1])))
            total = length * tf.reduce_sum(signs * features) + log_p[drawn]
        return tape.gradient(total, network.trainable_variables)

    @tf.function
    def measure():
        for curvature in optimizer.curvatures:
            curvature.assign(tf.zeros_like(curvature))
        for image in images:
            for curvature, gradient in zip(optimizer.curvatures, gradients(image)):
                curvature.assign_add(gradient**2 / len(images))

    return lambda row=None: measure()
