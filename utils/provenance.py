"""Where a number comes from: the commit, the code that made it, versions, processor, date."""

import ast
import functools
import hashlib
import importlib.metadata
import os
import platform
import subprocess
import time
from pathlib import Path

from utils.paths import ROOT

NUMERICAL = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "scikit-image")
"""The packages whose versions can change a number."""


def provenance(code):
    """Return where a result that is being made comes from, as a dict of plain values.

    Args:
        code: the hash of the code that makes it: see `code_hash`.

    Returns:
        `commit` ("" outside of git), `changed` (whether files differ from that commit), `code`, `date` (UTC),
        `processor`, `cores`, `versions` of Python and of the `NUMERICAL` packages.
    """
    return {
        **_commit(),
        "code": code,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "versions": {"python": platform.python_version(), **versions()},
    }


def versions(packages=NUMERICAL):
    """Return the versions of packages, {package: version}; "not installed" where there is none of that name."""
    return {name: _version(name) for name in packages}


def _version(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def code_hash(code):
    """Return a hash of `code`, Python text, and of every module of `utils` that it imports, directly or not.

    Comments, docstrings and layout do not count, nor does anything else in the repository: a changed constant gives
    another hash, a better sentence does not. It is the same on every version of Python.

    Args:
        code: Python source, such as `import utils.experiments.ladder` or the code cells of a notebook.

    Returns:
        12 hexadecimal digits.
    """
    tree = ast.parse(code)
    modules = sorted(closure(tree).items())
    parts = [_structure(tree), *(f"{module} {_read(file)[1]}" for module, file in modules)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def closure(tree):
    """Return the modules of `utils` that a syntax tree imports, directly or not, at the top or in functions: {name: file}."""
    found, waiting = {}, list(imports(tree))
    while waiting:
        module = waiting.pop()
        file = _file(module)
        if file and module not in found:
            found[module] = file
            waiting += _read(file)[0]
    return found


def imports(tree):
    """Yield the names of `utils` that a syntax tree imports: modules, and what may be a module or something in one."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        yield from (name for name in names if name.split(".")[0] == "utils")


def _file(module):
    """The file of a module, None if there is none: then the name is something in a module."""
    path = ROOT.joinpath(*module.split("."))
    places = (path.with_suffix(".py"), path / "__init__.py")
    return next((place for place in places if place.is_file()), None)


@functools.cache
def _read(file):
    """What a file imports of `utils`, and its structure."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return tuple(imports(tree)), _structure(tree)


def _structure(node):
    """A syntax tree as text without docstrings, line numbers, and what only newer versions of Python write down."""
    if isinstance(node, list):
        kept = [item for item in node if not _is_text(item)]
        return f"[{', '.join(map(_structure, kept))}]"
    if isinstance(node, ast.AST):
        fields = ((name, value) for name, value in ast.iter_fields(node) if value not in (None, []))
        inside = ", ".join(f"{name}={_structure(value)}" for name, value in fields)
        return f"{type(node).__name__}({inside})"
    return repr(node)


def _is_text(node):
    """Whether a statement is a mere string: a docstring of a module, class or function, or below a constant."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@functools.cache
def _commit():
    found = _git("rev-parse", "HEAD")
    return {"commit": found, "changed": bool(found and _git("status", "--porcelain"))}


def _git(*arguments):
    """What git says about the series, or "" where there is no git or this is no checkout of its own."""
    try:
        top = subprocess.run(
            ["git", "-C", str(ROOT), "rev-parse", "--show-toplevel"],
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout.strip()
        if not top or not Path(top).samefile(ROOT):
            return ""
        command = ["git", "-C", str(ROOT), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _processor():
    """The processor's name, as far as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
