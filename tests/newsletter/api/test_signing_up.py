"""Signing up and off through another system."""

import pytest
from django.contrib.auth.models import Group

from newsletter.clients.models import KeptAnswer, Scope
from newsletter.outbox.models import OutgoingMail
from subscribers.models import (
    Consent,
    ConsentEvidence,
    MailingList,
    Subscriber,
    Subscription,
    Topic,
)
from tests.factories import SubscriberFactory, SubscriptionFactory, UserFactory

SANNE = {"mailing_list": "zondag", "address": "sanne@example.nl"}


@pytest.fixture(autouse=True)
def zondag(mailing_list):
    return mailing_list


def test_who_is_signed_up_has_to_confirm(ask):
    topic = Topic.objects.create(mailing_list=MailingList.objects.get(), name="Slaap")
    sent = SANNE | {"first_name": "Sanne", "topics": ["Slaap"], "source": "kassa"}
    answer = ask("POST", "/subscriptions", sent)
    assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    place = Subscription.objects.get()
    assert (place.state, place.source) == ("pending", "kassa")
    assert list(place.topics.all()) == [topic]
    assert OutgoingMail.objects.get().purpose == "confirm"


def test_a_source_is_one_line_that_every_database_takes(ask):
    ask("POST", "/subscriptions", SANNE | {"source": "kas\0sa \u202e3\n"})
    assert Subscription.objects.get().source == "kas sa 3"


def test_what_was_agreed_to_is_on_record_with_how(ask):
    visitor = {"ip_address": "192.0.2.9", "user_agent": "Firefox"}
    ask("POST", "/subscriptions", SANNE | {"visitor": visitor})
    consent = Consent.objects.get()
    assert consent.channel == "API: Site 0"
    assert "Rock jouw inbox" in consent.wording
    assert ConsentEvidence.objects.get().ip_address == "192.0.2.9"


def test_who_reads_already_is_answered_like_anybody(ask):
    SubscriptionFactory(subscriber__address="sanne@example.nl")
    known = ask("POST", "/subscriptions", SANNE)
    unknown = ask("POST", "/subscriptions", SANNE | {"address": "bob@example.nl"})
    assert known.content == unknown.content
    assert known.headers.keys() == unknown.headers.keys()
    assert known.status_code == unknown.status_code


def test_who_was_mailed_enough_is_answered_like_anybody(ask):
    answers = [ask("POST", "/subscriptions", SANNE) for _again in range(3)]
    assert {answer.status_code for answer in answers} == {202}
    assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"address": "geen adres"}, "address"),
        ({"address": ""}, "address"),
        ({"first_name": "www.win-geld.nl"}, "first_name"),
        ({"topics": ["Onbekend"]}, "topics"),
        ({"visitor": {"ip_address": "nergens"}}, "visitor.ip_address"),
        ({"extra": 1}, "extra"),
        ({"first_name": None}, "first_name"),
    ],
)
def test_what_cannot_be_is_named_field_by_field(ask, sent, field):
    answer = ask("POST", "/subscriptions", SANNE | sent)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert not Subscriber.objects.exists()


def test_a_visitor_reads_the_mistake_in_the_language_of_the_list(ask):
    answer = ask("POST", "/subscriptions", SANNE | {"address": "geen adres"})
    assert "adres" in answer.json()["errors"][0]["message"]


def test_an_unknown_list_is_not_found(ask):
    assert (
        ask("POST", "/subscriptions", SANNE | {"mailing_list": "x"}).status_code == 404
    )


def test_a_flood_of_sign_ups_is_stopped_here_as_well(ask):
    MailingList.objects.update(sign_ups_per_hour=10)
    codes = [
        ask(
            "POST", "/subscriptions", SANNE | {"address": f"n{n}@example.nl"}
        ).status_code
        for n in range(11)
    ]
    assert codes == [202] * 10 + [429]


def test_colleagues_hear_of_a_flood_although_the_request_is_taken_back(ask):
    UserFactory().groups.add(Group.objects.get(name="Beheer"))
    MailingList.objects.update(sign_ups_per_hour=0)
    assert ask("POST", "/subscriptions", SANNE, key="order-1").status_code == 429
    assert OutgoingMail.objects.get().purpose == "flood"


