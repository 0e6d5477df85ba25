"""Make the book: `make site`, or `python site/build.py`. Nothing is executed, and nothing is fetched.

The pages are put together in `site/_work` (the notebooks with their committed outputs, the recorded tables, the cards),
and Sphinx makes `site/_build` of them. A warning is an error.
"""

import json
import re
import shutil
import sys
from functools import partial
from pathlib import Path

import pandas as pd
from sphinx.cmd.build import main as sphinx

SITE = Path(__file__).resolve().parent
sys.path.insert(0, str(SITE))

from conf import HOME, REPOSITORY  # noqa: E402
from pages import chapter, with_links  # noqa: E402

from utils.paths import DATA, MEASUREMENTS, MODELS, ROOT, series  # noqa: E402
from utils.records import head, recorded  # noqa: E402

PAGES, MADE, BUILD = SITE / "_work" / "pages", SITE / "_work" / "html", SITE / "_build"
WRITTEN = ("index.md", "glossary.md")
"""The pages that are written by hand, in this folder."""
CARDS = {"data": DATA / "README.md", "models": MODELS / "README.md"}
"""Pages that are cards of the repository, by their names in the book."""
ROWS = 200
"""As many rows of a recorded table stand on its page."""


def elsewhere(target, folder):
    """Where a link of a file in `folder` leads in the book: a page, or the file in the repository."""
    path, _, anchor = target.partition("#")
    file = (folder / path).resolve()
    anchor = f"#{anchor}" if anchor else ""
    if file.suffix == ".ipynb":
        return f"/notebooks/{file.name}{anchor}"
    for name, card in CARDS.items():
        if file == card:
            return f"/{name}.md{anchor}"
    if file == ROOT / "README.md":
        return "/index.md"
    return f"{REPOSITORY}/blob/{HOME['branch']}/{file.relative_to(ROOT).as_posix()}{anchor}"


def glossary():
    """{chapter: {term: anchor}} from the glossary: each entry begins with `## term` and names its chapter."""
    text = (SITE / "glossary.md").read_text(encoding="utf-8")
    found = {}
    for term, name in re.findall(r"^## (.+)\n\n[\s\S]*?\(notebooks/(\d\d_\w+)\.ipynb", text, re.M):
        found.setdefault(name, {})[term] = term.replace(" ", "-")
    return found


def put_chapters():
    """Write the notebooks as pages."""
    terms = glossary()
    for name, path in series().items():
        notebook = json.loads(path.read_text(encoding="utf-8"))
        chapter(notebook, terms.get(name, {}), partial(elsewhere, folder=path.parent))
        (PAGES / "notebooks" / path.name).write_text(json.dumps(notebook), encoding="utf-8")


def put_cards():
    """Write the cards of the data and of the models as pages."""
    for name, card in CARDS.items():
        text = card.read_text(encoding="utf-8")
        page = with_links(text, partial(elsewhere, folder=card.parent))
        (PAGES / f"{name}.md").write_text(page, encoding="utf-8")


def put_measurements():
    """Write a page for each recorded table, with its command and its origin, and one that lists them."""
    about = dict(
        re.findall(
            r"^\| `(\w+)\.csv` \| ([^|]+) \|", CARDS["data"].read_text(encoding="utf-8"), re.M
        )
    )
    names = sorted(path.stem for path in MEASUREMENTS.glob("*.csv"))
    for name in names:
        command, *origin = head(name)
        table = recorded(name)
        lines = [f"# {name}", about[name].capitalize() + ".", f"```\n{command}\n```"]
        lines.append(
            f"{len(table):,} rows ({'all' if len(table) <= ROWS else f'the first {ROWS}'} below)."
        )
        file = f"data/measurements/{name}.csv"
        lines.append(f"[{file}]({REPOSITORY}/blob/{HOME['branch']}/{file})")
        lines.append(_html(table.head(ROWS)))
        lines.append("## Where the numbers come from")
        lines += [f"```\n{line}\n```" for line in origin]
        page = "\n\n".join(lines) + "\n"
        (PAGES / "measurements" / f"{name}.md").write_text(page, encoding="utf-8")
    rows = pd.Series(about, name="what").loc[names]
    listed = "\n".join(
        f"| [{name}](measurements/{name}.md) | {what} |" for name, what in rows.items()
    )
    toc = "\n".join(f"measurements/{name}" for name in names)
    text = f"""# Recorded measurements

Each table was made by one command, which anybody can repeat; the page of a table says which, from which code, when, and on what machine.

| table | what |
|---|---|
{listed}

```{{toctree}}
:hidden:

{toc}
```
"""
    (PAGES / "measurements.md").write_text(text, encoding="utf-8")


def _html(table):
    inner = table.to_html(index=False, border=0, na_rep="", classes="recorded")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="The table">\n{inner}\n</div>'
    )


def main():
    """Put the pages together and have Sphinx make the book; return its exit status."""
    for folder in (PAGES.parent, BUILD):
        shutil.rmtree(folder, ignore_errors=True)
    for folder in ("notebooks", "measurements"):
        (PAGES / folder).mkdir(parents=True)
    for name in WRITTEN:
        shutil.copy(SITE / name, PAGES)
    put_chapters()
    put_cards()
    put_measurements()
    status = sphinx(["-W", "--keep-going", "-q", "-c", str(SITE), str(PAGES), str(MADE)])
    if not status:
        MADE.rename(BUILD)
    return status


if __name__ == "__main__":
    sys.exit(main())
