"""Wrong answers to the exercises of chapter 7."""

WRONG = {}
