"""Pictures and their rights, as an editor keeps them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from newsletter.articles.models import Picture
from newsletter.rendering.freezing import freeze
from tests.factories import PictureFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.articles.images import a_jpeg
from tests.newsletter.publishing.issues import add_card, issue_in_order

ADD = "admin:newsletter_picture_add"
LIST = "admin:newsletter_picture_changelist"


@pytest.fixture(autouse=True)
def roos(client, db):
    return log_in(client, "Redactie", "roos")


def filled(**fields):
    photo = SimpleUploadedFile("raam.jpg", a_jpeg((93, 60)).read(), "image/jpeg")
    return {
        "image": photo,
        "point_of_interest": "0.5x0.5",
        "alt": "Een raam",
        "credit": "Noor Bos",
        "licence": "own",
        "for_newsletter": "on",
        "for_website": "on",
        "portrait_consent": "nobody",
        "ai_use": "none",
        **fields,
    }


def errors_of(answer):
    return answer.context["adminform"].form.errors


def test_a_picture_is_kept_with_its_rights(client):
    answer = client.post(
        reverse(ADD),
        filled(
            licence="stock",
            licence_number="ZB-4410",
            source="Zonnebeeld",
            expires_on="31-12-2027",
            ai_use="changed",
        ),
    )

    assert answer.status_code == 302
    picture = Picture.objects.get()
    assert (picture.licence, picture.licence_number) == ("stock", "ZB-4410")
    assert (picture.for_newsletter, picture.for_social) == (True, False)
    assert str(picture.expires_on) == "2027-12-31"
    assert picture.ai_use == "changed"


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"licence": "stock"}, "licence_number", "nummer"),
        ({"licence": "cc"}, "creative_commons", "welke"),
        ({"licence": "cc", "creative_commons": "by", "credit": ""}, "credit", "maker"),
        ({"licence": "earlier"}, "licence", "geldige keuze"),
        ({"point_of_interest": "2x0.5"}, "point_of_interest", "punt"),
        ({"point_of_interest": "middenx0"}, "point_of_interest", "punt"),
    ],
)
def test_what_a_licence_asks_for_is_asked_at_its_field(client, fields, field, words):
    answer = client.post(reverse(ADD), filled(**fields))

    assert set(errors_of(answer)) == {field}
    assert words in errors_of(answer)[field][0]
    assert not Picture.objects.exists()


def test_what_belongs_to_another_licence_is_not_kept(client):
    client.post(reverse(ADD), filled(licence="own", creative_commons="by"))

    assert Picture.objects.get().creative_commons == ""


def test_a_picture_made_with_ai_is_always_marked_so(client):
    client.post(reverse(ADD), filled(licence="ai", ai_use="none"))

    assert Picture.objects.get().ai_use == "made"


def test_a_picture_from_before_may_stay_what_it_is(client):
    picture = PictureFactory.create(licence="earlier", portrait_consent="")
    address = reverse("admin:newsletter_picture_change", args=[picture.pk])

    assert 'value="earlier"' in client.get(address).content.decode()
    assert 'value="earlier"' not in client.get(reverse(ADD)).content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("soon", {"Bijna op"}),
        ("expired", {"Voorbij"}),
        ("missing", {"Van wie?", "Van vroeger"}),
        ("pending", {"Mag het?"}),
        ("", {"Bijna op", "Voorbij", "Van wie?", "Van vroeger", "Mag het?", "Goed"}),
    ],
)
def test_pictures_that_ask_for_attention_are_found(client, asked, shown):
    today = timezone.localdate()
    PictureFactory.create(alt="Goed", expires_on=today + timedelta(days=31))
    PictureFactory.create(alt="Bijna op", expires_on=today + timedelta(days=30))
    PictureFactory.create(alt="Voorbij", expires_on=today - timedelta(days=1))
    PictureFactory.create(alt="Van wie?", licence="")
    PictureFactory.create(alt="Van vroeger", licence="earlier")
    PictureFactory.create(alt="Mag het?", portrait_consent="pending")

    answer = client.get(reverse(LIST), {"rechten": asked} if asked else {})

    assert {picture.alt for picture in answer.context["cl"].queryset} == shown


def test_a_picture_is_added_under_a_name_of_its_content(client):
    photo = SimpleUploadedFile(
        "../../etc/passwd.jpg", a_jpeg((91, 60)).read(), "image/jpeg"
    )

    client.post(reverse(ADD), filled(image=photo))

    name = str(Picture.objects.get().image)
    assert name.startswith("pictures/")
    assert "passwd" not in name


def test_a_picture_in_an_issue_that_was_frozen_cannot_be_deleted(client, mailing_list):
    client.post(reverse(ADD), filled())
    picture = Picture.objects.get()
    issue = issue_in_order(mailing_list)
    block = add_card(issue, picture=picture)
    freeze(issue, by=None, now=timezone.now())
    block.delete()

    address = reverse("admin:newsletter_picture_delete", args=[picture.pk])
    assert client.post(address, {"post": "yes"}).status_code == 403
