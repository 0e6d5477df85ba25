"""Re-execute the committed notebooks and normalize them: `python -m utils.machinery.refresh [NOTEBOOK ...]`.

Only what readers need is kept: sources, tags, outputs and counts 1..n. A second run on the same machine changes
nothing: cells tagged `timing`, whose output is this machine's seconds, keep the output they have until the code in
them or above them changes; their metadata hold a fingerprint of that code. The notebook's metadata repeat, for the
programs of teachers, what its head says of what it needs and gives; `--heads` writes only that, and executes nothing.
"""

import argparse
import base64
import hashlib
import re
import sys
import tempfile
from pathlib import Path

import nbformat

from utils.machinery.arguments import UsageError
from utils.machinery.notebooks import NotebookFailed, execute, find
from utils.paths import ROOT, series

README = ROOT / "README.md"
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}
"""Metadata of a cell tagged `folded`: Colab's and JupyterLab's way to hide its code."""
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TEACHING = {"needs": "You need", "gives": "Afterwards you can"}
"""Rows of a chapter's head that stand under `teaching` in the notebook's metadata, too."""


def normalize(executed, committed):
    """Return `executed` without anything that depends on when, where and by what it was executed.

    Args:
        executed: a notebook that just ran from top to bottom.
        committed: the notebook as it was before; its cells tagged `timing` lend their outputs.

    Raises:
        ValueError: a cell wrote to standard error or raised an error.
    """
    earlier = {cell.id: cell for cell in committed.cells}
    prints = fingerprints(executed)
    executed.metadata = nbformat.from_dict(METADATA | for_teachers(executed))
    for cell in executed.cells:
        tags = cell.metadata.get("tags", [])
        folded = FOLDED if "folded" in tags else {}
        cell.metadata = nbformat.from_dict(folded | ({"tags": tags} if tags else {}))
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "error" or output.get("name") == "stderr":
                raise ValueError(
                    f"cell {cell.execution_count} left an error or standard error: {output}"
                )
            output.pop("transient", None)
            if "text/plain" in output.get("data", {}):
                output.data["text/plain"] = re.sub(
                    r" at 0x[0-9a-f]+", "", output.data["text/plain"]
                )
            if "text/html" in output.get("data", {}):  # pandas gives a styled table a random name
                output.data["text/html"] = re.sub(
                    r"\bT_[0-9a-f]{5}(?=[_\s\"])", f"T_{cell.id}", output.data["text/html"]
                )
        cell.outputs = _merged(cell.outputs)
        if "timing" in tags:
            cell.metadata["timed"] = prints[cell.id]
            before = earlier.get(cell.id)
            if before and before.metadata.get("timed") == prints[cell.id]:
                cell.outputs = before.outputs
    return executed


def for_teachers(notebook):
    """Return what the table in a notebook's head says it needs and gives: {"teaching": {...}}, or {} without the table."""
    head = notebook.cells[0].source
    rows = {
        key: re.search(rf"^\| {row} \| (.+) \|$", head, re.MULTILINE)
        for key, row in TEACHING.items()
    }
    said = {key: row[1] for key, row in rows.items() if row}
    return {"teaching": said} if said else {}


def fingerprints(notebook):
    """Return a fingerprint of the code in and above each code cell: {cell id: 12 hexadecimal digits}.

    The first code cell, the set-up, is left out: it changes when the repository moves.
    """
    code, prints = hashlib.sha256(), {}
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in cells[1:]:
        code.update(cell.source.encode() + b"\0")
        prints[cell.id] = code.hexdigest()[:12]
    return prints


def _merged(outputs):
    """The outputs with printed text in one piece, however many messages it came in."""
    merged = []
    for output in outputs:
        if (
            merged
            and output.output_type == merged[-1].output_type == "stream"
            and output.name == merged[-1].name
        ):
            merged[-1].text += output.text
        else:
            merged.append(output)
    return merged


def refresh(notebook):
    """Execute one notebook of the series and write it back, normalized.

    Raises:
        NotebookFailed: a cell raised an error; the committed notebook stays as it is.
    """
    path = series()[notebook]
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / path.name
        execute(notebook, output)
        fresh = normalize(nbformat.read(output, as_version=4), nbformat.read(path, as_version=4))
    nbformat.write(fresh, path)
    update_readme_pictures(fresh)


def repeat_head(notebook):
    """Write into one notebook's metadata what its head says for teachers; all else stays as it is."""
    path = series()[notebook]
    committed = nbformat.read(path, as_version=4)
    committed.metadata.update(for_teachers(committed))
    nbformat.write(committed, path)


def update_readme_pictures(notebook):
    """Write the pictures that README.md shows, found by their alt text, from the notebook's outputs."""
    shown = re.findall(
        r"!\[([^\]]+)\]\((notebooks/pictures/\S+\.png)\)", README.read_text(encoding="utf-8")
    )
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    for alt, target in shown:
        for output in outputs:
            if output.get("metadata", {}).get("image/png", {}).get("alt") == alt:
                (ROOT / target).parent.mkdir(exist_ok=True)
                (ROOT / target).write_bytes(base64.b64decode(output.data["image/png"]))


def main(arguments=None):
    """Parse the command line, refresh, and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.machinery.refresh", description="Re-execute committed notebooks."
    )
    parser.add_argument(
        "notebooks", nargs="*", metavar="NOTEBOOK", help="number or name; without any, all of them"
    )
    parser.add_argument(
        "--heads",
        action="store_true",
        help="execute nothing: only repeat the heads in the metadata",
    )
    chosen = parser.parse_args(arguments)
    work = repeat_head if chosen.heads else refresh
    try:
        for notebook in [find(name) for name in chosen.notebooks] or list(series()):
            work(notebook)
            print(f"{notebook} refreshed", flush=True)
    except (UsageError, NotebookFailed, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
