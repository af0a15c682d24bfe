"""Public pages are made once, are the same for everybody, and go when they must."""

import gzip
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from newsletter import kept_pages
from newsletter.articles.models import Article, ArticleState
from newsletter.delivery.models import Dispatch
from newsletter.mistakes.models import Correction
from subscribers.models import MailingList
from tests.factories import ArticleFactory, IssueFactory
from tests.newsletter.archive.test_searching import left

PAGES = (
    *("/", "/edities/", "/edities/7/", "/edities/rss/", "/edities/atom/"),
    *("/artikelen/rust/", "/privacy/", "/robots.txt", "/sitemap.xml"),
    *("/kaart/zondag.png", "/rechtzettingen/"),
)


@pytest.fixture
def site(db, now):
    """One issue and one article."""
    dispatch = left(IssueFactory(number=7, subject="Stilte op zondag"), now)
    ArticleFactory(slug="rust", title="Rust")
    return dispatch


@pytest.mark.parametrize("page", PAGES)
def test_a_page_for_everybody_depends_on_nobody(client, site, page):
    answer = client.get(page)
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer["Vary"] == "Accept-Encoding"
    assert "public" in answer["Cache-Control"]
    assert "s-maxage=300" in answer["Cache-Control"]
    assert answer["ETag"].startswith('W/"')


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_small_and_asks_little(
    client, site, page, django_assert_max_num_queries
):
    # Four of them are how the site stands, at most once a second.
    with django_assert_max_num_queries(13):
        answer = client.get(page, headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) <= 60_000


def test_the_second_reader_gets_what_was_made_for_the_first(
    client, site, django_assert_num_queries, settings
):
    settings.PAGES_LOOK_SECONDS = 60
    first = client.get("/edities/7/")
    with django_assert_num_queries(0):
        second = Client().get("/edities/7/?utm_source=mail&fbclid=x")
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_who_has_it_already_is_told_so(client, site):
    first = client.get("/edities/7/")
    by_tag = client.get("/edities/7/", headers={"If-None-Match": first["ETag"]})
    by_moment = client.get(
        "/edities/7/", headers={"If-Modified-Since": first["Last-Modified"]}
    )
    assert by_tag.status_code == by_moment.status_code == 304
    assert by_tag["Cache-Control"] == first["Cache-Control"]


def test_who_takes_it_packed_gets_it_packed(client, site):
    packed = client.get("/edities/7/", headers={"Accept-Encoding": "br, gzip"})
    plain = client.get("/edities/7/")
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content)


def test_who_asks_for_the_head_alone_gets_the_same_head(client, site):
    whole, head = client.get("/edities/7/"), client.head("/edities/7/")
    assert head.content == b""
    assert head.headers == whole.headers


def test_a_head_is_never_handed_out_for_a_whole(client, site):
    client.head("/edities/7/")
    assert b"<html" in client.get("/edities/7/").content


def test_an_issue_that_is_taken_back_is_gone_at_once(client, site, now):
    client.get("/edities/7/")
    Dispatch.objects.update(withdrawn_at=now)
    answer = client.get("/edities/7/")
    assert answer.status_code == 410
    assert answer["Cache-Control"] == "public, max-age=60"
    assert "Stilte" not in client.get("/edities/").content.decode()


def test_an_article_that_changes_is_shown_anew(client, site):
    client.get("/artikelen/rust/")
    article = Article.objects.get()
    article.title = "Nog meer rust"
    article.save()
    assert "Nog meer rust" in client.get("/artikelen/rust/").content.decode()
    Article.objects.update(state=ArticleState.WITHDRAWN)
    assert client.get("/artikelen/rust/").status_code == 410


def test_what_is_put_right_in_an_issues_own_words_is_told_at_once(client, site, now):
    client.get("/edities/7/")
    correction = Correction.objects.create(
        issue=site.issue, sentence="Het is maandag.", made_at=now + timedelta(hours=1)
    )
    assert "Het is maandag." in client.get("/edities/7/").content.decode()
    Correction.objects.filter(pk=correction.pk).update(sentence="Het is dinsdag.")
    assert "Het is dinsdag." in client.get("/edities/7/").content.decode()


def test_a_list_that_gets_another_promise_says_so(client, site):
    client.get("/")
    MailingList.objects.update(promise="Elke zondag thee")
    assert "Elke zondag thee" in client.get("/").content.decode()


def test_what_the_rows_do_not_tell_is_seen_after_a_minute(client, site, monkeypatch):
    client.get("/artikelen/rust/")
    category = Article.objects.get().category
    type(category).objects.update(name="Slaap")
    assert "Slaap" not in client.get("/artikelen/rust/").content.decode()
    monkeypatch.setattr(kept_pages, "KEPT_SECONDS", 0)
    kept_pages.forget_pages()
    client.get("/artikelen/rust/")
    assert "Slaap" in client.get("/artikelen/rust/").content.decode()


def test_readers_read_on_while_the_database_is_away(client, site, monkeypatch):
    monkeypatch.setattr(kept_pages, "KEPT_SECONDS", 0)
    before = client.get("/edities/7/").content

    def away():
        raise DatabaseError("gone")

    monkeypatch.setattr(kept_pages, "site_stamp", away)
    with connection.execute_wrapper(lambda *call: away()):
        assert client.get("/edities/7/").content == before


def test_nothing_of_a_colleague_who_looks_is_kept(admin_client, client, site):
    mine = admin_client.get("/edities/").content
    assert client.get("/edities/").content == mine


def test_pages_of_one_reader_are_never_kept(client, site):
    for page in ("/aanmelden/", "/voorkeuren/", "/zoeken/?q=rust", "/admin/login/"):
        assert "ETag" not in client.get(page)


def test_another_page_of_the_archive_is_another_page(client, site, now):
    for number in range(100, 130):
        issue = IssueFactory(number=number, publication_date=None, subject=f"N{number}")
        left(issue, now - timedelta(days=number))
    first, second = client.get("/edities/"), client.get("/edities/?pagina=2")
    assert "N129" in first.content.decode()
    assert "N129" not in second.content.decode()
    assert "N100" in second.content.decode()
    assert 'rel="next" href="?pagina=2"' in first.content.decode()


@pytest.mark.parametrize("page", ["3", "0", "-1", "x", "١", "1" * 9000, "%00", ""])
def test_a_page_that_is_not_there_is_not_found(client, site, page):
    assert client.get(f"/edities/?pagina={page}").status_code in (200, 404)


@pytest.mark.parametrize("page", ["/edities/7/", "/edities/999999999999999999999/"])
def test_a_stranger_s_name_is_refused_also_when_the_page_is_kept(client, site, page):
    client.get(page)
    assert client.get(page, headers={"Host": "evil.example"}).status_code == 400
    assert client.get(page).status_code in (200, 404)
