"""When an issue leaves and to how many, in words that cannot be misread."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from newsletter.delivery.models import Dispatch
from newsletter.publishing.calendar import planned_time
from newsletter.publishing.saying import sentence
from subscribers.models import Subscriber, Subscription
from tests.factories import LONG_AGO, SubscriptionFactory
from tests.newsletter.admin.front_page import a_dispatch_that_left

LAST_SUNDAY = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def said(issue, now):
    return sentence(issue, now=now, due_local=planned_time(issue))


def many_readers(mailing_list, count):
    people = Subscriber.objects.bulk_create(
        Subscriber(
            address=f"l{n}@example.nl",
            address_key=f"l{n}@example.nl",
            address_hash=f"hash-{n}",
            created_at=LONG_AGO,
        )
        for n in range(count)
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=person,
            mailing_list=mailing_list,
            state="confirmed",
            created_at=LONG_AGO,
            confirmed_at=LONG_AGO,
        )
        for person in people
    )


def test_the_sentence_says_day_hour_zone_and_readers(issue, mailing_list, now):
    many_readers(mailing_list, 1_233)

    assert said(issue, now) == (
        "Zondag 29 november om 08:00 uur Nederlandse tijd naar 1.234 abonnees"
    )


def test_the_sentence_counts_one_reader_as_one(issue, now):
    assert said(issue, now).endswith("naar 1 abonnee")


def test_the_sentence_names_the_year_when_it_is_another(issue, now):
    issue.publication_date = date(2027, 1, 3)

    assert said(issue, now).startswith("Zondag 3 januari 2027 om 08:00 uur")


def test_the_sentence_names_a_zone_elsewhere_by_its_city(issue, now):
    issue.mailing_list.time_zone = "America/New_York"

    assert "tijd in New York" in said(issue, now)


def test_the_sentence_is_in_the_language_of_who_reads_it(issue, now):
    with translation.override("en"):
        words = said(issue, now)

    assert words == "Sunday November 29 at 08:00, Dutch time to 1 subscriber"


def test_who_paused_or_left_is_not_counted(issue, mailing_list, now):
    SubscriptionFactory(mailing_list=mailing_list, paused_until=date(2026, 12, 24))
    SubscriptionFactory(mailing_list=mailing_list, unsubscribed=True)
    SubscriptionFactory(mailing_list=mailing_list, pending=True)

    assert said(issue, now).endswith("naar 1 abonnee")


# --- Beside the time before ---


def last_time(mailing_list, *, readers, at=LAST_SUNDAY):
    dispatch = a_dispatch_that_left(mailing_list, readers=1, at=at)
    Dispatch.objects.filter(pk=dispatch.pk).update(audience_count=readers)


def test_the_sentence_says_how_many_more_than_last_week(issue, mailing_list, now):
    last_time(mailing_list, readers=1_022)
    many_readers(mailing_list, 1_233)

    assert said(issue, now).endswith("1.234 abonnees, 212 meer dan vorige week")


@pytest.mark.parametrize(
    ("before", "words"),
    [(0, "1 meer"), (1, "evenveel als"), (3, "2 minder dan")],
)
def test_it_says_so_of_as_many_and_of_fewer(issue, mailing_list, now, before, words):
    last_time(mailing_list, readers=before)

    assert f"naar 1 abonnee, {words}" in said(issue, now)


def test_longer_ago_is_the_last_time_and_not_last_week(issue, mailing_list, now):
    last_time(mailing_list, readers=3, at=LAST_SUNDAY - timedelta(days=7))

    assert said(issue, now).endswith("2 minder dan de vorige keer")
