"""The readers' pages through the door: what they show, and that GET changes nothing."""

import logging
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.apps import apps
from django.core import mail as django_mail
from django.test import Client
from django.urls import resolve, reverse
from django.utils import timezone

from newsletter.discretion import DiscreetFormatter
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.sending import send_due
from newsletter.signing import make_tag, make_token
from subscribers import consent
from subscribers.links import (
    preferences_url,
    preferences_url_for,
    unsubscribe_url,
    unsubscribe_url_for,
)
from subscribers.models import (
    Consent,
    ConsentEvidence,
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)
from subscribers.suppression import suppress
from tests.factories import (
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
SIGN_UP = "/aanmelden/"
SANNE = "sanne@example.nl"


@pytest.fixture
def browser():
    """A browser as strict as a real one about forms."""
    return Client(enforce_csrf_checks=True)


def soup(response) -> Any:
    """Return the page, to look around in."""
    return BeautifulSoup(response.content, "html.parser")


def path_of(url):
    return url.removeprefix("http://localhost:8000")


def everything():
    """Return every row of both apps, to see that nothing changed."""
    models: list[Any] = [*apps.get_app_config("subscribers").get_models(), OutgoingMail]
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in models
    }


def form_of(response, act=None):
    """Return the fields of a form on a page, as a browser would send them."""
    page = soup(response)
    for form in page.main.find_all("form"):
        fields = {
            field["name"]: field.get("value", "")
            for field in form.find_all("input")
            if field.get("type") != "radio"
        }
        if act is None or fields.get("act") == act:
            return fields
    raise AssertionError(f"no form {act}")


def heading(response):
    return soup(response).h1.get_text(strip=True)


def sign_up(browser, address=SANNE, first_name="", wait=5, **changes):
    """Fill in the form as a reader who takes a few seconds."""
    opened = timezone.now()
    with time_machine.travel(opened, tick=False) as clock:
        fields = form_of(browser.get(SIGN_UP))
        clock.shift(wait)
        fields |= {"address": address, "first_name": first_name, **changes}
        return browser.post(SIGN_UP, fields)


def confirm_link():
    text = OutgoingMail.objects.latest("pk").text
    (link,) = re.findall(r"http://\S+/bevestigen/\S+", text)
    return path_of(link)


# --- Signing up ---


def test_the_road_from_the_form_to_a_confirmed_reader(browser, mailing_list):
    thanks = sign_up(browser, first_name="Sanne")
    assert (thanks.status_code, heading(thanks)) == (200, "Kijk in je mail")
    page = browser.get(confirm_link())
    assert heading(page) == "Nog één klik"
    welcome = browser.post(confirm_link(), form_of(page))
    assert heading(welcome) == "Welkom, wat fijn dat je er bent"
    subscription = Subscription.objects.get()
    assert subscription.state == SubscriptionState.CONFIRMED
    assert subscription.subscriber.first_name == "Sanne"


def test_the_page_says_the_promise_links_privacy_and_bundles_nothing(
    client, mailing_list
):
    page = soup(client.get(SIGN_UP))
    assert mailing_list.promise in page.main.get_text()
    assert page.main.find("a", href=reverse("privacy"))
    assert not page.find("input", type="checkbox")
    assert page.html["lang"] == "nl"
    assert not page.find("script")


def test_every_visible_field_has_a_label(client, mailing_list):
    page = soup(client.get(SIGN_UP))
    for field in page.main.find_all("input", type=["email", "text"]):
        assert page.find("label", attrs={"for": field["id"]}) or field.find_parent(
            "label"
        )


def test_the_words_on_the_page_are_the_words_that_are_kept(browser, mailing_list):
    shown = browser.get(SIGN_UP).content.decode()
    sign_up(browser)
    kept = Consent.objects.get(act="requested")
    assert kept.wording in shown
    assert kept.evidence.ip_address == "127.0.0.1"


def test_known_unknown_and_blocked_addresses_see_the_same_page(browser, mailing_list):
    known = SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address="els@example.nl")
    )
    assert known.state == SubscriptionState.CONFIRMED
    suppress("bob@example.nl", SuppressionReason.COMPLAINT, timezone.now())
    pages = {
        sign_up(browser, address=address).content.replace(address.encode(), b"")
        for address in ("els@example.nl", "bob@example.nl", "new@example.nl")
    }
    assert len(pages) == 1


