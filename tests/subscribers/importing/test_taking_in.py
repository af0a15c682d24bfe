"""Taking a list in, and undoing that: whom it touches, and whom it never does."""

import threading
import time
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from newsletter.audit.models import AuditEntry
from subscribers.addresses import address_hash
from subscribers.consent import confirm, subscribe, unsubscribe
from subscribers.doubles import merge
from subscribers.importing import taking_in, working
from subscribers.importing.acts import drop, go_on, stop
from subscribers.importing.storing import path_of
from subscribers.importing.trouble import CannotImport
from subscribers.models import (
    AddressChange,
    Consent,
    ConsentAct,
    Import,
    ImportRow,
    ImportState,
    ImportTag,
    Segment,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
    Tag,
)
from subscribers.moving import move
from subscribers.privacy import erase
from subscribers.story import places_unlike_their_record
from subscribers.suppression import lift, suppress
from subscribers.tags import tag
from tests.factories import MailingListFactory, SubscriberFactory, SubscriptionFactory
from tests.subscribers.importing.lists import (
    CONSENT,
    MAILCHIMP,
    agreed,
    chosen,
    looked_through,
    packed,
    taken_in,
    undone,
    worked_on,
)

JOEP = "email\njoep@example.nl\n"
LEFT_THERE = "email,status\njoep@example.nl,unsubscribed\n"
BOUNCED = "email,status\njoep@example.nl,bounced\n"


def everything():
    """Every row about people, to be compared with later."""
    return {
        model.__name__: sorted(model.objects.values_list(), key=str)
        for model in (Subscriber, Subscription, Consent, Suppression)
    }


def place_of(address):
    return Subscription.objects.get(subscriber__address=address)


# --- Who is new ---


def test_a_new_reader_comes_with_name_place_and_the_consent_they_gave(
    mailing_list, now
):
    source = taken_in(MAILCHIMP, mailing_list, now)

    place = place_of("sanne@example.nl")
    assert (place.state, place.source) == ("confirmed", f"import {source.pk}")
    assert place.subscriber.first_name == "Sanne"
    assert place.confirmed_at.isoformat() == "2024-05-01T10:00:00+00:00"
    consent = Consent.objects.get()
    assert (consent.act, consent.at) == (ConsentAct.IMPORTED, now)
    assert (consent.wording, consent.origin) == (CONSENT.wording, CONSENT.origin)
    assert consent.given_on == date(2024, 5, 1)
    assert source.result == {"new": 1}


def test_without_a_day_of_its_own_a_row_has_the_day_that_was_given(mailing_list, now):
    taken_in(JOEP, mailing_list, now)

    assert place_of("joep@example.nl").confirmed_at.date() == date(2024, 1, 1)


def test_nothing_is_touched_before_somebody_agrees(mailing_list, now):
    source = looked_through(MAILCHIMP, mailing_list, now)

    assert (source.state, source.report) == (ImportState.READ, {"new": 1})
    assert not Subscriber.objects.exists()


def test_a_reader_of_another_newsletter_joins_this_one_as_they_are(mailing_list, now):
    other = MailingListFactory(slug="week", list_id="week.nieuws.example.nl")
    known = SubscriptionFactory(
        mailing_list=other, subscriber__address="Sanne@Example.nl"
    )
    taken_in(MAILCHIMP, mailing_list, now)

    assert known.subscriber.subscriptions.count() == 2
    known.subscriber.refresh_from_db()
    assert (known.subscriber.address, known.subscriber.first_name) == (
        "Sanne@Example.nl",
        "",
    )


def test_whose_confirmation_we_wait_for_is_confirmed_by_it(mailing_list, now):
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl", pending=True
    )
    source = taken_in(JOEP, mailing_list, now)

    assert place_of("joep@example.nl").state == SubscriptionState.CONFIRMED
    assert Consent.objects.get().act == ConsentAct.IMPORTED
    assert source.result == {"confirmed": 1}


def test_who_came_with_a_list_has_a_link_to_leave_by(mailing_list, now):
    taken_in(JOEP, mailing_list, now)

    assert unsubscribe(place_of("joep@example.nl"), through="one-click", now=now)


