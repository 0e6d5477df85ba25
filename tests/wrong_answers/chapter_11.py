"""Wrong answers to the exercises of chapter 11."""

WRONG = {}
