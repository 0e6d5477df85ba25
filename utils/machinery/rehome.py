"""Give the repository another home: `make rehome REPO=owner/name BRANCH=main`.

The home is configured in `pyproject.toml`, under `[tool.series]`. This writes it there, and into all that repeats it: the
notebooks' badges and set-up cells, README.md, CITATION.cff, and the site. (Its buttons and its address are made of what
`pyproject.toml` says.) Tests hold all of them against `pyproject.toml`.
"""

import re
import sys
import tomllib

from utils.paths import NOTEBOOKS, ROOT
from utils.records import write_text

NAMED = ("pyproject.toml", "README.md", "CITATION.cff", "site/running.md")
"""Files beside the notebooks that name the home."""
NAME = r"[A-Za-z0-9][\w.-]*"


def rehome(repository, branch, root=ROOT):
    """Write `repository` ("owner/name" on GitHub) and `branch` into every file that names them.

    Returns:
        The paths of the files that changed.

    Raises:
        ValueError: one of the two is not a name that GitHub and git allow; no file was changed.
    """
    if not re.fullmatch(f"{NAME}/{NAME}", repository):
        raise ValueError(f"REPO is {repository!r}; allowed: owner/name")
    if not re.fullmatch(rf"{NAME}(/{NAME})*", branch):
        raise ValueError(f"BRANCH is {branch!r}; allowed: a branch's name, such as main")
    home = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["series"]
    old_repository, old_branch = re.escape(home["repository"]), re.escape(home["branch"])
    old_site, site = (
        "{}.github.io/{}/".format(*name.split("/")) for name in (home["repository"], repository)
    )
    patterns = {  # in notebooks the quotes of the set-up cell are escaped
        rf"\b{old_repository}/blob/{old_branch}/": f"{repository}/blob/{branch}/",
        rf'(\\?"){old_repository}\1, \1{old_branch}\1': rf"\1{repository}\1, \1{branch}\1",
        rf'^branch = "{old_branch}"$': f'branch = "{branch}"',
        rf"\b{old_repository}\b": repository,
        rf"\b{re.escape(old_site)}": site,
    }
    files = [root / name for name in NAMED]
    changed = []
    for file in [*files, *sorted((root / NOTEBOOKS.name).glob("*.ipynb"))]:
        text = new = file.read_text(encoding="utf-8")
        for pattern, replacement in patterns.items():
            new = re.sub(pattern, replacement, new, flags=re.MULTILINE)
        if new != text:
            write_text(file, new)
            changed.append(file)
    return changed


def main(arguments):
    """Write `arguments`, the repository and the branch, everywhere; return the exit status."""
    try:
        repository, branch = arguments
        changed = rehome(repository, branch)
    except ValueError as error:
        print(f"error: {error} (make rehome REPO=owner/name BRANCH=main)", file=sys.stderr)
        return 2
    print(f"{len(changed)} files now name {repository}, branch {branch}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
