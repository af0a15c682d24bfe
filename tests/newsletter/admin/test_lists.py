"""What the lists of the desk say, also when there is nothing in them."""

import pytest
from django.urls import reverse

from newsletter.articles.models import Expert
from newsletter.publishing.approval import approve
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.publishing.issues import change, issue_in_order

ISSUES = "admin:newsletter_issue_changelist"


@pytest.fixture
def els(client, db):
    return log_in(client, "Uitgever")


def test_an_approved_issue_is_called_so_until_it_changes(
    client, els, mailing_list, now
):
    issue = issue_in_order(mailing_list)
    approve(issue, by=els, now=now)
    assert "goedgekeurd" in client.get(reverse(ISSUES)).text

    change(issue, subject="Toch anders")
    assert "goedgekeurd" not in client.get(reverse(ISSUES)).text


def test_who_changed_an_issue_is_called_by_name(client, els, mailing_list):
    issue_in_order(mailing_list, updated_by=els)
    assert '<td class="field-who">Els' in client.get(reverse(ISSUES)).text


def test_a_list_without_a_head_is_put_in_order_as_well(client, els):
    for name in ("Aafke", "Zoë"):
        Expert.objects.create(name=name)
    page = client.get(reverse("admin:newsletter_expert_changelist"), {"o": "-1"})
    assert "Volgorde: naam, aflopend" in page.text
    assert '<a href="?o=1">Naam <span>omdraaien' in page.text


def test_an_empty_list_says_so(client, els):
    page = client.get(reverse("admin:newsletter_author_changelist"))
    assert "Hier is nog niets." in page.text


def test_a_search_that_finds_nothing_says_what_to_do(client, els):
    page = client.get(reverse("admin:newsletter_author_changelist"), {"q": "Wout"})
    assert "Niets gevonden. Zoek op minder" in page.text