# --- Who stays away ---


def left(mailing_list, now):
    return SubscriptionFactory(
        mailing_list=mailing_list,
        subscriber__address="joep@example.nl",
        unsubscribed=True,
    )


def bounced(mailing_list, now):
    suppress("joep@example.nl", SuppressionReason.HARD_BOUNCE, now)


def complained(mailing_list, now):
    reader = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    suppress(reader.subscriber.address_hash, SuppressionReason.COMPLAINT, now)


def blocked(mailing_list, now):
    suppress("Joep@example.nl", SuppressionReason.STAFF, now)


def erased(mailing_list, now):
    reader = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    erase(reader.subscriber, channel="page", now=now)


GONE = [left, bounced, complained, blocked, erased]


@pytest.mark.parametrize("gone", GONE)
def test_who_is_gone_is_not_brought_back(mailing_list, now, gone):
    gone(mailing_list, now)
    before = everything()

    source = taken_in(JOEP, mailing_list, now)

    assert everything() == before
    assert not Subscription.objects.mailable(now.date()).exists()
    (verdict,) = source.result
    assert verdict == ("unsubscribed" if gone is left else "suppressed")


@pytest.mark.parametrize("gone", GONE)
def test_who_goes_between_looking_and_taking_in_stays_away(mailing_list, now, gone):
    source = looked_through(JOEP, mailing_list, now)
    gone(mailing_list, now)

    worked_on(agreed(source, now), now)

    assert not Subscription.objects.mailable(now.date()).exists()


def test_a_reader_who_is_known_is_left_as_they_are(mailing_list, now):
    SubscriptionFactory(
        mailing_list=mailing_list,
        subscriber__address="sanne@example.nl",
        subscriber__first_name="San",
    )
    before = everything()

    source = taken_in(MAILCHIMP, mailing_list, now)

    assert (everything(), source.result) == (before, {"known": 1})


# --- Who left or bounced there ---


def zip_of_mailchimp():
    header = MAILCHIMP.splitlines()[0]
    return packed(
        subscribed=MAILCHIMP,
        unsubscribed=f"{header},UNSUB_TIME\nlea@example.nl,Lea,,2,,,,2025-02-01\n",
        cleaned=f"{header},CLEAN_TIME\nbo@example.nl,Bo,,2,,,,2025-02-01 09:00:00\n",
        nonsubscribed=f"{header}\nwinkel@example.nl,Win,,2,,,\n",
    )


def test_the_whole_export_of_mailchimp_tells_who_left_and_who_bounced(
    mailing_list, now
):
    source = taken_in(zip_of_mailchimp(), mailing_list, now, name="audience.zip")

    assert source.result == {"new": 1, "left": 1, "blocks": 1, "never_asked": 1}
    lea = place_of("lea@example.nl")
    assert (lea.state, lea.unsubscribed_at.date()) == (
        SubscriptionState.UNSUBSCRIBED,
        date(2025, 2, 1),
    )
    suppression = Suppression.objects.get()
    assert suppression.address_hash == address_hash("bo@example.nl")
    assert suppression.reason == SuppressionReason.HARD_BOUNCE
    assert {one.address for one in Subscriber.objects.all()} == {
        "sanne@example.nl",
        "lea@example.nl",
    }


def test_an_unsubscribe_that_comes_in_late_ends_a_subscription(mailing_list, now):
    taken_in("email\nlea@example.nl\n", mailing_list, now)

    source = taken_in(zip_of_mailchimp(), mailing_list, now, name="audience.zip")

    assert source.result["leaves"] == 1
    assert place_of("lea@example.nl").state == SubscriptionState.UNSUBSCRIBED
    assert ConsentAct.WITHDRAWN in Consent.objects.values_list("act", flat=True)


def test_who_confirmed_with_us_after_leaving_there_stays(mailing_list, now):
    lea = SubscriptionFactory(
        mailing_list=mailing_list,
        subscriber__address="lea@example.nl",
        confirmed_at=now - timedelta(days=3),
    )
    taken_in(zip_of_mailchimp(), mailing_list, now, name="audience.zip")

    lea.refresh_from_db()
    assert lea.state == SubscriptionState.CONFIRMED


