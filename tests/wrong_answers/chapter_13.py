"""Wrong answers to the exercises of chapter 13."""

import numpy as np

from tests.wrong_answers import Made, Stops
from utils.networks import lenet5
from utils.training import set_seed


def with_scales(kernel, scales):
    return np.round(kernel / scales).astype(np.int8), scales


def per_tensor(kernel):
    return with_scales(kernel, np.abs(kernel).max() / 127)


def per_input(kernel):
    return with_scales(kernel.T, np.abs(kernel).max(axis=1) / 127)


def one_scale_for_each(kernel):
    return with_scales(kernel, np.full(kernel.shape[1], np.abs(kernel).max() / 127))


def by_zero(kernel):
    with np.errstate(all="ignore"):
        scales = np.abs(kernel).max(axis=0) / 127
        return np.nan_to_num(np.round(kernel / scales)).astype(np.int8), 1 / (1 / scales) * np.nan


def cut_off(kernel):
    largest = np.abs(kernel).max(axis=0)
    scales = np.where(largest > 0, largest, 127) / 127
    return np.trunc(kernel / scales).astype(np.int8), scales


def not_int8(kernel):
    return cut_off(kernel)[0].astype(float), cut_off(kernel)[1]


def silent(inputs, kernel):
    return inputs @ kernel, 0.0


def too_late(inputs, kernel):
    return (inputs @ kernel).astype(np.int32), 0.0


def in_sixteen(inputs, kernel):
    return inputs.astype(np.int16) @ kernel.astype(np.int16), 0.0


def right_sums(inputs, kernel):
    return inputs.astype(np.int32) @ kernel.astype(np.int32)


def untrained():
    set_seed(0)
    return lenet5(width=0.25)


WRONG = {
    "13.1": [per_tensor, per_input, one_scale_for_each, by_zero, cut_off, not_int8, Stops(None)],
    "13.2": [
        silent,
        too_late,
        in_sixteen,
        lambda inputs, kernel: (right_sums(inputs, kernel), 0.0),
        lambda inputs, kernel: (
            right_sums(inputs, kernel),
            np.mean(np.abs(right_sums(inputs, kernel)) > 127),
        ),
        Stops(None),
    ],
    "13.3": [Made(untrained), Made(lenet5), "lenet5(width=0.25)", None],
}