@pytest.mark.parametrize(
    ("sent", "kept"), [("fe80::1%eth0", "fe80::1"), ("::ffff:192.0.2.9", "192.0.2.9")]
)
def test_every_way_to_write_a_network_address_fits_every_database(ask, sent, kept):
    ask("POST", "/subscriptions", SANNE | {"visitor": {"ip_address": sent}})
    assert ConsentEvidence.objects.get().ip_address == kept


# --- Signing off ---


def test_who_is_signed_off_gets_no_mail_any_more(ask):
    place = SubscriptionFactory(subscriber__address="sanne@example.nl")
    answer = ask("POST", "/unsubscribe", SANNE | {"address": "Sanne@Example.NL"})
    place.refresh_from_db()
    assert answer.status_code == 202
    assert (place.state, place.unsubscribed_through) == ("unsubscribed", "API: Site 0")


def test_who_is_signed_off_by_an_earlier_address_gets_no_mail_any_more(ask):
    place = SubscriptionFactory()
    SubscriberFactory(address="sanne@example.nl", merged_into=place.subscriber)
    ask("POST", "/unsubscribe", SANNE)
    place.refresh_from_db()
    assert place.state == "unsubscribed"


def test_nobody_learns_who_reads_by_signing_off(ask):
    SubscriptionFactory(subscriber__address="sanne@example.nl")
    addresses = ("sanne@example.nl", "nobody@example.nl", "geen adres")
    answers = [
        ask("POST", "/unsubscribe", SANNE | {"address": address})
        for address in addresses
    ]
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1


# --- Once ---


def test_the_same_request_twice_is_done_once(ask):
    first, second = (ask("POST", "/subscriptions", SANNE, key="a1") for _ in "12")
    assert first.content == second.content
    assert first.status_code == second.status_code
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"
    assert Consent.objects.count() == 1


def test_another_request_under_the_same_key_is_a_conflict(ask):
    ask("POST", "/subscriptions", SANNE, key="a1")
    other = ask("POST", "/unsubscribe", SANNE, key="a1")
    assert other.status_code == 409
    assert Subscription.objects.get().state == "pending"


def test_a_request_that_failed_may_be_made_again_under_its_key(ask):
    wrong = ask("POST", "/subscriptions", SANNE | {"topics": ["Slaap"]}, key="a1")
    Topic.objects.create(mailing_list=MailingList.objects.get(), name="Slaap")
    right = ask("POST", "/subscriptions", SANNE | {"topics": ["Slaap"]}, key="a1")
    assert (wrong.status_code, right.status_code) == (422, 202)


def test_two_systems_may_use_the_same_key(ask, ask_as):
    other = ask_as(Scope.SUBSCRIBE)
    ask("POST", "/subscriptions", SANNE, key="a1")
    answer = other("POST", "/subscriptions", SANNE | {"address": "b@b.nl"}, key="a1")
    assert answer.status_code == 202
    assert "Idempotent-Replayed" not in answer


@pytest.mark.parametrize("key", ["with blank", "x" * 201, "é"])
def test_a_key_that_is_none_is_refused(ask, key):
    assert ask("POST", "/subscriptions", SANNE, key=key).status_code == 400


def test_an_empty_key_is_a_slip_and_not_none(ask):
    answer = ask("POST", "/subscriptions", SANNE, **{"Idempotency-Key": ""})
    assert answer.status_code == 400
    assert not Subscription.objects.exists()


def test_no_address_stands_with_a_kept_answer(ask):
    ask("POST", "/subscriptions", SANNE, key="a1")
    row = KeptAnswer.objects.values().get()
    assert "sanne" not in repr(row)


@pytest.mark.django_db(transaction=True)
def test_the_same_request_at_once_is_done_once(ask, in_threads):
    answers = in_threads(*[lambda: ask("POST", "/subscriptions", SANNE, key="a1")] * 6)
    assert {answer.status_code for answer in answers} == {202}
    assert Consent.objects.count() == 1
