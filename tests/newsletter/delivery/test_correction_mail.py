"""The whole road of a correction: who has the faulty text gets one mail about it."""

from datetime import timedelta

import pytest

from newsletter.delivery.control import pause
from newsletter.delivery.correcting import correct_and_continue
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import DispatchState
from newsletter.delivery.preparation import start
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.mistakes.correcting import Wording, put_right
from newsletter.mistakes.models import Correction
from newsletter.mistakes.telling import begin_mail
from newsletter.outbox.mailbox import read_mailbox
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import send_now
from newsletter.rendering.freezing import freeze
from tests.factories import SubscriptionFactory
from tests.newsletter.publishing.issues import change

LONG = timedelta(minutes=10)


@pytest.fixture
def els(admin_user):
    return admin_user


@pytest.fixture
def half_way(scheduled, readers, mailing_list, issue, els, now):
    """Alice has the text with the mistake; Bob and Charlie get the better one."""
    mailing_list.group_size = 1
    mailing_list.pace_minutes = 0
    mailing_list.save()
    start(scheduled.pk, now=now)
    scheduled.refresh_from_db()
    submit_batch(scheduled.batches.order_by("number")[0].pk, clock=lambda: now)
    pause(scheduled, reason="typing mistake", by=els, now=now)
    change(issue, subject="Nu zonder fout")
    corrected = freeze(issue, by=None, now=now)
    correct_and_continue(scheduled, corrected, by=els, now=now)
    let_leave(now)
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="dora@example.nl"
    )
    return scheduled


def let_leave(now):
    """Do what the clock and its workers do in a quarter of an hour."""
    for minutes in (0, 5, 10, 15):
        moment = now + timedelta(minutes=minutes)
        for batch_id in sweep(moment).to_submit:
            submit_batch(batch_id, clock=lambda at=moment: at)


def got(subject):
    told = [mail for mail in read_mailbox() if subject in mail.subject]
    return sorted(address for mail in told for address in [mail.to])


@pytest.mark.parametrize(
    ("only_earlier_text", "readers_of_it"),
    [
        (True, ["alice@example.nl"]),
        (False, ["alice@example.nl", "bob@example.nl", "charlie@example.nl"]),
    ],
)
def test_exactly_who_has_the_faulty_text_gets_one_mail_about_it(
    half_way, issue, els, now, only_earlier_text, readers_of_it
):
    assert got("Nu zonder fout") == ["bob@example.nl", "charlie@example.nl"]
    wording = Wording(sentence="Het was maandag, niet dinsdag.")
    correction = put_right(None, issue, wording, by=els, now=now)

    mail = begin_mail(
        correction, half_way, only_earlier_text=only_earlier_text, by=els, now=now
    )
    approve(mail, by=els, now=now)
    dispatch = send_now(mail, by=els, now=now + LONG)
    for later in (LONG, 2 * LONG, timedelta(hours=2)):
        let_leave(now + later)

    assert got("We zetten iets recht") == readers_of_it
    told = [one for one in read_mailbox() if "zetten iets recht" in one.subject]
    assert "Het was maandag, niet dinsdag." in told[0].text
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.SENT
    assert not broken_invariants(now=now + timedelta(hours=3))
    # It was told, so no later issue offers it.
    assert not Correction.objects.waiting().exists()
