"""Make the book: `make site`, or `python site/build.py [FOLDER]`. Nothing is executed, and nothing is fetched.

The pages are put together in `site/_work` (the notebooks with their committed outputs, the recorded tables, the cards),
and Sphinx makes `site/_build`, or FOLDER, of them. A warning is an error.
"""

import copy
import json
import shutil
import sys
from functools import partial
from pathlib import Path

SITE = Path(__file__).resolve().parent
sys.path[:0] = [str(SITE), str(SITE.parent)]

try:
    from sphinx.cmd.build import main as sphinx
except ImportError:
    sys.exit("error: Sphinx is missing; `make site` installs what the book needs")

import measured  # noqa: E402
import tables  # noqa: E402
from conf import HOME, REPOSITORY  # noqa: E402
from pages import chapter, glossary_terms, to_sections, with_links  # noqa: E402

from utils.paths import DATA, NOTEBOOKS, ROOT, series  # noqa: E402
from utils.records import write_text  # noqa: E402

CARDS = {"data": DATA / "README.md", "changes": ROOT / "CHANGELOG.md"} | {
    f"cards/{card.parent.name}": card for card in sorted(DATA.glob("*/README.md"))
}
"""Files of the repository that are pages too, by their names in the book."""
PAGE = SITE / "page" / "index.html"
"""The network in the browser, where there is one; `draw.md` shows it."""
DRAW = """[**Draw a digit**](../site/draw.md), here in your browser, and see what the network makes of it.

```{toctree}
:hidden:

draw
```
"""
WRITTEN = {
    path.stem: path for path in sorted(SITE.glob("*.md")) if path.stem != "draw" or PAGE.is_file()
}
"""The pages that are written by hand, in this folder."""
FILES = f"{REPOSITORY}/blob/{HOME['branch']}"


def elsewhere(target, folder):
    """Where a link of a file in `folder` leads in the book: a page, or the file in the repository."""
    path, _, anchor = target.partition("#")
    file = (folder / path).resolve()
    anchor = f"#{anchor}" if anchor else ""
    names = {file: name for name, file in (CARDS | WRITTEN).items()}
    names |= {ROOT / "README.md": "index", PAGE: "draw"}
    if file.suffix == ".ipynb":
        return f"/notebooks/{file.name}{anchor}"
    if file in names:
        return f"/{names[file]}.md{anchor}"
    if file.parent == NOTEBOOKS / "pictures":
        return f"/pictures/{file.name}"
    if file.parent == SITE / "measurements":
        return f"/measurements/{file.name}"
    return f"{FILES}/{file.relative_to(ROOT).as_posix()}{anchor}"


def put_chapters(chapters, pages):
    """Write the notebooks as pages; return {chapter: {term of the glossary: section that explains it}}."""
    terms = glossary_terms(WRITTEN["glossary"].read_text(encoding="utf-8"))
    sections = {}
    for name, notebook in chapters.items():
        made = copy.deepcopy(notebook)
        link = partial(elsewhere, folder=NOTEBOOKS)
        sections[name] = chapter(made, terms.get(name, []), link)
        write_text(pages / "notebooks" / f"{name}.ipynb", json.dumps(made))
    return sections


def put_pages(sections, pages):
    """Write the pages that are written by hand, and the cards."""
    for name, file in (CARDS | WRITTEN).items():
        text = file.read_text(encoding="utf-8")
        if name == "glossary":
            text = to_sections(text, sections)
        write_text(pages / f"{name}.md", with_links(text, partial(elsewhere, folder=file.parent)))


def put_tables(chapters, pages):
    """Write the pages of the recorded tables, and what other pages include."""
    listed = measured.about()
    parts = {
        "course": tables.part(chapters, course=True),
        "lab": tables.part(chapters, course=False),
        "needs": tables.needs(chapters),
        "claims": tables.claims(chapters),
        "verdicts": tables.verdicts(),
        "parameters": tables.parameters(chapters),
        "measurements": measured.listed(listed),
        "draw": DRAW if PAGE.is_file() else "",
    }
    for name, part in parts.items():
        made = with_links(part, partial(elsewhere, folder=NOTEBOOKS))
        write_text(pages / "parts" / f"{name}.md", made)
    for name, (what, where) in listed.items():
        write_text(pages / "measurements" / f"{name}.md", measured.page(name, what, where, FILES))


def main(arguments):
    """Put the pages together and have Sphinx make the book; return its exit status."""
    book = Path(arguments[0]).resolve() if arguments else SITE / "_build"
    work = book.parent / "_work"
    for folder in (work, book):
        shutil.rmtree(folder, ignore_errors=True)
    pages, made = work / "pages", work / "html"
    chapters = {n: json.loads(path.read_text(encoding="utf-8")) for n, path in series().items()}
    put_pages(put_chapters(chapters, pages), pages)
    put_tables(chapters, pages)
    shutil.copytree(NOTEBOOKS / "pictures", pages / "pictures")
    status = sphinx(["-W", "--keep-going", "-q", "-c", str(SITE), str(pages), str(made)])
    if not status:
        if PAGE.is_file():
            shutil.copytree(PAGE.parent, made / PAGE.parent.name)
        made.rename(book)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
