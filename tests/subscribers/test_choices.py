"""What readers choose: each choice counts once, and says what it was."""

from datetime import UTC, date, datetime, timedelta

import pytest

from subscribers import choices, consent
from subscribers.models import (
    Consent,
    LeavingReason,
    Rhythm,
    Subscription,
    Topic,
)
from tests.factories import SubscriptionFactory

pytestmark = pytest.mark.django_db


def acts():
    return list(Consent.objects.values_list("act", flat=True))


def test_a_pause_ends_by_itself_on_its_day(now):
    subscription = SubscriptionFactory.create()
    until = choices.pause(subscription, weeks=2, channel="page", now=now)
    assert until == date(2026, 12, 11)
    mailable = Subscription.objects.mailable
    assert not mailable(date(2026, 12, 10)).exists()
    assert mailable(date(2026, 12, 11)).exists()


def test_a_pause_counts_from_the_day_it_is_where_the_list_lives():
    subscription = SubscriptionFactory.create()
    late_evening = datetime(2026, 11, 27, 23, 30, tzinfo=UTC)
    until = choices.pause(subscription, weeks=1, channel="page", now=late_evening)
    assert until == date(2026, 12, 5)


def test_a_pause_has_an_end_and_can_be_ended(now):
    subscription = SubscriptionFactory.create()
    until = choices.pause(subscription, weeks=5000, channel="page", now=now)
    assert until == date(2026, 11, 27) + timedelta(days=366)
    assert choices.pause(subscription, weeks=0, channel="page", now=now) is None
    assert Subscription.objects.mailable(now.date()).exists()


def test_who_is_not_subscribed_cannot_pause(now):
    subscription = SubscriptionFactory.create(unsubscribed=True)
    assert choices.pause(subscription, weeks=2, channel="page", now=now) is None
    assert acts() == []


def test_a_changed_name_is_kept_nowhere_but_on_the_reader(now):
    subscription = SubscriptionFactory.create()
    assert choices.change_name(subscription, "Zoë", channel="page", now=now) is True
    assert choices.change_name(subscription, "Zoë", channel="page", now=now) is False
    subscription.subscriber.refresh_from_db()
    assert subscription.subscriber.first_name == "Zoë"
    assert acts() == ["changed"]
    assert "Zoë" not in Consent.objects.get().wording


def test_a_pause_until_a_day_ends_on_that_day(now):
    subscription = SubscriptionFactory.create()
    until = choices.pause_until(subscription, date(2027, 1, 3), channel="page", now=now)
    assert until == date(2027, 1, 3)
    assert not Subscription.objects.mailable(date(2027, 1, 2)).exists()
    assert Subscription.objects.mailable(date(2027, 1, 3)).exists()


@pytest.mark.parametrize("day", [date(2026, 11, 27), date(2020, 1, 1), None])
def test_a_pause_until_today_or_before_is_none(day, now):
    subscription = SubscriptionFactory.create(paused_until=date(2026, 12, 20))
    assert choices.pause_until(subscription, day, channel="page", now=now) is None
    assert Subscription.objects.mailable(now.date()).exists()


def test_topics_are_chosen_once_and_one_no_longer_on_offer_stays(mailing_list, now):
    sleep, work, old = (
        Topic.objects.create(
            mailing_list=mailing_list, name=name, is_offered=name != "Oud"
        )
        for name in ("Slaap", "Werk", "Oud")
    )
    subscription = SubscriptionFactory.create(mailing_list=mailing_list)
    subscription.topics.set([work, old])
    for is_new in (True, False):
        changed = choices.choose_topics(subscription, [sleep], channel="page", now=now)
        assert changed is is_new
    assert set(subscription.topics.all()) == {sleep, old}
    assert Consent.objects.get().wording == "Onderwerpen: Oud, Slaap"


def test_who_left_chooses_no_topics(mailing_list, now):
    sleep = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    gone = SubscriptionFactory.create(mailing_list=mailing_list, unsubscribed=True)
    assert not choices.choose_topics(gone, [sleep], channel="page", now=now)
    assert acts() == []


def test_who_comes_back_takes_the_reason_for_leaving_back(now):
    gone = SubscriptionFactory.create(unsubscribed=True)
    choices.say_why_left(gone, LeavingReason.TOO_OFTEN)
    consent.resubscribe(gone, wording="Ja", channel="page", now=now)
    gone.refresh_from_db()
    assert gone.leaving_reason == ""


def test_how_often_is_chosen_once_and_only_by_a_reader(now):
    reader, gone = (
        SubscriptionFactory.create(),
        SubscriptionFactory.create(unsubscribed=True),
    )
    chosen = [
        choices.choose_rhythm(one, Rhythm.MONTHS_BEST, channel="page", now=now)
        for one in (reader, reader, gone)
    ]
    assert chosen == [True, False, False]
    assert acts() == ["changed"]


def test_a_zone_is_a_readers_on_every_list(now):
    subscription = SubscriptionFactory.create()
    choices.choose_zone(subscription, "America/New_York", channel="page", now=now)
    subscription.subscriber.refresh_from_db()
    assert subscription.subscriber.time_zone == "America/New_York"


def test_why_somebody_left_is_kept_only_of_who_left(now):
    reader, gone = (
        SubscriptionFactory.create(),
        SubscriptionFactory.create(unsubscribed=True),
    )
    assert choices.say_why_left(gone, LeavingReason.TOO_OFTEN)
    assert not choices.say_why_left(reader, LeavingReason.TOO_OFTEN)
    gone.refresh_from_db()
    assert gone.leaving_reason == LeavingReason.TOO_OFTEN
    assert acts() == []