def test_of_two_rows_of_one_address_the_gravest_counts(mailing_list, now):
    content = "email;status\nlea@example.nl;active\nLEA@example.nl;unsubscribed\n"

    source = taken_in(content, mailing_list, now)

    assert source.report == {"left": 1, "double": 1}
    assert not Subscription.objects.mailable(now.date()).exists()


# --- Four Sundays ---


def test_newcomers_get_their_first_issue_spread_over_four_sundays(mailing_list, now):
    content = "email\n" + "".join(f"lezer{n}@example.nl\n" for n in range(20))

    taken_in(content, mailing_list, now, first_issue_on=date(2026, 11, 29))

    mailable = Subscription.objects.mailable
    counts = [
        mailable(date(2026, 11, 29) + timedelta(weeks=week)).count()
        for week in range(4)
    ]
    assert counts == [2, 6, 12, 20]


# --- Undoing ---


@pytest.fixture
def old_hands(mailing_list, now):
    """Readers of before: one reads along, one waits, one left, one is blocked."""
    SubscriptionFactory(mailing_list=mailing_list, subscriber__address="lea@example.nl")
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="noor@example.nl", pending=True
    )
    SubscriptionFactory(
        mailing_list=mailing_list,
        subscriber__address="tim@example.nl",
        unsubscribed=True,
    )
    SubscriberFactory(address="wim@example.nl")
    suppress("bert@example.nl", SuppressionReason.COMPLAINT, now)


EVERYBODY = (
    "email,status\nsanne@example.nl,subscribed\nlea@example.nl,unsubscribed\n"
    "noor@example.nl,subscribed\ntim@example.nl,subscribed\nwim@example.nl,active\n"
    "bert@example.nl,active\nbo@example.nl,cleaned\nlea@example.nl,active\n"
    "uit@example.nl,unsubscribed\nkapot,active\n"
)


def test_undoing_restores_every_row_it_touched_and_no_other(
    mailing_list, now, old_hands
):
    before = everything()
    source = taken_in(EVERYBODY, mailing_list, now)
    assert everything() != before
    assert not places_unlike_their_record().exists()

    undone(source, now)

    assert everything() == before
    assert source.state == ImportState.UNDONE
    assert source.result == {"taken_out": 3, "put_back": 2, "freed": 1}


def test_a_list_that_was_undone_can_be_taken_in_again(mailing_list, now, old_hands):
    source = undone(taken_in(EVERYBODY, mailing_list, now), now)

    again = taken_in(EVERYBODY, mailing_list, now)

    assert again.report == source.report


def test_undoing_leaves_whoever_did_something_themselves_since(mailing_list, now):
    source = taken_in(MAILCHIMP, mailing_list, now)
    unsubscribe(place_of("sanne@example.nl"), through="one-click", now=now)
    before = everything()

    undone(source, now)

    assert (everything(), source.result) == (before, {"kept": 1})


def test_undoing_leaves_other_imports_as_they_are(mailing_list, now):
    first = taken_in(MAILCHIMP, mailing_list, now)
    before = everything()
    second = taken_in(MAILCHIMP + "joep@example.nl,Joep\n", mailing_list, now)

    undone(second, now)

    assert everything() == before
    undone(first, now)
    assert not Subscriber.objects.exists()


def test_undoing_what_was_put_in_between_keeps_a_later_goodbye(
    mailing_list, now, old_hands
):
    source = taken_in(EVERYBODY, mailing_list, now)
    noor = place_of("noor@example.nl")
    unsubscribe(noor, through="page", now=now)

    undone(source, now)

    noor.refresh_from_db()
    assert noor.state == SubscriptionState.UNSUBSCRIBED


def test_an_erased_reader_stays_erased_when_their_import_is_undone(mailing_list, now):
    source = taken_in(MAILCHIMP, mailing_list, now)
    erase(Subscriber.objects.get(), channel="page", now=now)
    before = everything()

    undone(source, now)

    assert everything() == before


# --- Crashes, stops and second thoughts ---


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(working, "AT_ONCE", 3)


TEN = "email\n" + "".join(f"lezer{n}@example.nl\n" for n in range(10))


