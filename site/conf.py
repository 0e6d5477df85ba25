"""How Sphinx makes the book from the pages that `build.py` has put together."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOME = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["series"]
REPOSITORY = f"https://github.com/{HOME['repository']}"

project = "LeNet-5, from digits to areas"
author = "The authors of LeNet-5, from digits to areas"
copyright = "the authors; MIT license"
extensions = ["myst_nb", "sphinx-mathjax-offline"]
templates_path = ["_templates"]
exclude_patterns = ["parts"]

highlight_language = "none"  # commands are no Python
nb_execution_mode = "off"
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_heading_slug_func = "pages.jupyter_anchor"
suppress_warnings = ["mystnb.unknown_mime_type"]

html_baseurl = "https://{}.github.io/{}/".format(*HOME["repository"].split("/"))
html_theme = "sphinx_book_theme"
html_title = project
html_static_path = ["_static"]
html_css_files = ["book.css"]
html_show_sphinx = False
html_copy_source = False
html_search_scorer = str(ROOT / "site" / "_static" / "scorer.js")
html_use_index = False  # the glossary is the index
html_show_search_summary = False  # it would fetch pages, which file:// forbids
html_context = {"default_mode": "auto"}
html_theme_options = {
    "repository_url": REPOSITORY,
    "repository_branch": HOME["branch"],
    "navbar_persistent": [],  # the search is in the sidebar
    "use_repository_button": True,
    "use_issues_button": True,
    "use_download_button": False,  # the page's source is not the notebook
    "launch_buttons": {
        "colab_url": "https://colab.research.google.com",
        "binderhub_url": "https://mybinder.org",
        "notebook_interface": "jupyterlab",
    },
    "show_toc_level": 2,
    "use_sidenotes": False,
}
