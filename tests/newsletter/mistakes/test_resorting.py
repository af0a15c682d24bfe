"""A colleague's word on what a mail is goes before the machine's."""

import pytest

from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import MistakeReport, ReaderMail
from newsletter.mistakes.resorting import a_person_wrote, is_spam, points_at_a_mistake

MACHINES = ("automatic", "bounce", "complaint", "spam")


@pytest.fixture
def mail_of(db, now):
    def mail(kind, text="Er staat iets in.", **columns):
        return ReaderMail.objects.create(
            key=kind, way="other", kind=kind, text=text, received_at=now, **columns
        )

    return mail


@pytest.mark.parametrize("kind", MACHINES)
def test_a_persons_mail_that_was_filed_waits_for_an_answer(mail_of, els, now, kind):
    mail = mail_of(kind, state="filed", because="Precedence")

    a_person_wrote(mail, by=els, now=now)

    assert (mail.kind, mail.state, mail.because) == ("other", "new", "")


def test_somebody_in_need_among_the_spam_goes_before_everything(mail_of, els, now):
    mail = mail_of("spam", "Ik wil niet meer leven.", state="filed")
    a_person_wrote(mail, by=els, now=now)
    assert mail.may_be_in_need


def test_a_question_gets_a_desk_as_a_report_once(mail_of, article, els, now):
    mail = mail_of("question", article=article, state="handled", handled_by=els)

    report = points_at_a_mistake(mail, by=els, now=now)

    assert (report.article, mail.kind, mail.state) == (article, "mistake", "new")
    with pytest.raises(ChangedMeanwhile):
        points_at_a_mistake(mail, by=els, now=now)
    assert MistakeReport.objects.count() == 1


def test_spam_is_filed_unless_it_is_a_report(mail_of, report, els, now):
    mail = mail_of("other")
    is_spam(mail, by=els, now=now)
    assert (mail.kind, mail.state) == ("spam", "filed")

    with pytest.raises(ChangedMeanwhile):
        is_spam(report.reader_mail, by=els, now=now)


def test_who_presses_second_changes_nothing(mail_of, els, now):
    mail = mail_of("spam", state="filed")
    a_person_wrote(ReaderMail.objects.get(), by=els, now=now)

    with pytest.raises(ChangedMeanwhile):
        a_person_wrote(mail, by=els, now=now)
