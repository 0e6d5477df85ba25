"""The checks, the same on every platform: `python -m tests`, `python -m tests check`, `python -m tests slow`.

check   what takes a minute: style, spelling, the notebooks' form, quick unit tests
all     that, the longer unit tests, and every notebook executed with its compared outputs; without a name, this
slow    what takes long or needs a browser
"""

import os
import subprocess
import sys

from utils.machinery.jobs import THREADS
from utils.machinery.runs import longest_first
from utils.paths import NOTEBOOKS, ROOT, series

PYTEST = ["pytest", "-n", "2", "--dist", "loadscope", "-m"]
STYLE = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["codespell_lib"]]
NBVAL = ["--nbval-lax", "--nbval-current-env"]
CHAPTERS = [f"{NOTEBOOKS.name}/{name}.ipynb" for name in longest_first(series())]
CHECKS = {
    "check": [*STYLE, [*PYTEST, "not long and not slow", "tests"]],
    "all": [*STYLE, [*PYTEST, "not slow", *NBVAL, *CHAPTERS, "tests"]],
    "slow": [[*PYTEST, "slow", "--dist", "loadgroup", "tests"]],
}


def main(arguments):
    """Run the checks that `arguments` names until one fails; return its exit status, or 2 for an unknown name."""
    name = arguments[0] if arguments else "all"
    if len(arguments) > 1 or name not in CHECKS:
        print(f"error: {' '.join(arguments)!r}; allowed: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    one_core_each = os.environ | dict.fromkeys(THREADS, "1")  # two processes work side by side
    for command in CHECKS[name]:
        command = [sys.executable, "-m", *command]
        status = subprocess.run(command, cwd=ROOT, env=one_core_each).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