@pytest.mark.parametrize(
    "address",
    ["", "geen adres", "a@b", "jan@x.nl\r\nBcc: x@y.nl", "a" * 5000, "jan@x.nl\x00"],
)
def test_a_wrong_address_is_explained_and_what_was_typed_stays(
    address, browser, mailing_list
):
    response = sign_up(browser, address=address, first_name="Sanne")
    assert response.status_code == 400
    page = soup(response)
    field = page.find("input", attrs={"name": "address"})
    assert field["aria-invalid"] == "true"
    assert page.find(id=field["aria-describedby"].split()[-1]).get_text(strip=True)
    assert page.find("input", attrs={"name": "first_name"})["value"] == "Sanne"
    assert not OutgoingMail.objects.exists()


def test_our_own_address_cannot_be_signed_up(browser, mailing_list):
    response = sign_up(browser, address=mailing_list.sender_address.upper())
    assert response.status_code == 400


def test_a_slip_in_a_known_provider_is_asked_about(browser, mailing_list):
    response = sign_up(browser, address="jan@gmial.com")
    assert "jan@gmail.com" in response.content.decode()
    assert OutgoingMail.objects.get().to_address == "jan@gmial.com"


def test_a_machine_that_fills_in_everything_gets_thanks_and_nothing_is_kept(
    browser, mailing_list
):
    response = sign_up(browser, website="http://spam.example")
    assert heading(response) == "Kijk in je mail"
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("wait", [0, 1, 25 * 3600], ids=["at once", "1 s", "a day"])
def test_an_improbably_quick_or_old_page_asks_for_one_more_press(
    wait, browser, mailing_list
):
    refused = sign_up(browser, wait=wait)
    assert refused.status_code == 400
    assert not Subscriber.objects.exists()
    again = form_of(refused)
    assert again["address"] == SANNE
    with time_machine.travel(timezone.now() + timedelta(seconds=wait + 1)):
        assert browser.post(SIGN_UP, again).status_code == 200
    assert Subscriber.objects.exists()


@pytest.mark.parametrize(
    "opened", ["", "x", make_token("erase", 1)], ids=["empty", "no token", "foreign"]
)
def test_a_made_up_moment_asks_for_one_more_press(opened, browser, mailing_list):
    assert sign_up(browser, opened=opened).status_code == 400


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{ settings.SECRET_KEY }}", '" onfocus="x']
)
def test_markup_in_a_name_is_shown_as_it_was_typed(name, browser, mailing_list):
    refused = sign_up(browser, address="", first_name=name)
    page = soup(refused)
    assert page.find("input", attrs={"name": "first_name"})["value"] == name
    assert not page.find("script")


