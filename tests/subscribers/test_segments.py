"""Who is in a segment: every condition, all or any of them, and nobody by mistake."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from subscribers.criteria import MOST_CONDITIONS, criteria
from subscribers.models import (
    Match,
    Segment,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Tag,
    Topic,
)
from subscribers.segments import Count, count, count_in_words, in_words
from subscribers.suppression import suppress
from tests.factories import MailingListFactory, SubscriptionFactory

TODAY = date(2026, 11, 27)


@pytest.fixture
def readers(mailing_list):
    """Alice, Bob and Charlie, who joined in January."""
    return {
        name: SubscriptionFactory(
            mailing_list=mailing_list,
            subscriber__address=f"{name}@example.nl",
        )
        for name in ("alice", "bob", "charlie")
    }


@pytest.fixture
def sleep(mailing_list, readers):
    """A topic that Alice chose."""
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    readers["alice"].topics.add(topic)
    return topic


def segment_of(mailing_list, *conditions, match=Match.ALL):
    return Segment(
        mailing_list=mailing_list,
        match=match,
        conditions=[{"what": what, "value": value} for what, value in conditions],
    )


def names_in(segment):
    found = Subscription.objects.in_segment(segment, today=TODAY)
    addresses = found.values_list("subscriber__address", flat=True)
    return sorted(address.partition("@")[0] for address in addresses)


# --- One condition ---


def test_who_chose_a_topic_and_who_did_not(mailing_list, sleep):
    assert names_in(segment_of(mailing_list, ("chose_topic", sleep.pk))) == ["alice"]
    without = segment_of(mailing_list, ("chose_no_topic", sleep.pk))
    assert names_in(without) == ["bob", "charlie"]


def test_who_has_a_tag_and_who_has_not(mailing_list, readers):
    tag = Tag.objects.create(name="proeflezer")
    tag.subscribers.add(readers["bob"].subscriber)
    assert names_in(segment_of(mailing_list, ("has_tag", tag.pk))) == ["bob"]
    without = segment_of(mailing_list, ("has_no_tag", tag.pk))
    assert names_in(without) == ["alice", "charlie"]
    assert in_words(without) == "niet het label “proeflezer” hebben"


@pytest.mark.parametrize("asked", ["has_no_tag", "chose_no_topic", "reads_no_list"])
def test_not_having_what_was_deleted_fits_nobody(mailing_list, readers, asked):
    """Else an issue that was for everybody but a few would go to those few as well."""
    assert names_in(segment_of(mailing_list, (asked, 99))) == []


def test_who_reads_another_list_too(mailing_list, readers):
    other = MailingListFactory(slug="doordeweeks", name="Doordeweeks")
    SubscriptionFactory(mailing_list=other, subscriber=readers["bob"].subscriber)
    SubscriptionFactory(
        mailing_list=other, subscriber=readers["charlie"].subscriber, unsubscribed=True
    )
    assert names_in(segment_of(mailing_list, ("reads_list", other.pk))) == ["bob"]
    without = segment_of(mailing_list, ("reads_no_list", other.pk))
    assert names_in(without) == ["alice", "charlie"]


def test_a_day_of_joining_begins_on_the_clock_of_the_list(mailing_list, readers):
    # Half past midnight in Amsterdam is still the day before by the clock of UTC.
    joined = datetime(2026, 11, 19, 23, 30, tzinfo=UTC)
    Subscription.objects.filter(pk=readers["bob"].pk).update(confirmed_at=joined)
    since = segment_of(mailing_list, ("joined_since", "2026-11-20"))
    before = segment_of(mailing_list, ("joined_before", "2026-11-20"))
    assert names_in(since) == ["bob"]
    assert names_in(before) == ["alice", "charlie"]


def test_the_last_days_move_along(mailing_list, readers):
    joined = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    Subscription.objects.filter(pk=readers["bob"].pk).update(confirmed_at=joined)
    assert names_in(segment_of(mailing_list, ("joined_within", 7))) == ["bob"]
    assert names_in(segment_of(mailing_list, ("joined_within", 6))) == []
    longer = segment_of(mailing_list, ("joined_longer_ago", 7))
    assert names_in(longer) == ["alice", "charlie"]


def test_who_gave_no_zone_lives_by_the_clock_of_the_list(mailing_list, readers):
    abroad = readers["bob"].subscriber
    abroad.time_zone = "America/New_York"
    abroad.save()
    here = segment_of(mailing_list, ("in_zone", "Europe/Amsterdam"))
    there = segment_of(mailing_list, ("in_zone", "America/New_York"))
    assert names_in(here) == ["alice", "charlie"]
    assert names_in(there) == ["bob"]
    elsewhere = segment_of(mailing_list, ("not_in_zone", "Europe/Amsterdam"))
    assert names_in(elsewhere) == ["bob"]


def test_a_domain_is_all_that_stands_behind_the_at(mailing_list, readers):
    for address in ("dirk@GMAIL.com", "eva@notgmail.com"):
        SubscriptionFactory(mailing_list=mailing_list, subscriber__address=address)
    assert names_in(segment_of(mailing_list, ("at_domain", "gmail.com"))) == ["dirk"]
    others = segment_of(mailing_list, ("not_at_domain", "example.nl"))
    assert names_in(others) == ["dirk", "eva"]


def test_a_way_in_counts_its_code_as_well(mailing_list, readers):
    for name, source in (("alice", "poster"), ("bob", "poster (QR)")):
        Subscription.objects.filter(pk=readers[name].pk).update(source=source)
    assert names_in(segment_of(mailing_list, ("came_by", "poster"))) == ["alice", "bob"]
    others = segment_of(mailing_list, ("did_not_come_by", "poster"))
    assert names_in(others) == ["charlie"]


# --- Several ---


def test_all_of_them_or_any_of_them(mailing_list, readers, sleep):
    Subscription.objects.filter(pk=readers["bob"].pk).update(source="poster")
    asked = (("chose_topic", sleep.pk), ("came_by", "poster"))
    assert names_in(segment_of(mailing_list, *asked)) == []
    either = segment_of(mailing_list, *asked, match=Match.ANY)
    assert names_in(either) == ["alice", "bob"]


def test_only_readers_of_the_list_are_in_it(mailing_list, readers):
    SubscriptionFactory(mailing_list=mailing_list, pending=True)
    SubscriptionFactory(mailing_list=mailing_list, unsubscribed=True)
    SubscriptionFactory(mailing_list=MailingListFactory(slug="doordeweeks"))
    everyone = segment_of(mailing_list, ("joined_before", "2030-01-01"))
    assert names_in(everyone) == ["alice", "bob", "charlie"]


@pytest.mark.parametrize(
    "unreadable",
    [
        {"what": "pressed_a_link", "value": 1},
        {"what": "chose_topic", "value": "1; DROP TABLE"},
        {"what": "chose_topic", "value": True},
        {"what": "joined_since", "value": "2026-02-30"},
        {"what": "joined_since", "value": "0001-01-01"},
        {"what": "joined_within", "value": 99_999},
        {"what": ["chose_topic"], "value": 1},
        {"what": "in_zone", "value": ""},
        {"what": "at_domain", "value": "example.nl\0"},
        "everybody",
        None,
    ],
)
def test_what_cannot_be_read_fits_nobody_and_is_not_kept(
    mailing_list, readers, unreadable
):
    segment = Segment(mailing_list=mailing_list, name="Kapot", conditions=[unreadable])
    assert names_in(segment) == []
    with pytest.raises(ValidationError):
        segment.full_clean()
    assert "die er niet meer is" in in_words(segment)


def test_a_segment_asks_something_and_not_too_much(mailing_list):
    for conditions in ([], [{"what": "joined_within", "value": 7}] * 9, {"all": 1}):
        with pytest.raises(ValidationError):
            Segment(
                mailing_list=mailing_list, name="Wie", conditions=conditions
            ).full_clean()
    assert MOST_CONDITIONS == 8


def test_presses_in_a_mail_can_never_be_asked():
    assert not [name for name in criteria() if "press" in name or "click" in name]


# --- Saying it ---


def test_the_count_says_who_can_be_mailed(mailing_list, readers, now):
    paused, blocked = readers["bob"], readers["charlie"].subscriber
    paused.paused_until = (now + timedelta(days=3)).date()
    paused.save()
    suppress(blocked.address, SuppressionReason.HARD_BOUNCE, now)
    everyone = segment_of(mailing_list, ("joined_before", "2030-01-01"))
    words = count_in_words(count(everyone, now=now))
    assert words == "3 lezers, van wie er vandaag 1 post kan krijgen"
    nobody = segment_of(mailing_list, ("joined_since", "2030-01-01"))
    assert count_in_words(count(nobody, now=now)) == "Hier past geen lezer bij."


def test_who_fits_any_of_several_is_counted_once_and_nobody_besides(
    mailing_list, readers, sleep, now
):
    """Alice fits twice, Bob is blocked, Charlie pauses; Dirk fits nothing."""
    dirk = SubscriptionFactory(mailing_list=mailing_list)
    SubscriptionFactory(mailing_list=mailing_list, unsubscribed=True, source="poster")
    others = Subscription.objects.exclude(pk=dirk.pk).exclude(source="poster")
    others.update(source="poster (QR)")
    suppress(readers["bob"].subscriber.address, SuppressionReason.STAFF, now)
    readers["charlie"].refresh_from_db()
    readers["charlie"].paused_until = (now + timedelta(days=3)).date()
    readers["charlie"].save()
    asked = (("chose_topic", sleep.pk), ("came_by", "poster"), ("has_tag", 99))

    counted = count(segment_of(mailing_list, *asked, match=Match.ANY), now=now)

    assert counted == Count(readers=3, mailable=1)


@pytest.mark.parametrize(
    "asked",
    [
        (("at_domain", "example.nl"), ("not_in_zone", "Europe/Amsterdam")),
        (("not_at_domain", "example.nl"), ("came_back_within", 30)),
        (("joined_before", "2026-02-01"), ("got_none_of_last", 1)),
    ],
)
def test_what_is_counted_is_who_is_in_it(mailing_list, readers, now, asked):
    segment = segment_of(mailing_list, *asked, match=Match.ANY)
    assert count(segment, now=now).readers == len(names_in(segment))


def test_a_segment_reads_as_a_sentence(mailing_list, sleep):
    mailing_list.sources.create(name="Poster in de bieb", slug="poster")
    segment = segment_of(
        mailing_list,
        ("chose_topic", sleep.pk),
        ("joined_since", "2026-11-01"),
        ("came_by", "poster"),
        ("got_last", 2),
    )
    assert in_words(segment) == (
        "kozen voor het onderwerp “Slaap” en zich aanmeldden op 1 november 2026 of "
        "later en binnenkwamen via Poster in de bieb en de laatste 2 edities kregen"
    )
    segment.match = Match.ANY
    assert " of binnenkwamen via " in in_words(segment)


def test_who_left_meanwhile_is_not_in_it(mailing_list, readers):
    everyone = segment_of(mailing_list, ("joined_before", "2030-01-01"))
    Subscription.objects.filter(pk=readers["bob"].pk).update(
        state=SubscriptionState.UNSUBSCRIBED
    )
    assert names_in(everyone) == ["alice", "charlie"]
