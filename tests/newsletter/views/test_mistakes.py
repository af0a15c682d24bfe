"""The page behind "Foutje?": forms, tags, and being pressed twice."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.mistakes.models import MistakeReport, ReaderMail, ReaderMailWay
from newsletter.signing import make_tag
from newsletter.views import mistakes
from subscribers.limits import Limit
from tests.factories import ArticleFactory, IssueFactory

NOTHING = (Limit("nothing", 0, timedelta(hours=1)),)


@pytest.fixture
def issue(db):
    return IssueFactory()


@pytest.fixture
def article(db):
    return ArticleFactory(title="Waarom stilte helpt")


@pytest.fixture
def address(issue, article):
    return reverse("mistake", args=[make_tag("mistake", issue.pk, article.pk)])


def page_of(html: bytes) -> str:
    found = re.search(rb'name="page" value="([0-9a-f-]+)"', html)
    assert found
    return found[1].decode()


def test_the_page_names_the_article_it_is_about(client, address):
    html = client.get(address).content.decode()
    assert "Waarom stilte helpt" in html


def test_a_remark_becomes_a_report_on_its_article(client, address, article, issue):
    page = page_of(client.get(address).content)
    answer = client.post(address, {"text": "Er staat word.", "page": page})
    mail = ReaderMail.objects.get()
    assert answer.status_code == 200
    assert (mail.way, mail.issue, mail.article) == (
        ReaderMailWay.FORM,
        issue,
        article,
    )
    assert mail.mistake_report.article == article


def test_pressing_the_button_twice_makes_one_report(client, address):
    page = page_of(client.get(address).content)
    for _press in range(2):
        client.post(address, {"text": "Er staat word.", "page": page})
    assert MistakeReport.objects.count() == 1


def test_a_flood_from_one_network_is_held_off_and_the_words_kept(
    client, address, monkeypatch
):
    monkeypatch.setattr(mistakes, "REMARKS_OF_ONE_NETWORK", NOTHING)

    answer = client.post(address, {"text": "Er staat word.", "page": uuid4()})

    assert answer.status_code == 429
    assert "Er staat word.</textarea>" in answer.content.decode()
    assert not ReaderMail.objects.exists()


def test_an_empty_remark_is_asked_for_again_and_keeps_the_name(client, address):
    page = page_of(client.get(address).content)
    answer = client.post(address, {"text": " ", "name": "Noor", "page": page})
    assert answer.status_code == 400
    assert b'value="Noor"' in answer.content
    assert not ReaderMail.objects.exists()


def test_a_wrong_address_is_refused_in_words(client, address):
    page = page_of(client.get(address).content)
    answer = client.post(
        address, {"text": "Er staat word.", "address": "noor@", "page": page}
    )
    assert answer.status_code == 400
    assert "e-mailadres" in answer.content.decode()


def test_a_machine_is_thanked_and_nothing_is_kept(client, address):
    page = page_of(client.get(address).content)
    answer = client.post(address, {"text": "buy", "website": "http://x", "page": page})
    assert answer.status_code == 200
    assert not ReaderMail.objects.exists()


@pytest.mark.parametrize(
    "spoil", [str.title, lambda tag: tag[:-1], lambda tag: "9" + tag]
)
def test_a_changed_tag_is_not_found(client, db, spoil):
    tag = make_tag("mistake", 1, 2)
    spoiled = spoil(tag)
    expected = 200 if spoiled.lower() == tag else 404
    assert client.get(reverse("mistake", args=[spoiled])).status_code == expected


def test_a_tag_of_another_purpose_is_not_found(client, db):
    address = reverse("mistake", args=[make_tag("preferences", 1, 2)])
    assert client.get(address).status_code == 404


def test_markup_in_a_remark_stays_text(client, address):
    page = page_of(client.get(address).content)
    client.post(address, {"text": "<script>alert(1)</script>", "page": page})
    assert ReaderMail.objects.get().text == "<script>alert(1)</script>"


def test_the_form_asks_for_its_own_cookie(address):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"text": "x"}).status_code == 403
