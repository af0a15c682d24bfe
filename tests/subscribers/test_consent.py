"""What readers do, and what is kept of it."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.audit.models import AuditEntry
from newsletter.outbox.models import OutgoingMail
from subscribers import consent, registry
from subscribers.addresses import address_hash, clean_address
from subscribers.evidence import Evidence
from subscribers.models import (
    Allowance,
    Consent,
    ConsentEvidence,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from subscribers.suppression import is_suppressed, lift, suppress
from tests.factories import (
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
)

pytestmark = pytest.mark.django_db
SANNE = "sanne@example.nl"
WORDING = "Ja, mail mij."
BROWSER = Evidence(ip_address="192.0.2.7", user_agent="Firefox")


def sign_up(mailing_list, now, address=SANNE, **more):
    consent.subscribe(
        mailing_list=mailing_list,
        address=address,
        wording=WORDING,
        channel="sign-up page",
        now=now,
        **more,
    )


def press_confirm(now, subscription=None):
    return consent.confirm(
        subscription or Subscription.objects.get(),
        wording=WORDING,
        channel="confirmation page",
        now=now,
    )


def acts():
    return list(Consent.objects.values_list("act", flat=True))


# --- Signing up ---


def test_a_sign_up_waits_for_confirmation_and_sends_one_mail(mailing_list, now):
    sign_up(mailing_list, now, first_name="Sanne", evidence=BROWSER)
    subscription = Subscription.objects.get()
    assert subscription.state == SubscriptionState.PENDING
    assert not Subscription.objects.mailable(now.date()).exists()
    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.to_address) == ("confirm", SANNE)


def test_a_request_is_kept_with_its_words_and_where_it_came_from(mailing_list, now):
    sign_up(mailing_list, now, evidence=BROWSER)
    kept = Consent.objects.get()
    assert (kept.act, kept.wording, kept.language) == ("requested", WORDING, "nl")
    assert kept.evidence.ip_address == "192.0.2.7"


def test_the_confirm_mail_repeats_nothing_that_was_typed(mailing_list, now):
    sign_up(mailing_list, now, first_name="Win €500", address="koop-nu@example.nl")
    mail = OutgoingMail.objects.get()
    for part in (mail.subject, mail.text, mail.html):
        assert "500" not in part
        assert "koop-nu" not in part


def test_the_confirm_mail_carries_the_link_and_no_unsubscribe_header(mailing_list, now):
    sign_up(mailing_list, now)
    mail = OutgoingMail.objects.get()
    assert "http://localhost:8000/aanmelden/bevestigen/" in mail.text
    assert "List-Unsubscribe" not in mail.headers


def test_a_reader_who_signs_up_again_gets_a_helpful_mail(mailing_list, now):
    subscriber = SubscriberFactory.create(address=SANNE, first_name="Sanne")
    subscription = SubscriptionFactory.create(subscriber=subscriber)
    sign_up(mailing_list, now, first_name="Iemand anders")
    mail = OutgoingMail.objects.get()
    assert mail.purpose == "already_subscribed"
    assert f"/afmelden/{subscription.token}/" in mail.text
    subscriber.refresh_from_db()
    assert subscriber.first_name == "Sanne"
    assert acts() == []


def test_a_paused_reader_who_signs_up_again_hears_until_when(mailing_list, now):
    SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address=SANNE),
        paused_until=date(2026, 12, 20),
    )
    sign_up(mailing_list, now)
    assert "20 december 2026" in OutgoingMail.objects.get().text


def test_a_stranger_cannot_rename_a_reader_through_another_list(mailing_list, now):
    subscriber = SubscriberFactory.create(address=SANNE, first_name="Sanne")
    SubscriptionFactory.create(subscriber=subscriber)
    other = MailingListFactory.create(slug="tweede", list_id="tweede.example.nl")
    sign_up(other, now, first_name="Evil")
    subscriber.refresh_from_db()
    assert subscriber.first_name == "Sanne"


def test_capitals_and_spelling_make_no_second_person(mailing_list, now):
    sign_up(mailing_list, now, address=clean_address("Info@Bücher.de"))
    later = now + timedelta(hours=1)
    sign_up(mailing_list, later, address=clean_address("info@xn--bcher-kva.de"))
    assert Subscriber.objects.count() == 1


def test_a_second_mail_comes_on_request_after_ten_minutes_a_third_the_next_day(
    mailing_list, now
):
    for minutes in (0, 1, 9, 11, 30, 600, 1439):
        sign_up(mailing_list, now + timedelta(minutes=minutes))
    assert OutgoingMail.objects.count() == 2
    sign_up(mailing_list, now + timedelta(minutes=1441))
    assert OutgoingMail.objects.count() == 3


def test_a_hundred_sign_ups_of_one_address_make_at_most_two_mails_a_day(
    mailing_list, now
):
    for number in range(100):
        sign_up(mailing_list, now + timedelta(minutes=14 * number))
    assert OutgoingMail.objects.count() == 2
    assert Consent.objects.count() == 2
    assert Allowance.objects.count() == 1 + 2 + 2


@pytest.mark.parametrize(
    "reason",
    [
        SuppressionReason.HARD_BOUNCE,
        SuppressionReason.COMPLAINT,
        SuppressionReason.STAFF,
    ],
)
def test_a_blocked_address_gets_no_mail_and_leaves_no_row(reason, mailing_list, now):
    suppress(SANNE, reason, now)
    sign_up(mailing_list, now)
    assert not OutgoingMail.objects.exists()
    assert not Subscriber.objects.exists()


def test_known_unknown_and_blocked_addresses_are_answered_alike(mailing_list, now):
    SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address="els@example.nl")
    )
    suppress("bob@example.nl", SuppressionReason.COMPLAINT, now)
    for address in ("els@example.nl", "bob@example.nl", SANNE):
        assert sign_up(mailing_list, now, address=address) is None


# --- Confirming ---


def test_a_press_confirms_once_and_is_kept(mailing_list, now):
    sign_up(mailing_list, now)
    assert press_confirm(now) is True
    assert press_confirm(now) is False
    subscription = Subscription.objects.get()
    assert subscription.confirmed_at == now
    assert acts() == ["requested", "confirmed"]
    assert list(Subscription.objects.mailable(now.date())) == [subscription]


def test_a_link_leads_to_its_subscription_for_a_week(mailing_list, now):
    subscription = SubscriptionFactory.create(pending=True)
    token = consent.confirm_token(subscription)
    assert consent.subscription_to_confirm(token) == subscription


def test_an_old_link_says_for_whom_a_new_one_can_be_made(now):
    subscription = SubscriptionFactory.create(pending=True)
    with time_machine.travel(datetime.now(UTC) - timedelta(days=7, minutes=1)):
        token = consent.confirm_token(subscription)
    with pytest.raises(consent.ExpiredLink) as expired:
        consent.subscription_to_confirm(token)
    assert expired.value.subscription == subscription


def test_a_link_of_another_address_or_an_erased_person_leads_nowhere(now):
    subscription = SubscriptionFactory.create(pending=True)
    token = consent.confirm_token(subscription)
    Subscriber.objects.update(address_hash=address_hash("other@example.nl"))
    with pytest.raises(consent.UnknownLink):
        consent.subscription_to_confirm(token)
    Subscriber.objects.update(address_hash=subscription.subscriber.address_hash)
    consent.erase(subscription.subscriber, channel="test", now=now)
    with pytest.raises(consent.UnknownLink):
        consent.subscription_to_confirm(token)


def test_a_new_link_goes_only_to_who_still_waits(mailing_list, now):
    waiting = SubscriptionFactory.create(pending=True)
    consent.send_new_confirm_link(waiting, now=now)
    consent.send_new_confirm_link(waiting, now=now)
    consent.send_new_confirm_link(SubscriptionFactory.create(), now=now)
    consent.send_new_confirm_link(
        SubscriptionFactory.create(unsubscribed=True), now=now
    )
    assert OutgoingMail.objects.get().to_address == waiting.subscriber.address


# --- Leaving, coming back, pausing ---


def test_leaving_happens_once_and_says_through_what(now):
    subscription = SubscriptionFactory.create()
    assert consent.unsubscribe(subscription, through="editie 42", now=now) is True
    assert consent.unsubscribe(subscription, through="page", now=now) is False
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.UNSUBSCRIBED
    assert subscription.unsubscribed_through == "editie 42"
    assert acts() == ["withdrawn"]


def test_leaving_one_list_keeps_the_other(now):
    subscriber = SubscriberFactory.create()
    second = MailingListFactory.create(slug="tweede", list_id="tweede.example.nl")
    one = SubscriptionFactory.create(subscriber=subscriber)
    other = SubscriptionFactory.create(subscriber=subscriber, mailing_list=second)
    consent.unsubscribe(one, through="page", now=now)
    other.refresh_from_db()
    assert other.state == SubscriptionState.CONFIRMED


def test_who_left_may_return_by_signing_up_and_confirming(mailing_list, now):
    SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address=SANNE), unsubscribed=True
    )
    sign_up(mailing_list, now)
    assert Subscription.objects.get().state == SubscriptionState.PENDING
    assert press_confirm(now)
    subscription = Subscription.objects.get()
    assert subscription.state == SubscriptionState.CONFIRMED
    assert subscription.unsubscribed_at is None


def test_a_sign_up_alone_brings_nobody_back(mailing_list, now):
    SubscriptionFactory.create(
        subscriber=SubscriberFactory.create(address=SANNE), unsubscribed=True
    )
    sign_up(mailing_list, now)
    assert not Subscription.objects.mailable(now.date()).exists()


def test_who_left_may_stay_after_all(now):
    subscription = SubscriptionFactory.create(unsubscribed=True)
    presses = [
        consent.resubscribe(subscription, wording=WORDING, channel="page", now=now)
        for _ in range(2)
    ]
    assert presses == [True, False]
    assert acts() == ["confirmed"]


@pytest.mark.parametrize(
    "reason", [SuppressionReason.COMPLAINT, SuppressionReason.STAFF]
)
def test_who_complained_comes_back_only_through_us(reason, now):
    subscription = SubscriptionFactory.create(unsubscribed=True)
    suppress(subscription.subscriber.address, reason, now)
    with pytest.raises(consent.CannotResubscribe):
        consent.resubscribe(subscription, wording=WORDING, channel="page", now=now)


def test_who_never_confirmed_cannot_stay_by_a_button(now):
    subscription = SubscriptionFactory.create(unsubscribed=True, confirmed_at=None)
    with pytest.raises(consent.CannotResubscribe):
        consent.resubscribe(subscription, wording=WORDING, channel="page", now=now)


# --- Being forgotten ---


def rows_that_say(text):
    """Return the tables in which a text stands anywhere, on either database."""
    found = []
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (our own tables)
            if text in str(cursor.fetchall()).lower():
                found.append(table)
    return found


def test_an_erased_reader_is_in_no_table_any_more(mailing_list, now):
    sign_up(mailing_list, now, first_name="Wilhelmina", evidence=BROWSER)
    press_confirm(now)
    later = now + timedelta(hours=1)
    sign_up(mailing_list, later)
    assert rows_that_say("sanne@")
    assert consent.erase(Subscriber.objects.get(), channel="page", now=later) is True
    assert rows_that_say("sanne@") == []
    assert rows_that_say("wilhelmina") == []
    assert rows_that_say("192.0.2.7") == []


def test_an_erased_reader_keeps_a_row_a_hash_and_the_record_of_consent(now):
    subscription = SubscriptionFactory.create()
    hashed = subscription.subscriber.address_hash
    consent.erase(subscription.subscriber, channel="page", now=now)
    subscriber = Subscriber.objects.get()
    assert (subscriber.address_key, subscriber.erased_at) == (None, now)
    assert subscriber.address_hash == hashed
    assert acts() == ["erased"]
    assert Suppression.objects.get().reason == SuppressionReason.ERASURE
    assert not Subscription.objects.mailable(now.date()).exists()
    assert AuditEntry.objects.filter(act="erased").count() == 1


def test_erasing_twice_does_nothing_twice(now):
    subscriber = SubscriptionFactory.create().subscriber
    assert consent.erase(subscriber, channel="page", now=now) is True
    assert consent.erase(subscriber, channel="page", now=now) is False
    assert acts() == ["erased"]


def test_erasing_an_outdated_copy_forgets_the_newest_address(now):
    subscriber = SubscriptionFactory.create().subscriber
    Subscriber.objects.update(
        address="nieuw@example.nl", address_key="nieuw@example.nl"
    )
    consent.erase(subscriber, channel="page", now=now)
    assert rows_that_say("nieuw@") == []


def test_what_other_apps_keep_is_erased_in_the_same_act(now, monkeypatch):
    met: list[registry.Leaving] = []
    monkeypatch.setattr(registry, "_erasers", {})
    registry.register_eraser("reader mail", met.append)
    subscriber = SubscriptionFactory.create().subscriber
    consent.erase(subscriber, channel="page", now=now)
    assert [leaving.address for leaving in met] == [subscriber.address]


def test_when_another_app_cannot_forget_nothing_is_erased(now, monkeypatch):
    def refuse(leaving):
        raise RuntimeError("not now")

    monkeypatch.setattr(registry, "_erasers", {"reader mail": refuse})
    subscriber = SubscriptionFactory.create().subscriber
    with pytest.raises(RuntimeError):
        consent.erase(subscriber, channel="page", now=now)
    subscriber.refresh_from_db()
    assert subscriber.erased_at is None


def test_who_was_erased_returns_by_their_own_confirmed_sign_up(mailing_list, now):
    subscriber = SubscriberFactory.create(address=SANNE)
    SubscriptionFactory.create(subscriber=subscriber)
    consent.erase(subscriber, channel="page", now=now)
    sign_up(mailing_list, now)
    assert is_suppressed(SANNE)
    returned = Subscription.objects.get(state=SubscriptionState.PENDING)
    press_confirm(now, returned)
    assert not is_suppressed(SANNE)
    assert list(Subscription.objects.mailable(now.date())) == [returned]


def test_confirming_lifts_no_other_reason(mailing_list, now):
    sign_up(mailing_list, now)
    suppress(SANNE, SuppressionReason.COMPLAINT, now)
    suppress(SANNE, SuppressionReason.ERASURE, now)
    press_confirm(now)
    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINT


# --- Suppression ---


def test_an_address_is_blocked_in_every_spelling_and_only_once(now):
    assert suppress("Info@Bücher.de", SuppressionReason.HARD_BOUNCE, now) is True
    again = suppress(
        address_hash("info@xn--bcher-kva.de"), SuppressionReason.HARD_BOUNCE, now
    )
    assert again is False
    assert is_suppressed("INFO@bücher.de")
    assert rows_that_say("bücher") == []


def test_lifting_one_reason_leaves_the_other(now):
    suppress(SANNE, SuppressionReason.STAFF, now)
    suppress(SANNE, SuppressionReason.HARD_BOUNCE, now)
    assert lift(SANNE, SuppressionReason.STAFF, now) is True
    assert lift(SANNE, SuppressionReason.STAFF, now) is False
    assert is_suppressed(SANNE)
    assert AuditEntry.objects.filter(act="suppression lifted").count() == 1


# --- At once ---


@pytest.mark.django_db(transaction=True)
def test_fifty_sign_ups_of_one_address_at_once_make_one_reader_and_one_mail(
    now, in_threads
):
    mailing_list = MailingListFactory.create()
    at_once = threading.Barrier(10)

    def five_sign_ups():
        at_once.wait()
        for _ in range(5):
            sign_up(mailing_list, now)

    in_threads(*[five_sign_ups] * 10)
    counts = in_threads(
        lambda: (Subscriber.objects.count(), OutgoingMail.objects.count())
    )
    assert counts == [(1, 1)]  # nasty[20]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_presses_on_unsubscribe_at_once_are_one_act(now, in_threads):
    subscription = SubscriptionFactory.create()

    def ten_presses():
        return sum(
            consent.unsubscribe(subscription, through="one-click", now=now)
            for _ in range(10)
        )

    effects = in_threads(*[ten_presses] * 10)
    assert in_threads(Consent.objects.count) == [1]
    assert sum(effects) == 1  # nasty[62]


def test_a_sign_up_asks_the_database_no_more_for_a_large_list(mailing_list, now):
    with CaptureQueriesContext(connection) as few:
        sign_up(mailing_list, now, address="een@example.nl")
    SubscriptionFactory.create_batch(20)
    with CaptureQueriesContext(connection) as many:
        sign_up(mailing_list, now, address="twee@example.nl")
    assert len(many) == len(few)


def test_evidence_goes_when_its_reader_is_erased(mailing_list, now):
    sign_up(mailing_list, now, evidence=BROWSER)
    consent.erase(Subscriber.objects.get(), channel="page", now=now)
    assert not ConsentEvidence.objects.exists()