@pytest.mark.parametrize("died_after", [1, 2])
def test_another_worker_goes_on_where_one_was_killed(
    mailing_list, now, small_steps, monkeypatch, died_after
):
    source = agreed(looked_through(TEN, mailing_list, now), now)
    calls = []

    def dies(stretch):
        calls.append(stretch)
        counts = take_in(stretch)
        if len(calls) > died_after:
            raise KeyboardInterrupt
        return counts

    take_in = working.take_in
    monkeypatch.setattr(working, "take_in", dies)
    with pytest.raises(KeyboardInterrupt):
        worked_on(source, now)
    monkeypatch.setattr(working, "take_in", take_in)
    assert not Import.objects.waiting(now).exists()

    worked_on(source, now + working.LEASE)

    assert Subscription.objects.count() == Consent.objects.count() == 10
    assert (source.state, source.result) == (ImportState.DONE, {"new": 10})


def test_a_stretch_is_judged_again_when_one_of_them_came_meanwhile(
    mailing_list, now, monkeypatch
):
    add, calls = taking_in._add_subscribers, []

    def came_meanwhile(stretch):
        calls.append(stretch)
        if len(calls) == 1:
            raise IntegrityError
        add(stretch)

    monkeypatch.setattr(taking_in, "_add_subscribers", came_meanwhile)
    source = taken_in(TEN, mailing_list, now)

    assert source.result == {"new": 10}
    assert Consent.objects.count() == 10


def test_reading_goes_on_where_a_worker_was_killed(
    mailing_list, now, small_steps, monkeypatch
):
    write_rows = working.write_rows
    calls = []

    def dies(source, rows):
        calls.append(rows)
        if len(calls) == 3:
            raise KeyboardInterrupt
        write_rows(source, rows)

    monkeypatch.setattr(working, "write_rows", dies)
    with pytest.raises(KeyboardInterrupt):
        looked_through(TEN, mailing_list, now)

    source = worked_on(Import.objects.get(), now + working.LEASE)

    assert (source.state, source.report) == (ImportState.READ, {"new": 10})


def test_an_import_that_is_stopped_halfway_goes_on_or_is_undone(
    mailing_list, now, small_steps, monkeypatch
):
    source = agreed(looked_through(TEN, mailing_list, now), now)
    take_in = working.take_in

    def pressed(stretch):
        counts = take_in(stretch)
        if stretch.after:
            Import.objects.filter(pk=source.pk).update(state=ImportState.STOPPED)
        return counts

    monkeypatch.setattr(working, "take_in", pressed)
    worked_on(source, now)
    monkeypatch.setattr(working, "take_in", take_in)
    assert 0 < Subscription.objects.count() < 10

    go_on(source, by=None, now=now)
    worked_on(source, now)
    assert Subscription.objects.count() == 10


def test_only_a_running_import_is_stopped_and_that_is_on_record(
    mailing_list, now, admin_user
):
    source = agreed(looked_through(TEN, mailing_list, now), now, by=admin_user)
    stop(source, by=admin_user, now=now)
    with pytest.raises(CannotImport):
        stop(source, by=admin_user, now=now)

    acts = AuditEntry.objects.filter(actor=admin_user).values_list("act", flat=True)
    assert set(acts) == {"import agreed to", "import stopped"}


