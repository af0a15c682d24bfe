"""What we tell somebody of the mail they wrote."""

from newsletter.mistakes.account import reader_mail_of
from newsletter.mistakes.answer_models import Answer, PublishingConsent
from tests.factories import SubscriberFactory


def test_our_answers_and_their_consent_stand_with_their_mail(report_of, now, els):
    mail = report_of("Sanne", "sanne@example.nl").reader_mail
    Answer.objects.create(
        reader_mail=mail,
        press="00000000-0000-0000-0000-000000000001",
        text="Dag Sanne, je hebt gelijk.",
        written_at=now,
    )
    PublishingConsent.objects.create(
        reader_mail=mail, wording="Mag het?", asked_at=now, said="yes"
    )

    chapter = reader_mail_of(SubscriberFactory(address="sanne@example.nl"))

    [told] = chapter.rows
    assert told["our answer"] == "Dag Sanne, je hebt gelijk."
    assert told["whether we may print it"] == "ja"


def test_of_a_mail_that_nobody_answered_nothing_is_made_up(report, db):
    [told] = reader_mail_of(SubscriberFactory(address="sanne@example.nl")).rows

    assert (told["our answer"], told["whether we may print it"]) == ("", "")
