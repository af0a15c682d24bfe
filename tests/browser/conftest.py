"""A real Chromium, as Debian has it: nothing is downloaded."""

import os
import threading
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.signals import request_finished, request_started
from django.test import Client
from playwright.sync_api import BrowserContext, expect, sync_playwright

from tests.factories import IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import role_of
from tools import services

# A machine that runs everything at once is slow; a person would wait as long.
expect.set_options(timeout=20_000)

CHROMIUM = services.browser()
# The contexts of editors, which are used again; those of readers are not for them.
DESKS: list[BrowserContext] = []


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items) -> None:
    """Mark all that stands here, also where nobody thought of doing so."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a process: each start of one costs a second."""
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


@pytest.fixture
def issue(mailing_list):
    return IssueFactory.create(publication_date=date(2026, 11, 29))


@pytest.fixture
def els(db):
    els = UserFactory.create()
    els.groups.add(role_of("Redactie"))
    els.is_superuser = True
    els.save()
    return els


class Answering:
    """How many requests the server of a test is working on."""

    def __init__(self) -> None:
        self.count = 0
        self.lock = threading.Lock()
        request_started.connect(self.begin)
        request_finished.connect(self.end)

    def begin(self, **signal) -> None:
        with self.lock:
            self.count += 1

    def end(self, **signal) -> None:
        with self.lock:
            self.count -= 1

    def wait_until_done(self) -> None:
        """A page that is left still says so; that may come in a moment later."""
        end = time.monotonic() + 10
        quiet_since = time.monotonic()
        while time.monotonic() < min(end, quiet_since + 0.05):
            if self.count:
                quiet_since = time.monotonic()
            time.sleep(0.01)


@pytest.fixture(autouse=True)
def everything_is_answered(request):
    """Nobody asks anything any more while the tables are emptied."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    answering = Answering()
    yield answering
    answering.wait_until_done()


def refused_by_policy(said):
    return [said.text] if "Content Security Policy" in said.text else []


@pytest.fixture(scope="session", autouse=True)
def static_files_may_be_kept():
    """Let a browser keep scripts and styles, as WhiteNoise does in the product."""
    serve = StaticFilesHandler.serve

    def kept(self, request):
        answer = serve(self, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as handler:
        handler.setattr(StaticFilesHandler, "serve", kept)
        yield


def page_at_a_free_desk(chromium, live_server):
    """A page in a context where nobody sits; what was left there is cleared.

    The scripts and styles of the desk are at hand in it: fetching and reading them is
    half of the work of opening a page.
    """
    free = [desk for desk in DESKS if not desk.pages]
    context = free[0] if free else a_new_desk(chromium, live_server)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send(
        "Storage.clearDataForOrigin",
        {"origin": live_server.url, "storageTypes": "cookies,local_storage"},
    )
    devtools.detach()
    return page


def a_new_desk(chromium, live_server):
    DESKS.append(
        chromium.new_context(
            base_url=live_server.url, viewport={"width": 1500, "height": 1000}
        )
    )
    return DESKS[-1]


@contextmanager
def at_the_desk(chromium, live_server, user):
    """A page of somebody logged in; a script that fails or is refused fails it."""
    client = Client()
    client.force_login(user)
    first = page_at_a_free_desk(chromium, live_server)
    context = first.context
    context.add_cookies(
        [
            {
                "name": "sessionid",
                "value": client.cookies["sessionid"].value,
                "url": live_server.url,
            }
        ]
    )
    troubles = []
    note_troubles = {
        "weberror": lambda failed: troubles.append(str(failed.error)),
        "console": lambda said: troubles.extend(refused_by_policy(said)),
    }
    for event, note in note_troubles.items():
        context.on(event, note)
    try:
        yield first
    finally:
        for page in context.pages:
            page.close()
        for event, note in note_troubles.items():
            context.remove_listener(event, note)
    assert troubles == []


@pytest.fixture
def desk(chromium, live_server, els):
    """Els is logged in."""
    with at_the_desk(chromium, live_server, els) as page:
        yield page


@pytest.fixture
def bobs_desk(chromium, live_server, els):
    """Bob is logged in as well, in a browser of his own."""
    bob = UserFactory.create(username="bob", first_name="Bob", is_superuser=True)
    with at_the_desk(chromium, live_server, bob) as page:
        yield page


@pytest.fixture
def compose(desk, issue):
    def opened():
        desk.goto(f"/admin/newsletter/issue/{issue.pk}/change/")
        expect(desk.locator("[data-weight-words]")).to_contain_text("kB")
        return desk

    return opened
