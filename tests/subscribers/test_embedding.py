"""The form on other sites: what a frame, plain HTML and a script may do."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.utils import timezone

from newsletter.outbox.models import OutgoingMail
from newsletter.signing import make_token
from subscribers.models import (
    Consent,
    FormSite,
    Subscriber,
    Subscription,
    Topic,
)
from subscribers.origins import InvalidOrigin, clean_origin
from subscribers.snippets import form_code, frame_code
from tests.factories import SubscriberFactory, SubscriptionFactory
from tests.subscribers.pages import SANNE, SIGN_UP, everything, form_of, heading, soup

pytestmark = pytest.mark.django_db
FORM = "/aanmelden/formulier/zondag/"
SITE, STRANGER = "https://www.rockjouwmagazine.nl", "https://evil.example.org"
OURS = "http://testserver"
JSON = {"Accept": "application/json"}


@pytest.fixture
def site(mailing_list):
    return FormSite.objects.create(mailing_list=mailing_list, origin=SITE)


def opened(seconds_ago=10):
    return make_token("form", int(timezone.now().timestamp()) - seconds_ago)


def post(browser, fields, *, origin, **headers):
    sent = {"Origin": origin, **headers} if origin else headers
    return browser.post(FORM, fields, headers=sent)


# --- The frame ---


def test_the_frame_takes_a_sign_up_without_cookie_and_without_script(browser, site):
    page = browser.get(FORM)
    assert not page.cookies
    assert not soup(page).find("script")
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        thanks = post(browser, form_of(page) | {"address": SANNE}, origin=OURS)
    assert heading(thanks) == "Kijk in je mail"
    assert not thanks.cookies
    assert OutgoingMail.objects.get().to_address == SANNE
    assert Subscription.objects.get().source == "form in a frame"


def test_only_named_sites_and_ourselves_may_show_the_frame(client, site):
    response = client.get(FORM)
    policy = response["Content-Security-Policy"]
    assert f"frame-ancestors 'self' {SITE};" in policy + ";"
    assert "X-Frame-Options" not in response
    assert STRANGER not in policy


def test_the_sites_of_one_list_are_not_anothers(client, site):
    FormSite.objects.all().delete()
    assert SITE not in client.get(FORM)["Content-Security-Policy"]


def test_in_the_frame_no_link_opens_a_page_inside_it(client, site):
    for link in soup(client.get(FORM)).find_all("a"):
        assert link["target"] == "_blank"


def test_a_form_of_a_list_that_is_gone_is_not_found(client, mailing_list):
    assert client.get("/aanmelden/formulier/weg/").status_code == 404


def test_the_hosted_page_may_stand_in_no_strangers_frame(client, site):
    assert client.get(SIGN_UP)["X-Frame-Options"] == "SAMEORIGIN"


# --- Plain HTML ---


@pytest.mark.parametrize("origin", [SITE, STRANGER, "null", ""])
def test_a_plain_form_takes_nothing_in_and_leads_to_our_own_page(origin, browser, site):
    before = everything()
    typed = {"address": SANNE, "first_name": "Sanne", "opened": opened()}
    page = post(browser, typed, origin=origin)
    assert everything() == before
    assert (page.status_code, heading(page)) == (200, "Lees je mee?")
    filled_in = form_of(page)
    assert (filled_in["address"], filled_in["first_name"]) == (SANNE, "Sanne")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def test_one_press_on_our_own_page_does_the_rest(browser, site):
    page = post(browser, {"address": SANNE, "first_name": "Sanne"}, origin=SITE)
    action = soup(page).main.form["action"]
    assert action == "/aanmelden/?lijst=zondag"
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        thanks = browser.post(action, form_of(page))
    assert heading(thanks) == "Kijk in je mail"
    assert Subscription.objects.get().source == "www.rockjouwmagazine.nl"


def test_a_site_that_nobody_named_is_no_source(browser, site):
    page = post(browser, {"address": SANNE}, origin=STRANGER)
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        browser.post("/aanmelden/?lijst=zondag", form_of(page))
    assert Subscription.objects.get().source == "sign-up page"


def test_what_a_stranger_fills_in_is_shown_as_text(browser, site):
    page = post(browser, {"first_name": "<script>x</script>"}, origin=STRANGER)
    assert not soup(page).find("script")


# --- By script ---


def by_script(browser, fields, origin=SITE):
    return post(browser, fields, origin=origin, **JSON)


def test_the_script_of_a_named_site_signs_up_at_one_press(browser, site):
    begun = browser.get(FORM, headers={"Origin": SITE, **JSON})
    assert begun["Access-Control-Allow-Origin"] == SITE
    assert "Access-Control-Allow-Credentials" not in begun
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        fields = {"address": SANNE, "opened": begun.json()["opened"]}
        done = by_script(browser, fields)
    assert done.json()["done"] is True
    assert not done.cookies
    assert Subscription.objects.get().source == "www.rockjouwmagazine.nl"
    assert Consent.objects.get().channel == "form on a site"


@pytest.mark.parametrize("origin", [STRANGER, "null", "", f"{SITE}.evil.org"])
def test_the_script_of_another_site_is_refused_and_told_nothing(origin, browser, site):
    before = everything()
    refused = by_script(browser, {"address": SANNE, "opened": opened()}, origin)
    assert (refused.status_code, refused.json()) == (403, {"done": False})
    assert "Access-Control-Allow-Origin" not in refused
    assert everything() == before


def test_the_script_is_told_what_is_wrong_in_words(browser, site):
    refused = by_script(browser, {"address": "geen adres", "opened": opened()})
    assert refused.status_code == 400
    assert "e-mailadres" in refused.json()["errors"]["address"][0]


def test_a_script_that_was_too_quick_is_given_a_moment_that_counts(browser, site):
    refused = by_script(browser, {"address": SANNE, "opened": opened(0)})
    assert refused.status_code == 400
    again = by_script(browser, {"address": SANNE, "opened": refused.json()["opened"]})
    assert again.json()["done"] is True


def test_the_script_asks_about_a_slip_and_takes_the_answer(browser, site):
    fields = {"address": "jan@gmial.com", "opened": opened()}
    told = by_script(browser, fields).json()
    assert told["suggestion"] == "jan@gmail.com"
    assert not OutgoingMail.objects.exists()
    by_script(browser, fields | {"meant": told["asked"]})
    assert OutgoingMail.objects.get().to_address == "jan@gmial.com"


def test_the_script_hears_the_same_about_every_address(browser, site):
    SubscriptionFactory.create(subscriber=SubscriberFactory.create(address=SANNE))
    answers = {
        by_script(browser, {"address": one, "opened": opened()}).content
        for one in (SANNE, "new@example.nl")
    }
    assert len(answers) == 1


def test_a_machine_is_thanked_by_script_and_nothing_is_kept(browser, site):
    fields = {"address": SANNE, "opened": opened(), "website": "http://spam.example"}
    assert by_script(browser, fields).json()["done"] is True
    assert not Subscriber.objects.exists()


def test_the_limits_hold_for_the_script_as_well(browser, site, mailing_list):
    for number in range(30):
        fields = {"address": f"lezer{number}@example.nl", "opened": opened()}
        assert by_script(browser, fields).status_code == 200
    refused = by_script(browser, {"address": SANNE, "opened": opened()})
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")


# --- The code to paste ---


def test_the_code_to_paste_posts_what_we_ask_for(browser, site, mailing_list):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    form: Any = BeautifulSoup(form_code(mailing_list), "html.parser").form
    names = {field["name"] for field in form.find_all("input")}
    assert names == {"address", "first_name", "topics", "website"}
    assert form["action"].endswith(FORM)
    page = post(browser, {"address": SANNE, "topics": [str(topic.pk)]}, origin=SITE)
    assert soup(page).select_one("input[name=topics][checked]")


def test_a_name_with_markup_cannot_break_out_of_the_code(mailing_list):
    mailing_list.name = '"><script>alert(1)</script>'
    for code in (frame_code(mailing_list), form_code(mailing_list)):
        assert "alert(1)</script>" not in code


# --- Naming a site ---


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.rockjouw.nl", "https://www.rockjouw.nl"),
        (" https://WWW.Rockjouw.nl/over-ons/?x=1 ", "https://www.rockjouw.nl"),
        ("https://rockjouw.nl:443", "https://rockjouw.nl"),
        ("https://rockjouw.nl:8443/", "https://rockjouw.nl:8443"),
        ("https://bücher.de", "https://xn--bcher-kva.de"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_a_site_is_kept_as_browsers_write_it(typed, kept):
    assert clean_origin(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "rock jouw",
        "http://rockjouw.nl",
        "javascript:alert(1)",
        "data://x.nl",
        "https://x.nl;script-src *",
        "https://*",
        "https://x.nl:99999",
        "https://[::1",
        "https://" + "a" * 70 + ".nl",
        "*",
    ],
)
def test_what_is_no_site_is_refused_in_words(typed):
    with pytest.raises(InvalidOrigin, match=r"\.nl|https"):
        clean_origin(typed)
