"""What search engines, other sites and feed readers read of our pages."""

import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from lxml import etree
from PIL import Image

from newsletter.archive.keeping import keep_up
from newsletter.articles.models import ArticleState
from newsletter.delivery.models import Dispatch
from newsletter.rendering.models import Link
from tests.factories import (
    ArticleFactory,
    IssueFactory,
    MailingListFactory,
    PictureFactory,
)
from tests.newsletter.archive.test_searching import left

HERE = "http://localhost:8000"


def page_of(client, address):
    return client.get(address).content.decode()


def meta(page):
    """What a page says of itself, by name."""
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page)
    return dict(found)


def data_of(page):
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(text)


def canonical(page):
    (address,) = re.findall(r'<link rel="canonical" href="([^"]+)"', page)
    return address


@pytest.fixture
def dispatch(db, now):
    return left(IssueFactory(number=7, subject="Stilte op zondag"), now)


# --- Cards and data ---


def test_an_issue_is_a_card_elsewhere(client, dispatch):
    page = page_of(client, "/edities/7/")
    said = meta(page)
    assert said["og:title"] == "Stilte op zondag"
    assert said["og:description"] == "En drie manieren om hem te vinden"
    assert said["og:url"] == canonical(page) == f"{HERE}/edities/7/"
    assert said["og:image"] == f"{HERE}/kaart/zondag.png"
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:locale"] == "nl_NL"


def show_in(dispatch, **picture):
    article = ArticleFactory(picture=PictureFactory.create(**picture))
    Link.objects.create(
        rendition=dispatch.rendition, position=0, target="https://x.nl", article=article
    )
    return article


def test_its_card_shows_a_picture_that_may_go_elsewhere(client, dispatch):
    show_in(dispatch, for_social=True)
    assert "/media/" in meta(page_of(client, "/edities/7/"))["og:image"]


@pytest.mark.parametrize(
    "picture", [{"for_social": False}, {"for_social": True, "expires_on": "2020-01-01"}]
)
def test_its_card_shows_no_picture_that_may_not(client, dispatch, picture):
    show_in(dispatch, **picture)
    assert "/kaart/" in meta(page_of(client, "/edities/7/"))["og:image"]


def test_a_picture_whose_licence_ended_is_no_longer_on_the_page(client, db):
    ended = timezone.localdate() - timedelta(days=1)
    ArticleFactory(slug="rust", picture=PictureFactory.create(expires_on=ended))
    assert "<figure>" not in page_of(client, "/artikelen/rust/")


def test_an_article_is_data(client, mailing_list):
    ArticleFactory(slug="rust", title="Rust </script><b>")
    data = data_of(page_of(client, "/artikelen/rust/"))
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == "Rust </script><b>"
    assert data["datePublished"] == "2026-11-20"
    assert data["publisher"]["name"] == mailing_list.organisation


def test_an_article_of_the_magazine_s_site_is_to_be_found_there(client, db):
    there = "https://www.example.nl/rust"
    ArticleFactory(slug="rust", source_url=there)
    assert canonical(page_of(client, "/artikelen/rust/")) == there
    assert "/artikelen/rust/" not in page_of(client, "/sitemap.xml")


def test_the_archive_is_a_collection(client, dispatch):
    data = data_of(page_of(client, "/edities/"))
    assert data["@type"] == "CollectionPage"
    assert data["mainEntity"]["itemListElement"][0]["url"] == f"{HERE}/edities/7/"


def test_the_second_page_of_the_archive_is_itself(client, dispatch, now):
    for number in range(10, 40):
        left(IssueFactory(number=number, publication_date=None), now)
    page = page_of(client, "/edities/?pagina=2&utm_source=x")
    assert canonical(page) == f"{HERE}/edities/?pagina=2"


