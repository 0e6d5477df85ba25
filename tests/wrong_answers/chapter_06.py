"""Wrong answers to the exercises of chapter 6."""

from dataclasses import replace

from tests.wrong_answers import Stops
from utils.experiments.tasks import FEW_RECIPE
from utils.networks import lenet5
from utils.training import set_seed


def lowest_of_all(losses, patience):
    best = losses.index(min(losses)) + 1
    return min(len(losses), best + patience), best


def compared_with_the_epoch_before(losses, patience):
    best = waited = 0
    for epoch, loss in enumerate(losses):
        waited = waited + 1 if epoch and loss >= losses[epoch - 1] else 0
        best = epoch if loss < losses[best] else best
        if waited == patience:
            break
    return epoch + 1, best + 1


def one_epoch_too_late(losses, patience):
    best = 1
    for epoch, loss in enumerate(losses, start=1):
        if loss < losses[best - 1]:
            best = epoch
        if epoch - best > patience:
            break
    return epoch, best


def counted_from_zero(losses, patience):
    best = 0
    for epoch, loss in enumerate(losses):
        if loss < losses[best]:
            best = epoch
        if epoch - best == patience:
            break
    return epoch, best


def trained_plainly(x, y, seed):
    set_seed(seed)
    network = lenet5()
    replace(FEW_RECIPE, epochs=20).train(network, x, y, progress=False)
    return network


WRONG = {
    "6.1": [
        lowest_of_all,
        compared_with_the_epoch_before,
        one_epoch_too_late,
        counted_from_zero,
        lambda losses, patience: losses.index(min(losses)) + 1,
        (4, 2),
    ],
    "6.2": [lambda x, y, seed: None, trained_plainly, "dropout", Stops(lambda: None)],
    "6.3": [{}, dict.fromkeys("abcde", "good fit"), ["good fit"] * 5, {"a": "suspicious"}, None],
}
