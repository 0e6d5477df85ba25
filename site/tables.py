"""What the book tells in tables, as Markdown: made from the notebooks, so that nothing is said twice.

Links are written as they would be in a notebook; `pages.with_links` turns them.
"""

import re

import pandas as pd

from utils.paths import DATA

COURSE = 6
"""The course is chapters 1 to 6; the others are the lab."""
TIMES = r"^\| Time and memory \| (\d+) minutes? to read, (\d+) minutes? to run, (\d\.\d) GB \|$"
PARAMETER = r"^\| (`\w+`) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$"
CLAIM = r"^\*\*Claim (\d+): .*?\*\* \*(.+?)\.\* *(.*)$"
UNTESTED = "not tested yet"


def text(notebook):
    """The text cells of a notebook, a dict, as one text."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def rows(head, lines):
    """A Markdown table of lists of cells."""
    lines = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


def summary(name, notebook):
    """What a chapter says of itself: its number, title, minutes and memory, what it needs and gives."""
    whole = text(notebook)
    reading, running, memory = re.search(TIMES, whole, re.M).groups()
    title = re.match(r"# (\d+\. .+)", whole)[1]
    numbers = {"reading": int(reading), "running": int(running), "memory": memory}
    exercises = sum("exercise" in cell["metadata"].get("tags", []) for cell in notebook["cells"])
    link = f"[{title}]({name}.ipynb)"
    said = notebook["metadata"]["teaching"]  # what it needs and gives
    return {"number": int(name[:2]), "link": link, "exercises": exercises} | numbers | said


def part(chapters, course):
    """The table of a part of the series, the course or the lab, with its minutes."""
    heads = [summary(*chapter) for chapter in chapters.items()]
    heads = [head for head in heads if (head["number"] <= COURSE) == course]
    reading, running = (sum(head[key] for head in heads) for key in ("reading", "running"))
    names = ["link", "gives", "reading", "running", "memory"]
    table = rows(
        ["chapter", "afterwards you can", "minutes to read", "minutes to run", "GB of memory"],
        [[head[name] for name in names] for head in heads],
    )
    return f"{len(heads)} chapters, {reading} minutes to read, {running} to run on two cores without a GPU.\n\n{table}"


def needs(chapters):
    """What each chapter needs and gives, for teachers."""
    heads = [summary(*chapter) for chapter in chapters.items()]
    names = ["link", "needs", "gives", "reading", "running", "exercises"]
    return rows(
        ["chapter", "needs", "gives", "minutes to read", "minutes to run", "exercises"],
        [[head[name] for name in names] for head in heads],
    )


def verdicts_in(chapters):
    """{claim: [(chapter, verdict, evidence)]} as the chapters state them."""
    found = {}
    for name, notebook in chapters.items():
        section = text(notebook).split("## Claims")[1].split("## Key points")[0]
        for number, verdict, evidence in re.findall(CLAIM, section, re.M):
            evidence = evidence.replace("](#", f"]({name}.ipynb#")
            found.setdefault(int(number), []).append((name, verdict.lower(), evidence))
    return found


def claims(chapters):
    """All claims with their verdicts as one table, and below it the evidence that the chapters give."""
    says = pd.read_csv(DATA / "claims.csv", index_col="claim", encoding="utf-8")["says"]
    stated = verdicts_in(chapters)
    lines, evidence = [], []
    for number, claim in says.items():
        places = stated.get(number, [])
        where = [f"[{int(name[:2])}]({name}.ipynb#Claims)" for name, _, _ in places]
        verdict = places[0][1] if places else UNTESTED
        lines.append([number, claim, verdict, ", ".join(where) or "a later chapter"])
        if places:
            evidence.append(f"**Claim {number}: {claim}** ({verdict})\n")
            evidence += [
                f"- [Chapter {int(name[:2])}]({name}.ipynb#Claims): {said}"
                for name, _, said in places
            ]
            evidence.append("")
    table = rows(["claim", "the article says", "verdict", "chapters"], lines)
    return table + "\n## The evidence\n\n" + "\n".join(evidence)


def parameters(chapters):
    """The parameters of all chapters."""
    lines = [
        [int(name[:2]), *parameter]
        for name, notebook in chapters.items()
        for parameter in re.findall(PARAMETER, text(notebook), re.M)
    ]
    return rows(["chapter", "parameter", "default", "allowed", "meaning"], lines)


def verdicts():
    """What the sentences of verdict rest on, recomputed from the recorded rows; empty where none is recorded yet."""
    if not list((DATA / "verdicts").glob("*.csv")):
        return ""
    from utils.verdicts import verdicts as recomputed  # loads much

    lines = [
        [
            row.chapter,
            row.sentence,
            f"[{row.table}](../site/measurements/{row.table}.md)",
            row.n,
            f"{row.mean:.3g} ({row.low:.3g} to {row.high:.3g}) {row.unit}",
            "" if pd.isna(row.p) else f"{row.p:.2g}",
            row.shows,
        ]
        for row in recomputed().itertuples()
    ]
    head = ["chapter", "sentence", "table", "n", "mean (95% interval)", "p, after Holm", "shows"]
    return "## What the sentences of verdict rest on\n\n" + rows(head, lines)
