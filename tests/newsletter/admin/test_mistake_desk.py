"""The desk of one mistake: what it shows, who may do what, nothing lost."""

from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.urls import reverse

from newsletter.articles.models import Article
from newsletter.mistakes.models import Correction, MistakeReport, ReaderMail
from newsletter.mistakes.models import MistakeReportState as State
from newsletter.outbox.models import OutgoingMail
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.mistakes.left import issue_that_left

pytestmark = pytest.mark.usefixtures("mailing_list")

NASTY = "Er staat “een kwartier”. <script>alert(1)</script>"


@pytest.fixture
def roos(client, db):
    return log_in(client, "Redactie", "roos")


@pytest.fixture
def report(now):
    return report_of("sanne", now)


def report_of(name, now, article=None):
    article = article or ArticleFactory.create(
        lead="", body="<p>Rust <em>een</em> kwartier.</p><p>Nog een kwartier.</p>"
    )
    mail = ReaderMail.objects.create(
        key=name,
        way="form",
        kind="mistake",
        text=NASTY,
        from_name=name,
        from_address=f"{name}@example.nl",
        received_at=now,
        issue=IssueFactory.create(publication_date=None),
    )
    return MistakeReport.objects.create(
        reader_mail=mail, article=article, created_at=now
    )


def page(report, act="change"):
    return reverse(f"admin:newsletter_mistakereport_{act}", args=[report.pk])


def test_the_article_is_open_at_the_words_the_reader_means(client, roos, report):
    html = client.get(page(report)).content.decode()

    assert '<em><mark id="zin">een</mark></em><mark> kwartier</mark>' in html
    assert "&lt;script&gt;" in html
    assert "<script>alert" not in html


def test_a_press_takes_the_step(client, roos, report):
    answer = client.post(
        page(report, "step"), {"seen": "new", "to": "looking"}, follow=True
    )

    report.refresh_from_db()
    assert report.state == State.LOOKING
    assert "Jij kijkt ernaar." in messages_of(answer)


@pytest.mark.parametrize("to", ["thanked", "", "nergens"])
def test_a_step_that_is_none_says_so(client, roos, report, to):
    answer = client.post(page(report, "step"), {"seen": "new", "to": to}, follow=True)

    report.refresh_from_db()
    assert report.state == State.NEW
    assert "Die stap bestaat niet." in messages_of(answer)


def test_putting_right_changes_the_article_and_makes_the_sentence(client, roos, report):
    client.post(
        page(report, "correct"),
        {
            "seen": "new",
            "before": "Rust een kwartier",
            "after": "Rust een half uur",
            "is_public": "on",
            "waits": "on",
        },
    )

    correction = Correction.objects.get()
    assert "half uur" in Article.objects.get().body
    assert correction.sentence == (
        "In een eerdere versie stond ‘Rust een kwartier’. "
        "Dat moet zijn: ‘Rust een half uur’."
    )
    assert (correction.made_by, correction.waits) == (roos, True)


def test_words_that_stand_twice_are_offered_and_what_was_typed_is_kept(
    client, roos, report
):
    answer = client.post(
        page(report, "correct"),
        {
            "seen": "new",
            "before": "een kwartier",
            "after": "een uur",
            "sentence": "Zo.",
        },
    )

    html = answer.content.decode()
    assert answer.status_code == 400
    assert html.count('type="radio" name="place"') == 2
    assert ">een uur</textarea>" in html
    assert ">Zo.</textarea>" in html


@pytest.mark.parametrize("typed", [{}, {"before": "Rust"}])
def test_a_correction_that_tells_nothing_is_refused(client, roos, report, typed):
    answer = client.post(page(report, "correct"), {"seen": "new", **typed})

    assert answer.status_code == 400
    assert "schrijf de zin die lezers krijgen" in answer.content.decode()