def test_markup_in_a_name_stands_in_no_mail_of_ours(browser, mailing_list):
    sign_up(browser, first_name="<b>Win</b>")
    mail = OutgoingMail.objects.get()
    assert "Win" not in mail.subject + mail.text + mail.html


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", "application/json"),
        ('{"address": "jan@x.nl"}', "application/json"),
        ("address[]=jan@x.nl", "application/x-www-form-urlencoded"),
        ("\xff\xfe%zz", "application/x-www-form-urlencoded"),
        ("--x", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_no_form_is_refused_without_fuss(
    body, content_type, client, mailing_list
):  # nasty[22]
    response = client.post(SIGN_UP, body, content_type=content_type)
    assert response.status_code == 400


def test_thirty_sign_ups_an_hour_come_from_one_network(browser, mailing_list):
    for number in range(30):
        assert sign_up(browser, address=f"lezer{number}@example.nl").status_code == 200
    refused = sign_up(browser, address="een-te-veel@example.nl")
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert OutgoingMail.objects.count() == 30


def test_the_network_is_that_of_the_visitor_not_of_a_forged_header(
    browser, mailing_list, settings
):
    forged = {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9"}
    browser.defaults.update(forged)
    sign_up(browser)
    assert ConsentEvidence.objects.get().ip_address == "127.0.0.1"
    settings.TRUSTED_PROXY = True
    sign_up(browser, address="els@example.nl")
    assert ConsentEvidence.objects.latest("pk").ip_address == "203.0.113.9"


def test_a_second_list_has_its_own_sign_up_in_its_own_language(browser, mailing_list):
    second = MailingListFactory.create(
        slug="rest",
        name="Quiet post",
        promise="Once a month",
        language="en",
        list_id="rest.example.nl",
    )
    page = browser.get(f"{SIGN_UP}?lijst=rest")
    assert "Once a month" in page.content.decode()
    assert soup(page).html["lang"] == "en"
    with time_machine.travel(timezone.now() + timedelta(seconds=5)):
        fields = form_of(page) | {"address": SANNE}
        browser.post(f"{SIGN_UP}?lijst=rest", fields)
    assert Subscription.objects.get().mailing_list == second
    assert "Confirm your subscription" in OutgoingMail.objects.get().subject


@pytest.mark.parametrize("slug", ["nergens", "%00", "' or 1=1"])
def test_a_list_that_does_not_exist_is_not_found(slug, client, mailing_list):
    assert client.get(f"{SIGN_UP}?lijst={slug}").status_code == 404


def test_without_a_list_there_is_nothing_to_sign_up_for(client, db):
    assert client.get(SIGN_UP).status_code == 404


# --- Opening links changes nothing ---


def reader_pages(subscription):
    pending = SubscriptionFactory.create(pending=True)
    return [
        SIGN_UP,
        path_of(unsubscribe_url(subscription)),
        path_of(preferences_url(subscription)),
        f"/aanmelden/bevestigen/{consent.confirm_token(pending)}/",
        f"/aanmelden/bevestigen/{consent.confirm_token(subscription)}/",
    ]


def test_opening_every_link_ten_times_changes_nothing(client):
    pages = reader_pages(SubscriptionFactory.create())
    before = everything()
    for page in pages * 10:
        assert client.get(page).status_code == 200
        assert client.head(page).status_code == 200
        assert client.options(page).status_code == 405
        assert (
            client.get(f"{page}?List-Unsubscribe=One-Click&act=leave").status_code
            == 200
        )
    assert everything() == before


def test_a_page_behind_a_readers_link_is_kept_to_the_reader(client):
    for page in reader_pages(SubscriptionFactory.create())[1:]:
        response = client.get(page)
        assert response["Referrer-Policy"] == "strict-origin"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Cache-Control"] == "no-store"
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy


# --- Tokens ---


def tampered(token):
    """Every token that differs in one sign, and some that were damaged on the way."""
    for place, sign in enumerate(token):
        # A tag of our own is read in capitals as well; no letter may pass for another.
        other = "a" if sign not in "aA" else "b"
        yield token[:place] + other + token[place + 1 :]
    yield from (token[:-1], token[1:], token[::-1], token * 2, "x", "%00", "%20", "é")


def wrong_tokens():
    subscription = SubscriptionFactory.create()
    confirm_token = consent.confirm_token(subscription)
    tag = make_tag("preferences", subscription.pk)
    for folder, own in (
        ("/afmelden/", subscription.token),
        ("/voorkeuren/", tag),
        ("/aanmelden/bevestigen/", confirm_token),
    ):
        others = {subscription.token, tag, confirm_token, make_tag("mistake", 1, 2)}
        yield from ((folder, token) for token in others - {own})
        yield from ((folder, token) for token in tampered(own))
    yield "/voorkeuren/", make_tag("preferences", 10**17)
    yield "/voorkeuren/", make_tag("preferences", subscription.pk, 1)
    yield "/aanmelden/bevestigen/", make_token("confirm", [10**17, "x"])


def test_a_link_with_any_sign_changed_opens_nothing_and_does_nothing(client):
    links = list(wrong_tokens())
    before = everything()
    for folder, token in links:
        for answer in (client.get, client.post):
            response = answer(f"{folder}{token}/")
            assert response.status_code == 404, (folder, token)
    assert everything() == before
    assert len(links) > 150


def test_an_unknown_link_explains_itself_in_dutch(client, mailing_list):
    response = client.get("/afmelden/AAAAAAAAAAAAAAAAAAAAAA/")
    assert response.status_code == 404
    assert heading(response) == "Deze link werkt niet"
    assert mailing_list.sender_address in response.content.decode()
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("end", [".", ")", ">", "=", ").", ","])
def test_a_link_that_took_a_full_stop_along_still_works(end, client):
    subscription = SubscriptionFactory.create()
    for url in (
        unsubscribe_url(subscription),
        preferences_url(subscription),
        f"/aanmelden/bevestigen/{consent.confirm_token(subscription)}/",
    ):
        assert client.get(f"{path_of(url).rstrip('/')}{end}/").status_code == 200


def test_links_are_made_from_columns_without_a_query(django_assert_num_queries):
    subscription = SubscriptionFactory.create()
    with django_assert_num_queries(0):
        assert unsubscribe_url_for(subscription.token) == unsubscribe_url(subscription)
        assert preferences_url_for(subscription.pk) == preferences_url(subscription)
    assert unsubscribe_url(subscription).startswith("http://localhost:8000/afmelden/")


def test_a_link_of_an_older_key_still_works(client, settings):
    subscription = SubscriptionFactory.create()
    old = path_of(preferences_url(subscription))
    settings.LINK_KEYS = ["newer", *settings.LINK_KEYS]
    assert client.get(old).status_code == 200


# --- Confirming ---


def test_a_used_link_says_that_it_was_confirmed(client):
    subscription = SubscriptionFactory.create()
    link = f"/aanmelden/bevestigen/{consent.confirm_token(subscription)}/"
    assert heading(client.get(link)) == "Al bevestigd"


def test_a_link_used_after_leaving_does_not_bring_back(client):
    subscription = SubscriptionFactory.create(unsubscribed=True)
    link = f"/aanmelden/bevestigen/{consent.confirm_token(subscription)}/"
    assert client.post(link).status_code == 200
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.UNSUBSCRIBED


def old_confirm_link(subscription):
    with time_machine.travel(datetime.now(UTC) - timedelta(days=8)):
        return f"/aanmelden/bevestigen/{consent.confirm_token(subscription)}/"


def test_an_expired_link_offers_a_new_one_to_the_address_on_file(browser):
    subscription = SubscriptionFactory.create(pending=True)
    link = old_confirm_link(subscription)
    page = browser.get(link)
    assert (page.status_code, heading(page)) == (410, "Deze link is te oud")
    before = everything()
    browser.get(link)
    assert everything() == before
    answer = browser.post(link, form_of(page) | {"address": "attacker@example.nl"})
    assert heading(answer) == "Kijk in je mail"
    assert OutgoingMail.objects.get().to_address == subscription.subscriber.address
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.PENDING


def test_an_expired_link_of_a_confirmed_reader_says_so(client):
    link = old_confirm_link(SubscriptionFactory.create())
    assert heading(client.get(link)) == "Al bevestigd"


# --- One-click (RFC 8058) ---

ONE_CLICK_BODIES = {
    "urlencoded": ("List-Unsubscribe=One-Click", "application/x-www-form-urlencoded"),
    "multipart": (
        '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
        "One-Click\r\n--x--\r\n",
        "multipart/form-data; boundary=x",
    ),
    "broken multipart": ("--x", "multipart/form-data"),
    "empty": ("", "application/x-www-form-urlencoded"),
    "json": ('{"a": 1}', "application/json"),
    "wrong value": ("List-Unsubscribe=Nope", "application/x-www-form-urlencoded"),
    "large": ("x" * 6_000_000, "application/x-www-form-urlencoded"),
    "no type": ("List-Unsubscribe=One-Click", ""),
}


@pytest.mark.parametrize(
    ("body", "content_type"), ONE_CLICK_BODIES.values(), ids=ONE_CLICK_BODIES.keys()
)
def test_one_press_in_the_mail_program_unsubscribes(body, content_type, browser):
    """O6-O8, nasty 61: no cookie, no Referer, no redirect, whatever the body."""
    subscription = SubscriptionFactory.create()
    url = path_of(unsubscribe_url(subscription))
    response = browser.post(url, body, content_type=content_type)
    assert response.status_code == 200
    assert not response.cookies
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.UNSUBSCRIBED
    assert subscription.unsubscribed_through == "one-click"


def test_pressing_again_is_answered_and_does_nothing_more(browser):
    subscription = SubscriptionFactory.create()
    for _ in range(500):  # O10 and O12: idempotent, and never limited
        assert browser.post(path_of(unsubscribe_url(subscription))).status_code == 200
    assert Consent.objects.count() == 1
    assert not OutgoingMail.objects.exists()


def test_one_click_says_nothing_to_the_admins_cookie(client, admin_user):
    subscription = SubscriptionFactory.create()
    client.force_login(admin_user)
    assert client.post(path_of(unsubscribe_url(subscription))).status_code == 200


def test_a_token_outlives_its_reader(browser):
    subscription = SubscriptionFactory.create()
    consent.erase(subscription.subscriber, channel="test", now=timezone.now())
    url = path_of(unsubscribe_url(subscription))
    for response in (browser.get(url), browser.post(url)):
        assert (response.status_code, heading(response)) == (200, "Je bent afgemeld")
    assert Consent.objects.count() == 1


def test_only_one_click_is_exempt_from_csrf():
    from subscribers.urls import urlpatterns

    exempt = {
        pattern.name
        for pattern in urlpatterns
        if getattr(pattern.callback, "csrf_exempt", False)
    }
    assert exempt == {"unsubscribe"}


def test_the_literal_address_of_the_header_is_served_without_redirect():
    subscription = SubscriptionFactory.create()
    url = unsubscribe_url(subscription)
    assert resolve(path_of(url)).url_name == "unsubscribe"
    assert len(f"List-Unsubscribe: <{url}>".replace("http:", "https:")) <= 78


# --- Unsubscribing by page ---


def test_the_page_unsubscribes_with_its_one_button(browser):
    subscription = SubscriptionFactory.create()
    url = path_of(unsubscribe_url(subscription))
    page = browser.get(url)
    forms = soup(page).main.find_all("form")
    assert len(forms) == 1
    left = browser.post(url + forms[0]["action"], form_of(page))
    assert heading(left) == "Je bent afgemeld"
    subscription.refresh_from_db()
    assert subscription.unsubscribed_through == "unsubscribe page"


def test_who_left_by_a_slip_stays_with_one_press(browser):
    subscription = SubscriptionFactory.create()
    left = browser.post(path_of(unsubscribe_url(subscription)) + "?knop=1")
    form = soup(left).main.form
    stayed = browser.post(path_of(form["action"]), form_of(left), follow=True)
    assert "Wat fijn dat je blijft" in stayed.content.decode()
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.CONFIRMED


def test_the_address_is_shown_masked(client):
    subscription = SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address=SANNE)
    )
    for url in (unsubscribe_url(subscription), preferences_url(subscription)):
        shown = client.get(path_of(url)).content.decode()
        assert "s•••e@example.nl" in shown
        assert SANNE not in shown


