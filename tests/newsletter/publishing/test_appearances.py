"""Which article is in which issue, so that none is sent twice unseen."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.articles.models import Article
from newsletter.issues.blocks import CardBlock, MustReadBlock
from newsletter.publishing.appearances import Appearance, appearances, unsent
from newsletter.publishing.scheduling import cancel_moment
from tests.factories import (
    ArticleFactory,
    DispatchFactory,
    IssueFactory,
    MailingListFactory,
)
from tests.newsletter.publishing.issues import add_card, issue_in_order

SUNDAY = date(2026, 11, 29)


@pytest.fixture
def article(db):
    return ArticleFactory.create()


@pytest.fixture
def being_made(mailing_list):
    return IssueFactory.create(
        mailing_list=mailing_list, number=70090, publication_date=date(2026, 12, 20)
    )


def scheduled(mailing_list, article, *, now, day=SUNDAY, number=70041):
    issue = issue_in_order(mailing_list, publication_date=day, number=number)
    add_card(issue, article)
    due_at = datetime.combine(day, time(7), UTC)
    DispatchFactory(issue=issue, due_at=due_at, created_at=now)
    return issue


def places(article, issue, now):
    found = appearances([article.pk], issue.mailing_list, besides=issue, now=now)
    return found.get(article.pk, [])


def test_an_article_in_a_scheduled_issue_is_sent(mailing_list, article, els, now):
    assert article in unsent(Article.objects.all(), mailing_list)
    scheduled(mailing_list, article, now=now)
    assert article not in unsent(Article.objects.all(), mailing_list)


def test_a_moment_that_is_taken_back_leaves_the_article_unsent(
    mailing_list, article, els, now
):
    issue = scheduled(mailing_list, article, now=now)
    cancel_moment(issue, by=els, now=now)
    assert article in unsent(Article.objects.all(), mailing_list)


def test_an_article_in_a_draft_is_unsent(mailing_list, article):
    add_card(IssueFactory.create(mailing_list=mailing_list), article)
    assert article in unsent(Article.objects.all(), mailing_list)


def test_what_another_newsletter_sent_is_unsent_here(mailing_list, article, els, now):
    other = MailingListFactory.create(slug="ander", list_id="ander.example.nl")
    scheduled(other, article, now=now)
    assert article in unsent(Article.objects.all(), mailing_list)


def test_a_scheduled_issue_says_where_the_article_stands(
    mailing_list, being_made, article, els, now
):
    scheduled(mailing_list, article, now=now)
    assert places(article, being_made, now) == [
        Appearance(70041, SUNDAY, is_draft=False)
    ]


def test_the_mail_as_it_was_frozen_counts_not_what_the_issue_says_since(
    mailing_list, being_made, article, els, now
):
    issue = scheduled(mailing_list, article, now=now)
    CardBlock.objects.filter(parent=issue).delete()
    assert [place.number for place in places(article, being_made, now)] == [70041]


def test_the_draft_of_a_coming_sunday_counts_and_says_that_it_is_one(
    mailing_list, being_made, article, now
):
    draft = IssueFactory.create(
        mailing_list=mailing_list, number=70042, publication_date=date(2026, 12, 6)
    )
    MustReadBlock.objects.create(parent=draft, article=article)
    assert places(article, being_made, now) == [
        Appearance(70042, date(2026, 12, 6), is_draft=True)
    ]


def test_the_draft_of_a_sunday_that_went_by_does_not_count(
    mailing_list, being_made, article, now
):
    draft = IssueFactory.create(
        mailing_list=mailing_list, publication_date=date(2026, 11, 22)
    )
    add_card(draft, article)
    assert places(article, being_made, now) == []


def test_the_issue_being_made_does_not_count(being_made, article, now):
    add_card(being_made, article)
    assert places(article, being_made, now) == []


def test_the_ninth_issue_back_is_forgotten(mailing_list, being_made, els, now):
    articles = ArticleFactory.create_batch(9)
    # The issue that is being made has the day of the fourth.
    for week, article in zip((0, 1, 2, 4, 5, 6, 7, 8, 9), articles, strict=True):
        day = SUNDAY + timedelta(weeks=week)
        scheduled(mailing_list, article, now=now, day=day, number=70050 + week)
    assert places(articles[0], being_made, now) == []
    assert len(places(articles[1], being_made, now)) == 1


def test_the_latest_place_comes_first(mailing_list, being_made, article, els, now):
    scheduled(mailing_list, article, now=now)
    later = SUNDAY + timedelta(weeks=1)
    scheduled(mailing_list, article, now=now, day=later, number=70042)
    assert [place.number for place in places(article, being_made, now)] == [
        70042,
        70041,
    ]


def test_looking_asks_as_much_for_many_articles_as_for_one(
    mailing_list, being_made, article, els, now, django_assert_num_queries
):
    scheduled(mailing_list, article, now=now)
    IssueFactory.create(
        mailing_list=mailing_list, publication_date=SUNDAY + timedelta(weeks=2)
    )
    many = [article.pk, *(one.pk for one in ArticleFactory.create_batch(20))]
    with django_assert_num_queries(4):
        appearances(many, mailing_list, besides=being_made, now=now)
