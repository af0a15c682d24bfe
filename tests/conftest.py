"""Fixtures that every test may use: the clock, the list, the cast."""

import gc
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.template.base import Template
from django.template.context import RequestContext
from django.test import TransactionTestCase
from django.test.signals import template_rendered

from newsletter.kept_pages import forget_pages
from subscribers.models import MailingList
from tests import emptying, migrated
from tests.factories import MailingListFactory


def pytest_configure() -> None:
    """Let logging in cost nothing: half of the time of all tests went into it.

    A password that can be guessed quickly is no danger to a database of a second.
    """
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    # Pages without a collectstatic before them.
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": plain}}
    _keep_sqlite_in_a_file(settings.DATABASES["default"])
    TransactionTestCase._fixture_teardown = emptying.empty_the_tables
    # A busy machine takes longer over the same; what is slow has a test of its own.
    hypothesis.settings.register_profile("ours", deadline=None)
    hypothesis.settings.load_profile("ours")


def _keep_sqlite_in_a_file(database) -> None:
    """Let threads wait for each other, as they do in the product.

    In memory they share one cache that knows no waiting: "database table is locked".
    """
    if database["ENGINE"].endswith("sqlite3"):
        file = str(settings.DATA_DIR / "tests.sqlite3")
        database.setdefault("TEST", {})["NAME"] = file
        lasting = database["OPTIONS"]["init_command"]
        # Nobody needs the rows of a test after a power cut.
        careless = lasting.replace("synchronous=FULL", "synchronous=OFF")
        # A machine that runs everything at once is slow to come round to each thread.
        careless = careless.replace("busy_timeout=20000", "busy_timeout=60000")
        database["OPTIONS"] = database["OPTIONS"] | {"init_command": careless}


def pytest_collection_modifyitems(config, items) -> None:
    """Leave out, where asked, what asks the database, or what does not.

    What does not cannot differ from one database to another; what does takes longer.
    """
    wanted = os.environ.get("TESTS_OF_THE_DATABASE")
    if wanted:
        kept = [
            item for item in items if _asks_the_database(item) is (wanted == "only")
        ]
        left_out = set(items) - set(kept)
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = kept


def pytest_collection_finish() -> None:
    """Look for circles no more in what was imported: it stays until the end."""
    gc.collect()
    gc.freeze()


def _asks_the_database(item) -> bool:
    by_fixture = {"db", "transactional_db", "live_server"} & set(item.fixturenames)
    return bool(
        by_fixture
        or item.get_closest_marker("django_db")
        or item.get_closest_marker("services")
    )


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker, worker_name):
    """Begin with a copy of what another process of this run migrated, where one did."""
    folder = os.environ.get(migrated.FOLDER)
    if folder:
        with django_db_blocker.unblock():
            migrated.copy_a_migrated_database(Path(folder), worker_name)
    else:
        request.getfixturevalue("django_db_setup")


@pytest.fixture(scope="session", autouse=True)
def only_pages_keep_their_context(django_test_environment):
    """Let ``answer.context`` be that of the page alone.

    Django also keeps a copy for every field and every part that a page is made of:
    1,400 for the composer, two fifths of the time that it took.
    """
    Template._render = _render


def _render(template: Template, context):
    is_page = context.template is template and isinstance(context, RequestContext)
    if is_page:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


@pytest.fixture(scope="session")
def worker_name(request) -> str:
    """Return what no other process of this run is called."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    return f"{worker}_{os.getpid()}"


@pytest.fixture
def now() -> datetime:
    """Friday evening before the Sunday of the tests, 29 November 2026."""
    return datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture
def mailing_list(db: None) -> MailingList:
    """The magazine's Sunday list."""
    return MailingListFactory.create()


@pytest.fixture(autouse=True)
def no_page_of_another_test():
    """Each test makes its pages itself."""
    forget_pages()


@pytest.fixture
def in_threads():
    """Run functions in threads at once, each with a connection of its own."""
    return _in_threads


def _in_threads(*functions):
    def run(function):
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        return list(pool.map(run, functions))
