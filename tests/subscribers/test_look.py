"""The look of a newsletter: tried beside its form, kept with it, seen in the mail."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from newsletter.rendering.email import render
from subscribers.models import MailingList
from tests.factories import IssueFactory
from tests.newsletter.admin.colleagues import log_in
from tests.subscribers.test_logos import a_drawing, a_file

SAMPLE = "admin:subscribers_mailinglist_sample"
TERRACOTTA, WHITE = "#9A4A32", "#FFFFFF"


@pytest.fixture(autouse=True)
def in_the_house(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return log_in(client, "Beheer", "beheer")


def page(mailing_list):
    return reverse("admin:subscribers_mailinglist_change", args=[mailing_list.pk])


def a_logo(colour):
    return SimpleUploadedFile("ons logo.png", a_file(a_drawing(colour)).getvalue())


def tried(client, **fields):
    fields = {"name": "Zondag", "accent_colour": TERRACOTTA, **fields}
    return client.post(reverse(SAMPLE), fields)


def saved(client, mailing_list, **fields):
    form = client.get(page(mailing_list)).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if name != "logo"}
    values = {name: value for name, value in values.items() if value not in (None, "")}
    on = {name: "on" for name, value in values.items() if value is True}
    off = {name for name, value in values.items() if value is False}
    values = {k: v for k, v in (values | on).items() if k not in off} | fields
    return client.post(page(mailing_list), values)


def test_the_page_shows_the_newsletter_by_day_and_by_night(client, mailing_list):
    html = client.get(page(mailing_list)).content.decode()
    assert "Overdag" in html
    assert "’s Nachts" in html
    assert "5,7 op 1" in html


def test_a_colour_that_is_read_is_used_without_remarks(client):
    html = tried(client, accent_colour="#2F5D73").content.decode()
    assert "background:#2F5D73" in html
    assert "look-note" not in html


def test_a_colour_that_is_hard_to_read_is_darkened_and_said_so(client):
    html = tried(client, accent_colour="#ffb000").content.decode()
    assert "#ffb000 is slecht te lezen" in html
    assert "1,7 op 1" in html
    assert "background:#ffb000" not in html


@pytest.mark.parametrize("field", ["accent_colour", "second_colour"])
@pytest.mark.parametrize("colour", ["rood", "#12", "#12345G", "9A4A32", "#9A4A32;x:y"])
def test_what_is_no_colour_is_refused_in_words(client, field, colour):
    answer = tried(client, **{field: colour})
    assert answer.status_code == 400
    assert "Geef een kleur zoals #9A4A32." in answer.content.decode()
    assert colour not in answer.content.decode().replace("zoals #9A4A32", "")


def test_a_logo_is_seen_before_it_is_kept(client, mailing_list):
    html = tried(client, logo=a_logo(WHITE)).content.decode()
    assert 'src="data:image/png;base64,' in html
    assert "donker plaatje" in html
    mailing_list.refresh_from_db()
    assert not mailing_list.logo


def test_a_logo_that_is_none_is_refused_where_it_is_chosen(client, mailing_list):
    tries = [SimpleUploadedFile("logo.svg", b"<svg/>") for _ in range(2)]
    assert tried(client, logo=tries[0]).status_code == 400
    answer = saved(client, mailing_list, logo=tries[1])
    assert "geen PNG of JPEG" in answer.content.decode()


def test_a_logo_takes_the_place_of_the_name_in_the_mail(client, mailing_list):
    assert saved(client, mailing_list, logo=a_logo(TERRACOTTA)).status_code == 302
    mailing_list.refresh_from_db()
    html = render(IssueFactory.create(mailing_list=mailing_list), []).html
    heading = html[html.index("<h1") : html.index("</h1>")]
    assert f'src="http://localhost:8000{mailing_list.logo.url}"' in heading
    assert 'alt="Rock jouw inbox"' in heading
    assert f'width="{mailing_list.logo_width}"' in heading
    assert mailing_list.logo_width > 100


def test_without_a_logo_the_name_stands_there_in_type(client, mailing_list):
    saved(client, mailing_list, logo=a_logo(TERRACOTTA))
    saved(client, mailing_list, **{"logo-clear": "on"})
    mailing_list.refresh_from_db()
    html = render(IssueFactory.create(mailing_list=mailing_list), []).html
    heading = html[html.index("<h1") : html.index("</h1>")]
    assert "<img" not in heading
    assert "Rock jouw inbox" in heading


def test_the_logo_that_is_there_stays_in_the_sample_until_it_is_cleared(
    client, mailing_list
):
    saved(client, mailing_list, logo=a_logo(TERRACOTTA))
    logo = MailingList.objects.get().logo.url
    assert logo in tried(client, list=mailing_list.pk).content.decode()
    cleared = tried(client, list=mailing_list.pk, **{"logo-clear": "on"})
    assert logo not in cleared.content.decode()


@pytest.mark.parametrize("role", ["Redactie", "Lezersservice", "Uitgever"])
def test_only_who_keeps_the_lists_tries_looks(client, role):
    log_in(client, role, "iemand")
    assert tried(client).status_code == 403


def test_nothing_is_tried_by_looking(client):
    assert client.get(reverse(SAMPLE)).status_code == 405


def test_a_sender_who_is_called_as_spam_is_told_so_at_the_field(client, mailing_list):
    answer = saved(client, mailing_list, sender_name="Zondag (2)")
    assert "Laat “(2)” weg" in answer.text
