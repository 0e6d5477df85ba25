"""The pages of the recorded measurements: the rows, the command that made them, and where the numbers come from."""

import json
import re

from utils.paths import DATA, MEASUREMENTS
from utils.records import head, recorded

ROWS = 200
"""As many rows of a recorded table stand on its page; the file has all."""


def about():
    """{table: (what it is, where it is read)} from the data card, of the tables that are recorded."""
    card = (DATA / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| `(\w+)\.csv` \| ([^|]+) \| ([^|]+) \|$", card, re.M)
    return {
        name: (what, where)
        for name, what, where in found
        if (MEASUREMENTS / f"{name}.csv").is_file()
    }


def page(name, what, where, repository):
    """The page of a recorded table as Markdown; `repository` is the address of its files."""
    command, *origin = head(name)
    table = recorded(name)
    rows = f"{len(table):,} rows" + (
        f", the first {ROWS} of them here" if len(table) > ROWS else ""
    )
    file = f"data/measurements/{name}.csv"
    parts = [
        "---\norphan: true\n---",  # in no table of contents, which would grow too long
        f"# {name}",
        "[All recorded tables](/measurements.md)",
        f"{what[0].upper()}{what[1:]}. Read in: {where}.",
        "Made by this command, in a copy of the repository (`make lab` or `make run` sets one up):",
        f"```\n{command}\n```",
        f"{rows}. The file: [{file}]({repository}/{file}).",
        as_html(table.head(ROWS), f"The recorded table {name}"),
        "## Where the numbers come from",
        *map(_origin, origin),
    ]
    return "\n\n".join(parts) + "\n"


def _origin(line):
    """A line of a table's head as Markdown."""
    if line.startswith("stale: "):
        why = line.removeprefix("stale: ")
        return f":::{{warning}}\nThe command might give other numbers today: {why}.\n:::"
    if not line.startswith("{"):
        return f"- {line}"
    said = json.loads(line)
    versions = said.pop("versions", {})
    said |= versions
    first, *others = (f"- {name}: {_plain(value)}" for name, value in said.items())
    return "\n  ".join([first, *others])


def _plain(value):
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def as_html(table, label):
    """A DataFrame as a table that scrolls in its place, and that the keyboard reaches."""
    inner = table.to_html(index=False, border=0, na_rep="", classes="recorded")
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">\n{inner}\n</div>'


def listed(tables):
    """The tables as a list with links."""
    lines = "\n".join(
        f"| [{name}](../site/measurements/{name}.md) | {what} | {where} |"
        for name, (what, where) in tables.items()
    )
    return f"| table | what | read in |\n|---|---|---|\n{lines}\n"
