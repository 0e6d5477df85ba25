"""The exercises of 11_since_1998: a check for each, which returns None if right, or a hint."""

CHECKS = {}
