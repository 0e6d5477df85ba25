"""The exercises of 08_trust_a_measurement: a check for each, which returns None if right, or a hint."""

CHECKS = {}
