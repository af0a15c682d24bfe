"""Articles from addresses: read, taken in as drafts, never twice, never overwritten."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from newsletter.articles.arrivals import Arrival
from newsletter.articles.authorship import authors_of
from newsletter.articles.files import import_pieces, read_file
from newsletter.articles.importing import Act
from newsletter.articles.models import Article, ArticleState, Picture
from newsletter.articles.page_text import UnreadablePage
from newsletter.articles.pasting import Kind
from newsletter.articles.taking_in import (
    CannotDecide,
    accept_offer,
    decline_offer,
    remarks_of,
    take_in_address,
)
from newsletter.articles.web_pages import decoded, read_address, read_web_page
from newsletter.fetching import NotPublic
from tests.factories import ArticleFactory
from tests.fake_site import FakeSite
from tests.newsletter.articles.images import a_jpeg

PAYLOADS = Path(__file__).parents[2] / "payloads"
PAGE = (PAYLOADS / "sites" / "wandelen.html").read_text()


@pytest.fixture
def site(settings):
    """The magazine's site, on a machine that this installation may ask."""
    with FakeSite() as site:
        settings.FETCH_PRIVATE_HOSTS = [site.host]
        page = PAGE.replace("https://tijdschrift.example.nl", site.url(""))
        site.put("/wandelen-zonder-doel/", page)
        photo = a_jpeg((900, 600)).read()
        site.put("/uploads/bos.jpg", photo, headers={"Content-Type": "image/jpeg"})
        yield site


def address(site):
    return site.url("/wandelen-zonder-doel/?utm_source=mail")


# --- Reading ---


def test_a_page_says_title_people_day_lead_and_section():
    piece = read_web_page(PAGE, address="https://tijdschrift.example.nl/x?fbclid=1")

    page = piece.page
    assert page.title == "Wandelen zonder doel"
    assert page.authors == ("Noor Bakker", "Joep van Es")
    assert (page.category, page.published_on) == ("Beweging", date(2026, 11, 20))
    assert page.lead == "Wie nergens heen hoeft, komt verder dan je denkt."
    assert piece.source_url == "https://tijdschrift.example.nl/wandelen-zonder-doel/"


def test_of_a_page_only_the_article_stays():
    piece = read_web_page(PAGE, address="https://tijdschrift.example.nl/x")

    assert piece.body.startswith("<p>Een wandeling zonder plan")
    assert "<h2>Begin bij de voordeur</h2>" in piece.body
    assert 'href="https://onderzoek.example.nl/lopen"' in piece.body
    assert "<li><p>luister naar het verste geluid</p></li>" in piece.body
    for around in ("cookies", "Meest gelezen", "Foutje", "Advertentie", "Home"):
        assert around not in piece.body


def test_what_a_page_has_and_a_mail_has_not_is_told():
    piece = read_web_page(PAGE, address="https://tijdschrift.example.nl/x")

    kinds = {note.kind for note in piece.left_out}
    assert {Kind.TABLE, Kind.EMBED, Kind.FURNITURE} <= kinds


def test_the_picture_of_a_page_has_its_words_and_its_maker():
    piece = read_web_page(PAGE, address="https://tijdschrift.example.nl/x")

    assert piece.image.address == "https://tijdschrift.example.nl/uploads/bos.jpg"
    assert piece.image.alt == "Een pad in het bos"
    assert piece.page.image_credit == "Sanne de Wit"


def test_a_canonical_address_of_another_site_is_not_believed():
    page = PAGE.replace('href="https://tijdschrift', 'href="https://ander')

    piece = read_web_page(page, address="https://tijdschrift.example.nl/x")

    assert piece.source_url == "https://tijdschrift.example.nl/x"


@pytest.mark.parametrize(
    "html",
    ["", "<html></html>", "<p>kort</p>", "\x00", "<!doctype html><title>x</title>"],
)
def test_a_page_without_an_article_is_refused(html):
    with pytest.raises(UnreadablePage):
        read_web_page(html, address="https://x.nl/")