def test_the_reader_service_thanks_but_does_not_change_articles(
    client, report, settings
):
    log_in(client, "Lezersservice", "service")
    MistakeReport.objects.update(state=State.CORRECTED)

    assert client.post(page(report, "correct"), {"seen": "new"}).status_code == 403
    client.post(page(report, "thank"), {"words": "Dag {voornaam}, dank!"})

    assert OutgoingMail.objects.get().text.startswith("Dag sanne, dank!")


def test_thanks_without_words_are_refused(client, roos, report):
    MistakeReport.objects.update(state=State.CORRECTED)

    assert client.post(page(report, "thank"), {"words": " "}).status_code == 400
    assert not OutgoingMail.objects.exists()


def test_another_report_of_the_sentence_is_offered_and_joined(
    client, roos, report, now
):
    other = report_of("karel", now, report.article)
    assert "Over dezelfde zin" in client.get(page(report)).content.decode()

    client.post(page(report, "join"), {"other": other.pk})

    assert client.get(page(other)).url == page(report)
    assert "Wat 2 lezers zagen" in client.get(page(report)).content.decode()


def test_an_article_is_chosen_where_none_was_recognised(client, roos, report):
    article = report.article
    MistakeReport.objects.update(article=None)
    assert article.title in client.get(page(report)).content.decode()

    client.post(page(report, "article"), {"article": article.pk})

    report.refresh_from_db()
    assert report.article == article


def test_a_note_is_kept_without_signs_that_no_database_holds(client, roos, report):
    client.post(page(report, "note"), {"note": " Karel\x00 gebeld "})

    report.refresh_from_db()
    assert report.note == "Karel gebeld"


@pytest.mark.parametrize("other", ["x", "9" * 30])
def test_an_unknown_other_report_is_not_found(client, roos, report, other):
    assert client.post(page(report, "join"), {"other": other}).status_code == 404


def test_a_sentence_is_changed_afterwards(client, roos, report, now):
    correction = Correction.objects.create(
        article=report.article, sentence="Zo.", made_at=now
    )

    client.post(
        reverse("admin:newsletter_correction_change", args=[correction.pk]),
        {"sentence": "Zo is het.", "is_public": "on"},
    )

    correction.refresh_from_db()
    assert (correction.sentence, correction.waits) == ("Zo is het.", False)


def test_changing_a_sentence_forgets_no_mail_that_was_begun_in_that_moment(report, now):
    correction = Correction.objects.create(
        article=report.article, sentence="Zo.", made_at=now
    )
    begun = report.reader_mail.issue
    Correction.objects.update(mailed_in=begun)

    correction.sentence = "Zo is het."
    form = SimpleNamespace(changed_data=["sentence"])
    admin.site.get_model_admin(Correction).save_model(None, correction, form, True)

    correction.refresh_from_db()
    assert (correction.sentence, correction.mailed_in) == ("Zo is het.", begun)


def test_the_list_shows_a_mistake_once_with_its_readers(client, roos, report, now):
    double = report_of("karel", now, report.article)
    MistakeReport.objects.filter(pk=double.pk).update(same_as=report)

    html = client.get(
        reverse("admin:newsletter_mistakereport_changelist")
    ).content.decode()

    assert html.count('class="field-readers"') == 1
    assert "Er staat “een kwartier”. &lt;script&gt;" in html


def test_who_has_the_mistake_is_mailed_by_an_issue_of_its_own(
    client, roos, report, now
):
    dispatch = issue_that_left(now, report.article, issue=report.reader_mail.issue)
    told = Correction.objects.create(
        article=report.article, sentence="Zo is het.", made_at=now
    )
    MistakeReport.objects.update(state=State.CORRECTED, correction=told)
    assert (
        f"aan wie {dispatch.issue} heeft" in client.get(page(report)).content.decode()
    )

    answer = client.post(page(report, "mail"))

    told.refresh_from_db()
    assert answer.url == reverse(
        "admin:newsletter_issue_change", args=[told.mailed_in_id]
    )
