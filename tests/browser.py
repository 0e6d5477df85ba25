"""The browser that tests drive."""

import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright


def chromium():
    """Return the browser's file; without one a test fails, so that nobody takes it for passed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail(
            "Chromium is missing: install it (apt install chromium), or leave out what is marked slow",
            pytrace=False,
        )
    return found


@contextmanager
def started():
    """Start the browser, and end it."""
    file = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=file, args=["--no-sandbox"])
        yield browser
        browser.close()
