"""Wrong answers to the exercises of chapter 10."""

import numpy as np

from tests.wrong_answers import Stops
from utils.lenet1998 import CODES


def equation_9(y, labels, j):
    everything = np.log(np.exp(-j) + np.exp(-y).sum(axis=1))
    return (y[np.arange(len(labels)), labels] + everything).mean()


def seen(table):
    return [sum(source in row for row in table) for source in range(6)]


def step(w, x, t, eta, mu, mean=np.mean, labels=lambda t: (t + 1) / 2, bend=lambda p: p * (1 - p)):
    p = 1 / (1 + np.exp(-x @ w))
    gradient = mean((p - labels(t))[:, None] * x, axis=0)
    return w - eta * gradient / (mu + mean(bend(p)[:, None] * x**2, axis=0))


WRONG = {
    "10.1": [
        lambda table: sum(map(len, table)) == 60,
        lambda table: len(table) == 16 and sum(map(len, table)) == 60,
        lambda table: all(seen(table)),
        lambda table: seen(table) == [10] * 6,
        lambda table: True,
        Stops(None),
    ],
    "10.2": [
        (CODES.reshape(10, 84).T, np.zeros(10)),
        (-2 * CODES.reshape(10, 84).T, np.zeros(10)),
        (2 * CODES.reshape(10, 84).T, np.arange(10)),
        (2 * CODES.reshape(10, 84), np.zeros(10)),
        Stops(None),
    ],
    "10.3": [
        lambda y, d, j: y[np.arange(len(d)), d].mean(),
        lambda y, d, j: equation_9(y, d, 50.0),
        lambda y, d, j: equation_9(y, d, -j),
        lambda y, d, j: (
            y[np.arange(len(d)), d] + np.log(np.exp(-j) + np.exp(-y).sum(axis=1))
        ).sum(),
        lambda y, d, j: np.log(np.exp(-j) + np.exp(-y).sum(axis=1)),
        Stops(lambda y, d, j: None),
    ],
    "10.4": [
        lambda w, x, t, eta, mu: step(w, x, t, eta, mu, mean=np.sum),
        lambda w, x, t, eta, mu: step(w, x, t, eta, mu, labels=lambda t: t),
        lambda w, x, t, eta, mu: step(w, x, t, eta, mu, bend=np.ones_like),
        lambda w, x, t, eta, mu: step(w, x, t, -eta, mu),
        lambda w, x, t, eta, mu: step(w, x, t, eta, 0.0),
        lambda w, x, t, eta, mu: step(w, x, t, eta, mu)[0],
        Stops(None),
    ],
}
