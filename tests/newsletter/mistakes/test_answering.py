"""Answering a reader: once, in their thread, and asking before anything is printed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.mistakes.answer_models import Answer, PublishingConsent
from newsletter.mistakes.answering import answer, note_consent
from newsletter.mistakes.forgetting import empty_mails
from newsletter.mistakes.handling import ChangedMeanwhile, assign
from newsletter.mistakes.letters import CannotWrite
from newsletter.mistakes.models import (
    Crisis,
    MistakeReport,
    ReaderMail,
    ReaderMailState,
)
from newsletter.mistakes.timing import how_we_do
from newsletter.outbox.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("mailing_list")


@pytest.fixture
def mail(report_of):
    return report_of().reader_mail


def test_an_answer_leaves_is_kept_and_settles_the_mail(mail, els, now):
    answer(mail, "Dag {voornaam}, ja hoor.", press=uuid4(), by=els, now=now)

    assert OutgoingMail.objects.get().text.startswith("Dag Sanne, ja hoor.")
    assert Answer.objects.get().text == "Dag Sanne, ja hoor."
    assert (mail.state, mail.handled_by) == (ReaderMailState.HANDLED, els)


def test_pressing_twice_answers_once(mail, els, now):
    press = uuid4()
    for _press in range(2):
        answer(mail, "Ja.", press=press, by=els, now=now)

    assert OutgoingMail.objects.count() == Answer.objects.count() == 1


def test_the_first_answer_counts_and_no_later_one(mail, els, now):
    for hours in (3, 9):
        later = now + timedelta(hours=hours)
        answer(mail, "Ja.", press=uuid4(), by=els, now=later)

    counted = how_we_do(now=now + timedelta(days=1))
    assert (counted.first_answer, counted.answered) == (timedelta(hours=3), 1)
    assert counted.oldest is None


def test_what_is_asked_before_printing_is_kept_in_these_words(mail, els, now):
    answer(mail, "Mooi!", press=uuid4(), by=els, now=now, asks_to_print=True)

    consent = PublishingConsent.objects.get()
    assert consent.said == ""
    assert consent.wording in " ".join(OutgoingMail.objects.get().text.split())

    note_consent(consent, "yes", "in een mail", by=els, now=now)
    assert (consent.said, consent.noted_by) == ("yes", els)


def test_who_may_be_in_need_is_not_asked_to_be_printed(mail, els, now):
    mail.crisis = Crisis.SUGGESTED

    with pytest.raises(CannotWrite):
        answer(mail, "Dag.", press=uuid4(), by=els, now=now, asks_to_print=True)
    assert not Answer.objects.exists()


def test_of_who_is_forgotten_our_answers_and_notes_say_nothing(mail, els, now):
    answer(mail, "Dag {voornaam}", press=uuid4(), by=els, now=now)
    MistakeReport.objects.update(note="Sanne gebeld")

    empty_mails(ReaderMail.objects.all(), now)

    assert Answer.objects.get().text == MistakeReport.objects.get().note == ""


def test_a_mail_given_away_meanwhile_stays_where_it_went(mail, els):
    fenna = UserFactory.create(username="fenna", first_name="Fenna")
    assign(mail, fenna, seen=None)

    with pytest.raises(ChangedMeanwhile, match="Fenna"):
        assign(mail, els, seen=None)
    assert ReaderMail.objects.get().assigned_to == fenna
