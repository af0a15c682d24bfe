"""Fixtures that every test may use: the clock, the list, the cast."""

from datetime import UTC, datetime

import pytest

from subscribers.models import MailingList
from tests.factories import MailingListFactory


@pytest.fixture
def now() -> datetime:
    """Friday evening before the Sunday of the tests, 29 November 2026."""
    return datetime(2026, 11, 27, 18, 0, tzinfo=UTC)


@pytest.fixture
def mailing_list(db: None) -> MailingList:
    """The magazine's Sunday list."""
    return MailingListFactory.create()


@pytest.fixture(autouse=True)
def plain_static_files(settings):
    """Pages without a collectstatic before them."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
