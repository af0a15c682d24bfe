"""The readers' pages through the door: what they show, and that GET changes nothing."""

import logging
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail as django_mail
from django.urls import resolve
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
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Topic,
)
from subscribers.suppression import suppress
from tests.factories import (
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
)
from tests.subscribers.pages import (
    SANNE,
    SIGN_UP,
    confirm_link,
    everything,
    form_of,
    heading,
    path_of,
    sign_up,
    soup,
)

pytestmark = pytest.mark.django_db


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


def test_opening_every_link_again_and_again_changes_nothing(client):
    pages = reader_pages(SubscriptionFactory.create())
    before = everything()
    for page in pages * 3:
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
    for _ in range(100):  # O10 and O12: idempotent, and never limited
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


def test_only_one_click_and_the_form_on_other_sites_are_exempt_from_csrf():
    from subscribers.urls import urlpatterns

    exempt = {
        pattern.name
        for pattern in urlpatterns
        if getattr(pattern.callback, "csrf_exempt", False)
    }
    assert exempt == {"unsubscribe", "embedded_form"}


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


def test_a_reader_pauses_until_a_day(browser):
    subscription = SubscriptionFactory.create()
    day = timezone.localdate() + timedelta(days=40)
    act(browser, subscription, "pause", weeks="day", until=day.isoformat())
    subscription.refresh_from_db()
    assert subscription.paused_until == day


@pytest.mark.parametrize(
    "until", ["", "morgen", "2020-01-01", "9999-12-31", "99999-1-1", "\x00"]
)
def test_a_day_that_cannot_be_is_explained(until, browser):
    subscription = SubscriptionFactory.create()
    response = act(browser, subscription, "pause", weeks="day", until=until)
    assert response.status_code == 400
    field = soup(response).find("input", attrs={"name": "until"})
    assert field["aria-invalid"] == "true"
    subscription.refresh_from_db()
    assert subscription.paused_until is None


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


def test_a_reader_chooses_topics(browser, mailing_list):
    sleep, work = (
        Topic.objects.create(mailing_list=mailing_list, name=name)
        for name in ("Slaap", "Werk")
    )
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    page = act(browser, subscription, "topics", topics=[str(sleep.pk)])
    assert "Zo gaat het voortaan" in page.content.decode()
    chosen = soup(page).select("input[name=topics][checked]")
    assert [box["value"] for box in chosen] == [str(sleep.pk)]
    assert set(subscription.topics.all()) == {sleep}
    refused = act(browser, subscription, "topics", topics=[str(work.pk + 100)])
    assert refused.status_code == 400


def test_a_reader_chooses_only_the_best_of_the_month(browser, mailing_list):
    mailing_list.has_months_best = True
    mailing_list.save()
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    act(browser, subscription, "rhythm", rhythm="months_best")
    subscription.refresh_from_db()
    assert subscription.rhythm == "months_best"
    assert act(browser, subscription, "rhythm", rhythm="never").status_code == 400


def test_a_reader_who_wakes_up_elsewhere_chooses_that_clock(browser, mailing_list):
    mailing_list.own_morning = True
    mailing_list.save()
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    act(browser, subscription, "zone", time_zone="America/Paramaribo")
    assert Subscriber.objects.get().time_zone == "America/Paramaribo"
    assert act(browser, subscription, "zone", time_zone="Mars").status_code == 400


def test_a_zone_that_is_not_in_our_short_list_is_kept(browser, mailing_list):
    mailing_list.own_morning = True
    mailing_list.save()
    subscription = SubscriptionFactory.create(
        mailing_list=mailing_list,
        subscriber=SubscriberFactory.create(time_zone="Asia/Tashkent"),
    )
    page = browser.get(path_of(preferences_url(subscription)))
    assert soup(page).select_one("option[selected]")["value"] == "Asia/Tashkent"
    act(browser, subscription, "zone", time_zone="Asia/Tashkent")
    assert Subscriber.objects.get().time_zone == "Asia/Tashkent"


def test_what_a_list_does_not_offer_is_not_asked(client, mailing_list):
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    page = soup(client.get(path_of(preferences_url(subscription))))
    acts = {field["value"] for field in page.find_all("input", {"name": "act"})}
    assert not acts & {"topics", "rhythm", "zone", "reason"}


@pytest.fixture
def second_list(mailing_list):
    return MailingListFactory.create(
        slug="rest", name="Rust", promise="Eens per maand", list_id="rest.example.nl"
    )


def test_another_newsletter_comes_by_a_mail_to_the_address_on_file(
    browser, mailing_list, second_list
):
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    page = act(browser, subscription, "join")
    assert "en hij komt er ook bij" in page.content.decode()
    mail = OutgoingMail.objects.get()
    assert mail.to_address == subscription.subscriber.address
    assert "Rust" in mail.subject
    joined = Subscription.objects.get(mailing_list=second_list)
    assert joined.state == SubscriptionState.PENDING


def test_a_newsletter_that_somebody_gets_leads_to_their_page_of_it(
    client, mailing_list, second_list
):
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    second = SubscriptionFactory.create(
        mailing_list=second_list, subscriber=subscription.subscriber
    )
    page = soup(client.get(path_of(preferences_url(subscription))))
    assert page.find("a", href=path_of(preferences_url(second)))
    assert not page.find("input", {"value": "join"})


@pytest.mark.parametrize("slug", ["", "weg", "\0", "x" * 5000])
def test_a_newsletter_that_is_not_there_is_not_joined(slug, client, mailing_list):
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    url = path_of(preferences_url(subscription))
    assert client.post(url, {"act": "join", "list": slug}).status_code == 400


def test_the_own_page_asks_the_database_ten_times_at_most_and_is_light(
    client, mailing_list, second_list, django_assert_max_num_queries
):
    mailing_list.own_morning = mailing_list.has_months_best = True
    mailing_list.save()
    for number in range(12):
        Topic.objects.create(mailing_list=mailing_list, name=f"Onderwerp {number}")
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    with django_assert_max_num_queries(10):
        page = client.get(path_of(preferences_url(subscription)))
    assert len(page.content) < 60_000


def test_the_own_page_says_that_nobody_is_followed(client):
    page = client.get(path_of(preferences_url(SubscriptionFactory.create())))
    assert "zien niet of je een mail opent" in page.text


def test_who_left_may_say_why(browser):
    subscription = SubscriptionFactory.create()
    left = browser.post(path_of(unsubscribe_url(subscription)) + "?knop=1")
    form = soup(left).find("input", {"value": "reason"}).find_parent("form")
    fields = form_of(left, act="reason") | {"reason": "too_often"}
    thanks = browser.post(path_of(form["action"]), fields, follow=True)
    assert "Daar leren we van" in thanks.content.decode()
    subscription.refresh_from_db()
    assert subscription.leaving_reason == "too_often"
    empty = act(browser, subscription, "reason", reason="")
    assert empty.status_code == 400


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
