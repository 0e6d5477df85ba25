"""What becomes of the repository's files when they become pages of the book."""

import re

TAGS = {"folded": "hide-input"}
"""Tags of a notebook's cells, and what myst-nb calls them."""


def jupyter_anchor(title):
    """The anchor of a heading as Jupyter makes it, so that the notebooks' links hold in the book too."""
    return title.strip().replace(" ", "-")


def chapter(notebook, glossary, elsewhere):
    """Change a notebook, a dict, into a page: in place.

    The alt text of a picture goes where myst-nb looks for it, folded cells are closed, first uses of glossary terms become
    links, links to files that are no pages lead to the repository, and the Colab badge goes: the page has a button.

    Args:
        notebook: as read from its file.
        glossary: {term: anchor}, the terms that this chapter explains.
        elsewhere: function of a link's target that returns the target in the book.
    """
    left = dict(glossary)
    for cell in notebook["cells"]:
        metadata = cell["metadata"]
        tags = metadata.get("tags", [])
        metadata["tags"] = tags + [name for tag, name in TAGS.items() if tag in tags]
        if cell["cell_type"] == "markdown":
            text = re.sub(r"\[!\[[^]]*\]\([^)]*\)\]\([^)]*\)\n*", "", "".join(cell["source"]))
            cell["source"] = _explained(with_links(text, elsewhere), left)
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("image/png", {}).get("alt")
            if alt:
                metadata["mystnb"] = {"image": {"alt": alt}}


def with_links(text, elsewhere):
    """The text with the target of each link that is no web address as `elsewhere` gives it."""
    return re.sub(r"\]\((?!https?:|#)([^)\s]+)\)", lambda match: f"]({elsewhere(match[1])})", text)


def _explained(text, left):
    """The text with the first use of each term, in bold, as a link; these terms are taken from `left`."""
    for term in list(left):
        bold = f"**{term}**"
        if bold in text:
            text = text.replace(bold, f"[{bold}](../glossary.md#{left.pop(term)})", 1)
    return text
