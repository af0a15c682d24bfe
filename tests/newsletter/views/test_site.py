"""The public pages: what anyone may read, and what nobody may."""

import os
from datetime import date, timedelta

import pytest
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone

from newsletter.articles.models import ArticleState
from newsletter.delivery.latest import latest_issue
from newsletter.delivery.models import Batch, Dispatch, DispatchState
from newsletter.rendering.freezing import freeze
from subscribers.models import MailingList
from tests.factories import (
    ArticleFactory,
    IssueFactory,
    MailingListFactory,
    PictureFactory,
    UserFactory,
)
from tests.newsletter.reports.left import an_issue_that_left


def left(issue, now):
    """Return the dispatch of an issue that has left."""
    return Dispatch.objects.create(
        issue=issue,
        rendition=freeze(issue, by=None, now=now),
        state=DispatchState.SENT,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
        started_at=now,
        finished_at=now,
    )


@pytest.fixture
def issue(db):
    return IssueFactory(number=7, subject="Stilte op zondag")


def test_the_home_page_says_the_promise(client, mailing_list):
    assert mailing_list.promise in client.get("/").content.decode()


def test_without_a_list_the_home_page_is_friendly(client, db):
    assert client.get("/").status_code == 200


def test_an_issue_that_left_stands_in_the_archive(client, issue, now):
    left(issue, now)
    assert "Stilte op zondag" in client.get("/edities/").content.decode()
    assert client.get("/edities/7/").status_code == 200


def test_the_archive_names_the_day_that_stands_above_the_issue(client, issue, now):
    issue.publication_date = date(2026, 11, 22)
    issue.save()
    left(issue, now)
    assert "zondag 22 november 2026" in client.get("/edities/").text


def test_an_issue_that_only_waits_is_nowhere_to_be_read(client, issue, now):
    waiting = left(issue, now)
    Dispatch.objects.filter(pk=waiting.pk).update(
        state=DispatchState.SCHEDULED, started_at=None
    )
    assert "Stilte op zondag" not in client.get("/edities/").content.decode()
    assert client.get("/edities/7/").status_code == 404


def test_a_second_list_has_addresses_of_its_own(client, issue, now):
    other = MailingListFactory(slug="dossier", name="Dossier")
    left(IssueFactory(mailing_list=other, number=1, subject="Een dossier"), now)
    assert client.get("/dossier/edities/1/").status_code == 200
    assert client.get("/edities/1/").status_code == 404
    assert MailingList.objects.count() == 2


def test_the_issues_of_the_first_list_are_linked_by_their_short_addresses(
    client, issue, now
):
    dispatch = left(issue, now)
    for page in ("/", "/edities/", "/zondag/edities/"):
        html = client.get(page).content.decode()
        assert 'href="/edities/7/"' in html
    assert "http://localhost:8000/edities/7/" in dispatch.rendition.text


def test_the_feed_has_the_issue_with_its_subject(client, issue, now):
    left(issue, now)
    feed = client.get("/edities/rss/").content.decode()
    assert "<title>Stilte op zondag</title>" in feed
    assert "http://localhost:8000/edities/7/" in feed


def test_the_feed_of_a_second_list_leads_to_its_own_addresses(client, issue, now):
    other = MailingListFactory(slug="dossier", name="Dossier")
    left(IssueFactory(mailing_list=other, number=1, subject="Een dossier"), now)
    feed = client.get("/dossier/edities/rss/").content.decode()
    assert "http://localhost:8000/dossier/edities/1/" in feed


def test_browsers_find_the_sites_sign_where_they_look_for_it(client):
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (
        302,
        "/static/newsletter/sun.svg",
    )
    assert finders.find("newsletter/sun.svg")


def test_a_published_article_can_be_read(client, db):
    article = ArticleFactory(title="Waarom stilte helpt")
    html = client.get(reverse("article", args=[article.slug])).content.decode()
    assert "<h1>Waarom stilte helpt</h1>" in html
    assert "/foutje/" in html


def test_a_picture_that_ai_made_says_so_on_the_page_of_its_article(client, db):
    article = ArticleFactory(picture=PictureFactory.create(ai_use="made"))

    page = client.get(reverse("article", args=[article.slug])).content.decode()

    assert "Beeld: Noor Bos, gemaakt met AI" in page


