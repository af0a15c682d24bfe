"""Two subscribers who are one person: found, merged, and never mailed twice."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from subscribers import consent
from subscribers.account import account_of
from subscribers.doubles import (
    CannotMerge,
    alike,
    merge,
    outcome_of,
    pairs_alike,
    plain_form,
)
from subscribers.models import (
    Consent,
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Tag,
)
from subscribers.notes import write_note
from subscribers.privacy import erase
from subscribers.recording import CannotRecord, Given, record_consent
from subscribers.story import places_unlike_their_record
from subscribers.suppression import is_suppressed, suppress
from subscribers.timeline import person_of, timeline_of
from tests.factories import (
    MailingListFactory,
    SubscriberFactory,
    SubscriptionFactory,
    UserFactory,
)
from tests.newsletter.admin.colleagues import log_in

pytestmark = pytest.mark.django_db
OLD, NEW = "sanne.bos@gmail.com", "sannebos@gmail.com"


@pytest.fixture
def els():
    return UserFactory.create()


@pytest.fixture
def old(mailing_list):
    return SubscriptionFactory.create(subscriber__address=OLD)


@pytest.fixture
def new(mailing_list):
    return SubscriptionFactory.create(subscriber__address=NEW)


def mailed(now):
    places = Subscription.objects.mailable(now.date())
    return [place.subscriber.address for place in places]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("s.bos+nieuws@gmail.com", "sbos@gmail.com"),
        ("s.bos@googlemail.com", "sbos@gmail.com"),
        ("s.bos+x@example.nl", "s.bos@example.nl"),
        ("+x@example.nl", "+x@example.nl"),
    ],
)
def test_what_changes_nothing_in_an_address_is_left_out(typed, plain):
    assert plain_form(typed) == plain


def test_who_may_be_the_same_person_is_suggested(old, new):
    SubscriberFactory.create(address="sanne@gmail.com")
    SubscriberFactory.create(address="sannebos@example.nl")
    tagged = SubscriberFactory.create(address="SanneBos+nieuws@gmail.com")

    assert alike(old.subscriber) == [new.subscriber, tagged]
    assert (new.subscriber, old.subscriber) in pairs_alike()


def test_two_with_stops_are_suggested_also_where_nobody_has_none(old):
    other = SubscriberFactory.create(address="s.a.nnebos@gmail.com")
    SubscriberFactory.create(address="sanne.bos@example.nl")

    assert pairs_alike() == [(old.subscriber, other)]


def test_only_one_of_two_is_mailed_from_then_on(old, new, els, now):
    assert len(mailed(now)) == 2

    merge(new.subscriber, old.subscriber, by=els, now=now)

    assert mailed(now) == [NEW]
    old.subscriber.refresh_from_db()
    assert old.subscriber.merged_into == new.subscriber


def test_who_left_at_one_address_has_left_at_both(old, new, els, now):
    consent.unsubscribe(old, through="page", now=now)
    told = outcome_of(new.subscriber, old.subscriber)

    merge(new.subscriber, old.subscriber, by=els, now=now)

    assert [one.state for one in told] == [SubscriptionState.UNSUBSCRIBED]
    assert mailed(now) == []


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("complaint", True), ("staff", True), ("hard_bounce", False)],
)
def test_what_a_person_refused_counts_and_what_a_mailbox_did_does_not(
    old, new, els, now, reason, counts
):
    suppress(OLD, SuppressionReason(reason), now)
    merge(new.subscriber, old.subscriber, by=els, now=now)
    assert is_suppressed(NEW) is counts


def test_a_newsletter_of_the_other_address_comes_along(new, els, now):
    wednesday = MailingListFactory.create(slug="woensdag", name="Woensdag")
    other = SubscriberFactory.create(address=OLD, first_name="Sanne")
    consent.subscribe(
        mailing_list=wednesday, address=OLD, wording="Ja.", channel="page", now=now
    )
    consent.confirm(
        Subscription.objects.get(subscriber=other),
        wording="Ja, woensdag.",
        channel="page",
        now=now,
    )

    merge(new.subscriber, other, by=els, now=now)

    taken = Subscription.objects.get(subscriber=new.subscriber, mailing_list=wednesday)
    assert taken.state == SubscriptionState.CONFIRMED
    kept = Consent.objects.get(subscriber=new.subscriber, mailing_list=wednesday)
    assert (kept.wording, kept.by_name) == ("Ja, woensdag.", "els")
    new.subscriber.refresh_from_db()
    assert new.subscriber.first_name == "Sanne"
    assert not places_unlike_their_record().exists()


def test_notes_tags_and_the_story_are_on_one_page(old, new, els, now):
    consent.unsubscribe(old, through="page", now=now)
    write_note(old.subscriber, "Belde.", by=els, now=now)
    old.subscriber.tags.add(Tag.objects.create(name="Beurs"))

    merge(new.subscriber, old.subscriber, by=els, now=now)

    assert new.subscriber.notes.get().text == "Belde."
    assert new.subscriber.tags.get().name == "Beurs"
    told = [one.title for one in timeline_of(person_of(new.subscriber))[0]]
    assert any(title.startswith("trok de toestemming in") for title in told)
    assert any(title == "samengevoegd" for title in told)
    assert OLD in str(account_of(new.subscriber))


def test_a_link_in_an_old_mail_still_ends_what_comes_now(old, new, els, now):
    merge(new.subscriber, old.subscriber, by=els, now=now)
    old.refresh_from_db()

    assert consent.unsubscribe(old, through="one-click", now=now)

    assert mailed(now) == []


def test_nobody_is_taken_back_at_an_earlier_address(old, new, els, now):
    merge(new.subscriber, old.subscriber, by=els, now=now)
    place = Subscription.objects.get(pk=old.pk)

    with pytest.raises(consent.CannotResubscribe):
        consent.resubscribe(place, wording="Ja.", channel="page", now=now)
    later = now + timedelta(days=3)
    with pytest.raises(CannotRecord, match="eerder adres"):
        record_consent(
            mailing_list=place.mailing_list,
            address=OLD,
            given=Given("Ja.", "kaart", later.date()),
            by=els,
            now=later,
        )
    assert mailed(now) == [NEW]


@pytest.mark.parametrize("by_which", ["old", "new"])
def test_who_had_two_addresses_is_forgotten_with_both(old, new, els, now, by_which):
    merge(new.subscriber, old.subscriber, by=els, now=now)
    asked = {"old": old, "new": new}[by_which].subscriber
    asked.refresh_from_db()

    erase(asked, channel="page", now=now)

    assert not Subscriber.objects.exclude(address="").exists()
    assert is_suppressed(OLD)
    assert is_suppressed(NEW)


def test_nobody_is_merged_twice_or_with_themselves_or_with_who_was_forgotten(
    old, new, els, now
):
    with pytest.raises(CannotMerge):
        merge(new.subscriber, new.subscriber, by=els, now=now)
    merge(new.subscriber, old.subscriber, by=els, now=now)
    with pytest.raises(CannotMerge):
        merge(new.subscriber, old.subscriber, by=els, now=now)
    gone = SubscriberFactory.create(address="weg@example.nl")
    erase(gone, channel="page", now=now)
    with pytest.raises(CannotMerge):
        merge(new.subscriber, gone, by=els, now=now)


STATES = st.sampled_from([None, "pending", "confirmed", "unsubscribed"])


@given(kept=STATES, other=STATES)
@settings(max_examples=16)
def test_no_refusal_is_lost_and_nobody_gets_a_second_copy(kept, other):
    from datetime import UTC, datetime

    from django.db import transaction

    now = datetime(2026, 11, 27, 18, 0, tzinfo=UTC)
    with transaction.atomic():
        people = [SubscriberFactory.create() for _number in range(2)]
        for person, state in zip(people, (kept, other), strict=True):
            if state:
                confirmed_at = None if state == "pending" else now
                SubscriptionFactory.create(
                    subscriber=person, state=state, confirmed_at=confirmed_at
                )
        merge(*people, by=UserFactory.create(), now=now)

        copies = len(mailed(now))
        assert copies <= 1
        if "unsubscribed" in (kept, other):
            assert copies == 0
        elif "confirmed" in (kept, other):
            assert copies == 1
        assert not places_unlike_their_record().exists()
        transaction.set_rollback(True)


# --- At the desk


@pytest.fixture
def service(client):
    return log_in(client, "Lezersservice", "service")


def test_two_are_looked_at_before_they_are_made_one(client, service, old, new):
    address = reverse("admin:subscribers_merge", args=[new.subscriber.pk])
    suggested = client.get(address).content.decode()
    assert OLD in suggested

    asked = client.get(address, {"met": OLD.upper()}).content.decode()
    assert f"{OLD} is {NEW}." in asked
    assert Subscriber.objects.filter(merged_into=None).count() == 2
    client.post(address, {"other": old.subscriber.pk})

    old.subscriber.refresh_from_db()
    assert old.subscriber.merged_into == new.subscriber
    page = reverse("admin:subscribers_subscriber_change", args=[old.subscriber.pk])
    assert "Een eerder adres van" in client.get(page).content.decode()


@pytest.mark.parametrize("typed", ["niemand@example.nl", "²", "9" * 50, "\x00@", NEW])
def test_an_address_of_nobody_else_is_explained(client, service, new, typed):
    address = reverse("admin:subscribers_merge", args=[new.subscriber.pk])
    answer = client.get(address, {"met": typed})
    assert "Niemand anders heeft dit adres" in answer.content.decode()


def test_pairs_are_listed_for_who_helps_readers(client, service, old, new):
    html = client.get(reverse("admin:subscribers_doubles")).content.decode()
    assert OLD in html
    log_in(client, "Redactie", "redactie")
    assert client.get(reverse("admin:subscribers_doubles")).status_code == 403


def test_everything_is_told_whichever_address_it_is_asked_from(els, now):
    kept, other = SubscriberFactory(address=NEW), SubscriberFactory(address=OLD)
    merge(kept, other, by=els, now=now)
    write_note(kept, "Belde over de zondag.", by=els, now=now)
    other.refresh_from_db()
    assert account_of(other) == account_of(kept)
    assert "Belde" in repr(account_of(other))
