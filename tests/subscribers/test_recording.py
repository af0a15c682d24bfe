"""A consent that a colleague writes down, and what a record amounts to."""

from contextlib import suppress as suppress_errors
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.audit.models import AuditEntry
from newsletter.outbox.models import OutgoingMail
from subscribers import choices, consent
from subscribers.models import (
    Consent,
    ConsentAct,
    MailingList,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)
from subscribers.proof import Given
from subscribers.recording import CannotRecord, record_consent
from subscribers.story import state_after
from subscribers.suppression import suppress
from tests.factories import MailingListFactory, SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in

pytestmark = pytest.mark.django_db
SANNE = "sanne@example.nl"
CARD = Given("Ja, mail mij elke zondag.", "kaart, beurs Utrecht", date(2026, 11, 20))
ADD = "/admin/subscribers/subscriber/vastleggen/"


@pytest.fixture
def els():
    return UserFactory.create()


def write_down(mailing_list, els, now, card=CARD):
    return record_consent(
        mailing_list=mailing_list, address=SANNE, given=card, by=els, now=now
    )


def test_a_consent_on_paper_says_on_what_it_rests_and_by_whom(mailing_list, els, now):
    write_down(mailing_list, els, now)

    kept = Consent.objects.get()
    assert (kept.act, kept.wording) == (ConsentAct.RECORDED, CARD.wording)
    assert (kept.origin, kept.given_on) == (CARD.origin, CARD.on)
    assert (kept.by_name, kept.at) == ("els", now)
    assert Subscription.objects.get().state == SubscriptionState.CONFIRMED
    assert AuditEntry.objects.get().act == "consent recorded"


def test_who_was_written_down_hears_of_it(mailing_list, els, now):
    write_down(mailing_list, els, now)

    mail = OutgoingMail.objects.get()
    assert (mail.purpose, mail.to_address) == ("welcome", SANNE)
    assert "List-Unsubscribe" in mail.headers


def test_a_record_without_its_source_cannot_be_kept(mailing_list):
    subscriber = SubscriptionFactory.create(mailing_list=mailing_list).subscriber
    with pytest.raises(IntegrityError, match="recorded_consent"):
        Consent.objects.create(
            subscriber=subscriber,
            act=ConsentAct.RECORDED,
            at=subscriber.created_at,
            channel="x",
        )


def test_who_left_after_that_day_is_not_taken_back(mailing_list, els, now):
    reader = SubscriptionFactory.create(
        mailing_list=mailing_list, subscriber__address=SANNE
    )
    consent.unsubscribe(reader, through="page", now=now)

    with pytest.raises(CannotRecord, match="laatste woord"):
        write_down(mailing_list, els, now + timedelta(days=9))

    reader.refresh_from_db()
    assert reader.state == SubscriptionState.UNSUBSCRIBED


def test_who_left_is_not_taken_back_because_anybody_asked_for_them(
    mailing_list, els, now
):
    reader = SubscriptionFactory.create(
        mailing_list=mailing_list, subscriber__address=SANNE
    )
    consent.unsubscribe(reader, through="page", now=now)
    consent.subscribe(
        mailing_list=mailing_list,
        address=SANNE,
        wording="Ja.",
        channel="sign-up page",
        now=now,
    )

    with pytest.raises(CannotRecord, match="laatste woord"):
        write_down(mailing_list, els, now + timedelta(days=9))


def test_who_left_before_that_day_is_taken_back(mailing_list, els, now):
    reader = SubscriptionFactory.create(
        mailing_list=mailing_list, subscriber__address=SANNE
    )
    consent.unsubscribe(reader, through="page", now=now - timedelta(days=30))

    write_down(mailing_list, els, now)

    reader.refresh_from_db()
    assert (reader.state, reader.unsubscribed_at) == (SubscriptionState.CONFIRMED, None)


@pytest.mark.parametrize("reason", SuppressionReason.values)
def test_a_blocked_address_is_not_written_down(mailing_list, els, now, reason):
    suppress(SANNE, SuppressionReason(reason), now)

    with pytest.raises(CannotRecord, match="geblokkeerd"):
        write_down(mailing_list, els, now)

    assert not Subscription.objects.exists()


def test_a_day_to_come_and_a_reader_who_reads_are_refused(mailing_list, els, now):
    tomorrow = Given("Ja.", "brief", now.date() + timedelta(days=1))
    with pytest.raises(CannotRecord, match="nog komen"):
        write_down(mailing_list, els, now, tomorrow)
    write_down(mailing_list, els, now)
    with pytest.raises(CannotRecord, match="krijgt de nieuwsbrief al"):
        write_down(mailing_list, els, now)


