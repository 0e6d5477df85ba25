"""The answers the exercises accept: a check for each, which returns None if right, or a hint that gives nothing away.

Call `lesson.check_exercise` in a notebook; the solutions stand folded below the exercises. A chapter's checks are in
`chapter_NN`.
"""

from utils.exercises import (
    chapter_01,
    chapter_02,
    chapter_03,
    chapter_04,
    chapter_05,
    chapter_06,
    chapter_07,
    chapter_08,
    chapter_09,
    chapter_10,
    chapter_11,
    chapter_12,
    chapter_13,
)

CHAPTERS = (
    chapter_01,
    chapter_02,
    chapter_03,
    chapter_04,
    chapter_05,
    chapter_06,
    chapter_07,
    chapter_08,
    chapter_09,
    chapter_10,
    chapter_11,
    chapter_12,
    chapter_13,
)
CHECKS = {name: check for chapter in CHAPTERS for name, check in chapter.CHECKS.items()}
"""{chapter and number, such as "2.1": function of the answer}."""


def verdict(name, answer):
    """Judge `answer` to the exercise `name`: "not attempted", "right", or "not yet: ..." with a hint.

    Args:
        name: chapter and number, such as "2.1".
        answer: what the reader assigned; `...` means nothing yet.

    Raises:
        KeyError: there is no such exercise.
    """
    check = CHECKS[name]
    if answer is ...:
        return "not attempted"
    try:
        hint = check(answer)
    except Exception as error:  # a reader's function may stop with anything
        hint = f"your answer stops with {type(error).__name__}: {error}"
    return "right" if hint is None else f"not yet: {hint}"