# --- Preferences ---


def act(browser, subscription, name, **fields):
    url = path_of(preferences_url(subscription))
    form = form_of(browser.get(url), act=name) | fields
    return browser.post(url, form, follow=True)


def test_a_reader_changes_the_name(browser):
    subscription = SubscriptionFactory.create()
    page = act(browser, subscription, "name", first_name=" Zoe\u0308 ")
    assert "Zo begroeten we je voortaan" in page.content.decode()
    assert Subscriber.objects.get().first_name == "Zoë"


def test_a_name_that_is_none_is_explained(browser):
    subscription = SubscriptionFactory.create()
    response = act(browser, subscription, "name", first_name="http://x.nl")
    assert response.status_code == 400
    assert "zonder link" in response.content.decode()


@pytest.mark.parametrize("name", ["<script>x</script>", '" autofocus onfocus="x'])
def test_a_name_with_markup_is_shown_as_text(name, browser):
    subscription = SubscriptionFactory.create()
    page = act(browser, subscription, "name", first_name=name)
    shown = soup(page)
    assert shown.find("input", attrs={"name": "first_name"})["value"] == name
    assert not shown.find("script")


def test_a_reader_pauses_and_ends_the_pause(browser):
    subscription = SubscriptionFactory.create()
    paused = act(browser, subscription, "pause", weeks="4")
    assert "Geniet van de rust" in paused.content.decode()
    assert not Subscription.objects.mailable(timezone.localdate()).exists()
    back = act(browser, subscription, "resume")
    assert "De volgende mail komt weer" in back.content.decode()
    assert Subscription.objects.mailable(timezone.localdate()).exists()


