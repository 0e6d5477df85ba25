"""The exercises of 09_data_and_remedies: a check for each, which returns None if right, or a hint."""

CHECKS = {}
