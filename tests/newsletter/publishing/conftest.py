import pytest

from tests.factories import UserFactory
from tests.newsletter.publishing.issues import issue_in_order


@pytest.fixture
def issue(mailing_list):
    return issue_in_order(mailing_list)


@pytest.fixture
def els(db):
    return UserFactory.create()
