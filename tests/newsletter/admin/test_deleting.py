"""The question before something is deleted, in an editor's words."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from newsletter.articles.models import Author
from newsletter.issues.blocks import QuoteBlock
from newsletter.publishing.approval import approve
from newsletter.publishing.comments import write_comment
from tests.factories import ArticleFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.publishing.issues import add_card, issue_in_order


@pytest.fixture
def els(client, db):
    return log_in(client, "Uitgever")


@pytest.fixture
def issue(mailing_list, els):
    return issue_in_order(mailing_list)


def question(client, row):
    kind = f"{row._meta.app_label}_{row._meta.model_name}"
    return client.get(reverse(f"admin:{kind}_delete", args=[row.pk])).text


def test_what_goes_along_is_counted_and_not_spelled_out(client, els, issue, now):
    QuoteBlock.objects.create(parent=issue, ordering=90, text="Rust is geen luxe")
    write_comment(issue, "Mooi, @els", by=els, now=now, key=uuid.uuid4())
    page = question(client, issue)
    assert "verwijderen?" in page
    assert "Citaten: 1" in page
    assert "Opmerkingen: 1" in page
    assert "object" not in page.partition('id="content"')[2].partition("<form")[0]
    assert "relaties" not in page


def test_what_is_used_says_once_where(client, issue):
    article = ArticleFactory.create(title="Stilte te koop")
    add_card(issue, article)
    add_card(issue, article)
    page = question(client, article)
    assert "kan niet weg" in page
    assert page.count("Verhaal: ") == 1
    assert "(2×)" in page


def test_a_colleague_who_did_something_is_switched_off_instead(client, issue, els, now):
    approve(issue, by=els, now=now)
    User.objects.filter(pk=els.pk).update(is_superuser=True)
    assert "Haal het vinkje bij ‘Actief’ weg" in question(client, els)


def test_several_are_named_before_they_go(client, els):
    authors = [Author.objects.create(name=name) for name in ("Noor", "Wout")]
    page = client.post(
        reverse("admin:newsletter_author_changelist"),
        {"action": "delete_selected", "_selected_action": [one.pk for one in authors]},
    ).text
    assert "Deze verwijderen?" in page
    assert "<li>Noor</li>" in page


def test_a_history_without_acts_says_so(client, els):
    author = Author.objects.create(name="Noor")
    page = client.get(reverse("admin:newsletter_author_history", args=[author.pk])).text
    assert "Hier heeft nog niemand iets gewijzigd." in page
