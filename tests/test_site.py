"""The book, made and opened in a real browser from its files."""

import re
import subprocess
import sys
from urllib.parse import unquote, urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser import started
from tests.notebooks import NOTEBOOKS
from utils.paths import MEASUREMENTS, ROOT

pytestmark = pytest.mark.slow
PAGE = ROOT / "site" / "page" / "index.html"
PHONE = {"width": 360, "height": 740}
PAPER = {"width": 794, "height": 1_123}  # A4 at 96 pixels an inch
FACTS = """() => ({
    headings: [...document.querySelectorAll("main h1, main h2, main h3, main h4, main h5, main h6")]
        .filter(heading => heading.checkVisibility()).map(heading => Number(heading.tagName[1])),
    ids: [...document.querySelectorAll("[id]")].map(element => element.id),
    links: [...document.querySelectorAll("a[href]")].map(link => link.href),
    pictures: [...document.querySelectorAll("img")].map(picture => picture.alt),
    outputs: [...document.querySelectorAll(".cell_output img")].map(picture => picture.alt),
    open: document.querySelectorAll("main details[open]").length,
})"""
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
DARK = "() => document.documentElement.dataset.theme === 'dark'"
CUT = """() => [...document.querySelectorAll("main pre, main .scroll")]
    .filter(block => block.offsetParent && block.scrollWidth > block.clientWidth + 1)
    .map(block => block.innerText.slice(0, 60))"""
