"""What the tests of the notebooks share: reading them."""

import re

import nbformat

from utils.paths import series

NOTEBOOKS = {name: nbformat.read(path, as_version=4) for name, path in series().items()}
COURSE = list(NOTEBOOKS)[:6]
"""The chapters of a first reading; the others are the lab."""

TIMES = r"\| Time and memory \| (\d+) minutes? to read, (\d+) minutes? to run, (\d\.\d) GB \|"
"""What a chapter's head says: minutes to read, minutes to run, memory in GB."""


def code_cells(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "code"]


def text_cells(name):
    return [cell for cell in NOTEBOOKS[name].cells if cell.cell_type == "markdown"]


def tagged(name, tag):
    return [cell for cell in code_cells(name) if tag in cell.metadata.get("tags", [])]


def text(name):
    return "\n\n".join(cell.source for cell in text_cells(name))


def exercises(name):
    """{exercise: (stub cell, solution source)} of a notebook."""
    found = {}
    cells = NOTEBOOKS[name].cells
    for index, cell in enumerate(cells):
        if "exercise" in cell.metadata.get("tags", []):
            number = re.search(r'check_exercise\("([\d.]+)", answer\)', cell.source)[1]
            solution = re.search(
                r"<details>.*?```python\n(.*?)```.*?</details>", cells[index + 1].source, re.DOTALL
            )
            found[number] = cell, solution and solution[1]
    return found
