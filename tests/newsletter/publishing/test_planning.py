"""Taking a Sunday, moving an issue to another, leaving one out."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from newsletter.audit.models import AuditEntry
from newsletter.issues.models import Issue, SkippedSunday
from newsletter.issues.numbering import begin_issue
from newsletter.publishing.approval import approve, latest_approval
from newsletter.publishing.planning import (
    CannotPlan,
    move_issue,
    skip_sunday,
    take_sunday,
    unskip_sunday,
)
from newsletter.publishing.scheduling import cancel_moment, schedule
from tests.factories import (
    IssueFactory,
    MailingListFactory,
    SkippedSundayFactory,
    UserFactory,
)
from tests.newsletter.publishing.issues import change

THIS_SUNDAY = date(2026, 11, 29)
NEXT_SUNDAY = date(2026, 12, 6)
LATER_SUNDAY = date(2026, 12, 13)


def test_a_free_sunday_is_taken_by_a_draft(mailing_list, els, now):
    issue = take_sunday(mailing_list, LATER_SUNDAY, by=els, now=now)

    assert (issue.number, issue.publication_date) == (1, LATER_SUNDAY)
    assert issue.updated_by == els


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 2), "verschijnt niet op die dag"),
        (date(2026, 11, 22), "voorbij"),
    ],
)
def test_a_day_that_no_reader_expects_is_not_taken(mailing_list, now, day, words):
    with pytest.raises(CannotPlan, match=words):
        take_sunday(mailing_list, day, by=None, now=now)


def test_a_sunday_with_an_issue_is_not_taken_again(issue, mailing_list, now):
    with pytest.raises(CannotPlan, match=f"Editie {issue.number}"):
        take_sunday(mailing_list, THIS_SUNDAY, by=None, now=now)


def test_a_skipped_sunday_is_not_taken_and_says_why(mailing_list, now):
    SkippedSundayFactory(mailing_list=mailing_list, reason="kerst")

    with pytest.raises(CannotPlan, match="kerst"):
        take_sunday(mailing_list, THIS_SUNDAY, by=None, now=now)


def test_who_loses_the_race_for_a_sunday_loses_no_number(
    now, in_threads, transactional_db
):
    mailing_list = MailingListFactory.create()

    def press():
        try:
            return take_sunday(mailing_list, NEXT_SUNDAY, by=None, now=now).number
        except CannotPlan:
            return None

    numbers = in_threads(*[press] * 3)

    [after] = in_threads(lambda: begin_issue(mailing_list, now=now, by=None))

    assert sorted(number for number in numbers if number) == [1]
    assert after.number == 2


def test_a_draft_moves_to_another_sunday(issue, els, now):
    move_issue(issue, NEXT_SUNDAY, by=els, now=now)

    issue.refresh_from_db()
    assert (issue.publication_date, issue.version) == (NEXT_SUNDAY, 2)
    assert issue.updated_by == els
    entry = AuditEntry.objects.get(act="moved to another Sunday")
    assert entry.details == {"before": "2026-11-29", "after": "2026-12-06"}


def test_a_reserve_issue_gets_its_sunday(mailing_list, now):
    issue = IssueFactory.create(mailing_list=mailing_list, publication_date=None)

    move_issue(issue, NEXT_SUNDAY, by=None, now=now)

    assert issue.publication_date == NEXT_SUNDAY


def test_moving_makes_an_approval_lapse_for_the_day_stands_in_the_mail(issue, els, now):
    approve(issue, by=els, now=now)

    assert move_issue(issue, NEXT_SUNDAY, by=els, now=now)

    assert latest_approval(issue) is None


def test_an_issue_with_a_moment_stays_until_that_is_cancelled(issue, els, now):
    approve(issue, by=els, now=now)
    schedule(issue, by=els, now=now)

    with pytest.raises(CannotPlan, match="Annuleer"):
        move_issue(issue, NEXT_SUNDAY, by=els, now=now)

    cancel_moment(issue, by=els, now=now)
    move_issue(issue, NEXT_SUNDAY, by=els, now=now)
    assert Issue.objects.get(pk=issue.pk).publication_date == NEXT_SUNDAY


def test_an_issue_that_somebody_saves_meanwhile_is_not_moved(issue, els, now):
    seen = Issue.objects.get(pk=issue.pk)
    change(issue, subject="Een ander onderwerp")

    with pytest.raises(CannotPlan, match="zojuist"):
        move_issue(seen, NEXT_SUNDAY, by=els, now=now)

    assert Issue.objects.get(pk=issue.pk).publication_date == THIS_SUNDAY


def test_an_issue_is_not_moved_onto_another(issue, mailing_list, now):
    IssueFactory(mailing_list=mailing_list, publication_date=NEXT_SUNDAY)

    with pytest.raises(CannotPlan, match="andere dag"):
        move_issue(issue, NEXT_SUNDAY, by=None, now=now)


def test_a_sunday_is_skipped_with_a_reason_that_stays_on_record(mailing_list, els, now):
    skip_sunday(mailing_list, NEXT_SUNDAY, reason=" kerst ", by=els, now=now)

    skipped = SkippedSunday.objects.get()
    assert (skipped.day, skipped.reason, skipped.created_by) == (
        NEXT_SUNDAY,
        "kerst",
        els,
    )
    assert AuditEntry.objects.get().details["reason"] == "kerst"


@pytest.mark.parametrize("reason", ["", "  ", "x" * 121, "eerst\ndit"])
def test_a_sunday_is_skipped_only_with_a_reason_in_a_few_words(
    mailing_list, now, reason
):
    with pytest.raises(CannotPlan, match="waarom"):
        skip_sunday(mailing_list, NEXT_SUNDAY, reason=reason, by=None, now=now)


def test_a_sunday_with_an_issue_is_not_skipped(issue, mailing_list, now):
    with pytest.raises(CannotPlan):
        skip_sunday(mailing_list, THIS_SUNDAY, reason="kerst", by=None, now=now)


def test_a_skipped_sunday_can_have_its_issue_after_all(mailing_list, els, now):
    SkippedSundayFactory(mailing_list=mailing_list, day=THIS_SUNDAY)

    unskip_sunday(mailing_list, THIS_SUNDAY, by=els, now=now)
    unskip_sunday(mailing_list, THIS_SUNDAY, by=els, now=now)

    assert AuditEntry.objects.count() == 1
    assert take_sunday(mailing_list, THIS_SUNDAY, by=els, now=now)


def test_the_database_skips_a_sunday_once(mailing_list):
    SkippedSundayFactory(mailing_list=mailing_list)

    with pytest.raises(IntegrityError), transaction.atomic():
        SkippedSundayFactory(mailing_list=mailing_list)


def test_a_sunday_is_never_both_skipped_and_taken(now, in_threads, transactional_db):
    mailing_list = MailingListFactory.create()
    by = UserFactory.create()

    def take():
        return take_sunday(mailing_list, NEXT_SUNDAY, by=by, now=now)

    def skip():
        return skip_sunday(mailing_list, NEXT_SUNDAY, reason="vrij", by=by, now=now)

    def tried(act):
        def press():
            try:
                act()
            except CannotPlan:
                return 0
            return 1

        return press

    done = in_threads(tried(take), tried(skip))
    stands = in_threads(Issue.objects.count, SkippedSunday.objects.count)

    assert sum(done) == sum(stands) == 1


def test_todays_sunday_can_be_had_until_its_hour(mailing_list):
    early = datetime.fromisoformat("2026-11-29T07:59+01:00")
    late = datetime.fromisoformat("2026-11-29T08:00+01:00")

    with pytest.raises(CannotPlan):
        take_sunday(mailing_list, THIS_SUNDAY, by=None, now=late)
    assert take_sunday(mailing_list, THIS_SUNDAY, by=None, now=early)
