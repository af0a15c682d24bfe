"""What is to be said of a reader depends on what was told, not on when it came."""

import random
from datetime import UTC, datetime, timedelta

from anymail.signals import AnymailTrackingEvent, EventType

from newsletter.delivery.models import DeliveryEvent
from newsletter.events.meaning import heaviest_of, ids_of

MORNING = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)
STORY = [
    ("queued", False, MORNING),
    ("deferred", False, MORNING + timedelta(minutes=1)),
    ("bounced", False, MORNING + timedelta(minutes=2)),
    ("delivered", False, MORNING + timedelta(minutes=3)),
    ("bounced", True, MORNING + timedelta(minutes=4)),
    ("complained", False, MORNING + timedelta(minutes=5)),
]


def test_a_thousand_orders_say_the_same():
    dice = random.Random(1)
    said = set()
    for _ in range(1000):
        told = dice.choices(STORY, k=4) + STORY
        dice.shuffle(told)
        said.add(heaviest_of(told))
    assert said == {(DeliveryEvent.COMPLAINED, MORNING + timedelta(minutes=5))}


def test_only_that_it_is_queued_says_nothing_yet():
    assert heaviest_of(STORY[:1]) is None


def test_the_first_delivery_is_the_one_that_counts():
    twice = [("delivered", False, MORNING), ("delivered", False, None)]
    assert heaviest_of(twice) == (DeliveryEvent.DELIVERED, MORNING)


def told_to(recipient):
    return AnymailTrackingEvent(
        event_type=EventType.DELIVERED, event_id="sns-1", recipient=recipient
    )


def test_one_id_for_several_readers_is_an_id_for_each():
    events = [told_to("alice@example.nl"), told_to("bob@example.nl")]
    assert list(ids_of(events)) == ["sns-1", "sns-1#2"]
    assert list(ids_of(events)) == ["sns-1", "sns-1#2"]
