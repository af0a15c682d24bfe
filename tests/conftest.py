"""Fixtures that every test may use: the cast, the clock, the list."""

import os
import tempfile
from datetime import UTC, datetime

import pytest

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="newsletter-tests-"))


@pytest.fixture
def now() -> datetime:
    """Friday evening before the Sunday of the tests, 29 November 2026."""
    return datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
