"""Each reader in their own morning, where a list wants it."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery.first_wave import open_first_waves
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import FIRST_WAVE, BatchState, Delivery, Dispatch
from newsletter.delivery.preparation import start
from newsletter.delivery.waves import earliest_wave
from newsletter.publishing.scheduling import HOLD, LATENESS, schedule
from tests.factories import SubscriptionFactory, UserFactory

SUNDAY_EIGHT = datetime(2026, 11, 29, 8, 0)
HOUR = timedelta(hours=1)
AMSTERDAM = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
AUCKLAND = datetime(2026, 11, 28, 19, 0, tzinfo=UTC)
NEW_YORK = datetime(2026, 11, 29, 13, 0, tzinfo=UTC)


@pytest.fixture
def own_morning(mailing_list):
    mailing_list.own_morning = True
    mailing_list.save()
    return mailing_list


@pytest.fixture
def reader_in(mailing_list):
    def make(zone):
        return SubscriptionFactory(
            mailing_list=mailing_list, subscriber__time_zone=zone
        ).subscriber

    return make


@pytest.fixture
def sunday(scheduled):
    """Return the dispatch, due at the earliest of its mornings."""
    Dispatch.objects.filter(pk=scheduled.pk).update(
        due_at=AUCKLAND, start_before=AMSTERDAM + LATENESS
    )
    scheduled.refresh_from_db()
    return scheduled


def turn_of(reader):
    return Delivery.objects.get(subscriber=reader).batch.not_before


def test_everyone_gets_it_at_the_same_time_on_their_own_clock(
    own_morning, sunday, reader_in
):
    readers = [reader_in(zone) for zone in ("Pacific/Auckland", "America/New_York", "")]
    start(sunday.pk, now=AUCKLAND)
    assert [turn_of(reader) for reader in readers] == [AUCKLAND, NEW_YORK, AMSTERDAM]
    assert not broken_invariants(now=AUCKLAND)


def test_a_pause_that_ends_on_sunday_has_ended_though_it_starts_on_saturday(
    own_morning, mailing_list, sunday
):
    SubscriptionFactory(mailing_list=mailing_list, paused_until="2026-11-29")
    start(sunday.pk, now=AUCKLAND)
    assert Delivery.objects.count() == 1


def test_zones_with_the_same_morning_are_one_wave(own_morning, sunday, reader_in):
    for zone in ("", "Europe/Berlin", "Europe/Amsterdam"):
        reader_in(zone)
    start(sunday.pk, now=AUCKLAND)
    assert sunday.batches.get().size == 3


def test_a_zone_that_nobody_knows_is_the_lists(own_morning, sunday, reader_in):
    reader = reader_in("Mars/Olympus_Mons")
    start(sunday.pk, now=AUCKLAND)
    assert turn_of(reader) == AMSTERDAM


def test_whose_morning_has_gone_by_gets_it_at_once(own_morning, sunday, reader_in):
    reader = reader_in("Pacific/Auckland")
    start(sunday.pk, now=AMSTERDAM)
    assert turn_of(reader) == AMSTERDAM


def test_without_own_mornings_zones_change_nothing(sunday, reader_in):
    readers = [reader_in("Pacific/Auckland"), reader_in("")]
    start(sunday.pk, now=AMSTERDAM)
    assert {turn_of(reader) for reader in readers} == {AMSTERDAM}


def test_each_wave_has_the_pace_of_the_dispatch(own_morning, sunday, reader_in):
    own_morning.group_size = 1
    own_morning.save()
    Dispatch.objects.filter(pk=sunday.pk).update(pace_minutes=30)
    readers = [reader_in(""), reader_in(""), reader_in("America/New_York")]
    start(sunday.pk, now=AUCKLAND)
    assert [turn_of(reader) for reader in readers] == [
        AMSTERDAM,
        AMSTERDAM + HOUR / 4,
        NEW_YORK,
    ]


def test_an_hour_that_is_skipped_means_the_first_moment_after_it(
    own_morning, sunday, reader_in
):
    Dispatch.objects.filter(pk=sunday.pk).update(due_local="2027-03-28T02:30:00")
    amsterdam, london = reader_in(""), reader_in("Europe/London")
    start(sunday.pk, now=AUCKLAND)
    assert turn_of(amsterdam) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert turn_of(london) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


# --- The first few of the earliest morning ---


@pytest.fixture
def of_all_zones(own_morning, sunday, reader_in, monkeypatch):
    """Three in each of two zones; the first wave is two readers, from six on."""
    from newsletter.delivery import first_wave

    monkeypatch.setattr(first_wave, "SMALLEST_AUDIENCE", 6)
    monkeypatch.setattr(first_wave, "AT_LEAST", 2)
    for zone in ("", "Pacific/Auckland"):
        for _reader in range(3):
            reader_in(zone)
    start(sunday.pk, now=AUCKLAND)
    return sunday


def test_the_first_few_live_where_morning_comes_first(of_all_zones):
    zones = of_all_zones.deliveries.filter(batch__wave=FIRST_WAVE).values_list(
        "subscriber__time_zone", flat=True
    )
    assert list(zones) == ["Pacific/Auckland"] * 2


def test_opening_moves_no_morning_that_is_still_to_come(of_all_zones):
    of_all_zones.batches.filter(wave=FIRST_WAVE).update(
        state=BatchState.DONE, resolved_at=AUCKLAND
    )
    later = AUCKLAND + HOUR
    open_first_waves(later)
    turns = of_all_zones.batches.exclude(wave=FIRST_WAVE).order_by("number")
    assert [batch.not_before for batch in turns] == [later, AMSTERDAM]


# --- When the dispatch starts ---


def test_the_earliest_morning_of_a_list_is_that_of_its_readers(own_morning, reader_in):
    reader_in("")
    assert earliest_wave(own_morning, SUNDAY_EIGHT) == AMSTERDAM
    reader_in("Pacific/Auckland")
    assert earliest_wave(own_morning, SUNDAY_EIGHT) == AUCKLAND


def test_it_is_never_later_than_the_lists_own(own_morning, reader_in):
    reader_in("America/New_York")
    assert earliest_wave(own_morning, SUNDAY_EIGHT) == AMSTERDAM


def test_whoever_left_wakes_nobody(own_morning, mailing_list):
    SubscriptionFactory(
        mailing_list=mailing_list,
        subscriber__time_zone="Pacific/Auckland",
        unsubscribed=True,
    )
    assert earliest_wave(own_morning, SUNDAY_EIGHT) == AMSTERDAM


def test_scheduling_starts_with_the_earliest_morning_and_lateness_with_the_lists(
    own_morning, issue, reader_in, now
):
    reader_in("Pacific/Auckland")
    dispatch = scheduled_by_els(issue, now)
    assert dispatch.due_at == AUCKLAND
    assert dispatch.start_before == AMSTERDAM + LATENESS
    assert dispatch.due_local == "2026-11-29T08:00:00"


def test_after_the_earliest_morning_there_is_still_time_to_take_it_back(
    own_morning, issue, reader_in, now
):
    reader_in("Pacific/Auckland")
    later = AUCKLAND + HOUR
    assert scheduled_by_els(issue, later).due_at == later + HOLD


def test_pressing_twice_gives_one_moment_though_a_reader_came_between(
    own_morning, issue, reader_in, now
):
    reader_in("")
    first = scheduled_by_els(issue, now)
    reader_in("Pacific/Auckland")
    assert schedule(issue, by=UserFactory(), now=now) == first


def scheduled_by_els(issue, now):
    els = UserFactory()
    issue.mailing_list.needs_approval = False
    issue.mailing_list.save()
    return schedule(issue, by=els, now=now)