def test_a_page_is_read_in_the_letters_that_it_says():
    html = "<meta charset=iso-8859-1><p>caf\xe9 \x93stil\x94".encode("latin-1")

    assert "café “stil”" in decoded(html, "")
    assert decoded("café".encode("utf-16"), "text/html; charset=utf-16") == "café"
    assert decoded("café".encode(), "text/html; charset=onzin") == "café"
    assert decoded(b"\xff\xfe\xfa", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ({"status": 404}, "no page"),
        ({"status": 403}, "Paste the text"),
        ({"status": 500}, "Try again"),
        ({"headers": {"Content-Type": "application/pdf"}}, "something else"),
    ],
)
def test_what_is_no_page_is_said(site, page, reason):
    url = site.put("/stuk", "iets", **page)

    with pytest.raises(UnreadablePage, match=reason):
        read_address(url)


def test_an_address_inside_is_never_asked(site, settings):
    settings.FETCH_PRIVATE_HOSTS = []

    with pytest.raises(NotPublic):
        read_address(address(site))
    assert site.asked == []


# --- Taking in ---


@pytest.mark.django_db
def test_a_page_waits_as_a_draft_with_its_picture(site, now):
    outcome = take_in_address(address(site), now=now)

    article = Article.objects.get()
    assert (outcome.act, outcome.article) == (Act.ADDED, article)
    assert article.state == ArticleState.DRAFT
    assert article.source_url == site.url("/wandelen-zonder-doel/")
    assert [author.name for author in authors_of(article)] == [
        "Noor Bakker",
        "Joep van Es",
    ]
    assert (article.picture.width, article.picture.alt) == (900, "Een pad in het bos")
    assert article.picture.credit == "Sanne de Wit"
    assert article.picture.licence == ""
    assert any("tabel" in sentence for sentence in outcome.left_out)
    assert not any("Een pad in het bos" in sentence for sentence in outcome.left_out)


@pytest.mark.django_db
def test_a_picture_that_cannot_come_along_is_told_and_the_text_comes(site, now):
    site.put("/uploads/bos.jpg", "<svg/>", headers={"Content-Type": "image/svg+xml"})

    outcome = take_in_address(address(site), now=now)

    assert outcome.act == Act.ADDED
    assert not Picture.objects.exists()
    assert any("geen JPEG of PNG" in sentence for sentence in outcome.left_out)
    [remark] = [r for r in remarks_of(Arrival.objects.get()) if "JPEG" in r]
    assert remark.startswith("De foto kwam niet mee")


@pytest.mark.django_db
def test_a_picture_inside_the_house_is_not_asked(site, now):
    with FakeSite() as inside:
        page = site.pages["/wandelen-zonder-doel/"].body.decode()
        site.put(
            "/wandelen-zonder-doel/",
            page.replace('"/uploads/bos.jpg"', f'"{inside.url("/geheim.jpg")}"'),
        )

        outcome = take_in_address(address(site), now=now)

    assert inside.asked == []
    assert any("niet voor iedereen" in sentence for sentence in outcome.left_out)


