"""Several subjects on the first few; what is pressed most goes to the others."""

from collections import Counter
from datetime import timedelta

import pytest

from newsletter.audit.models import AuditEntry
from newsletter.delivery import first_wave, subject_choice
from newsletter.delivery.control import pause, resume, stop
from newsletter.delivery.correcting import correct_and_continue
from newsletter.delivery.ledger import broken_invariants
from newsletter.delivery.models import (
    FIRST_WAVE,
    Batch,
    DispatchState,
)
from newsletter.delivery.preparation import start
from newsletter.delivery.subject_choice import SubjectChoice, try_on
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep
from newsletter.issues.models import Issue
from newsletter.issues.subject_tests import try_subjects
from newsletter.outbox.mailbox import read_mailbox
from newsletter.rendering.freezing import freeze
from newsletter.rendering.models import LinkDay
from tests.factories import DispatchFactory, UserFactory
from tests.newsletter.delivery.mails import how_many_mails
from tests.newsletter.delivery.sunday import add_readers

OWN, OTHER = "Stilte op zondag", "Een kwartier niets"
TWO_HOURS = timedelta(minutes=120)
SECOND = timedelta(seconds=1)
# After it, what was handed to the queue and not taken up is handed to it again.
MINUTES = timedelta(minutes=2)


@pytest.fixture
def tried(issue, mailing_list, now, monkeypatch):
    """Twenty readers; on four of them two subjects are tried."""
    monkeypatch.setattr(subject_choice, "LEAST_READERS_A_SUBJECT", 2)
    monkeypatch.setattr(first_wave, "AT_LEAST", 1)
    add_readers(mailing_list, 20)
    return scheduled_with(issue, OTHER, now=now)


def scheduled_with(issue, *others, now):
    try_subjects(
        issue,
        others,
        share_percent=20,
        wait_minutes=120,
        seen_version=issue.version,
        by=UserFactory.create(),
    )
    dispatch = DispatchFactory(issue=issue, due_at=now)
    assert start(dispatch.pk, now=now)
    dispatch.refresh_from_db()
    return dispatch


def send(now):
    for batch_id in sweep(now).to_submit:
        submit_batch(batch_id, clock=lambda: now)


def press(rendition, times):
    for _ in range(times):
        LinkDay.count_press(rendition.links.first(), rendition.created_at.date())


def subjects():
    return Counter(mail.subject for mail in read_mailbox())


def test_each_subject_is_tried_on_as_many_readers(tried, now):
    send(now)
    assert subjects() == {OWN: 2, OTHER: 2}
    assert broken_invariants(now=now) == []


def test_the_others_wait_until_the_time_is_over(tried, now):
    send(now)
    send(now + TWO_HOURS - SECOND)
    assert how_many_mails() == 4
    send(now + TWO_HOURS)
    assert how_many_mails() == 20


@pytest.mark.parametrize(
    ("own", "other", "chosen"), [(3, 8, OTHER), (8, 3, OWN), (5, 5, OWN), (0, 0, OWN)]
)
def test_the_others_get_what_was_pressed_most_and_of_equals_the_first(
    tried, now, own, other, chosen
):
    send(now)
    first, second = tried.rendition.with_variants
    press(first, own)
    press(second, other)
    send(now + TWO_HOURS)
    assert subjects()[chosen] == 18
    tried.refresh_from_db()
    assert (tried.state, tried.rendition.subject) == (DispatchState.SENT, chosen)


def test_what_each_brought_stays_to_be_read(tried, now):
    send(now)
    press(tried.rendition.with_variants[1], 1)
    send(now + TWO_HOURS)
    choice = SubjectChoice.objects.get()
    assert choice.decided_at == now + TWO_HOURS
    assert choice.chosen.subject == OTHER
    assert [
        (one.rendition.subject, one.readers, one.presses, one.presses_in_a_hundred)
        for one in choice.scores.all()
    ] == [(OWN, 2, 0, 0.0), (OTHER, 2, 1, 50.0)]
    assert AuditEntry.objects.get(act="subject chosen").details == {"subject": OTHER}


def test_a_press_after_the_choice_changes_nothing(tried, now):
    send(now)
    press(tried.rendition.with_variants[1], 1)
    sweep(now + TWO_HOURS)
    press(tried.rendition, 50)
    send(now + TWO_HOURS + MINUTES)
    assert subjects()[OTHER] == 18


def test_readers_who_came_together_do_not_get_the_same_subject_together(tried):
    first, second = tried.rendition.with_variants
    readers = [
        set(
            Batch.objects.filter(rendition=one, wave=FIRST_WAVE).values_list(
                "deliveries__subscriber", flat=True
            )
        )
        for one in (first, second)
    ]
    assert max(readers[0]) > min(readers[1])
    assert max(readers[1]) > min(readers[0])


def test_too_few_readers_for_so_many_subjects_get_the_first_at_once(
    issue, mailing_list, now
):
    add_readers(mailing_list, 9)
    scheduled_with(issue, OTHER, now=now)
    send(now)
    assert subjects() == {OWN: 9}
    assert not SubjectChoice.objects.exists()


@pytest.mark.parametrize(
    ("audience", "share", "variants", "readers"),
    [(500, 20, 2, 100), (499, 20, 2, 100), (490, 20, 2, 0), (1000, 20, 4, 200)],
)
def test_fifty_readers_of_each_are_the_least(audience, share, variants, readers):
    assert try_on(audience, share, variants) == readers


def test_a_publisher_who_goes_on_early_takes_what_leads_by_then(tried, now):
    send(now)
    press(tried.rendition.with_variants[1], 2)
    pause(tried, reason="even kijken", by=UserFactory(), now=now)
    tried.refresh_from_db()
    resume(tried, by=UserFactory(), now=now + SECOND)
    send(now + SECOND)
    assert subjects() == {OWN: 2, OTHER: 18}


def test_a_text_that_was_corrected_meanwhile_is_what_the_others_get(tried, issue, now):
    send(now)
    press(tried.rendition.with_variants[1], 2)
    pause(tried, reason="foutje", by=UserFactory(), now=now)
    Issue.objects.update(subject="Stilte, maar dan goed")
    issue.refresh_from_db()
    issue.subject_test.delete()
    tried.refresh_from_db()
    corrected = freeze(issue, by=None, now=now)
    correct_and_continue(tried, corrected, by=UserFactory(), now=now + SECOND)
    send(now + SECOND)
    assert subjects() == {OWN: 2, OTHER: 2, "Stilte, maar dan goed": 16}


def test_a_stop_in_the_middle_leaves_nothing_to_choose(tried, now):
    send(now)
    stop(tried, by=UserFactory(), now=now + SECOND)
    send(now + TWO_HOURS)
    assert how_many_mails() == 4
    assert SubjectChoice.objects.get().decided_at is None


def test_a_test_that_was_changed_after_the_yes_waits_as_it_was_approved(
    tried, issue, now
):
    try_subjects(
        issue,
        ["Heel iets anders"],
        share_percent=50,
        wait_minutes=15,
        seen_version=issue.version,
        by=UserFactory(),
    )
    send(now)
    send(now + timedelta(minutes=15))
    assert subjects() == {OWN: 2, OTHER: 2}


def test_the_links_of_each_subject_are_its_own(tried):
    first, second = tried.rendition.with_variants
    tokens = [set(one.links.values_list("token", flat=True)) for one in (first, second)]
    assert tokens[0]
    assert tokens[0].isdisjoint(tokens[1])
