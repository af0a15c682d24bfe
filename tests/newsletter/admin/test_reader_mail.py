"""Readers' mail at the desk: read safely, acted on, marked handled."""

import pytest
from django.urls import reverse

from newsletter.mistakes.models import (
    ReaderMail,
    ReaderMailState,
    ReaderMailWay,
)
from newsletter.mistakes.reporting import Remark, take_in
from tests.factories import ArticleFactory, IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of

NASTY = "Er staat <b>kwartier</b>.\n\n<script>alert(1)</script>"


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


def page(mail):
    return reverse("admin:newsletter_readermail_change", args=[mail.pk])


def saved(**fields):
    return {
        "initial-state": "new",
        "state": "handled",
        **fields,
    }


def test_the_letter_is_text_whatever_stands_in_it(client, roos, mail):
    html = client.get(page(mail)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<b>kwartier</b>" not in html
    assert "Sanne &lt;Bos&gt;" in html


def test_the_letter_says_which_article_and_issue_it_is_about(client, roos, mail):
    html = client.get(page(mail)).content.decode()

    assert reverse("admin:newsletter_article_change", args=[mail.article_id]) in html
    assert reverse("admin:newsletter_issue_change", args=[mail.issue_id]) in html


def test_who_marks_it_handled_is_remembered(client, roos, mail):
    client.post(page(mail), saved())

    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == (ReaderMailState.HANDLED, roos)
    assert mail.text == NASTY


def test_opening_it_again_forgets_who_handled_it(client, roos, mail):
    client.post(page(mail), saved())
    client.post(page(mail), saved(state="new", **{"initial-state": "handled"}))

    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == (ReaderMailState.NEW, None)


def test_a_page_opened_before_a_colleague_handled_it_does_not_undo_that(
    client, roos, mail
):
    opened = {"initial-state": "new", "state": "filed"}
    fenna = UserFactory.create(username="fenna", first_name="Fenna")
    ReaderMail.objects.update(state=ReaderMailState.HANDLED, handled_by=fenna)

    answer = client.post(page(mail), saved(**opened), follow=True)

    mail.refresh_from_db()
    assert (mail.state, mail.handled_by) == (ReaderMailState.HANDLED, fenna)
    assert "Fenna" in messages_of(answer)
    assert "met succes gewijzigd" not in messages_of(answer)


def test_saving_a_page_without_touching_the_state_leaves_a_colleagues(
    client, roos, mail
):
    ReaderMail.objects.update(state=ReaderMailState.HANDLED)

    client.post(page(mail), saved(state="new"))

    mail.refresh_from_db()
    assert mail.state == ReaderMailState.HANDLED


def test_several_are_marked_handled_at_once(client, roos, mail, now):
    other = take_in(Remark(key="twee", way=ReaderMailWay.REPLY, text="Fijn!"), now=now)

    answer = client.post(
        reverse("admin:newsletter_readermail_changelist"),
        {"action": "mark_handled", "_selected_action": [mail.pk, other.pk]},
        follow=True,
    )

    assert "2 berichten zijn afgehandeld." in answer.content.decode()
    assert not ReaderMail.objects.filter(state=ReaderMailState.NEW).exists()


def test_new_mail_stands_above_what_is_handled_and_robots_below(client, roos, now):
    for key, state in (("a", "filed"), ("b", "handled"), ("c", "new")):
        mail = take_in(
            Remark(key=key, way=ReaderMailWay.OTHER, text=".", subject=f"brief {key}"),
            now=now,
        )
        ReaderMail.objects.filter(pk=mail.pk).update(state=state)

    html = client.get(
        reverse("admin:newsletter_readermail_changelist")
    ).content.decode()

    assert html.index("brief c") < html.index("brief b") < html.index("brief a")


def test_the_reader_service_sees_mail_but_not_the_articles(client, mail):
    log_in(client, "Lezersservice", "service")

    assert client.get(page(mail)).status_code == 200
    assert client.post(page(mail), saved()).status_code == 302


def test_a_mail_leads_to_the_desk_of_the_mistake_it_points_at(client, roos, mail):
    desk = reverse(
        "admin:newsletter_mistakereport_change", args=[mail.mistake_report.pk]
    )

    assert desk in client.get(page(mail)).content.decode()


def test_mail_is_found_by_a_part_of_the_address(client, roos, mail):
    html = client.get(
        reverse("admin:newsletter_readermail_changelist"), {"q": "sanne@ex"}
    ).content.decode()

    assert page(mail) in html
