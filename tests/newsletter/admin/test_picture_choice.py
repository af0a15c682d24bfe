"""What the window asks in which pictures are chosen and added."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from newsletter.articles.models import Picture
from tests.factories import ArticleFactory, PictureFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.articles.images import a_jpeg


@pytest.fixture(autouse=True)
def roos(client, db):
    return log_in(client, "Redactie", "roos")


def ask(client, **query):
    return client.get(reverse("admin:newsletter_picture_choose"), query)


def words_of(answer):
    return [picture["words"] for picture in answer.json()["pictures"]]


def add(client, **fields):
    photo = SimpleUploadedFile("raam.jpg", a_jpeg((93, 60)).read(), "image/jpeg")
    form = {
        "image": photo,
        "alt": "Een raam",
        "licence": "own",
        "for_newsletter": "on",
        "for_website": "on",
        "portrait_consent": "nobody",
        **fields,
    }
    return client.post(
        reverse("admin:newsletter_picture_choose"),
        {f"new_picture-{name}": value for name, value in form.items()},
    )


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("stoel", ["Een lege stoel"]),
        ("NOOR stoel", ["Een lege stoel"]),
        ("zonnebeeld", ["De zee"]),
        ("slaapt", ["De zee"]),
        ("olifant", []),
        ("", ["De zee", "Een lege stoel"]),
    ],
)
def test_pictures_are_found_by_what_is_in_them_their_maker_and_their_article(
    client, words, found
):
    PictureFactory.create(alt="Een lege stoel")
    sea = PictureFactory.create(alt="De zee", credit="", source="Zonnebeeld")
    ArticleFactory.create(title="Brood dat slaapt", picture=sea)
    ArticleFactory.create(title="Brood dat slaapt, vervolg", picture=sea)

    assert words_of(ask(client, q=words)) == found


def test_pictures_come_by_the_page(client):
    for number in range(30):
        PictureFactory.create(alt=f"Foto {number:02}")

    first, second = ask(client).json(), ask(client, pagina=1).json()

    assert (len(first["pictures"]), first["more"]) == (24, True)
    assert (len(second["pictures"]), second["more"]) == (6, False)


@pytest.mark.parametrize("number", ["-1", "x", "9" * 30, "9999"])
def test_a_page_that_is_not_there_is_no_trouble(client, number):
    assert ask(client, pagina=number).status_code == 200


@pytest.mark.parametrize("asked", ["0", "x", "9" * 30])
def test_a_picture_that_is_not_there_is_not_shown(client, asked):
    PictureFactory.create()

    assert words_of(ask(client, id=asked, q="olifant")) == []


def test_what_is_chosen_already_is_shown_with_its_trouble(client):
    picture = PictureFactory.create(licence="", ai_use="made")

    [shown] = ask(client, id=picture.pk).json()["pictures"]

    assert shown["credit"] == "Noor Bos, gemaakt met AI"
    assert shown["trouble"].startswith("Heeft nog geen rechten")
    assert shown["src"].startswith("/media/")


def test_a_picture_is_added_with_its_rights(client, roos):
    answer = add(
        client, licence="stock", licence_number="ZB-1", expires_on="2027-12-31"
    )

    picture = Picture.objects.get()
    assert answer.status_code == 201
    assert answer.json()["picture"]["id"] == picture.pk
    assert picture.licence_number == "ZB-1"
    assert str(picture.expires_on) == "2027-12-31"
    assert LogEntry.objects.get().user == roos


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"image": SimpleUploadedFile("a.jpg", b"<svg/>", "image/jpeg")}, "image"),
        ({"image": ""}, "image"),
        ({"licence": "stock"}, "licence_number"),
        ({"alt": "Een\x00raam"}, "alt"),
        ({"expires_on": "gisteren"}, "expires_on"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(client, fields, field):
    answer = add(client, **fields)

    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert not Picture.objects.exists()


def test_who_may_not_see_pictures_gets_none_and_adds_none(client):
    client.force_login(UserFactory(username="bob"))

    assert ask(client).status_code == 403
    assert add(client).status_code == 403
    client.logout()
    assert ask(client).status_code == 302
    assert not Picture.objects.exists()


def test_the_window_is_on_the_pages_where_a_picture_is_chosen(client):
    for kind in ("article", "expert"):
        page = client.get(reverse(f"admin:newsletter_{kind}_add")).content.decode()
        assert "data-picture-window" in page
        assert "newsletter/pictures.js" in page