THIN = """() => {
    const looks = piece => {
        const style = getComputedStyle(piece);
        return [style.color, style.backgroundColor, style.fontSize, style.fontWeight].join();
    };
    const seen = new Set();
    const alike = [...document.querySelectorAll("pre span")]
        .map(piece => [piece, looks(piece)])
        .filter(([_, look]) => seen.has(look) || !seen.add(look));
    alike.forEach(([piece]) => piece.replaceWith(...piece.childNodes));
    document.querySelectorAll("tbody tr:nth-child(n + 9)").forEach(row => row.remove());
}"""
"""Leave of code that looks alike one piece, and of a table eight rows: on colors, axe judges each piece and each cell."""
COLORS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that a color scheme can break."""
SETTLES = 300
"""Milliseconds that a page's scripts may take after it has loaded."""
KNOWN = {}
"""Rules of axe that the theme breaks: {rule: where it is reported}."""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The folder of the book, made without a warning."""
    folder = tmp_path_factory.mktemp("site") / "book"
    command = [sys.executable, "site/build.py", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    said = done.stdout + done.stderr
    assert done.returncode == 0 and not said, said
    return folder


@pytest.fixture(scope="module")
def browser():
    with started() as browser:
        yield browser


def names(book):
    """The pages of the book by their paths; the page that draws has tests of its own."""
    found = sorted(path.relative_to(book).as_posix() for path in book.rglob("*.html"))
    return [name for name in found if not name.startswith(("page/", "_static/"))]


def complaints(window, rules=None):
    """What axe finds wrong with a page, by all of its rules or by these: rules, an example, how many.

    What it finds must last: a page may still move after its size or its colors have changed.
    """
    options = {"preload": False, "resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    for _ in range(3):
        found = [
            (rule["id"], rule["nodes"][0]["html"][:200], len(rule["nodes"]))
            for rule in Axe().run(window, options=options).response["violations"]
            if rule["id"] not in KNOWN
        ]
        if not found:
            break
        print(window.url, found)
        window.wait_for_timeout(SETTLES)
    return found


@pytest.fixture(scope="module")
def facts(book, browser):
    """{page: what it holds, asks for, and complains of in each scheme}."""
    found, asked, wrong = {}, [], []
    window = browser.new_page()
    window.on("request", lambda request: asked.append(request.url))
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on("console", lambda said: wrong.append(said.text) if said.type == "error" else 0)
    screen = window.viewport_size
    for name in names(book):
        window.emulate_media(media="screen", color_scheme="light")
        window.goto((book / name).as_uri())
        window.wait_for_timeout(SETTLES)
        found[name] = window.evaluate(FACTS) | {"asked": [*asked], "wrong": [*wrong]}
        window.set_viewport_size(PHONE)
        found[name]["wide"] = window.evaluate(TOO_WIDE)
        window.set_viewport_size(PAPER)
        window.emulate_media(media="print")
        found[name]["cut"] = window.evaluate(CUT)
        window.set_viewport_size(screen)
        window.emulate_media(media="screen")
        window.add_style_tag(content="* { transition: none !important }")  # colors change at once
        window.evaluate(THIN)
        found[name]["light"] = complaints(window)
        window.emulate_media(color_scheme="dark")
        window.wait_for_function(DARK)
        found[name]["dark"] = complaints(window, COLORS)
        asked.clear()
        wrong.clear()
    window.close()
    return found


def only_wrong(found):
    return {name: wrong for name, wrong in found.items() if wrong}


def test_every_chapter_and_every_recorded_table_has_a_page(book):
    pages = {f"notebooks/{name}.html" for name in NOTEBOOKS}
    pages |= {f"measurements/{path.stem}.html" for path in MEASUREMENTS.glob("*.csv")}
    assert pages <= set(names(book))


def test_every_page_opens_from_its_file_alone(book, facts):
    home = (book.as_uri(), "data:", "blob:")
    asked = {n: [url for url in f["asked"] if not url.startswith(home)] for n, f in facts.items()}
    assert not only_wrong(asked)
    assert not only_wrong({name: found["wrong"] for name, found in facts.items()})


def test_headings_are_in_order(facts):
    for name, found in facts.items():
        levels = found["headings"]
        assert levels[:1] == [1] and levels.count(1) == 1, (name, levels)
        assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), (name, levels)


def test_every_link_within_the_book_leads_somewhere(book, facts):
    for name, found in facts.items():
        for link in set(found["links"]):
            if not link.startswith("file:"):
                assert link.startswith("https://"), (name, link)
                continue
            address, anchor = map(unquote, urldefrag(link))
            assert address.startswith(book.as_uri()), (name, link)
            target = address.removeprefix(f"{book.as_uri()}/")
            assert (book / target).is_file(), (name, link)
            if anchor and target in facts:
                assert anchor in facts[target]["ids"], (name, link)


def test_every_picture_has_the_alt_text_of_its_notebook(facts):
    for name, notebook in NOTEBOOKS.items():
        alts = [
            output.metadata["image/png"]["alt"]
            for cell in notebook.cells
            for output in cell.get("outputs", [])
            if "image/png" in output.get("data", {})
        ]
        assert alts and facts[f"notebooks/{name}.html"]["outputs"] == alts, name
    assert all(all(found["pictures"]) for found in facts.values())


def test_solutions_and_set_up_are_folded(facts):
    assert not only_wrong({name: found["open"] for name, found in facts.items()})


def test_nothing_is_wider_than_a_phone(facts):
    assert not only_wrong({name: found["wide"] for name, found in facts.items()})


def test_paper_cuts_no_code_and_no_table(facts):
    assert not only_wrong({name: found["cut"] for name, found in facts.items()})


def test_search_finds_the_receptive_field_in_chapter_2_first(book, browser):
    window = browser.new_page()
    window.goto(f"{(book / 'search.html').as_uri()}?q=receptive+field")
    first = window.locator("#search-results li a").first
    first.wait_for(timeout=20_000)
    assert "notebooks/02_pad_to_32x32.html" in first.get_attribute("href")
    window.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible(facts, scheme):
    assert not only_wrong({name: found[scheme] for name, found in facts.items()})


def test_the_rocket_leads_to_the_same_places_as_the_badges(facts):
    for name, notebook in NOTEBOOKS.items():
        badge = re.search(r"\]\((https://colab[^)]+\.ipynb)\)", notebook.cells[0].source)[1]
        links = facts[f"notebooks/{name}.html"]["links"]
        assert badge in links
        assert any(link.startswith("https://mybinder.org") and name in link for link in links)


def test_the_keyboard_reaches_the_text_and_the_chapters(book, browser):
    window = browser.new_page()
    window.goto((book / "index.html").as_uri())
    focused = "document.activeElement.innerText"
    window.keyboard.press("Tab")
    assert "Skip to main content" in window.evaluate(focused)
    for _ in range(30):
        window.keyboard.press("Tab")
        if window.evaluate(focused).startswith("1. Load MNIST"):
            break
    window.keyboard.press("Enter")
    window.wait_for_url("**/01_load_mnist.html")
    window.close()


@pytest.mark.skipif(not PAGE.is_file(), reason="there is no page to draw on yet")
def test_from_the_start_page_to_a_digit_that_is_read(book, browser):
    window = browser.new_page()
    window.goto((book / "index.html").as_uri())
    window.get_by_role("link", name="Draw a digit").first.click()
    window.wait_for_url("**/draw.html")
    frame = window.frame_locator("iframe.page")
    paper = frame.locator("#paper")
    paper.scroll_into_view_if_needed()
    place = paper.bounding_box()
    left, top = place["x"] + place["width"] / 2, place["y"] + place["height"] / 5
    window.mouse.move(left, top)
    window.mouse.down()
    window.mouse.move(left, top + place["height"] * 0.6, steps=20)
    window.mouse.up()
    expect(frame.locator("#answer")).to_contain_text("1")
    window.close()
