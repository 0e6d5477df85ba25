"""What a report of a problem needs: `python -m utils.about` prints versions, platform and commit."""

import importlib.metadata
import platform

from utils.provenance import provenance

SHOWN = ("jupyterlab", "ipykernel", "papermill", "pandas", "matplotlib", "seaborn", "distributed")
"""Packages beside the numerical ones whose versions matter to a report."""


def about():
    """Return what to put into a report: {name: text}."""
    found = provenance("")
    changed = ", with changes" if found["changed"] else ""
    facts = {
        "series": f"{_version('lenet5-series')}, commit {found['commit'] or 'unknown'}{changed}",
        "platform": platform.platform(),
        "processor": f"{found['processor']}, {found['cores']} cores",
    }
    return facts | found["versions"] | {name: _version(name) for name in SHOWN}


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    for name, text in about().items():
        print(f"{name:14} {text}")
