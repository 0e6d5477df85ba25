"""A chapter followed along in JupyterLab, in a real browser."""

import shutil
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from tests.browser import started
from utils.paths import ROOT

NAME = "01_load_mnist"


@pytest.fixture
def lab(tmp_path):
    """The address of a JupyterLab on a copy of the repository, and the copy."""
    copy = tmp_path / "series"
    for folder in ("notebooks", "utils"):
        shutil.copytree(ROOT / folder, copy / folder)
    (copy / "data").symlink_to(ROOT / "data")
    log = (tmp_path / "log").open("w+", encoding="utf-8")
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--port=0"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={copy}"]
    server = subprocess.Popen(command, cwd=copy, stdout=log, stderr=log)
    yield address(tmp_path / "log"), copy
    server.terminate()
    server.wait(timeout=30)


def address(log):
    """The address that the server says it is at, once it answers there."""
    for _ in range(120):
        found = [
            word
            for word in log.read_text(encoding="utf-8").split()
            if word.startswith("http://localhost:")
        ]
        if found:
            place = found[0].split("/lab")[0]
            with urllib.request.urlopen(f"{place}/api/status", timeout=10):
                return place
        time.sleep(0.5)
    raise TimeoutError(log.read_text(encoding="utf-8"))


@pytest.mark.slow
def test_a_chapter_runs_in_jupyterlab(lab, tmp_path):
    place, copy = lab
    file = copy / "notebooks" / f"{NAME}.ipynb"
    before = nbformat.read(file, as_version=4)
    for cell in before.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(before, file)
    with started() as browser:
        page = browser.new_page(viewport={"width": 1_400, "height": 1_000})
        page.goto(f"{place}/lab/tree/notebooks/{NAME}.ipynb")
        page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=60_000)
        page.get_by_text("| Idle").wait_for(timeout=60_000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        executed = wait_for_the_end(page, file)
        page.locator('[data-id="table-of-contents"]').click()
        contents = page.locator(".jp-TableOfContents-content").inner_text()
        page.screenshot(path=tmp_path / "lab.png")
    code = [cell for cell in executed.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert "1.1" in contents


def wait_for_the_end(page, file):
    """Save until the last code cell has been executed; return the notebook."""
    for _ in range(90):
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2_000)
        notebook = nbformat.read(file, as_version=4)
        if [cell for cell in notebook.cells if cell.cell_type == "code"][-1].execution_count:
            return notebook
    raise TimeoutError("the last cell has not been executed after three minutes")
