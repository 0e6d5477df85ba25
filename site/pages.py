"""What becomes of the repository's files when they become pages of the book."""

import re

BADGE = r"\[!\[[^]]*\]\([^)]*\)\]\([^)]*\)\n*"
NO_HEAD = r"^\| \| \|$"
EMPTY_HEAD = r"<th([^>]*)>\s*(?:&nbsp;)?\s*</th>"
COLORS = r' style="color: #\w{6}; text-decoration-color: #\w{6}"'
CODE = r"```[\s\S]*?```|`[^`\n]*`"
PLAIN_ANCHOR = r"[\w.,:;'?!+-]+"
BOLD = r"\*\*([^*\n]+)\*\*"


def jupyter_anchor(title):
    """The anchor of a heading as Jupyter makes it, so that the notebooks' links hold in the book too."""
    return title.strip().replace("`", "").replace(" ", "-")


def glossary_terms(glossary):
    """{chapter: [terms]} of the glossary's source: a term stands alone in its line, its text is indented below it."""
    found = {}
    entry = r"^(\S.*)\n((?:  .*\n)+)"
    for term, text in re.findall(entry, glossary.split(":::{glossary}")[1], re.M):
        (name,) = re.findall(r"\(\.\./notebooks/(\d\d_\w+)\.ipynb\)", text)
        found.setdefault(name, []).append(term)
    return found


def to_sections(glossary, sections):
    """The glossary with links that lead to the section where a chapter explains the term.

    Args:
        glossary: its source.
        sections: {chapter: {term: anchor}}.
    """
    for name, found in sections.items():
        for term, anchor in found.items():
            if not re.fullmatch(PLAIN_ANCHOR, anchor):
                continue  # a formula or a bracket in the heading: the chapter's beginning must do
            entry = rf"(^{re.escape(term)}\n(?:  .*\n)*?  .*/{name}\.ipynb)\)"
            with_anchor = rf"\1#{anchor})"
            glossary = re.sub(entry, with_anchor, glossary, count=1, flags=re.M)
    return glossary


def entry_for(bold, terms):
    """The term that a text in bold stands for, maybe in the plural, with a capital or as in "overfitting", or None."""
    names = {term.lower(): term for term in terms}
    said = bold.lower()
    forms = (said, *(said.removesuffix(ending) for ending in ("s", "es", "ting")))
    return next((names[form] for form in forms if form in names), None)


def chapter(notebook, terms, elsewhere):
    """Change a notebook, a dict, into a page: in place.

    The alt text of a picture goes where myst-nb looks for it, folded cells are closed, first uses of the glossary's terms
    become links, links to files that are no pages lead to the repository, and the Colab badge goes: the page has a button.
    What axe finds in tables of outputs is mended. The block for teachers goes, which myst-nb would print.

    Args:
        notebook: as read from its file.
        terms: the terms of the glossary that this chapter explains.
        elsewhere: function of a link's target that returns the target in the book.

    Returns:
        {term: anchor of the section that explains it}.
    """
    sections, heading = {}, ""
    notebook["metadata"].pop("teaching", None)
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        tags = metadata.get("tags", [])
        if "folded" in tags:
            metadata["tags"] = [*tags, "hide-input"]
            metadata["mystnb"] = {"code_prompt_show": _prompt(cell, tags)}
        if cell["cell_type"] == "markdown":
            text = re.sub(BADGE, "", "".join(cell["source"]))
            text = re.sub(NO_HEAD, "| about | this chapter |", text, flags=re.M)
            lines = with_links(text, elsewhere).split("\n")
            for number, line in enumerate(lines):
                if title := re.match(r"#+ (.+)", line):
                    heading = jupyter_anchor(title[1])
                lines[number] = _explained(line, terms, sections, heading)
            cell["source"] = "\n".join(lines)
        for output in cell.get("outputs", []):
            if table := output.get("data", {}).get("text/html"):
                output["data"]["text/html"] = _readable("".join(table))
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                metadata.setdefault("mystnb", {})["image"] = {"alt": alt}
    return sections


def _readable(table):
    """A table of an output without heads that say nothing, and without Keras's colors, too pale on either ground."""
    return re.sub(COLORS, "", re.sub(EMPTY_HEAD, r"<td\1></td>", table))


def _prompt(cell, tags):
    """What stands above a folded cell's code."""
    if "# @title Set-up" in "".join(cell["source"]):
        return "Set-up, the same in every chapter"
    return "The parameters" if "parameters" in tags else "Show the code"


def _explained(line, terms, sections, heading):
    """The line with first uses in bold as links to the glossary; where they stand is noted in `sections`."""

    def link(match):
        term = entry_for(match[1], set(terms) - set(sections))
        if term is None:
            return match[0]
        sections[term] = heading
        return f"{{term}}`{match[1]} <{term}>`"

    return re.sub(BOLD, link, line)


def with_links(text, elsewhere):
    """The text with the target of each link that is no web address as `elsewhere` gives it; code stays as it is."""
    return re.sub(
        rf"({CODE})|\]\((?!https?:|#)([^)\s]+)\)",
        lambda match: match[1] or f"]({elsewhere(match[2])})",
        text,
    )
