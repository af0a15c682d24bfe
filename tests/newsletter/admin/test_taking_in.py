"""One page on which articles come in, and what came in by itself."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from newsletter.articles.arrivals import Arrival, Feed
from newsletter.articles.models import Article, ArticleState
from newsletter.articles.polling import poll
from tests.factories import ArticleFactory
from tests.fake_site import FakeSite
from tests.newsletter.admin.colleagues import log_in

PAYLOADS = Path(__file__).parents[2] / "payloads"
LATER = "2099-01-01T00:00Z"
TAKE_IN = "admin:newsletter_article_take_in"
WORD = (PAYLOADS / "pasting" / "word.html").read_text()


@pytest.fixture(autouse=True)
def roos(client, db):
    return log_in(client, "Redactie", "roos")


@pytest.fixture
def site(settings):
    with FakeSite() as site:
        settings.FETCH_PRIVATE_HOSTS = [site.host]
        page = (PAYLOADS / "sites" / "wandelen.html").read_text()
        site.put("/w/", page.replace("https://tijdschrift.example.nl", site.url("")))
        rss = (PAYLOADS / "feeds" / "tijdschrift.xml").read_text()
        site.put("/feed/", rss.replace("SITE", site.url("")))
        yield site


def take_in(client, **fields):
    return client.post(reverse(TAKE_IN), fields)


def test_what_is_pasted_is_cleaned_at_once_and_told(client):
    answer = client.post(reverse("admin:newsletter_article_clean"), {"html": WORD})

    told = answer.json()
    assert "<ul><li><p>een kleed</p>" in told["html"]
    assert ["table", "Dag | Zon op"] in told["left_out"]
    assert any("tabel" in sentence for sentence in told["sentences"])


def test_a_paste_that_is_too_large_is_refused_in_words(client):
    answer = client.post(
        reverse("admin:newsletter_article_clean"), {"html": "x" * 2_000_001}
    )

    assert answer.status_code == 413
    assert "zonder de foto" in answer.json()["error"]


def test_a_pasted_article_waits_as_a_draft_and_the_report_tells_what_went(client):
    clean = reverse("admin:newsletter_article_clean")
    told = client.post(clean, {"html": WORD}).json()

    html = take_in(
        client, pasted_html=told["html"], left_out=json.dumps(told["left_out"])
    ).content.decode()

    article = Article.objects.get()
    assert (article.title, article.state) == ("Buiten ontbijten", ArticleState.DRAFT)
    assert reverse("admin:newsletter_article_change", args=[article.pk]) in html
    assert "Een tabel is gewone tekst geworden" in html


@pytest.mark.parametrize("told", ["onzin", '[["nope","x"]]', "[1]", "[" * 5000])
def test_a_tampered_list_of_what_went_does_no_harm(client, told):
    answer = take_in(client, pasted_html=WORD, left_out=told)

    assert answer.status_code == 200
    assert Article.objects.exists()


def test_plain_text_is_read_as_the_text_of_a_page(client):
    take_in(client, pasted="Stilte helpt\n\nEen kwartier is genoeg.\n\nBegin klein.")

    assert Article.objects.get().title == "Stilte helpt"


def test_addresses_files_and_a_paste_come_in_together_with_a_report_each(client, site):
    html = take_in(
        client,
        pasted_html=WORD,
        addresses=f"{site.url('/w/')}\n{site.url('/weg/')}",
        texts=[
            SimpleUploadedFile("leeg.txt", b""),
            SimpleUploadedFile("stuk.docx", b"PK\x03\x04 een document"),
        ],
    ).content.decode()

    titles = set(Article.objects.values_list("title", flat=True))
    assert titles == {"Buiten ontbijten", "Wandelen zonder doel"}
    for said in ("geen pagina op dit adres", "De tekst is leeg", "plak het hier"):
        assert said in html


def test_nothing_and_too_much_are_refused_in_words(client):
    nothing = take_in(client)
    many = take_in(client, addresses="\n".join(f"x.nl/{n}" for n in range(6)))

    assert (nothing.status_code, many.status_code) == (400, 400)
    assert "Plak een tekst" in nothing.content.decode()
    assert "meer dan vijf adressen" in many.content.decode()


def test_who_may_not_add_articles_takes_in_nothing(client):
    log_in(client, "Lezersservice", "lotte")

    assert take_in(client, pasted="x").status_code == 403
    clean = reverse("admin:newsletter_article_clean")
    assert client.post(clean, {"html": "x"}).status_code == 403


# --- What came in by itself ---


@pytest.fixture
def feed(site, now):
    feed = Feed.objects.create(name="De site", address=site.url("/feed/"))
    poll(feed.pk, now=now)
    return feed


def test_what_came_in_stands_above_the_list_until_it_was_looked_at(client, feed):
    page = reverse("admin:newsletter_article_changelist")
    html = client.get(page).content.decode()
    assert "Nieuw binnengekomen" in html
    assert "van De site" in html

    Arrival.objects.update(seen_at=feed.asked_at or "2026-01-01T00:00Z")
    assert "Nieuw binnengekomen" not in client.get(page).content.decode()


def test_the_list_shows_only_what_is_new_or_changed(client, feed):
    ArticleFactory.create(title="Al lang hier")

    page = reverse("admin:newsletter_article_changelist")
    html = client.get(page, {"arrived": "new"}).content.decode()

    assert "Al lang hier" not in html
    assert "Wandelen zonder doel" in html
    assert client.get(page, {"arrived": "changed"}).status_code == 200


@pytest.fixture
def offer(feed):
    arrival = Arrival.objects.get(article__title__startswith="Thee")
    arrival.offer = {
        "title": "Thee en tijd",
        "lead": "Kort.",
        "body": "<p>Nieuw <script></p>",
        "fingerprint": "x" * 64,
    }
    arrival.save()
    return arrival


def test_an_article_says_that_the_site_has_a_newer_text(client, offer):
    page = reverse("admin:newsletter_article_change", args=[offer.article_id])

    html = client.get(page).content.decode()

    assert reverse("admin:newsletter_article_offer", args=[offer.pk]) in html


def test_the_two_texts_are_compared_and_an_editor_decides(client, offer):
    compare = reverse("admin:newsletter_article_offer", args=[offer.pk])
    html = client.get(compare).content.decode()
    assert "<ins>" in html
    assert "<script>" not in html.split("two-texts")[1]

    client.post(f"{compare}overnemen/")

    assert Article.objects.get(pk=offer.article_id).title == "Thee en tijd"
    again = client.post(f"{compare}laten-staan/", follow=True).content.decode()
    assert "geen nieuwere tekst meer" in again
    assert client.get(compare).status_code == 302


def test_an_unknown_decision_or_offer_is_not_found(client, offer):
    compare = reverse("admin:newsletter_article_offer", args=[offer.pk])

    assert client.post(f"{compare}weggooien/").status_code == 404
    missing = reverse("admin:newsletter_article_offer", args=[0])
    assert client.get(missing).status_code == 404
    log_in(client, "Lezersservice", "lotte")
    assert client.get(compare).status_code == 403
    assert client.post(f"{compare}overnemen/").status_code == 403


def feeds_as_shown(client):
    return client.get(reverse("admin:newsletter_feed_changelist")).content.decode()


def test_who_asks_a_feed_does_not_wait_for_its_site(client, site):
    Feed.objects.create(name="De site", address=site.url("/feed/"), due_at=LATER)

    client.post(reverse("admin:newsletter_feed_ask"))

    assert site.asked == []
    assert Feed.objects.due(timezone.now()).exists()


def test_the_list_follows_until_the_feed_has_said_something(client, site):
    feed = Feed.objects.create(name="De site", address=site.url("/feed/"))
    client.post(reverse("admin:newsletter_feed_ask"))
    assert 'data-desk-live="moving"' in feeds_as_shown(client)

    poll(feed.pk, now=timezone.now())

    html = feeds_as_shown(client)
    assert "2 nieuwe stukken." in html
    assert 'data-desk-live=""' in html


def test_a_feed_in_the_hands_of_a_worker_is_being_asked(client, site):
    feed = Feed.objects.create(name="De site", address=site.url("/feed/"), told="Niets")
    Feed.objects.claim(feed.pk, timezone.now())

    html = feeds_as_shown(client)

    assert "Wordt nu gevraagd" in html
    assert 'data-desk-live="moving"' in html


def test_who_asks_twice_asks_once(client, site):
    feed = Feed.objects.create(name="De site", address=site.url("/feed/"))
    poll(feed.pk, now=timezone.now())

    client.post(reverse("admin:newsletter_feed_ask"))

    assert not Feed.objects.due(timezone.now()).exists()


def test_beheer_adds_a_feed_and_a_new_address_starts_anew(client, site):
    log_in(client, "Beheer", "bart")
    fields = {"name": "De site", "address": site.url("/oud/"), "is_active": "on"}
    client.post(reverse("admin:newsletter_feed_add"), fields)
    Feed.objects.update(failures=9, etag='"1"', due_at="2099-01-01T00:00Z")

    feed = Feed.objects.get()
    change = reverse("admin:newsletter_feed_change", args=[feed.pk])
    client.post(change, fields | {"address": site.url("/feed/")})

    feed.refresh_from_db()
    assert (feed.failures, feed.etag, feed.due_at) == (0, "", None)


def test_editors_do_not_change_feeds(client, site):
    assert client.get(reverse("admin:newsletter_feed_add")).status_code == 403