@pytest.mark.django_db
def test_the_same_page_again_is_known_and_asks_no_picture_twice(site, now):
    take_in_address(address(site), now=now)
    outcome = take_in_address(site.url("/wandelen-zonder-doel/#kop"), now=now)

    assert outcome.act == Act.KNOWN
    assert (Article.objects.count(), Picture.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_changed_page_is_offered_and_writes_over_nothing(site, now):
    take_in_address(address(site), now=now)
    Article.objects.update(title="Onze eigen titel")
    change(site, "Kies bij elke hoek", "Kies bij iedere hoek")

    outcome = take_in_address(address(site), now=now)

    assert outcome.act == Act.OFFERED
    assert Article.objects.get().title == "Onze eigen titel"
    assert "iedere hoek" not in Article.objects.get().body


def change(site, old, new):
    path = "/wandelen-zonder-doel/"
    site.put(path, site.pages[path].body.decode().replace(old, new))


@pytest.fixture
def offer(site, now, db):
    take_in_address(address(site), now=now)
    change(site, "Kies bij elke hoek", "Kies bij iedere hoek")
    take_in_address(address(site), now=now)
    return Arrival.objects.offering().get()


def test_an_editor_takes_the_newer_text(offer):
    article = accept_offer(offer)

    assert "iedere hoek" in Article.objects.get(pk=article.pk).body
    assert not Arrival.objects.offering().exists()


def test_what_an_editor_declined_is_not_offered_again(offer, site, now):
    decline_offer(offer)

    outcome = take_in_address(address(site), now=now)

    assert outcome.act == Act.KNOWN
    assert "elke hoek" in Article.objects.get().body


def test_two_editors_decide_once(offer):
    same = Arrival.objects.get(pk=offer.pk)
    decline_offer(offer)

    with pytest.raises(CannotDecide, match="geen nieuwere tekst"):
        accept_offer(same)
    assert "elke hoek" in Article.objects.get().body


@pytest.mark.django_db
def test_an_article_that_came_another_way_is_not_doubled(site, now):
    ours = ArticleFactory.create(
        title="Wandelen zonder doel", published_on=date(2026, 11, 20), body="<p>x</p>"
    )

    outcome = take_in_address(address(site), now=now)

    assert outcome.act == Act.OFFERED
    assert outcome.article == ours
    assert Article.objects.get().body == "<p>x</p>"


@pytest.mark.django_db
def test_what_was_thrown_away_comes_back_when_somebody_asks_for_it(site, now):
    take_in_address(address(site), now=now)
    Article.objects.all().delete()

    outcome = take_in_address(address(site), now=now)

    assert outcome.act == Act.ADDED
    assert Arrival.objects.get().article == outcome.article


@pytest.mark.django_db
def test_a_failure_is_an_outcome_with_its_reason(site, now):
    outcome = take_in_address(site.url("/weg"), now=now)

    assert (outcome.act, outcome.article) == (Act.FAILED, None)
    assert outcome.reason == "Er is geen pagina op dit adres."


# --- Files and the command ---


@pytest.mark.django_db
def test_a_saved_page_waits_as_a_draft(now):
    pieces = read_file(PAGE.encode(), name="wandelen.html")

    [outcome] = import_pieces(pieces, file_name="wandelen.html", now=now)

    assert outcome.article.state == ArticleState.DRAFT
    canonical = "https://tijdschrift.example.nl/wandelen-zonder-doel/"
    assert outcome.article.source_url == canonical


@pytest.mark.django_db
def test_a_document_saved_as_html_by_word_is_read_as_a_whole(now):
    [piece] = read_file((PAYLOADS / "pasting" / "word.html").read_bytes(), name="w.htm")

    assert piece.page.title == "Buiten ontbijten"


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"%PDF-1.7", b"{\\rtf1"])
def test_a_document_of_a_word_processor_is_refused_with_what_to_do(start):
    [refused] = read_file(start + b"\x00" * 50, name="stuk.docx")

    assert "plak het hier" in refused.reason


@pytest.mark.django_db
def test_the_command_takes_addresses_and_says_what_was_left_out(site, tmp_path, capsys):
    call_command("import_articles", address(site), "--json", str(tmp_path))

    said = capsys.readouterr().out
    assert "toegevoegd: “Wandelen zonder doel”" in said
    assert "  Een tabel is gewone tekst geworden" in said
    assert (tmp_path / "wandelen-zonder-doel.json").exists()
    assert Article.objects.get().state == ArticleState.DRAFT


@pytest.mark.django_db
def test_the_command_only_tells_when_it_is_to_try(site, capsys):
    call_command("import_articles", "--dry-run", address(site))

    assert "zou worden toegevoegd" in capsys.readouterr().out
    assert not Article.objects.exists()
    assert not Arrival.objects.exists()


@pytest.mark.django_db
def test_the_command_fails_for_an_address_without_an_article(site):
    with pytest.raises(CommandError):
        call_command("import_articles", site.url("/weg"))
