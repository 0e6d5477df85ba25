"""The exercises of 07_compare_variants: a check for each, which returns None if right, or a hint."""

CHECKS = {}