@pytest.mark.parametrize("weeks", ["", "3", "-1", "1000000", "x"])
def test_only_the_offered_pauses_exist(weeks, browser):
    subscription = SubscriptionFactory.create()
    response = act(browser, subscription, "pause", weeks=weeks)
    assert response.status_code == 400
    subscription.refresh_from_db()
    assert subscription.paused_until is None


def test_a_pause_that_is_over_is_not_mentioned(client):
    subscription = SubscriptionFactory.create(paused_until=date(2020, 1, 1))
    shown = client.get(path_of(preferences_url(subscription))).content.decode()
    assert "2020" not in shown


def test_a_reader_leaves_and_returns_on_the_own_page(browser):
    subscription = SubscriptionFactory.create()
    left = act(browser, subscription, "leave")
    assert "Je bent afgemeld" in left.content.decode()
    back = act(browser, subscription, "stay")
    assert "Wat fijn dat je blijft" in back.content.decode()


def test_a_reader_who_complained_is_asked_to_write_to_us(browser):
    subscription = SubscriptionFactory.create(unsubscribed=True)
    address = subscription.subscriber.address
    suppress(address, SuppressionReason.COMPLAINT, timezone.now())
    response = act(browser, subscription, "stay")
    assert response.status_code == 409
    assert subscription.mailing_list.sender_address in response.content.decode()


