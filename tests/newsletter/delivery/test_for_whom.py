"""An issue for some: who chose a topic, or a segment, as it was approved."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.delivery.again import issues_on_offer
from newsletter.delivery.audience import last_time
from newsletter.delivery.claiming import claim
from newsletter.delivery.control import CannotControl, pause
from newsletter.delivery.correcting import correct_and_continue
from newsletter.delivery.latest import latest_issue
from newsletter.delivery.models import (
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
    SkipReason,
)
from newsletter.delivery.months_best import readers_of
from newsletter.delivery.preparation import start
from newsletter.delivery.proofs import send_proofs
from newsletter.issues.aiming import aim_of
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.freezing import freeze
from subscribers.models import Segment, SuppressionReason, Topic
from subscribers.suppression import suppress
from tests.factories import IssueFactory, UserFactory


@pytest.fixture
def sleep(mailing_list, readers):
    """Alice and Bob chose it."""
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    for one in readers[:2]:
        one.topics.add(topic)
    return topic


@pytest.fixture
def segment(mailing_list, readers):
    """Bob and Charlie came by a poster."""
    for one in readers[1:]:
        one.source = "poster"
        one.save()
    return Segment.objects.create(
        mailing_list=mailing_list,
        name="Van de poster",
        conditions=[{"what": "came_by", "value": "poster"}],
    )


def due_for(issue, now, **aim):
    """A dispatch that is due, of an issue for these readers."""
    for name, row in aim.items():
        setattr(issue, name, row)
    issue.save()
    return Dispatch.objects.create(
        issue=issue,
        rendition=freeze(issue, by=None, now=now),
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now + timedelta(hours=6),
        created_at=now,
    )


def names_in_audience():
    rows = Delivery.objects.order_by("pk")
    return list(rows.values_list("subscriber__first_name", flat=True))


# --- Freezing ---


def test_an_issue_for_a_topic_goes_to_who_chose_it(issue, sleep, now):
    dispatch = due_for(issue, now, topic=sleep)
    assert start(dispatch.pk, now=now)
    assert names_in_audience() == ["Alice", "Bob"]
    dispatch.refresh_from_db()
    assert dispatch.audience_count == 2


def test_an_issue_for_a_segment_goes_to_who_fits_it(issue, segment, now):
    assert start(due_for(issue, now, segment=segment).pk, now=now)
    assert names_in_audience() == ["Bob", "Charlie"]


def test_for_both_one_has_to_be_in_both(issue, sleep, segment, now):
    dispatch = due_for(issue, now, topic=sleep, segment=segment)
    assert start(dispatch.pk, now=now)
    assert names_in_audience() == ["Bob"]


def test_consent_and_blocks_come_first(issue, sleep, readers, now):
    suppress(readers[0].subscriber.address, SuppressionReason.COMPLAINT, now)
    dispatch = due_for(issue, now, topic=sleep)
    assert start(dispatch.pk, now=now)
    assert names_in_audience() == ["Bob"]


def test_what_was_approved_counts_and_not_what_was_chosen_later(
    issue, sleep, segment, now
):
    dispatch = due_for(issue, now, topic=sleep)
    issue.topic, issue.segment = None, segment
    issue.save()
    assert start(dispatch.pk, now=now)
    assert names_in_audience() == ["Alice", "Bob"]


def test_a_segment_that_is_changed_later_changes_nothing_approved(issue, segment, now):
    dispatch = due_for(issue, now, segment=segment)
    segment.conditions = [{"what": "joined_before", "value": "2030-01-01"}]
    segment.save()
    assert start(dispatch.pk, now=now)
    assert names_in_audience() == ["Bob", "Charlie"]


@pytest.mark.parametrize(
    "unreadable", [{"what": "gone", "value": 1}, {"what": "chose_topic", "value": 999}]
)
def test_an_issue_for_nobody_waits_for_a_person(issue, segment, now, unreadable):
    segment.conditions = [unreadable]
    segment.save()
    dispatch = due_for(issue, now, segment=segment)
    assert start(dispatch.pk, now=now)
    dispatch.refresh_from_db()
    assert dispatch.state == DispatchState.PAUSED
    assert "alleen voor de selectie “Van de poster”" in dispatch.pause_reason
    assert not Delivery.objects.exists()


# --- Leaving ---


def test_a_topic_is_asked_again_when_it_leaves(issue, sleep, readers, now):
    dispatch = due_for(issue, now, topic=sleep)
    start(dispatch.pk, now=now)
    readers[0].topics.clear()
    [claimed] = claim(dispatch.batches.get().pk, uuid4(), now=now)
    assert [one.first_name for one in claimed.recipients] == ["Bob"]
    skipped = Delivery.objects.get(subscriber=readers[0].subscriber)
    assert skipped.exception == DeliveryException.SKIPPED
    assert skipped.reason == SkipReason.TOPIC


def test_the_rest_cannot_be_given_to_other_readers(issue, sleep, now):
    dispatch = due_for(issue, now, topic=sleep)
    start(dispatch.pk, now=now)
    els = UserFactory.create()
    pause(dispatch, reason="Even wachten", by=els, now=now)
    issue.topic, issue.subject = None, "Voor iedereen"
    issue.save()
    other = freeze(issue, by=None, now=now)
    dispatch.refresh_from_db()
    with pytest.raises(CannotControl, match="Voor wie deze editie is"):
        correct_and_continue(dispatch, other, by=els, now=now)


def test_the_proof_says_for_whom_it_is(issue, sleep, now):
    UserFactory.create(is_superuser=True)
    dispatch = due_for(issue, now, topic=sleep)
    Dispatch.objects.filter(pk=dispatch.pk).update(due_at=now + timedelta(minutes=20))
    assert send_proofs(now)
    subject = OutgoingMail.objects.get().subject
    assert "alleen voor wie koos voor het onderwerp “Slaap”" in subject


# --- Beside other issues ---


def test_like_is_held_against_like(issue, sleep, readers, mailing_list, now):
    sunday = due_for(IssueFactory(publication_date=None), now)
    Dispatch.objects.filter(pk=sunday.pk).update(started_at=now, audience_count=900)
    issue.topic = sleep
    assert last_time(issue) is None
    issue.topic = None
    assert last_time(issue).readers == 900


def test_what_was_for_a_segment_is_nobody_elses(issue, segment, mailing_list, now):
    start(due_for(issue, now, segment=segment).pk, now=now)
    assert not Dispatch.objects.started().exists()
    assert issues_on_offer(mailing_list) == []
    assert latest_issue(mailing_list) is None


def test_a_newcomer_reads_along_in_what_is_for_everyone(
    issue, sleep, mailing_list, now
):
    start(due_for(issue, now, topic=sleep).pk, now=now)
    assert Dispatch.objects.started().exists()
    assert latest_issue(mailing_list) is None


def test_the_question_who_gets_it_is_one(issue, sleep, segment, now):
    issue.topic, issue.segment = sleep, segment
    readers = readers_of(issue, now.date(), aim=aim_of(issue))
    assert [one.subscriber.first_name for one in readers] == ["Bob"]