def test_a_file_is_gone_as_soon_as_its_rows_are_here_or_nobody_wants_it(
    mailing_list, now, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        source = chosen(TEN, mailing_list, now)
        path = path_of(source.stored_as)
        assert path.stat().st_mode & 0o777 == 0o600
        drop(source)
    assert not path.exists()

    with django_capture_on_commit_callbacks(execute=True):
        source = looked_through(TEN, mailing_list, now)
        path = path_of(source.stored_as)
        worked_on(agreed(source, now), now)
    assert not path.exists()


# --- Who is somebody by another address ---


def moved_away(place, now):
    """Joep moved to joep@nieuw.nl; an old list has him as joep@example.nl."""
    change = AddressChange.objects.create(
        subscriber=place.subscriber, address="joep@nieuw.nl", asked_at=now
    )
    move(change, channel="page", now=now)


def test_who_moved_and_then_left_is_not_brought_back_by_their_old_address(
    mailing_list, now
):
    place = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    moved_away(place, now)
    unsubscribe(place, through="page", now=now)
    source = taken_in(JOEP, mailing_list, now)

    assert source.result == {"unsubscribed": 1}
    assert Subscriber.objects.count() == 1


def test_who_moved_is_taken_off_by_their_old_address(mailing_list, now):
    place = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    moved_away(place, now)
    name = "unsubscribed_members_export_a1b2.csv"
    source = taken_in(JOEP, mailing_list, now, name=name)

    assert source.result == {"leaves": 1}
    assert place_of("joep@nieuw.nl").state == SubscriptionState.UNSUBSCRIBED


def test_who_moved_and_was_forgotten_is_forgotten_at_both_addresses(mailing_list, now):
    place = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    moved_away(place, now)
    erase(Subscriber.objects.get(), channel="page", now=now)
    source = taken_in(JOEP, mailing_list, now)

    assert source.result == {"suppressed": 1}


def test_of_two_who_are_one_the_other_address_brings_nobody(
    mailing_list, now, django_user_model
):
    els = django_user_model.objects.create(username="els")
    kept, other = SubscriberFactory(), SubscriberFactory(address="joep@example.nl")
    SubscriptionFactory(mailing_list=mailing_list, subscriber=kept, unsubscribed=True)
    merge(kept, other, by=els, now=now)
    source = taken_in(JOEP, mailing_list, now)

    assert source.result == {"unsubscribed": 1}
    assert Subscription.objects.count() == 1


def test_one_person_in_two_rows_is_taken_in_once_and_out_again(
    mailing_list, now, django_user_model
):
    els = django_user_model.objects.create(username="els")
    kept = SubscriberFactory.create(address="jo@example.nl")
    merge(kept, SubscriberFactory.create(address="joep@example.nl"), by=els, now=now)
    before = everything()
    source = taken_in(f"{JOEP}jo@example.nl\n", mailing_list, now)

    assert source.result == {"new": 1, "known": 1}
    assert Subscription.objects.get().subscriber == kept
    undone(source, now)
    assert everything() == before


def test_one_person_who_left_at_one_of_two_addresses_has_left(
    mailing_list, now, django_user_model
):
    els = django_user_model.objects.create(username="els")
    kept = SubscriberFactory.create(address="jo@example.nl")
    merge(kept, SubscriberFactory.create(address="joep@example.nl"), by=els, now=now)
    rows = "jo@example.nl,subscribed\njoep@example.nl,unsubscribed\n"
    source = taken_in(f"email,status\n{rows}", mailing_list, now)

    assert Subscription.objects.get().state == SubscriptionState.UNSUBSCRIBED
    assert source.result == {"left": 1, "known": 1}


def test_who_joins_by_one_row_and_leaves_by_a_later_one_has_both_on_record(
    mailing_list, now, django_user_model, monkeypatch
):
    monkeypatch.setattr(working, "AT_ONCE", 1)
    els = django_user_model.objects.create(username="els")
    kept = SubscriberFactory.create(address="jo@example.nl")
    SubscriptionFactory(mailing_list=mailing_list, subscriber=kept, pending=True)
    merge(kept, SubscriberFactory.create(address="joep@example.nl"), by=els, now=now)
    before = everything()
    rows = "jo@example.nl,subscribed\njoep@example.nl,unsubscribed\n"
    source = taken_in(f"email,status\n{rows}", mailing_list, now)

    acts = Consent.objects.order_by("pk").values_list("act", flat=True)
    assert list(acts) == [ConsentAct.IMPORTED, ConsentAct.WITHDRAWN]
    undone(source, now)
    assert everything() == before


# --- Whoever left has left ---


def test_whoever_left_is_not_confirmed_when_anybody_asks_for_them(mailing_list, now):
    left(mailing_list, now)
    subscribe(
        mailing_list=mailing_list,
        address="joep@example.nl",
        wording="Stuur mij de mail.",
        channel="sign-up page",
        now=now,
    )
    source = taken_in(JOEP, mailing_list, now)

    assert source.result == {"unsubscribed": 1}
    assert place_of("joep@example.nl").state == SubscriptionState.PENDING


def test_a_blocked_reader_who_left_there_leaves_here_too(mailing_list, now):
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    suppress("joep@example.nl", SuppressionReason.SOFT_BOUNCES, now)
    taken_in(LEFT_THERE, mailing_list, now)

    assert place_of("joep@example.nl").state == SubscriptionState.UNSUBSCRIBED


def test_a_row_emptied_by_forgetting_makes_nobody(mailing_list, now):
    known = SubscriberFactory(address="joep@example.nl")
    source = looked_through(JOEP, mailing_list, now)
    erase(known, channel="page", now=now)
    lift("joep@example.nl", SuppressionReason.ERASURE, now)
    worked_on(agreed(source, now), now)

    assert source.result == {"suppressed": 1}
    assert not Subscription.objects.exists()


def test_who_presses_as_well_stays_away_when_the_import_is_undone(mailing_list, now):
    place = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    source = taken_in(LEFT_THERE, mailing_list, now)
    assert unsubscribe(place, through="one-click", now=now)
    undone(source, now)

    assert place_of("joep@example.nl").state == SubscriptionState.UNSUBSCRIBED
    assert source.result == {"kept": 1}


def test_who_confirmed_as_well_stays_when_the_import_is_undone(mailing_list, now):
    place = SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl", pending=True
    )
    source = taken_in(JOEP, mailing_list, now)
    for _press in range(2):
        assert not confirm(place, wording="Ja.", channel="confirm page", now=now)
    undone(source, now)

    assert place_of("joep@example.nl").state == SubscriptionState.CONFIRMED
    own = Consent.objects.filter(act=ConsentAct.CONFIRMED)
    assert (own.count(), source.result) == (1, {"kept": 1})


