"""A dispatch that is due, with the readers of one Sunday."""

from datetime import timedelta

import pytest

from newsletter.delivery.preparation import start
from newsletter.issues.blocks import TextBlock
from tests.factories import DispatchFactory, IssueFactory, SubscriptionFactory
from tests.fake_mailgun import FakeMailgun


@pytest.fixture
def issue(mailing_list):
    issue = IssueFactory(mailing_list=mailing_list)
    TextBlock.objects.create(
        parent=issue,
        ordering=10,
        body='<p>Lees <a href="https://example.nl/rust">dit stuk</a>.</p>',
    )
    return issue


@pytest.fixture
def readers(mailing_list):
    """Alice, Bob and Charlie, in the order of their keys."""
    return [
        SubscriptionFactory(
            mailing_list=mailing_list,
            subscriber__address=f"{name.lower()}@example.nl",
            subscriber__first_name=name,
        )
        for name in ("Alice", "Bob", "Charlie")
    ]


@pytest.fixture
def scheduled(issue, now):
    """Return a dispatch of Sunday morning that is due now."""
    sunday = "2026-11-29T08:00:00"
    return DispatchFactory(issue=issue, due_at=now, due_local=sunday)


@pytest.fixture
def dispatch(scheduled, readers, now):
    """Return a dispatch that has started: its audience is frozen."""
    assert start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    return scheduled


@pytest.fixture
def batch(dispatch):
    return dispatch.batches.get()


@pytest.fixture
def groups(scheduled, readers, mailing_list, now):
    """Three groups of one reader each."""
    mailing_list.group_size = 1
    mailing_list.save()
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    return list(scheduled.batches.order_by("number"))


@pytest.fixture
def clock(now):
    return lambda: now + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def own_mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    # pytest-django puts its own in the place of ours.
    settings.EMAIL_BACKEND = "newsletter.outbox.mailbox.LocalMailboxBackend"


@pytest.fixture
def mailgun(settings, tmp_path):
    """Mailgun's stand-in, which our settings now lead to."""
    with FakeMailgun(tmp_path / "accepted.jsonl") as fake:
        settings.EMAIL_PROVIDER = "mailgun"
        settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
        settings.ANYMAIL = {
            **settings.ANYMAIL,
            "MAILGUN_API_KEY": "key-of-the-tests",
            "MAILGUN_API_URL": fake.url,
            "MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
            "REQUESTS_TIMEOUT": (2, 2),
            "SEND_DEFAULTS": settings.NO_TRACKING,
        }
        yield fake
