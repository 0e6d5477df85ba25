"""Checks that more than one chapter's exercises use."""

import numbers


def number(low, high, hint):
    """Return a check for one number from `low` to `high`; outside of them it gives `hint`."""

    def check(answer):
        if isinstance(answer, bool) or not isinstance(answer, numbers.Real):
            return f"a number is wanted, not {type(answer).__name__}"
        return None if low <= answer <= high else hint

    return check


def function(check):
    """Return a check that wants a function, and leaves a function to `check`."""

    def check_function(answer):
        if not callable(answer):
            return f"a function is wanted, not {type(answer).__name__}"
        return check(answer)

    return check_function
