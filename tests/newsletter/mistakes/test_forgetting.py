"""Who is erased is forgotten in what they wrote, and in what quotes it."""

import pytest

from newsletter.mistakes.models import ReaderMail, ReaderMailWay
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.outbox.sending import send_due
from subscribers.privacy import erase
from tests.factories import SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import role_of


@pytest.fixture
def sanne(mailing_list):
    return SubscriptionFactory(
        mailing_list=mailing_list,
        subscriber__address="Sanne@xn--bcher-kva.example",
    ).subscriber


def written_by(address, now, key="een"):
    return take_in(
        Remark(
            key=key,
            way=ReaderMailWay.REPLY,
            text="Mijn scheiding viel zwaar.",
            subject="Over mezelf",
            from_name="Sanne",
            from_address=address,
            message_id="<een@example.nl>",
            raw=b"alles",
        ),
        now=now,
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "Sanne@xn--bcher-kva.example",
        "SANNE@XN--BCHER-KVA.EXAMPLE",
        "sanne@bücher.example",
        "Sanne@BÜCHER.example",
    ],
)
def test_mail_is_forgotten_in_whatever_spelling_it_came(sanne, now, spelling):
    mail = written_by(spelling, now)

    erase(sanne, channel="admin", now=now)

    mail.refresh_from_db()
    assert (mail.from_name, mail.from_address, mail.subject) == ("", "", "")
    assert (mail.text, mail.said, mail.message_id, mail.raw) == ("", "", "", None)
    assert mail.subscriber is None


@pytest.mark.parametrize(
    "other", ["sanne@bucher.example", "sannel@bücher.example", "sanne@", ""]
)
def test_mail_of_somebody_else_stays(sanne, now, other):
    mail = written_by(other, now)

    erase(sanne, channel="admin", now=now)

    assert ReaderMail.objects.get(pk=mail.pk).text == "Mijn scheiding viel zwaar."


def test_a_notice_that_quotes_the_mail_never_leaves(sanne, now):
    UserFactory.create().groups.add(role_of("Redactie"))
    written_by("sanne@bücher.example", now)
    waiting = OutgoingMail.objects.get(purpose="reader mail")
    assert "scheiding" in waiting.text

    erase(sanne, channel="admin", now=now)

    waiting.refresh_from_db()
    assert waiting.state == OutgoingMailState.FAILED
    assert (waiting.to_address, waiting.text, waiting.html) == ("", "", "")
    assert send_due(now) == 0


def test_the_notice_of_somebody_elses_mail_still_leaves(sanne, now):
    UserFactory.create().groups.add(role_of("Redactie"))
    written_by("bob@example.nl", now)

    erase(sanne, channel="admin", now=now)

    assert send_due(now) == 1


def test_what_came_back_of_a_mail_to_them_is_forgotten_as_well(sanne, now):
    mail = written_by("mailer-daemon@mx.example.org", now)
    ReaderMail.objects.filter(pk=mail.pk).update(subscriber=sanne)

    erase(sanne, channel="admin", now=now)

    mail.refresh_from_db()
    assert (mail.text, mail.raw) == ("", None)


def test_the_names_of_what_they_sent_along_go_too(sanne, now):
    mail = written_by("sanne@bücher.example", now)
    mail.attachments.create(
        part=2, name="Sanne en Bob.jpg", content_type="image/jpeg", size=9
    )

    erase(sanne, channel="admin", now=now)

    assert not mail.attachments.exists()
