"""Lezerspost at the desk: read safely, given to somebody, answered, settled."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from newsletter.mistakes.answer_models import AnswerText, PublishingConsent
from newsletter.mistakes.models import (
    ReaderMail,
    ReaderMailState,
    ReaderMailWay,
)
from newsletter.mistakes.reporting import Remark, take_in
from newsletter.outbox.models import OutgoingMail
from tests.factories import ArticleFactory, IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

pytestmark = pytest.mark.usefixtures("mailing_list")

NASTY = "Er staat <b>kwartier</b>.\n\n<script>alert(1)</script>"
LIST = "admin:newsletter_readermail_changelist"


@pytest.fixture
def roos(client, db):
    return log_in(client, "Redactie", "roos")


@pytest.fixture
def mail(mailing_list, now):
    return take_in(
        Remark(
            key="een",
            way=ReaderMailWay.FORM,
            text=NASTY,
            from_name="Sanne <Bos>",
            from_address="sanne@example.nl",
            issue=IssueFactory.create(),
            article=ArticleFactory.create(title="Waarom stilte helpt"),
        ),
        now=now,
    )


@pytest.fixture
def mails(now):
    """One of each kind, and one of somebody who may be in need."""
    kinds = ("question", "unsubscribe", "automatic", "bounce", "spam", "other")
    for kind in kinds:
        ReaderMail.objects.create(
            key=kind,
            way="reply",
            kind=kind,
            subject=f"brief {kind}",
            received_at=now,
            crisis="suggested" if kind == "other" else "",
            state="filed" if kind in ("automatic", "bounce", "spam") else "new",
        )


def page(mail, act="change"):
    return reverse(f"admin:newsletter_readermail_{act}", args=[mail.pk])


def shown(client, **asked):
    html = client.get(reverse(LIST), asked).content.decode()
    return re.findall(r"brief (\w+)</a>", html)


def test_the_letter_is_text_whatever_stands_in_it(client, roos, mail):
    html = client.get(page(mail)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>kwartier</b>" not in html
    assert "Sanne &lt;Bos&gt;" in html


def test_the_letter_leads_to_what_it_is_about(client, roos, mail):
    html = client.get(page(mail)).content.decode()

    for name, row in (
        ("article", mail.article),
        ("issue", mail.issue),
        ("mistakereport", mail.mistake_report),
    ):
        assert reverse(f"admin:newsletter_{name}_change", args=[row.pk]) in html


def test_who_marks_it_handled_is_remembered_until_it_is_taken_up_again(
    client, roos, mail
):
    client.post(page(mail, "state"), {"seen": "new", "to": "handled"})
    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == (ReaderMailState.HANDLED, roos)

    client.post(page(mail, "state"), {"seen": "handled", "to": "new"})
    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == (ReaderMailState.NEW, None)


def test_a_page_opened_before_a_colleague_handled_it_does_not_undo_that(
    client, roos, mail
):
    fenna = UserFactory.create(username="fenna", first_name="Fenna")
    ReaderMail.objects.update(state=ReaderMailState.HANDLED, handled_by=fenna)

    answer = client.post(
        page(mail, "state"), {"seen": "new", "to": "handled"}, follow=True
    )

    mail.refresh_from_db()
    assert mail.handled_by == fenna
    assert "Fenna" in messages_of(answer)


@pytest.mark.parametrize(
    "act, sent",
    [
        ("state", {"seen": "\x00", "to": "handled"}),
        ("state", {"seen": "new", "to": "filed"}),
        ("assign", {"seen": "9" * 30, "to": ""}),
        ("assign", {"seen": "x", "to": "\x00"}),
        ("sort", {"is": "post"}),
    ],
)
def test_what_no_page_of_ours_sends_changes_nothing(client, roos, mail, act, sent):
    assert client.post(page(mail, act), sent).status_code == 302
    assert client.get(page(mail), {"tekst": "9" * 30}).status_code == 200

    mail.refresh_from_db()
    assert (mail.state, mail.assigned_to) == (ReaderMailState.NEW, None)


def test_several_are_marked_handled_at_once(client, roos, mail, now):
    other = take_in(Remark(key="twee", way=ReaderMailWay.REPLY, text="Fijn!"), now=now)

    answer = client.post(
        reverse(LIST),
        {"action": "mark_handled", "_selected_action": [mail.pk, other.pk]},
        follow=True,
    )

    assert "2 berichten zijn afgehandeld." in answer.content.decode()
    assert not ReaderMail.objects.filter(state=ReaderMailState.NEW).exists()


@pytest.mark.parametrize(
    "tray, expected",
    [
        ("", ["other", "unsubscribe", "question"]),
        ("mij", []),
        ("vragen", ["question"]),
        ("afmeldingen", ["unsubscribe"]),
        ("automatisch", ["bounce", "automatic"]),
        ("spam", ["spam"]),
    ],
)
def test_a_tray_shows_its_own_and_who_may_be_in_need_on_top(
    client, roos, mails, tray, expected
):
    assert shown(client, **({"bak": tray} if tray else {})) == expected


def test_the_list_begins_to_tell_what_each_wrote_under_our_own_subject(
    client, roos, mails
):
    one = ReaderMail.objects.filter(kind="question")
    one.update(said="Hoe laat begint\nde <b>wandeling</b>? " + "En nog iets. " * 20)
    html = client.get(reverse(LIST)).content.decode()
    assert "Hoe laat begint de &lt;b&gt;wandeling&lt;/b&gt;?" in html
    assert html.count("En nog iets.") < 10


def test_what_is_looked_for_is_looked_for_in_all_trays(client, roos, mails):
    assert shown(client, q="spam") == ["spam"]


def test_what_was_taken_for_a_machine_can_be_a_report_after_all(client, roos, mails):
    mail = ReaderMail.objects.get(kind="automatic")
    assert "Een mens schreef dit" in client.get(page(mail)).content.decode()

    client.post(page(mail, "sort"), {"is": "mistake"})

    mail.refresh_from_db()
    assert (mail.kind, mail.state) == ("mistake", "new")
    assert mail.mistake_report.state == "new"


def test_a_mail_is_given_to_a_colleague_and_lies_in_their_tray(client, roos, mails):
    mail = ReaderMail.objects.get(kind="question")

    client.post(page(mail, "assign"), {"seen": "", "to": roos.pk})

    assert shown(client, bak="mij") == ["question"]


def test_an_answer_begins_with_a_text_and_leaves_by_a_press(client, roos, mail):
    text = AnswerText.objects.create(
        name="Recept", text="Dag {voornaam}, hier staat het."
    )
    html = client.get(page(mail), {"tekst": text.pk}).content.decode()
    assert "Dag {voornaam}, hier staat het.</textarea>" in html

    client.post(page(mail, "answer"), {"words": text.text, "press": uuid4()})

    sent = OutgoingMail.objects.get(purpose="answer to a reader")
    assert "hier staat het." in sent.text


def test_what_was_typed_is_kept_when_it_cannot_leave(client, roos, mail):
    ReaderMail.objects.update(from_address="")

    answer = client.post(page(mail, "answer"), {"words": "Mooi stuk", "press": uuid4()})

    assert answer.status_code == 400
    assert "geen adres" in answer.content.decode()
    assert not OutgoingMail.objects.filter(purpose="answer to a reader").exists()


def test_a_broken_press_is_refused(client, roos, mail):
    answer = client.post(page(mail, "answer"), {"words": "Dag", "press": "x"})
    assert answer.status_code == 400


def test_who_may_be_in_need_is_shown_where_help_is(client, roos, mails):
    mail = ReaderMail.objects.get(kind="other")
    html = client.get(page(mail)).content.decode()
    assert "0800-0113" in html
    assert "asks_to_print" not in html

    client.post(page(mail, "need"), {"need": "no"})

    assert "0800-0113" not in client.get(page(mail)).content.decode()


def test_what_a_reader_said_to_being_printed_is_noted(client, roos, mail, now):
    PublishingConsent.objects.create(reader_mail=mail, wording="Mag het?", asked_at=now)

    client.post(page(mail, "consent"), {"said": "yes", "note": "in een mail"})
    client.post(page(mail, "consent"), {"said": "misschien"})

    consent = PublishingConsent.objects.get()
    assert (consent.said, consent.note, consent.noted_by) == (
        "yes",
        "in een mail",
        roos,
    )


def test_the_reader_service_answers_but_does_not_see_articles(client, mail):
    log_in(client, "Lezersservice", "service")

    html = client.get(page(mail)).content.decode()
    article = reverse("admin:newsletter_article_change", args=[mail.article_id])
    assert article not in html
    assert client.post(page(mail, "assign"), {"to": ""}).status_code == 302


@pytest.mark.parametrize(
    "act", ["state", "sort", "assign", "need", "answer", "consent"]
)
def test_who_has_no_part_in_mail_does_nothing_with_it(client, mail, act):
    log_in(client, "Beheer", "beheer")
    assert client.post(page(mail, act)).status_code == 403