def test_who_never_confirmed_is_told_how(client):
    subscription = SubscriptionFactory.create(pending=True)
    shown = client.get(path_of(preferences_url(subscription))).content.decode()
    assert "nog niet bevestigd" in shown


@pytest.mark.parametrize("name", ["", "nonsense", "erase_for_good"])
def test_an_unknown_act_changes_nothing(name, client):
    subscription = SubscriptionFactory.create()
    before = everything()
    response = client.post(path_of(preferences_url(subscription)), {"act": name})
    assert response.status_code == 400
    assert everything() == before


def test_a_form_from_another_site_changes_nothing(browser):
    subscription = SubscriptionFactory.create()
    response = browser.post(path_of(preferences_url(subscription)), {"act": "leave"})
    assert (response.status_code, heading(response)) == (403, "Nog niet verstuurd")
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.CONFIRMED


# --- Erasing ---


def test_erasing_takes_two_presses(browser):
    subscription = SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address=SANNE)
    )
    before = everything()
    question = act(browser, subscription, "erase")
    assert heading(question) == "Alles wissen?"
    assert everything() == before
    url = path_of(preferences_url(subscription))
    answer = browser.post(url, form_of(question))
    assert heading(answer) == "Vergeten"
    assert Subscriber.objects.get().address == ""
    assert heading(browser.get(url)) == "Vergeten"


@pytest.mark.parametrize(
    "kind", ["none", "garbage", "other purpose", "other reader", "old"]
)
def test_the_second_press_counts_only_for_this_reader_and_an_hour(kind, client):
    subscription = SubscriptionFactory.create()
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=61)):
        old = make_token("erase", subscription.pk)
    certain = {
        "none": "",
        "garbage": "x",
        "other purpose": make_token("form", subscription.pk),
        "other reader": make_token("erase", SubscriptionFactory.create().pk),
        "old": old,
    }[kind]
    url = path_of(preferences_url(subscription))
    response = client.post(url, {"act": "erase-for-good", "certain": certain})
    assert heading(response) == "Alles wissen?"
    assert not Subscriber.objects.filter(erased_at__isnull=False).exists()


def test_an_erased_reader_can_do_nothing_more(client):
    subscription = SubscriptionFactory.create()
    consent.erase(subscription.subscriber, channel="test", now=timezone.now())
    before = everything()
    for name in ("name", "pause", "stay", "leave", "erase", "erase-for-good"):
        response = client.post(path_of(preferences_url(subscription)), {"act": name})
        assert (response.status_code, heading(response)) == (200, "Vergeten")
    assert everything() == before


# --- Nothing leaks ---


def test_no_address_and_no_token_reaches_a_log(browser, mailing_list, caplog):
    caplog.set_level(logging.DEBUG)
    canary = "canary@example.nl"
    sign_up(browser, address=canary, first_name="Kanarie")
    sign_up(browser, address=f"{canary}\r\nBcc: x@y.nl")
    token = confirm_link().split("/")[3]
    browser.get(confirm_link())
    browser.get(f"/afmelden/{token}/")
    browser.post(f"/voorkeuren/{token}/")
    send_due(timezone.now() + timedelta(minutes=1))
    formatter = DiscreetFormatter("%(levelname)s %(name)s: %(message)s")
    said = "\n".join(formatter.format(record) for record in caplog.records)
    assert "/afmelden/…/" in said
    assert canary not in said
    assert token not in said
    assert len(django_mail.outbox) == 1


def test_a_page_that_does_not_exist_is_dutch_and_says_so(client, mailing_list):
    response = client.get("/nergens/te/vinden/")
    assert (response.status_code, heading(response)) == (404, "Deze pagina is er niet")


@pytest.mark.parametrize(
    ("code", "words"),
    [(400, "begrijpen"), (403, "niet voor jou"), (500, "Hier ging iets mis")],
)
def test_an_error_page_stands_without_any_context(code, words):
    from django.template.loader import get_template

    page = get_template(f"{code}.html").render()
    assert words in page
    assert 'lang="nl"' in page
