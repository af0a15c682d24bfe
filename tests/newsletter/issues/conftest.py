"""Fixtures of the tests here."""

from tests.subscribers.conftest import database_for_threads  # noqa: F401