def test_who_left_by_another_list_too_stays_away(mailing_list, now):
    SubscriptionFactory(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    )
    source = taken_in(LEFT_THERE, mailing_list, now)
    taken_in(LEFT_THERE, mailing_list, now)
    undone(source, now)

    assert place_of("joep@example.nl").state == SubscriptionState.UNSUBSCRIBED


def test_a_block_that_came_true_since_is_not_lifted(mailing_list, now):
    source = taken_in(BOUNCED, mailing_list, now)
    suppress("joep@example.nl", SuppressionReason.HARD_BOUNCE, now)
    undone(source, now)

    assert Suppression.objects.get().note == ""


def test_a_block_stands_until_the_last_list_that_has_it_is_undone(mailing_list, now):
    first = taken_in(BOUNCED, mailing_list, now)
    second = taken_in(BOUNCED, mailing_list, now)

    undone(first, now)
    assert Suppression.objects.get().note == f"import {second.pk}"
    undone(second, now)
    assert not Suppression.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_leaves_in_the_moment_that_an_import_is_undone_has_left(now, in_threads):
    source = taken_in(JOEP, MailingListFactory.create(), now)
    place, leaves = place_of("joep@example.nl"), threading.Event()

    def presses():
        with transaction.atomic():
            unsubscribe(place, through="page", now=now)
            leaves.set()
            time.sleep(0.2)

    def undoes():
        leaves.wait()
        undone(source, now)

    in_threads(presses, undoes)
    states = in_threads(lambda: list(Subscription.objects.values_list("state")))
    assert states == [[("unsubscribed",)]]


# --- Tags ---


def tags_by_reader():
    worn = Tag.objects.filter(subscribers__isnull=False)
    return sorted(worn.values_list("subscribers__address", "name"))


TAGGED = (
    "Email Address,TAGS,status\n"
    'sanne@example.nl,"""VIP"",""Pers, radio""",subscribed\n'
    "lea@example.nl,pers;vip,subscribed\n"
    "tim@example.nl,vip,subscribed\n"
    "uit@example.nl,vip,unsubscribed\n"
)


@pytest.fixture
def pers(old_hands):
    """A tag that was there before, and that Lea has."""
    pers = Tag.objects.create(name="Pers")
    pers.subscribers.add(Subscriber.objects.get(address="lea@example.nl"))
    return pers


