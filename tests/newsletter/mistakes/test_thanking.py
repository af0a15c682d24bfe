"""Thanks: one mail each, in their thread, never to a machine, never twice."""

import pytest

from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.letters import NAME_MARK, CannotWrite, merged, write_back
from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailState
from newsletter.mistakes.models import MistakeReportState as State
from newsletter.mistakes.road import join
from newsletter.mistakes.thanking import thank, words_of_thanks
from newsletter.outbox.models import OutgoingMail
from subscribers.models import SuppressionReason
from subscribers.suppression import suppress
from tests.factories import IssueFactory

WORDS = "Dag {voornaam},\n\nWij zijn je dankbaar."

pytestmark = pytest.mark.usefixtures("mailing_list")


@pytest.fixture
def corrected(report_of):
    return report_of(state=State.CORRECTED)


def test_the_thanks_go_to_who_wrote_by_their_first_name(corrected, els, now):
    assert thank(corrected, WORDS, by=els, now=now).thanked == 1

    mail = OutgoingMail.objects.get()
    assert mail.to_address == "sanne@example.nl"
    assert mail.text.startswith("Dag Sanne,")
    assert corrected.state == State.THANKED
    assert ReaderMail.objects.get().state == ReaderMailState.HANDLED


def test_pressing_twice_thanks_once(corrected, els, now):
    thank(corrected, WORDS, by=els, now=now)

    with pytest.raises(ChangedMeanwhile):
        thank(corrected, WORDS, by=els, now=now)
    assert OutgoingMail.objects.count() == 1


def test_all_doubles_are_thanked_and_who_wrote_twice_once(report_of, els, now):
    first = report_of(state=State.CORRECTED)
    for name, address in (
        ("Karel", "karel@example.nl"),
        ("Sanne", "SANNE@example.nl"),
        ("", ""),
    ):
        join(report_of(name, address), first, by=els, now=now)

    thanks = thank(first, WORDS, by=els, now=now)

    assert (thanks.thanked, thanks.unreachable) == (2, 1)
    assert OutgoingMail.objects.count() == 2
    assert not MistakeReport.objects.exclude(state=State.THANKED).exists()


def test_who_is_not_told_yet_is_not_thanked(report, els, now):
    with pytest.raises(ChangedMeanwhile):
        thank(report, WORDS, by=els, now=now)


def test_the_answer_stands_in_the_thread_of_the_readers_mail(report_of, els, now):
    mail = report_of(message_id="<a1@example.nl>", issue=IssueFactory()).reader_mail
    mail.subject, mail.thread = "RE: Re: Stilte", "<edit@ie.nl> <b@c.nl>"

    written = write_back(mail, WORDS, purpose="thanks", key="k", now=now)

    assert written.subject == "Re: Stilte"
    assert written.headers["In-Reply-To"] == "<a1@example.nl>"
    assert written.headers["References"] == "<edit@ie.nl> <b@c.nl> <a1@example.nl>"
    assert written.headers["Auto-Submitted"] == "no"
    assert written.reply_to.startswith("reactie+")


@pytest.mark.parametrize("kind", ["automatic", "bounce", "spam", "complaint"])
def test_machines_get_no_answer(report_of, now, kind):
    mail = report_of().reader_mail
    mail.kind = kind

    with pytest.raises(CannotWrite):
        write_back(mail, WORDS, purpose="thanks", key="k", now=now)


@pytest.mark.parametrize("address", ["", "no-reply@example.nl", "geen adres", "a@b@c"])
def test_an_address_that_takes_no_mail_gets_none(report_of, now, address):
    with pytest.raises(CannotWrite):
        mail = report_of("Noor", address).reader_mail
        write_back(mail, WORDS, purpose="thanks", key="k", now=now)


def test_who_is_blocked_is_never_mailed(corrected, els, now):
    suppress("sanne@example.nl", SuppressionReason.COMPLAINT, now)

    assert thank(corrected, WORDS, by=els, now=now).thanked == 0
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize(
    "name, greeting",
    [
        ("Sanne Bos", "Dag Sanne,"),
        ("Bos, Sanne", "Dag Sanne,"),
        ("", "Dag,"),
        ("www.spam.nl", "Dag,"),
    ],
)
def test_a_greeting_is_well_with_and_without_a_name(name, greeting):
    assert merged(f"Dag {NAME_MARK},", ReaderMail(from_name=name)) == greeting


def test_the_words_to_begin_with_say_what_became_of_it(report_of):
    right = words_of_thanks(report_of(state=State.CORRECTED))
    not_wrong = words_of_thanks(report_of(state=State.NOT_A_MISTAKE))

    assert "over ‘Brood dat slaapt’. Je had gelijk" in right
    assert "dit keer klopt het" in not_wrong
    assert right.startswith("Dag {voornaam},")
