"""A yes is a yes for certain readers; others need another one."""

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch
from newsletter.issues.texts import text_of
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.calendar import planned_time
from newsletter.publishing.proposals import proposal_of, reject_proposal
from newsletter.publishing.readiness import preflight
from newsletter.publishing.restoring import restore
from newsletter.publishing.saying import sentence
from newsletter.publishing.scheduling import CannotSchedule, schedule
from subscribers.models import Segment, Topic
from tests.factories import SubscriptionFactory
from tests.newsletter.publishing.issues import change


@pytest.fixture
def sleep(mailing_list, issue):
    """A topic that one of the two readers chose."""
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    SubscriptionFactory(mailing_list=mailing_list).topics.add(topic)
    return topic


@pytest.fixture
def newcomers(mailing_list):
    return Segment.objects.create(
        mailing_list=mailing_list,
        name="Nieuw",
        conditions=[{"what": "joined_since", "value": "2026-01-01"}],
    )


def test_other_readers_need_another_yes(issue, sleep, els, now):
    approve(issue, by=els, now=now)
    change(issue, topic=sleep)
    assert latest_approval(issue) is None
    with pytest.raises(CannotSchedule, match="nog geen akkoord"):
        schedule(issue, by=els, now=now)
    again = approve(issue, by=els, now=now)
    assert again.rendition.aim == {"topic": sleep.pk}
    acts = AuditEntry.objects.filter(act="approved").order_by("pk")
    assert [act.details["aim"] for act in acts] == [{}, {"topic": sleep.pk}]


def test_other_readers_for_a_scheduled_issue_are_a_proposal(issue, sleep, els, now):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    change(issue, topic=sleep)
    proposal = proposal_of(issue)
    assert [field.name for field in proposal.changes.fields] == ["topic"]
    assert Dispatch.objects.get().rendition.aim == {}

    reject_proposal(issue, by=els, now=now, seen_version=issue.version)
    issue.refresh_from_db()
    assert issue.topic is None
    assert proposal_of(issue) is None


def test_a_proposal_for_other_readers_leaves_once_it_is_approved(
    issue, sleep, els, now
):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)
    change(issue, topic=sleep)
    approve(issue, by=els, now=now)
    assert Dispatch.objects.get().rendition.aim == {"topic": sleep.pk}
    assert proposal_of(issue) is None


def test_a_segment_that_was_changed_is_told_and_approved_anew(
    issue, newcomers, els, now
):
    change(issue, segment=newcomers)
    first = approve(issue, by=els, now=now)
    assert approve(issue, by=els, now=now) == first
    newcomers.conditions = [{"what": "joined_within", "value": 3650}]
    newcomers.save()
    issue.refresh_from_db()
    [told] = [one for one in preflight(issue, now=now) if one.code == "behind"]
    assert "de selectie “Nieuw”" in told.message
    again = approve(issue, by=els, now=now)
    assert again != first
    assert again.rendition.aim["conditions"] == newcomers.conditions


def test_the_sentence_says_how_many_and_for_whom(issue, sleep, now):
    issue.topic = sleep
    said = sentence(issue, now=now, due_local=planned_time(issue))
    assert said.endswith("naar 1 abonnee (wie koos voor het onderwerp “Slaap”)")


def test_an_issue_for_nobody_is_stopped_and_says_for_whom(issue, newcomers, now):
    newcomers.conditions = [{"what": "joined_since", "value": "2030-01-01"}]
    newcomers.save()
    issue.segment = newcomers
    [stop] = [one for one in preflight(issue, now=now) if one.code == "readers"]
    assert "alleen voor de selectie “Nieuw”" in stop.message


def test_an_earlier_text_leaves_for_whom_it_is(issue, sleep, els, now):
    earlier = text_of(issue)
    change(issue, topic=sleep, subject="Later")
    restore(issue, earlier, by=els, now=now, seen_version=issue.version)
    issue.refresh_from_db()
    assert issue.topic == sleep
    assert issue.subject == "Stilte op zondag"
