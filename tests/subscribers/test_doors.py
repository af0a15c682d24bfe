"""The desk of ways in: topics, links with codes, the form to paste."""

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from subscribers.models import FormSite, SignUpSource, Topic
from subscribers.qr import svg_of
from tests.factories import MailingListFactory, SubscriptionFactory, UserFactory
from tests.subscribers.pages import soup

pytestmark = pytest.mark.django_db
TO_PASTE = "/admin/subscribers/signupsource/formulier/"


def logged_in(client, role):
    user = UserFactory.create(username=role.lower())
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return client


@pytest.fixture
def source(mailing_list):
    return SignUpSource.objects.create(
        mailing_list=mailing_list, name="Poster", slug="poster"
    )


def code_url(source, kind):
    return reverse("admin:subscribers_signupsource_code", args=[source.pk, kind])


def test_a_publisher_makes_a_way_in_and_gets_its_link_and_code(client, mailing_list):
    publisher = logged_in(client, "Uitgever")
    publisher.post(
        reverse("admin:subscribers_signupsource_add"),
        {"mailing_list": mailing_list.pk, "name": "Podcast", "slug": "podcast"},
    )
    source = SignUpSource.objects.get()
    page = publisher.get(
        reverse("admin:subscribers_signupsource_change", args=[source.pk])
    )
    assert "http://localhost:8000/aanmelden/via/podcast/" in page.content.decode()
    assert soup(page).find("img", src=code_url(source, "svg"))["alt"]


@pytest.mark.parametrize(
    ("kind", "media_type", "begin"),
    [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG")],
)
def test_the_code_can_be_taken_along(kind, media_type, begin, client, source):
    response = logged_in(client, "Uitgever").get(code_url(source, kind))
    assert response["Content-Type"] == media_type
    assert response.content.startswith(begin)
    assert logged_in(client, "Uitgever").get(code_url(source, "gif")).status_code == 404


def test_another_link_has_another_code():
    assert svg_of("https://x.nl/a/") != svg_of("https://x.nl/b/")


def test_what_stands_on_paper_is_not_changed(client, source):
    change = reverse("admin:subscribers_signupsource_change", args=[source.pk])
    logged_in(client, "Uitgever").post(change, {"name": "Affiche", "slug": "anders"})
    source.refresh_from_db()
    assert (source.name, source.slug) == ("Affiche", "poster")


def test_who_came_by_a_way_in_is_counted(client, source, mailing_list):
    for name in ("poster", "poster (QR)", "poster (QR)", "sign-up page"):
        SubscriptionFactory.create(mailing_list=mailing_list, source=name)
    other = MailingListFactory.create(slug="rest", list_id="rest.example.nl")
    SubscriptionFactory.create(mailing_list=other, source="poster")
    listed = logged_in(client, "Uitgever").get(
        reverse("admin:subscribers_signupsource_changelist")
    )
    assert "3, van wie 2 via de code" in listed.content.decode()


def test_the_form_to_paste_is_shown_with_a_sample_that_works(client, source):
    page = soup(logged_in(client, "Uitgever").get(TO_PASTE))
    frame, form = (area.get_text() for area in page.find_all("textarea"))
    assert "<iframe" in frame
    assert "<form" in form
    assert page.find("iframe", src="/aanmelden/formulier/zondag/")


def test_two_newsletters_each_have_a_form_of_their_own(client, source):
    MailingListFactory.create(slug="rest", name="Rust", list_id="rest.example.nl")
    page = logged_in(client, "Uitgever").get(TO_PASTE).content.decode()
    assert "/formulier/zondag/" in page
    assert "/formulier/rest/" in page


def test_beheer_names_a_site_and_a_publisher_only_sees_it(client, mailing_list):
    add = reverse("admin:subscribers_formsite_add")
    fields = {"mailing_list": mailing_list.pk, "origin": "www.rockjouw.nl/home"}
    assert logged_in(client, "Uitgever").post(add, fields).status_code == 403
    logged_in(client, "Beheer").post(add, fields)
    assert FormSite.objects.get().origin == "https://www.rockjouw.nl"
    again = logged_in(client, "Beheer").post(add, fields)
    assert "staat er al" in again.content.decode()


@pytest.mark.parametrize("origin", ["http://rockjouw.nl", "x y", "https://*"])
def test_what_is_no_site_is_explained(origin, client, mailing_list):
    add = reverse("admin:subscribers_formsite_add")
    fields = {"mailing_list": mailing_list.pk, "origin": origin}
    page = soup(logged_in(client, "Beheer").post(add, fields))
    assert page.find(class_="errorlist")
    assert not FormSite.objects.exists()


def test_who_has_no_business_there_sees_nothing(client, source):
    editor = logged_in(client, "Redactie")
    for address in (TO_PASTE, code_url(source, "svg")):
        assert editor.get(address).status_code == 403


def test_a_topic_that_somebody_chose_is_taken_off_the_page_not_away(
    client, mailing_list
):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    delete = reverse("admin:subscribers_topic_delete", args=[topic.pk])
    SubscriptionFactory.create(mailing_list=mailing_list).topics.add(topic)
    assert (
        logged_in(client, "Uitgever").post(delete, {"post": "yes"}).status_code == 403
    )
    assert Topic.objects.exists()