def test_the_form_asks_for_all_that_makes_it_count(client, mailing_list):
    log_in(client, "Lezersservice", "service")
    fields = {
        "address": SANNE,
        "mailing_list": mailing_list.pk,
        "given_on": "2026-11-20",
        "origin": "kaart, beurs Utrecht",
        "wording": "Ja, mail mij.",
    }
    for lacking in ("address", "given_on", "origin", "wording"):
        answer = client.post(ADD, {**fields, lacking: ""})
        assert answer.status_code == 400
    assert not Consent.objects.exists()

    answer = client.post(ADD, fields)

    reader = Subscription.objects.get().subscriber
    assert answer["Location"] == reverse(
        "admin:subscribers_subscriber_change", args=[reader.pk]
    )
    page = client.get(answer["Location"]).content.decode()
    assert "kaart, beurs Utrecht" in page
    assert Consent.objects.get().version in page


def test_the_form_says_why_a_consent_does_not_count(client, mailing_list, now):
    log_in(client, "Uitgever", "uitgever")
    suppress(SANNE, SuppressionReason.COMPLAINT, now)

    answer = client.post(
        ADD,
        {
            "address": SANNE,
            "mailing_list": mailing_list.pk,
            "given_on": "2026-11-20",
            "origin": "kaart",
            "wording": "Ja.",
        },
    )

    assert answer.status_code == 400
    assert "geblokkeerd" in answer.content.decode()


@pytest.mark.parametrize("role", ["Redactie", "Beheer"])
def test_only_who_helps_readers_writes_a_consent_down(client, role, db):
    log_in(client, role, "ander")
    assert client.get(ADD).status_code == 403


@pytest.mark.parametrize("number", ["nul", "99", "²", "9" * 400])
def test_a_link_to_the_form_of_nobody_opens_an_empty_form(client, db, number):
    log_in(client, "Lezersservice", "service")
    assert client.get(ADD, {"abonnee": number}).status_code == 200


def test_equal_words_are_one_version_and_other_words_another():
    yes, again = Consent(wording="Ja, mail mij."), Consent(wording="Ja, mail mij.")
    assert yes.version == again.version != Consent(wording="Ja!").version
    assert Consent(wording="").version == ""


# --- Where somebody stands follows from their record


ACTS = {
    "sign up": lambda place, els, now: consent.subscribe(
        mailing_list=place.mailing_list,
        address=SANNE,
        wording="Ja.",
        channel="page",
        now=now,
    ),
    "confirm": lambda place, els, now: consent.confirm(
        place, wording="Ja.", channel="page", now=now
    ),
    "leave": lambda place, els, now: consent.unsubscribe(
        place, through="page", now=now
    ),
    "return": lambda place, els, now: consent.resubscribe(
        place, wording="Ja.", channel="page", now=now
    ),
    "pause": lambda place, els, now: choices.pause(
        place, weeks=2, channel="page", now=now
    ),
    "rename": lambda place, els, now: choices.change_name(
        place, f"Sanne {now:%d}", channel="page", now=now
    ),
    "write down": lambda place, els, now: record_consent(
        mailing_list=place.mailing_list,
        address=SANNE,
        given=Given("Ja.", "kaart", now.date()),
        by=els,
        now=now,
    ),
    "block": lambda place, els, now: suppress(SANNE, SuppressionReason.STAFF, now),
    "erase": lambda place, els, now: consent.erase(
        place.subscriber, channel="page", now=now
    ),
}


def stands_as_recorded(place):
    """Whether the state of a place is what its record says, at every moment."""
    told = Consent.objects.filter(subscriber=place.subscriber).exclude(
        mailing_list__in=MailingList.objects.exclude(pk=place.mailing_list_id)
    )
    return place.state == state_after(told.values_list("act", flat=True))


@given(story=st.lists(st.sampled_from(sorted(ACTS)), min_size=1, max_size=9))
@settings(max_examples=40)
def test_where_somebody_stands_follows_from_their_record(story):
    now = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    with transaction.atomic():
        els = UserFactory.create()
        mailing_list = MailingListFactory.create()
        ACTS["sign up"](Subscription(mailing_list=mailing_list), els, now)
        for number, act in enumerate(story):
            place = Subscription.objects.latest("pk")
            with suppress_errors(CannotRecord, consent.CannotResubscribe):
                ACTS[act](place, els, now + timedelta(days=number))
            for one in Subscription.objects.select_related("subscriber"):
                assert stands_as_recorded(one), (story, act, one.state)
        transaction.set_rollback(True)
