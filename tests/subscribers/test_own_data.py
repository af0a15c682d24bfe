"""One's own data: the link by mail, everything to read and take along, moving."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from newsletter.outbox.models import OutgoingMail
from subscribers import consent, moving, opening
from subscribers.links import preferences_url, unsubscribe_url
from subscribers.models import (
    AddressChange,
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
    everything,
    form_of,
    heading,
    path_of,
    soup,
)

pytestmark = pytest.mark.django_db
ASK, NEW = "/voorkeuren/", "sanne@nieuw.example.nl"


@pytest.fixture
def reader(mailing_list):
    return SubscriptionFactory.create(
        mailing_list=mailing_list,
        subscriber=SubscriberFactory.create(address=SANNE, first_name="Sanne"),
    )


def ask(browser, address=SANNE, **changes):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fields = form_of(browser.get(ASK))
        clock.shift(5)
        return browser.post(ASK, fields | {"address": address, **changes})


def data_link(subscription):
    return f"/mijn-gegevens/{opening.own_data_token(subscription.subscriber)}/"


def link_in(mail, folder):
    (link,) = re.findall(rf"http\S+/{folder}/\S+", mail.text)
    return path_of(link)


# --- The link ---


def test_who_lost_the_link_gets_it_by_mail(browser, reader):
    asked = ask(browser, " Sanne@Example.NL ")
    assert heading(asked) == "Kijk in je mail"
    mail = OutgoingMail.objects.get()
    assert mail.to_address == SANNE
    assert preferences_url(reader) in mail.text
    page = browser.get(link_in(mail, "mijn-gegevens"))
    assert heading(page) == "Alles wat we van je weten"


def test_who_reads_two_newsletters_gets_the_page_of_each(browser, reader):
    other = MailingListFactory.create(slug="rest", name="Rust", list_id="r.example.nl")
    second = SubscriptionFactory.create(
        mailing_list=other, subscriber=reader.subscriber
    )
    ask(browser)
    text = OutgoingMail.objects.get().text
    for one in (reader, second):
        assert f"{one.mailing_list.name}\n{preferences_url(one)}" in text


@pytest.mark.parametrize("who", ["unknown", "erased", "complained"])
def test_whom_we_may_not_mail_gets_nothing_and_sees_the_same(who, browser, reader):
    now = timezone.now()
    shown = ask(browser, "els@example.nl").content if who != "unknown" else None
    before = {"unknown": "niemand@example.nl"}.get(who, SANNE)
    if who == "erased":
        consent.erase(reader.subscriber, channel="test", now=now)
    if who == "complained":
        suppress(SANNE, SuppressionReason.COMPLAINT, now)
    answer = ask(browser, before)
    assert heading(answer) == "Kijk in je mail"
    assert not OutgoingMail.objects.exists()
    if shown:
        assert shown.replace(b"els@example.nl", b"") == answer.content.replace(
            SANNE.encode(), b""
        )


def test_asking_all_day_mails_one_reader_four_times(browser, reader):
    for hour in range(20):
        with time_machine.travel(timezone.now() + timedelta(hours=hour)):
            opening.mail_own_page(SANNE, reader.mailing_list, now=timezone.now())
    assert OutgoingMail.objects.count() == 4


def test_one_network_asks_thirty_times_an_hour(browser, reader):
    for number in range(30):
        assert ask(browser, f"lezer{number}@example.nl").status_code == 200
    assert ask(browser).status_code == 429


@pytest.mark.parametrize("address", ["", "geen adres", "a" * 5000, "x@y.nl\r\nBcc: z"])
def test_a_wrong_address_is_explained(address, browser, reader):
    response = ask(browser, address)
    assert response.status_code == 400
    assert soup(response).find(class_="error")


def test_a_machine_gets_nothing_mailed(browser, reader):
    ask(browser, website="http://spam.example")
    assert not OutgoingMail.objects.exists()


def test_an_old_link_offers_a_new_one_to_the_address_on_file(browser, reader):
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=61)):
        old = data_link(reader)
    page = browser.get(old)
    assert page.status_code == 410
    browser.post(old, form_of(page) | {"address": "attacker@example.nl"})
    assert OutgoingMail.objects.get().to_address == SANNE


def test_the_link_of_an_issue_that_was_forwarded_opens_no_data(browser, reader):
    own = path_of(preferences_url(reader))
    shown = browser.get(own)
    assert SANNE not in shown.content.decode()
    browser.post(own, form_of(shown, act="own-data"))
    assert OutgoingMail.objects.get().to_address == SANNE


# --- Everything we know ---


def test_everything_is_shown_in_words_and_can_be_taken_along(
    browser, reader, mailing_list
):
    reader.topics.add(Topic.objects.create(mailing_list=mailing_list, name="Slaap"))
    consent.unsubscribe(reader, through="one-click", now=timezone.now())
    shown = soup(browser.get(data_link(reader))).main.get_text(" ", strip=True)
    for told in (SANNE, "Sanne", "Slaap", "afgemeld", "met één klik"):
        assert told in shown
    file = browser.get(f"{data_link(reader)}?als=json")
    assert "attachment" in file["Content-Disposition"]
    told = file.json()
    assert told["person"][0]["address"] == SANNE
    assert told["subscriptions"][0]["topics"] == "Slaap"
    assert [act["act"] for act in told["consents"]] == ["trok de toestemming in"]
    assert {"issues", "reader mail"} <= told.keys()


def test_a_life_long_reader_gets_a_page_that_is_not_endless(
    browser, reader, django_assert_max_num_queries
):
    for day in range(200):
        Consent.objects.create(
            subscriber=reader.subscriber,
            mailing_list=reader.mailing_list,
            act="changed",
            at=timezone.now() - timedelta(days=day),
            channel="preferences page",
            wording="first name",
        )
    with django_assert_max_num_queries(11):
        page = browser.get(data_link(reader))
    assert len(page.content) < 60_000
    assert "En nog 175, in het bestand." in page.content.decode()
    file = browser.get(f"{data_link(reader)}?als=json").json()
    assert len(file["consents"]) == 200


def test_another_readers_data_is_nobodys(client, reader):
    other = SubscriptionFactory.create()
    link = data_link(reader)
    Subscriber.objects.filter(pk=reader.subscriber_id).update(
        address_hash=other.subscriber.address_hash
    )
    assert client.get(link).status_code == 404


# --- Moving ---


def move_to(browser, reader, address=NEW, **changes):
    page = browser.get(data_link(reader))
    fields = form_of(page) | {"address": address, **changes}
    return browser.post(data_link(reader), fields)


def test_a_reader_moves_confirmed_at_the_new_address_and_told_at_the_old(
    browser, reader
):
    asked = move_to(browser, reader)
    assert heading(asked) == "Kijk in je andere mail"
    to_new = OutgoingMail.objects.get()
    assert to_new.to_address == NEW
    assert "Sanne" not in to_new.text + to_new.html
    link = link_in(to_new, "verhuizen")
    page = browser.get(link)
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.address == SANNE
    moved = browser.post(link, form_of(page))
    assert heading(moved) == "Je bent verhuisd"
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.address == reader.subscriber.address_key == NEW
    to_old = OutgoingMail.objects.latest("pk")
    assert to_old.to_address == SANNE
    assert NEW not in to_old.text + to_old.html
    reader.refresh_from_db()
    assert reader.state == SubscriptionState.CONFIRMED
    assert Consent.objects.get().wording == "address"
    assert not AddressChange.objects.exists()


def test_a_link_to_move_works_once_and_for_a_day(client, browser, reader):
    move_to(browser, reader)
    link = link_in(OutgoingMail.objects.get(), "verhuizen")
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert client.get(link).status_code == 404
    assert client.post(link).status_code == 200
    for answer in (client.get(link), client.post(link)):
        assert answer.status_code == 404


def test_a_second_wish_to_move_replaces_the_first(client, browser, reader):
    move_to(browser, reader, "eerst@example.nl")
    first = link_in(OutgoingMail.objects.get(), "verhuizen")
    move_to(browser, reader, "toch@example.nl")
    assert client.post(first).status_code == 404
    assert client.post(link_in(OutgoingMail.objects.latest("pk"), "verhuizen"))
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.address == "toch@example.nl"


def test_who_moves_learns_nothing_about_another_reader(browser, reader):
    SubscriptionFactory.create(subscriber=SubscriberFactory.create(address=NEW))
    known = move_to(browser, reader)
    mail = OutgoingMail.objects.get()
    assert mail.purpose == "address_in_use"
    assert not AddressChange.objects.exists()
    unknown = move_to(browser, reader, "vrij@example.nl")
    assert known.content.replace(NEW.encode(), b"") == unknown.content.replace(
        b"vrij@example.nl", b""
    )


def test_an_address_that_somebody_takes_meanwhile_is_not_taken_from_them(
    client, browser, reader
):
    move_to(browser, reader)
    link = link_in(OutgoingMail.objects.get(), "verhuizen")
    SubscriptionFactory.create(subscriber=SubscriberFactory.create(address=NEW))
    refused = client.post(link)
    assert (refused.status_code, heading(refused)) == (409, "Er is niets veranderd")
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.address == SANNE


def test_nobody_moves_to_a_blocked_address(browser, reader):
    suppress(NEW, SuppressionReason.COMPLAINT, timezone.now())
    assert heading(move_to(browser, reader)) == "Kijk in je andere mail"
    assert not OutgoingMail.objects.exists()


def test_who_was_forgotten_in_the_meantime_does_not_move(client, browser, reader):
    move_to(browser, reader)
    link = link_in(OutgoingMail.objects.get(), "verhuizen")
    consent.erase(reader.subscriber, channel="test", now=timezone.now())
    assert client.post(link).status_code == 404
    assert not AddressChange.objects.exists()
    assert not Subscriber.objects.exclude(address="").exists()


@pytest.mark.parametrize(
    "address", ["", "geen adres", SANNE, SANNE.upper(), "jan@bedrijf.invalid"]
)
def test_a_new_address_that_is_none_is_explained(address, browser, reader):
    refused = move_to(browser, reader, address)
    assert refused.status_code == 400
    assert soup(refused).find(class_="error")
    assert not OutgoingMail.objects.exists()


def test_a_slip_in_the_new_address_is_asked_about(browser, reader):
    asked = move_to(browser, reader, "sanne@gmial.com")
    assert "sanne@gmail.com" in soup(asked).find(role="alert").get_text()
    assert not OutgoingMail.objects.exists()
    move_to(browser, reader, "sanne@gmial.com", meant="sanne@gmail.com")
    assert OutgoingMail.objects.get().to_address == "sanne@gmail.com"


def test_opening_these_links_changes_nothing(client, browser, reader):
    move_to(browser, reader)
    links = [
        ASK,
        data_link(reader),
        f"{data_link(reader)}?als=json",
        link_in(OutgoingMail.objects.get(), "verhuizen"),
        path_of(unsubscribe_url(reader)),
    ]
    before = everything()
    for link in links * 2:
        assert client.get(link).status_code == client.head(link).status_code == 200
    assert everything() == before
    for link in links[1:]:
        response = client.get(link)
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "strict-origin"


def test_an_address_that_nobody_confirmed_is_let_go_after_a_day(reader, now):
    moving.ask_to_move(reader, NEW, now=now)
    moving.forget_old_wishes(now + timedelta(hours=23))
    assert AddressChange.objects.exists()
    moving.forget_old_wishes(now + timedelta(hours=25))
    assert not AddressChange.objects.exists()


def test_a_reader_has_us_write_to_three_other_addresses_a_day(browser, reader):
    answers = [
        move_to(browser, reader, f"n{n}@example.nl").status_code for n in range(5)
    ]
    assert answers == [200, 200, 200, 429, 429]
    assert OutgoingMail.objects.count() == 3


def test_who_is_forgotten_stands_in_nobodys_wish_to_move(reader, now):
    other = SubscriptionFactory.create()
    AddressChange.objects.create(
        subscriber=other.subscriber, address=SANNE, asked_at=now
    )
    consent.erase(reader.subscriber, channel="test", now=now)
    assert not AddressChange.objects.exists()


def test_two_presses_at_once_move_once(reader, now):
    moving.ask_to_move(reader, NEW, now=now)
    change = AddressChange.objects.get()
    moving.move(change, channel="test", now=now)
    with pytest.raises(consent.UnknownLink):
        moving.move(change, channel="test", now=now)
    assert Consent.objects.count() == 1
    assert Subscription.objects.count() == 1
