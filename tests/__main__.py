"""The checks, the same on every platform: `python -m tests`, `python -m tests check`, `python -m tests slow`.

check   what takes a minute: style, spelling, the notebooks' form, quick unit tests
all     that, the longer unit tests, and every notebook executed with its compared outputs; without a name, this
slow    what takes long or needs a browser
"""

import subprocess
import sys

from utils.paths import ROOT

PYTEST = ["pytest", "-n", "2", "--dist", "loadscope", "-m"]
STYLE = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["codespell_lib"]]
NBVAL = ["--nbval-lax", "--nbval-current-env"]
CHECKS = {
    "check": [*STYLE, [*PYTEST, "not long and not slow", "tests"]],
    "all": [*STYLE, [*PYTEST, "not slow", *NBVAL, "notebooks", "tests"]],
    "slow": [[*PYTEST, "slow", "tests"]],
}


def main(arguments):
    """Run the checks that `arguments` names until one fails; return its exit status, or 2 for an unknown name."""
    name = arguments[0] if arguments else "all"
    if len(arguments) > 1 or name not in CHECKS:
        print(f"error: {' '.join(arguments)!r}; allowed: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    for command in CHECKS[name]:
        status = subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode
        if status:
            return status
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