def test_an_article_that_is_no_more_than_a_draft_is_not_found(client, db):
    article = ArticleFactory(state=ArticleState.DRAFT)
    assert client.get(reverse("article", args=[article.slug])).status_code == 404


def test_an_article_that_was_taken_back_says_so(client, db):
    article = ArticleFactory(title="Onjuist", state=ArticleState.WITHDRAWN)
    page = client.get(reverse("article", args=[article.slug]))
    assert page.status_code == 410
    assert "Onjuist" not in page.content.decode()


def test_the_privacy_page_names_the_organisation(client, mailing_list):
    assert mailing_list.organisation in client.get("/privacy/").content.decode()


def test_public_pages_may_be_cached(client, mailing_list):
    for address in ("/", "/edities/", "/privacy/"):
        assert "public" in client.get(address)["Cache-Control"]


def test_the_mailbox_asks_a_stranger_to_log_in(client, db):
    answer = client.get("/postvak/")
    assert answer.status_code == 302
    assert "/admin/login/" in answer["Location"]


def test_the_mailbox_says_when_in_the_readers_language(
    admin_client, settings, tmp_path, now
):
    settings.MAILBOX_DIR = tmp_path
    settings.EMAIL_BACKEND = "newsletter.outbox.mailbox.LocalMailboxBackend"
    send_mail("Dag", "Dag", "els@example.nl", ["alice@example.nl"])
    for file in settings.MAILBOX_DIR.glob("*.eml"):
        os.utime(file, (now.timestamp(), now.timestamp()))
    assert "27 nov 19:00:00" in admin_client.get("/postvak/").content.decode()


def test_no_path_leads_out_of_the_pictures(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "secret.txt").write_bytes(ContentFile(b"x").read())
    for path in ("../secret.txt", "%2e%2e/secret.txt"):
        assert client.get(f"/media/{path}").status_code in (400, 404)


def test_the_health_page_answers(client, db):
    assert client.get("/healthz").status_code == 200


def test_readiness_names_the_queue_that_is_gone(client, db, settings):
    settings.REDIS_URL = "redis+socket:///nowhere/valkey.sock"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "queue" in answer.json()["troubles"]


def test_readiness_says_that_no_worker_takes_what_waits(client, mailing_list):
    long_ago = timezone.now() - timedelta(minutes=5)
    an_issue_that_left(mailing_list, at=long_ago, readers=[{}])
    Dispatch.objects.update(state=DispatchState.SENDING, opened_at=long_ago)
    Batch.objects.update(state="ready", not_before=long_ago, enqueued_at=long_ago)
    assert "no worker takes them" in client.get("/readyz").json()["troubles"]["workers"]


def test_an_issue_that_was_stopped_halfway_can_still_be_read(client, issue, now):
    stopped = left(issue, now)
    Dispatch.objects.filter(pk=stopped.pk).update(state=DispatchState.CANCELLED)
    assert client.get("/edities/7/").status_code == 200


def test_a_link_to_a_new_password_is_not_for_colleagues(client, db, settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path
    settings.EMAIL_BACKEND = "newsletter.outbox.mailbox.LocalMailboxBackend"
    send_mail(
        "Nieuw wachtwoord",
        "Volg http://localhost:8000/admin/wachtwoord/x/y/",
        "redactie@example.nl",
        ["beheer@example.nl"],
    )
    client.force_login(UserFactory.create(username="bob"))
    name = next(tmp_path.glob("*.eml")).name
    assert "Nieuw wachtwoord" not in client.get("/postvak/").content.decode()
    assert client.get(f"/postvak/{name}/").status_code == 404


def test_a_newcomer_is_shown_what_left_last_and_not_what_waits_or_was_taken_back(
    issue, now
):
    assert latest_issue(issue.mailing_list) is None
    left(issue, now)
    waiting = left(IssueFactory(number=8, publication_date=None), now)
    Dispatch.objects.filter(pk=waiting.pk).update(started_at=None)
    taken_back = left(IssueFactory(number=9, publication_date=None), now)
    Dispatch.objects.filter(pk=taken_back.pk).update(withdrawn_at=now)
    latest = latest_issue(issue.mailing_list)
    assert latest is not None
    assert latest.subject == "Stilte op zondag"
    assert latest.url.endswith("/edities/7/")
