"""What a report of a problem needs: `python -m utils.about` prints versions, platform and commit."""

import platform

from utils.provenance import provenance, versions

SHOWN = ("jupyterlab", "ipykernel", "papermill", "pandas", "matplotlib", "seaborn", "distributed")
"""Packages beside the numerical ones whose versions matter to a report."""


def about():
    """Return what to put into a report: {name: text}."""
    found = provenance("")
    changed = ", with changes" if found["changed"] else ""
    series = versions(["lenet5-series"])["lenet5-series"]
    facts = {
        "series": f"{series}, commit {found['commit'] or 'unknown'}{changed}",
        "platform": platform.platform(),
        "processor": f"{found['processor']}, {found['cores']} cores",
    }
    return facts | found["versions"] | versions(SHOWN)


if __name__ == "__main__":
    for name, text in about().items():
        print(f"{name:14} {text}")