def test_readers_get_the_tags_of_their_list_and_who_left_gets_none(
    mailing_list, now, pers
):
    taken_in(TAGGED, mailing_list, now)

    assert tags_by_reader() == [
        ("lea@example.nl", "Pers"),
        ("lea@example.nl", "VIP"),
        ("sanne@example.nl", "Pers, radio"),
        ("sanne@example.nl", "VIP"),
    ]


def test_undoing_takes_back_the_tags_it_gave_and_no_others(mailing_list, now, pers):
    before = everything()
    source = taken_in(TAGGED, mailing_list, now)
    asked = Tag.objects.get(name="VIP")
    condition = {"what": "has_tag", "value": asked.pk}
    Segment.objects.create(
        name="Belangrijk", mailing_list=mailing_list, conditions=[condition]
    )

    undone(source, now)

    assert tags_by_reader() == [("lea@example.nl", "Pers")]
    # A tag that a segment asks for stays; the other came with the list.
    assert set(Tag.objects.all()) == {pers, asked}
    assert everything() == before


def test_a_tag_given_before_by_hand_is_not_taken_back(mailing_list, now, pers):
    source = taken_in("email,tags\nlea@example.nl,PERS\n", mailing_list, now)

    undone(source, now)

    assert tags_by_reader() == [("lea@example.nl", "Pers")]


def test_a_tag_taken_off_and_given_again_by_hand_is_not_taken_back(
    mailing_list, now, old_hands
):
    source = taken_in("email,tags\nlea@example.nl,VIP\n", mailing_list, now)
    lea = Subscriber.objects.get(address="lea@example.nl")
    tag(lea, [])
    tag(lea, [], also="vip")

    undone(source, now)

    assert tags_by_reader() == [("lea@example.nl", "VIP")]


def test_a_box_that_an_import_ticked_and_nobody_touched_is_taken_back(
    mailing_list, now, old_hands
):
    source = taken_in("email,tags\nlea@example.nl,VIP\n", mailing_list, now)
    lea = Subscriber.objects.get(address="lea@example.nl")
    tag(lea, lea.tags.all(), also="Pers")

    undone(source, now)

    assert tags_by_reader() == [("lea@example.nl", "Pers")]


def test_a_tag_of_which_another_list_speaks_too_stays_with_that(
    mailing_list, now, old_hands
):
    first = taken_in("email,tags\nlea@example.nl,VIP\n", mailing_list, now)
    second = taken_in("email,tags\nlea@example.nl,vip\n", mailing_list, now)

    undone(first, now)
    assert tags_by_reader() == [("lea@example.nl", "VIP")]
    undone(second, now)
    assert tags_by_reader() == []


def test_who_turns_out_to_be_another_gives_back_the_tag_there(
    mailing_list, now, old_hands, django_user_model
):
    joep = SubscriptionFactory.create(
        mailing_list=mailing_list, subscriber__address="joep@example.nl"
    ).subscriber
    rows = "lea@example.nl,VIP\njoep@example.nl,VIP\n"
    source = taken_in(f"email,tags\n{rows}", mailing_list, now)
    joep.tags.clear()
    lea = Subscriber.objects.get(address="lea@example.nl")
    merge(joep, lea, by=django_user_model.objects.create(username="els"), now=now)
    assert tags_by_reader() == [("joep@example.nl", "VIP")]

    undone(source, now)
    assert tags_by_reader() == []


def test_a_column_of_remarks_is_no_column_of_tags(mailing_list, now):
    rows = "".join(f"joep{n}@example.nl,remark {n}\n" for n in range(201))
    source = looked_through(f"email,tags\n{rows}", mailing_list, now)

    assert source.state == ImportState.FAILED
    assert "meer dan 200 verschillende" in source.trouble


def test_who_is_erased_is_in_no_row_of_tags_either(mailing_list, now, pers):
    taken_in(TAGGED, mailing_list, now)

    sanne = Subscriber.objects.get(address="sanne@example.nl")
    erase(sanne, channel="page", now=now)

    assert not ImportRow.objects.filter(tags__contains="radio").exists()
    lea = Subscriber.objects.get(address="lea@example.nl")
    assert set(ImportTag.objects.values_list("subscriber", flat=True)) == {lea.pk}
