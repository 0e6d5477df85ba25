"""Answers that the exercises must refuse: {exercise: [answer, ...]} for each chapter.

An answer that is made anew for each use, such as a network, is wrapped in `Made`; one that is meant to stop with a
TypeError in `Stops`. Any other wrong answer must run to its end.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Stops:
    """A wrong answer that stops the check with a TypeError."""

    answer: Any


@dataclass(frozen=True)
class Made:
    """A wrong answer that a function makes."""

    make: Any
