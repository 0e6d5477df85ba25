"""15,000 training images set aside, to choose with and to judge by: for the experiments of chapter 7."""

import numpy as np

from utils.experiments.tasks import Task

HELD_OUT = 15_000


def held_out_task(mnist=None):
    """A `Task` of digits whose validation set are 15,000 of the 60,000 training images; `mnist` saves loading them."""
    return Task(mnist=mnist, validation_size=HELD_OUT)


def choose_and_judge(task):
    """Split a task's validation set in two: a third to choose settings with, two thirds to judge by what was chosen.

    Returns:
        ((images, labels), (images, labels)): 5,000 and 10,000 of `held_out_task`.
    """
    x, y = task.validation
    choosing = np.arange(len(x)) % 3 == 0
    return (x[choosing], y[choosing]), (x[~choosing], y[~choosing])
