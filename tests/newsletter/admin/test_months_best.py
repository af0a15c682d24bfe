"""The press that marks an issue as the best of its month."""

import pytest
from django.urls import reverse

from newsletter.delivery.months_best import is_months_best
from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in, messages_of


@pytest.fixture
def issue(mailing_list):
    mailing_list.has_months_best = True
    mailing_list.save()
    return IssueFactory.create(mailing_list=mailing_list)


def page(name, issue):
    return reverse(f"admin:newsletter_issue_{name}", args=[issue.pk])


def test_a_publisher_marks_the_best_of_the_month_and_takes_it_back(client, issue):
    log_in(client, "Uitgever")
    for is_best, words in ((1, "eens per maand"), (0, "als de andere")):
        answer = client.post(
            page("months_best", issue), {"is_best": is_best}, follow=True
        )
        assert words in messages_of(answer)
        assert is_months_best(issue) is bool(is_best)


def test_a_list_without_it_is_not_asked(client, issue, mailing_list):
    log_in(client, "Uitgever")
    assert page("months_best", issue) in client.get(page("publish", issue)).text
    mailing_list.has_months_best = False
    mailing_list.save()
    assert page("months_best", issue) not in client.get(page("publish", issue)).text


def test_an_editor_marks_nothing(client, issue):
    log_in(client, "Redactie")
    assert page("months_best", issue) not in client.get(page("publish", issue)).text
    answer = client.post(page("months_best", issue), {"is_best": 1})
    assert answer.status_code == 403
    assert not is_months_best(issue)
