"""What the tests of subscribers share."""

import pytest
from django.test import Client


@pytest.fixture
def browser():
    """A browser as strict as a real one about forms."""
    return Client(enforce_csrf_checks=True)
