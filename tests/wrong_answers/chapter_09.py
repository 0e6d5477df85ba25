"""Wrong answers to the exercises of chapter 9."""

WRONG = {}
