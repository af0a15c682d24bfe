"""The composer: preview of what is typed, no saving over others, begin by a press."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import User
from django.test import RequestFactory
from django.urls import reverse

from newsletter.admin.saving import SavedMeanwhile
from newsletter.articles.authorship import name_authors
from newsletter.issues.blocks import (
    BLOCK_MODELS,
    HeroBlock,
    OpeningBlock,
    TextBlock,
)
from newsletter.issues.models import Issue
from newsletter.outbox.models import OutgoingMail
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    DispatchFactory,
    IssueFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.newsletter.admin.colleagues import role_of


@pytest.fixture
def editor(client, db):
    editor = UserFactory(username="els", email="els@example.nl")
    editor.groups.add(role_of("Redactie"))
    client.force_login(editor)
    return editor


@pytest.fixture
def issue(mailing_list):
    return IssueFactory(mailing_list=mailing_list)


def typed(issue, **changes):
    """Return the change form of an issue as a browser would post it."""
    form = {
        "subject": issue.subject,
        "preheader": issue.preheader,
        "publication_date": "29-11-2026",
        "seen_version": issue.version,
    }
    for model in BLOCK_MODELS:
        prefix = f"newsletter_{model._meta.model_name}_set"
        form |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return form | changes


def new_block(model, **fields):
    """Return the form of one block that is not saved yet."""
    prefix = f"newsletter_{model._meta.model_name}_set"
    row = {"region": "main", "ordering": 10, **fields}
    return {
        f"{prefix}-TOTAL_FORMS": 1,
        **{f"{prefix}-0-{name}": value for name, value in row.items()},
    }


def preview(client, issue, form):
    address = reverse("admin:newsletter_issue_preview", args=[issue.pk])
    return client.post(address, form)


def test_the_preview_shows_what_is_typed_and_not_saved(client, editor, issue):
    form = typed(issue, subject="Nieuw onderwerp")
    form |= new_block(TextBlock, heading="Vers", body="<p>Nog niet bewaard.</p>")
    answer = preview(client, issue, form).json()
    assert answer["subject"] == "Nieuw onderwerp"
    assert "Nog niet bewaard." in answer["html"]
    assert answer["blocks"] == 1


def test_the_preview_saves_nothing(client, editor, issue):
    form = typed(issue, subject="Nieuw") | new_block(TextBlock, body="<p>x</p>")
    preview(client, issue, form)
    issue.refresh_from_db()
    assert issue.subject == "Stilte op zondag"
    assert not TextBlock.objects.exists()


def test_a_block_with_an_empty_field_is_previewed_and_counted(client, editor, issue):
    form = typed(issue) | new_block(TextBlock, heading="Kop", body="")
    answer = preview(client, issue, form).json()
    assert answer["errors"] == 1
    assert "Kop" in answer["html"]


def test_an_article_block_takes_what_is_empty_from_its_article(client, editor, issue):
    article = ArticleFactory(title="Waarom stilte helpt")
    form = typed(issue) | new_block(HeroBlock, article=article.pk)
    assert "Waarom stilte helpt" in preview(client, issue, form).json()["html"]


def test_a_stranger_gets_no_preview(client, issue):
    assert preview(client, issue, typed(issue)).status_code == 302


def test_a_colleague_without_the_right_gets_no_preview(client, issue):
    client.force_login(UserFactory(username="bob"))
    assert preview(client, issue, typed(issue)).status_code == 403


def test_script_in_prose_is_not_in_the_preview(client, editor, issue):
    form = typed(issue) | new_block(TextBlock, body="<p>x</p><script>alert(1)</script>")
    assert "alert(1)" not in preview(client, issue, form).json()["html"]


def test_saving_keeps_the_blocks_and_counts_the_version(client, editor, issue):
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    form = typed(issue) | new_block(TextBlock, heading="Kop", body="<p>Tekst</p>")
    assert client.post(address, form).status_code == 302
    issue.refresh_from_db()
    assert issue.version == 2
    assert issue.updated_by == editor
    assert TextBlock.objects.get().heading == "Kop"


def test_of_two_who_save_at_the_same_moment_the_database_picks_one(editor, issue):
    """Both forms were checked before either was saved."""
    request = RequestFactory().post("/")
    request.user = editor
    desk = site.get_model_admin(Issue)
    form_class = desk.get_form(request, issue, change=True)
    forms = [
        form_class(typed(issue, subject=name), instance=Issue.objects.get())
        for name in ("Van Bob", "Van Els")
    ]
    assert all(form.is_valid() for form in forms)
    desk.save_model(request, forms[0].save(commit=False), forms[0], change=True)
    with pytest.raises(SavedMeanwhile):
        desk.save_model(request, forms[1].save(commit=False), forms[1], change=True)
    assert Issue.objects.get().subject == "Van Bob"


def test_a_day_that_has_its_issue_is_refused_in_words(client, editor, issue):
    IssueFactory(mailing_list=issue.mailing_list, publication_date="2026-12-06")
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    answer = client.post(address, typed(issue, publication_date="06-12-2026"))
    assert "Kies een andere dag" in answer.content.decode()
    assert Issue.objects.get(pk=issue.pk).publication_date == date(2026, 11, 29)


@pytest.mark.parametrize("field", ["subject", "preheader"])
def test_a_line_break_in_a_header_line_is_refused(client, editor, issue, field):
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    answer = client.post(address, typed(issue, **{field: "a\u2028Bcc: x@y.nl"}))
    assert answer.status_code == 200
    issue.refresh_from_db()
    assert "Bcc" not in issue.subject + issue.preheader


def test_a_press_begins_an_issue_and_opens_it(client, editor, mailing_list):
    answer = client.post(reverse("admin:newsletter_issue_begin"))
    issue = Issue.objects.get()
    assert answer["Location"] == reverse(
        "admin:newsletter_issue_change", args=[issue.pk]
    )
    assert issue.number == 1
    assert issue.publication_date is not None
    assert issue.publication_date.weekday() == mailing_list.weekday


def test_looking_at_the_address_begins_nothing(client, editor, mailing_list):
    client.get(reverse("admin:newsletter_issue_begin"))
    assert not Issue.objects.exists()


def test_a_test_mail_brings_who_pressed_what_was_just_typed(client, editor, issue):
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    form = typed(issue, subject="Net getypt", _test="1")
    answer = client.post(address, form | new_block(TextBlock, body="<p>Vers</p>"))
    mail = OutgoingMail.objects.get()
    assert answer["Location"] == address
    assert mail.to_address == "els@example.nl"
    assert mail.subject == "[TEST] Net getypt"
    assert "Vers" in mail.html
    assert "Vers" in mail.text


def test_who_has_no_address_is_told_so_and_the_issue_is_saved(client, editor, issue):
    User.objects.update(email="")
    address = reverse("admin:newsletter_issue_change", args=[issue.pk])
    form = typed(issue, subject="Net getypt", _test="1")
    answer = client.post(address, form, follow=True)
    assert "nog geen e-mailadres" in answer.content.decode()
    assert Issue.objects.get().subject == "Net getypt"
    assert not OutgoingMail.objects.exists()


def test_the_front_page_says_what_is_missing(client, editor, mailing_list):
    client.post(reverse("admin:newsletter_issue_begin"))
    html = client.get(reverse("admin:index")).content.decode()
    assert "Deze zondag" in html
    assert 'class="stop"' in html


def test_an_issue_that_left_is_not_looked_over_any_more(client, editor, issue):
    page = reverse("admin:newsletter_issue_change", args=[issue.pk])
    assert "data-findings" in client.get(page).text
    DispatchFactory(issue=issue, started_at=datetime(2026, 11, 29, 7, 0, tzinfo=UTC))
    assert "data-findings" not in client.get(page).text


def test_composing_asks_the_database_no_more_than_pinned(
    client, editor, issue, django_assert_max_num_queries
):
    TextBlock.objects.create(parent=issue, body="<p>Tekst</p>")
    with django_assert_max_num_queries(60):
        client.get(reverse("admin:newsletter_issue_change", args=[issue.pk]))


def test_a_reader_is_looked_through_only_by_who_may_see_readers(client, editor, issue):
    reader = SubscriptionFactory(
        mailing_list=issue.mailing_list, subscriber__first_name="Annemarie"
    ).subscriber
    form = typed(issue, preview_reader=reader.pk)
    form |= new_block(OpeningBlock, greeting="Goedemorgen", body="<p>Stil.</p>")
    assert "Annemarie" not in preview(client, issue, form).json()["html"]
    editor.groups.add(role_of("Uitgever"))
    assert "Annemarie" in preview(client, issue, form).json()["html"]


def test_the_answer_tells_which_form_made_which_block(client, editor, issue):
    form = typed(issue) | new_block(TextBlock, body="<p>Tekst</p>")
    answer = preview(client, issue, form).json()
    assert answer["places"] == ["newsletter_textblock_set-0"]
    assert answer["sizes"][0] > 0


def test_the_weight_is_that_of_the_whole_message(client, editor, issue):
    form = typed(issue) | new_block(TextBlock, body=f"<p>{'é' * 9000}</p>")
    assert preview(client, issue, form).json()["kilobytes"] > 9000 * 6 * 2 / 1000


def values_of(client, issue, *ids):
    address = reverse("admin:newsletter_issue_article_values", args=[issue.pk])
    return client.get(address, {"id": ids})


def test_the_form_learns_what_an_article_gives_to_its_block(client, editor, issue):
    article = ArticleFactory(title="Waarom stilte helpt", stated_reading_minutes=4)
    name_authors(article, [AuthorFactory.create(name="Fenna Roodhuizen")])

    values = values_of(client, issue, article.pk).json()["articles"][str(article.pk)]

    assert values == {
        "title": "Waarom stilte helpt",
        "teaser": article.lead,
        "authors": "Fenna Roodhuizen",
        "minutes": "4",
        "url": f"http://localhost:8000/artikelen/{article.slug}/",
        "note": "eerder verschenen: november 2026",
        "button_label": "Lees “Waarom stilte helpt”",
        "picture": None,
    }


@pytest.mark.parametrize("asked", ["0", "-1", "x", "9" * 40, ""])
def test_an_article_that_is_not_there_gives_nothing(client, editor, issue, asked):
    answer = values_of(client, issue, asked)

    assert (answer.status_code, answer.json()["articles"]) == (200, {})


def test_many_articles_are_asked_for_at_once(
    client, editor, issue, django_assert_max_num_queries
):
    ids = [ArticleFactory().pk for _ in range(12)]
    values_of(client, issue, *ids)

    with django_assert_max_num_queries(9):
        assert len(values_of(client, issue, *ids).json()["articles"]) == 12


def test_who_may_not_see_articles_learns_nothing_of_them(client, issue):
    article = ArticleFactory()
    client.force_login(UserFactory(username="bob"))

    assert values_of(client, issue, article.pk).status_code == 403
    client.logout()
    assert values_of(client, issue, article.pk).status_code == 302
