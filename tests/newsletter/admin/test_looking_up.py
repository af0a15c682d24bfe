"""The preview looks up at once what its blocks choose."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsletter.issues.blocks import CardBlock
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.admin.forms_of_issues import opened


@pytest.fixture
def editor(client, db):
    return log_in(client, "Redactie")


@pytest.fixture
def issue(mailing_list):
    return IssueFactory.create(mailing_list=mailing_list)


def add_cards(issue, count):
    for place in range(count):
        CardBlock.objects.create(
            parent=issue, ordering=place, article=ArticleFactory.create()
        )


def preview(client, issue, form):
    address = reverse("admin:newsletter_issue_preview", args=[issue.pk])
    return client.post(address, form).json()


def queries(client, issue):
    form = opened(issue)
    with CaptureQueriesContext(connection) as asked:
        preview(client, issue, form)
    return len(asked)


def test_six_more_stories_ask_the_database_no_more(client, editor, issue):
    add_cards(issue, 1)
    queries(client, issue)
    for_one = queries(client, issue)
    add_cards(issue, 6)
    assert queries(client, issue) == for_one


def test_an_article_that_is_not_there_is_said_at_its_field(client, editor, issue):
    add_cards(issue, 2)
    form = opened(issue) | {"newsletter_cardblock_set-0-article": "999999"}
    answer = preview(client, issue, form)
    assert answer["errors"] == 1
    assert answer["blocks"] == 2


@pytest.mark.parametrize("chosen", ["abc", "-1", "9" * 30, "1'--"])
def test_a_choice_that_is_none_is_counted_as_wrong(client, editor, issue, chosen):
    add_cards(issue, 1)
    form = opened(issue) | {"newsletter_cardblock_set-0-article": chosen}
    assert preview(client, issue, form)["errors"] == 1
