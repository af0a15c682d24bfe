"""Reports of readers, and an editor."""

from itertools import count

import pytest

from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailWay
from tests.factories import ArticleFactory, UserFactory

_numbers = count(1)


@pytest.fixture
def els(db):
    return UserFactory.create()


@pytest.fixture
def article(db):
    return ArticleFactory.create(
        title="Brood dat slaapt",
        slug="brood-dat-slaapt",
        lead="Een kwartier is genoeg.",
        body="<p>Het rijst <em>een</em> kwartier.</p><p>Een kwartier, zei oma.</p>",
    )


@pytest.fixture
def report_of(article, now):
    """Make a report of somebody; without an address they cannot be thanked."""

    def report(name="Sanne Bos", address="sanne@example.nl", about=article, **columns):
        mail = ReaderMail.objects.create(
            key=f"report {next(_numbers)}",
            way=ReaderMailWay.FORM,
            kind="mistake",
            received_at=now,
            from_name=name,
            from_address=address,
            text=columns.pop("text", "Er staat “een kwartier”."),
            article=about,
            **{
                key: columns.pop(key)
                for key in ("issue", "message_id")
                if key in columns
            },
        )
        return MistakeReport.objects.create(
            reader_mail=mail, article=about, created_at=now, **columns
        )

    return report


@pytest.fixture
def report(report_of):
    return report_of()
