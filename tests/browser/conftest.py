"""A real Chromium, as Debian has it: nothing is downloaded."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

# A machine that runs everything at once is slow; a person would wait as long.
expect.set_options(timeout=20_000)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="module")
def chromium():
    """One browser for a module; every test makes its own context in it."""
    if not CHROMIUM:
        if os.environ.get("CI") == "true":
            pytest.fail("There is no Chromium, and with CI=true nothing is left out.")
        pytest.skip("no Chromium on this machine")
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright runs a loop of its own in this thread; Django asks to be told.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()