def test_a_list_without_pictures_has_a_drawn_card(client, mailing_list):
    answer = client.get("/kaart/zondag.png")
    with Image.open(BytesIO(answer.content)) as card:
        assert card.size == (1200, 630)
    assert answer["Content-Type"] == "image/png"
    assert "Content-Encoding" not in answer


# --- Feeds, sitemap, robots ---


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_feed_is_well_formed_and_has_absolute_addresses(client, dispatch, kind):
    feed = page_of(client, f"/edities/{kind}/")
    etree.fromstring(feed.encode())
    assert f"{HERE}/edities/7/" in feed
    assert f"{HERE}/edities/{kind}/" in feed
    assert "Stilte op zondag" in feed


def test_the_feeds_of_a_second_list_are_linked_on_its_pages(client, dispatch, now):
    other = MailingListFactory(slug="dossier", name="Dossier")
    left(IssueFactory(mailing_list=other, number=1), now)
    page = page_of(client, "/dossier/edities/1/")
    assert 'href="/dossier/edities/atom/"' in page
    assert 'href="/aanmelden/?lijst=dossier"' in page
    assert canonical(page) == f"{HERE}/dossier/edities/1/"


def test_the_sitemap_names_what_is_public_and_nothing_else(client, dispatch, now):
    ArticleFactory(slug="rust")
    ArticleFactory(slug="weg", state=ArticleState.WITHDRAWN)
    waiting = left(IssueFactory(number=8, publication_date=None), now)
    Dispatch.objects.filter(pk=waiting.pk).update(started_at=None)
    gone = left(IssueFactory(number=9, publication_date=None), now)
    Dispatch.objects.filter(pk=gone.pk).update(withdrawn_at=now)

    named = re.findall("<loc>(.*?)</loc>", page_of(client, "/sitemap.xml"))

    assert set(named) == {
        f"{HERE}{path}"
        for path in (
            *("/", "/privacy/", "/rechtzettingen/"),
            *("/edities/", "/edities/7/", "/artikelen/rust/"),
        )
    }


def test_each_address_of_the_sitemap_answers(client, dispatch):
    ArticleFactory(slug="rust")
    for address in re.findall("<loc>(.*?)</loc>", page_of(client, "/sitemap.xml")):
        answer = client.get(address.removeprefix(HERE))
        assert answer.status_code == 200
        assert canonical(answer.content.decode()) == address


def test_robots_are_kept_from_personal_pages(client, db):
    said = page_of(client, "/robots.txt")
    assert "Disallow: /voorkeuren/" in said
    assert f"Sitemap: {HERE}/sitemap.xml" in said


# --- Search and the issue's neighbours ---


def test_a_reader_finds_a_story_by_a_word(client, mailing_list):
    ArticleFactory(slug="rust", title="Rust", body="<p>Bij de rivier & de zee</p>")
    keep_up(timezone.now() + timedelta(seconds=1))
    page = page_of(client, "/zoeken/?q=Rivieren")
    assert "<mark>rivier</mark> &amp; de zee" in page
    assert 'href="/artikelen/rust/"' in page
    assert "1 pagina gevonden" in page


@pytest.mark.parametrize(
    "question",
    ["", "%00", "<script>alert(1)</script>", "zzz", "a" * 3000, "%F0%9F%8C%9E"],
)
def test_whatever_is_looked_for_gets_an_answer(client, mailing_list, question):
    answer = client.get(f"/zoeken/?q={question}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert "Cookie" not in answer.get("Vary", "")


def test_an_issue_leads_to_its_neighbours(client, dispatch, now):
    left(IssueFactory(number=6, publication_date=None), now)
    left(IssueFactory(number=9, publication_date=None), now)
    page = page_of(client, "/edities/7/")
    assert '<a rel="prev" href="/edities/6/">' in page
    assert '<a rel="next" href="/edities/9/">' in page


def test_a_page_of_a_mail_runs_no_script_of_anybody(client, dispatch):
    policy = client.get("/edities/7/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
