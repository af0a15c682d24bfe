"""What readers see of what was put right."""

from datetime import timedelta

import pytest

from newsletter.mistakes.models import Correction
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.mistakes.left import issue_that_left

pytestmark = pytest.mark.usefixtures("mailing_list")


@pytest.fixture
def article(db):
    return ArticleFactory.create(title="Brood dat slaapt", slug="brood-dat-slaapt")


@pytest.fixture
def correct(now):
    def corrected(sentence, minutes=1, **columns):
        return Correction.objects.create(
            sentence=sentence, made_at=now + timedelta(minutes=minutes), **columns
        )

    return corrected


def test_an_article_says_what_was_put_right_in_it_and_when(client, article, correct):
    told = correct("Het is <b>een</b> uur.", article=article)
    correct("Stil verbeterd.", article=article, is_public=False)

    html = client.get("/artikelen/brood-dat-slaapt/").content.decode()

    assert f'id="rechtzetting-{told.pk}"' in html
    assert "Het is &lt;b&gt;een&lt;/b&gt; uur." in html
    assert "Stil verbeterd." not in html


def test_the_page_of_an_issue_says_what_was_put_right_after_it_left(
    client,
    article,
    correct,
    now,
):
    dispatch = issue_that_left(now, article, issue=IssueFactory.create(number=7))
    correct("In het brood.", article=article)
    correct("In de opening.", issue=dispatch.issue)
    correct("Eerder al.", article=article, minutes=-1)
    correct("Ergens anders.", article=ArticleFactory.create())

    html = client.get("/edities/7/").content.decode()

    assert "In het brood." in html
    assert "In de opening." in html
    assert "Eerder al." not in html
    assert "Ergens anders." not in html


def test_all_corrections_stand_on_one_page_newest_first(client, article, correct):
    correct("De eerste.", article=article, minutes=1)
    correct("De tweede.", article=article, minutes=2)

    html = client.get("/rechtzettingen/").content.decode()

    assert html.index("De tweede.") < html.index("De eerste.")
    assert "/artikelen/brood-dat-slaapt/#rechtzetting-" in html


def test_who_reads_along_by_feed_gets_them_with_their_place(client, article, correct):
    told = correct("Het is een uur & meer.", article=article)
    correct("Stil.", article=article, is_public=False)

    feed = client.get("/rechtzettingen/rss/").content.decode()

    assert "Het is een uur &amp; meer." in feed
    assert f"http://localhost:8000{told.address}" in feed
    assert "Stil." not in feed


def test_without_corrections_the_page_says_so(client):
    assert "nog niets recht" in client.get("/rechtzettingen/").content.decode()
