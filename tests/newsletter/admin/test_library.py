"""The library beside the form: what is found, in which order, what is said of it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from newsletter.articles.models import ArticleState
from newsletter.issues.blocks import HeroBlock
from newsletter.issues.models import Issue
from tests.factories import (
    ArticleFactory,
    AuthorFactory,
    CategoryFactory,
    IssueFactory,
    UserFactory,
)
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.front_page import a_dispatch_that_left


@pytest.fixture
def editor(client, db):
    return log_in(client, "Redactie")


@pytest.fixture
def issue(mailing_list):
    return IssueFactory(mailing_list=mailing_list)


@pytest.fixture
def ask(client, editor, issue):
    def asked(**question):
        address = reverse("admin:newsletter_issue_library", args=[issue.pk])
        return client.get(address, question)

    return asked


def titles(answer):
    return [article["title"] for article in answer.json()["articles"]]


def one(answer):
    [article] = answer.json()["articles"]
    return article


# --- Finding ---


def test_an_article_is_found_by_a_word_of_its_title(ask):
    ArticleFactory(title="Waarom stilte helpt")
    ArticleFactory(title="Brood dat slaapt")
    assert titles(ask(q="stilte")) == ["Waarom stilte helpt"]


def test_every_word_has_to_be_in_title_category_or_author(ask):
    found = ArticleFactory(title="Brood", category=CategoryFactory(name="Voeding"))
    found.authors.add(AuthorFactory(name="Joost van Dijk"))
    ArticleFactory(title="Brood", category=CategoryFactory(name="Welzijn"))
    assert titles(ask(q="joost brood voeding")) == ["Brood"]
    assert titles(ask(q="fenna brood")) == []


def test_an_article_with_two_authors_is_shown_once(ask):
    article = ArticleFactory()
    article.authors.add(AuthorFactory(name="Els de Wit"), AuthorFactory(name="Els Bos"))
    assert one(ask(q="els"))["authors"] == ["Els Bos", "Els de Wit"]


def test_the_choices_of_category_and_author_narrow(ask):
    food, rest = CategoryFactory(name="Voeding"), CategoryFactory(name="Rust")
    joost = AuthorFactory(name="Joost van Dijk")
    ArticleFactory(title="Brood", category=food).authors.add(joost)
    ArticleFactory(title="Soep", category=food)
    ArticleFactory(title="Slaap", category=rest).authors.add(joost)
    assert titles(ask(rubriek=food.pk, auteur=joost.pk)) == ["Brood"]


def test_the_newest_come_first_and_on_request_the_oldest(ask):
    for day in (3, 9, 5):
        ArticleFactory(title=f"Van de {day}e", published_on=date(2026, 11, day))
    newest = ["Van de 9e", "Van de 5e", "Van de 3e"]
    assert titles(ask()) == newest
    assert titles(ask(volgorde="oudste")) == newest[::-1]


def test_an_article_without_a_date_counts_from_the_day_it_came_in(ask):
    ArticleFactory(title="Oud", published_on=date(2020, 1, 5))
    ArticleFactory(title="Net binnen", published_on=None)
    assert titles(ask()) == ["Net binnen", "Oud"]


def test_a_withdrawn_article_is_not_offered(ask):
    ArticleFactory(state=ArticleState.WITHDRAWN)
    assert titles(ask()) == []


def test_what_was_not_sent_yet_is_found_by_itself(ask, mailing_list):
    sent = ArticleFactory(title="Gehad")
    ArticleFactory(title="Vers")
    left(mailing_list, sent)
    assert titles(ask(ongebruikt="on")) == ["Vers"]
    assert set(titles(ask())) == {"Gehad", "Vers"}


# --- What is said of it ---


def left(mailing_list, article, *, weeks=1):
    """An issue of some weeks ago with this article in it."""
    issue = IssueFactory(mailing_list=mailing_list, publication_date=None, number=70041)
    HeroBlock.objects.create(parent=issue, article=article)
    at = timezone.now() - timedelta(weeks=weeks)
    Issue.objects.filter(pk=issue.pk).update(publication_date=at.date())
    issue.refresh_from_db()
    return a_dispatch_that_left(mailing_list, readers=1, at=at, issue=issue)


def test_an_article_of_a_recent_issue_says_of_which(ask, mailing_list):
    left(mailing_list, ArticleFactory())
    assert one(ask())["used"].startswith("in editie 70041, ")


def test_an_article_that_was_in_no_issue_says_nothing(ask):
    ArticleFactory()
    assert one(ask())["used"] == ""


def test_a_draft_says_that_readers_cannot_open_it(ask):
    ArticleFactory(state=ArticleState.DRAFT)
    assert one(ask())["concept"] == "concept: lezers kunnen het nog niet openen"


def test_a_draft_that_stands_on_the_magazines_site_is_only_called_so(ask):
    ArticleFactory(state=ArticleState.DRAFT, source_url="https://magazine.example.nl/a")
    assert one(ask())["concept"] == "concept"


def test_the_page_asks_what_is_to_be_said_of_the_articles_in_its_blocks(ask):
    gone = ArticleFactory(state=ArticleState.WITHDRAWN)
    ArticleFactory()
    assert one(ask(artikelen=str(gone.pk)))["concept"] == "teruggetrokken"


# --- Thousands of them, and bad questions ---


def test_one_page_is_answered_and_where_the_next_begins(ask):
    ArticleFactory.create_batch(31)
    first = ask().json()
    assert (len(first["articles"]), first["more"]) == (30, 30)
    second = ask(vanaf=30).json()
    assert (len(second["articles"]), second["more"]) == (1, None)
    assert second["articles"][0]["id"] not in {one["id"] for one in first["articles"]}


def test_a_page_of_thirty_asks_the_database_no_more_than_one_of_three(
    ask, django_assert_max_num_queries
):
    joost = AuthorFactory(name="Joost van Dijk")
    for article in ArticleFactory.create_batch(30):
        article.authors.add(joost)
    with django_assert_max_num_queries(14):
        ask(ongebruikt="on", q="joost")


@pytest.mark.parametrize(
    "question",
    [
        {"q": "a" * 101},
        {"q": "a\0b"},
        {"rubriek": "x"},
        {"rubriek": "9" * 30},
        {"auteur": "999999"},
        {"vanaf": "-1"},
        {"volgorde": "willekeurig"},
        {"artikelen": "1,"},
        {"artikelen": "1); drop"},
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_a_sentence(ask, question):
    answer = ask(**question)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_stranger_sees_no_library(client, issue):
    address = reverse("admin:newsletter_issue_library", args=[issue.pk])
    assert client.get(address).status_code == 302
    client.force_login(UserFactory(username="bob"))
    assert client.get(address).status_code == 403


def test_a_month_is_written_small_in_dutch(ask):
    ArticleFactory(title="Net binnen", published_on=date(2025, 11, 5))
    assert [one["day"] for one in ask().json()["articles"]] == ["5 nov 2025"]
