"""Choosing in the composer for whom an issue is."""

import pytest
from django.urls import reverse

from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from subscribers.models import Segment, Topic
from tests.factories import MailingListFactory, SubscriptionFactory, UserFactory
from tests.newsletter.admin.colleagues import log_in, messages_of
from tests.newsletter.admin.forms_of_issues import change_url, opened
from tests.newsletter.publishing.issues import issue_in_order


@pytest.fixture
def issue(mailing_list):
    return issue_in_order(mailing_list)


@pytest.fixture
def sleep(mailing_list, issue):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap")
    SubscriptionFactory(mailing_list=mailing_list).topics.add(topic)
    return topic


@pytest.fixture
def segment(mailing_list):
    return Segment.objects.create(
        mailing_list=mailing_list,
        name="Nieuw dit jaar",
        conditions=[{"what": "joined_since", "value": "2026-01-01"}],
    )


def test_a_list_without_topics_and_segments_asks_nothing(client, issue):
    log_in(client, "Redactie")
    page = client.get(change_url(issue)).text
    assert 'name="topic"' not in page
    assert 'name="segment"' not in page


def test_an_editor_chooses_for_whom(client, issue, sleep, segment):
    log_in(client, "Redactie")
    page = client.get(change_url(issue)).text
    assert "iedereen" in page
    assert "Nieuw dit jaar" in page
    form = opened(issue) | {"topic": sleep.pk, "segment": segment.pk}
    client.post(change_url(issue), form)
    issue.refresh_from_db()
    assert (issue.topic, issue.segment, issue.version) == (sleep, segment, 2)


def test_topics_and_segments_of_another_list_are_not_to_be_had(client, issue, sleep):
    other = MailingListFactory(slug="doordeweeks")
    theirs = Topic.objects.create(mailing_list=other, name="Werk")
    log_in(client, "Redactie")
    answer = client.post(change_url(issue), opened(issue) | {"topic": theirs.pk})
    assert "Selecteer een geldige keuze" in answer.text
    issue.refresh_from_db()
    assert issue.topic is None


def test_the_pages_on_which_it_leaves_say_for_whom(client, issue, sleep, now):
    log_in(client, "Uitgever")
    issue.topic = sleep
    issue.save()
    publish = reverse("admin:newsletter_issue_publish", args=[issue.pk])
    words = "Alleen voor wie koos voor het onderwerp “Slaap”."
    assert words in client.get(publish).text
    by = UserFactory.create(username="bob")
    approve(issue, by=by, now=now)
    dispatch = schedule(issue, by=by, now=now)
    assert "naar 1 abonnee (wie koos voor" in client.get(publish).text
    progress = reverse("admin:newsletter_dispatch_change", args=[dispatch.pk])
    assert words in client.get(progress).text


def test_a_segment_of_an_issue_stays(client, issue, segment):
    issue.segment = segment
    issue.save()
    log_in(client, "Uitgever")
    page = reverse("admin:subscribers_segment_change", args=[segment.pk])
    assert f"Voor deze lezers: {issue}" in client.get(page).text
    delete = reverse("admin:subscribers_segment_delete", args=[segment.pk])
    answer = client.post(delete, {"post": "yes"}, follow=True)
    assert f"voor wie dit is: {issue}" in messages_of(answer)
    assert Segment.objects.exists()
