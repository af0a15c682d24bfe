"""Colleagues hear in time, and once, that a Sunday would stay without."""

from datetime import UTC, date, datetime, time

import pytest

from newsletter import tasks
from newsletter.issues.models import Issue
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.publishing.approval import approve
from newsletter.publishing.reminders import (
    Reminder,
    remind,
    reminder_due,
    reminder_moment,
)
from newsletter.publishing.scheduling import schedule
from newsletter.publishing.sundays import Sunday, SundayState
from subscribers.models import MailingList
from tests.factories import (
    IssueFactory,
    MailingListFactory,
    SkippedSundayFactory,
    UserFactory,
)
from tests.newsletter.admin.colleagues import role_of
from tests.newsletter.publishing.issues import issue_in_order

THIS_SUNDAY = date(2026, 11, 29)
EIGHT_ON_SUNDAY = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)


def at(moment: str) -> datetime:
    """A moment by the winter clock of Amsterdam."""
    return datetime.fromisoformat(f"{moment}+01:00")


FRIDAY = at("2026-11-27T10:00")
SATURDAY = at("2026-11-28T18:00")


@pytest.fixture
def colleague(db):
    els = UserFactory.create()
    els.groups.add(role_of("Redactie"))
    return els


def due(now, state=SundayState.DRAFT, *, is_empty=False, **fields):
    mailing_list = MailingListFactory.build(**fields)
    sunday = Sunday(THIS_SUNDAY, state, EIGHT_ON_SUNDAY)
    return reminder_due(mailing_list, sunday, is_empty=is_empty, now=now)


# --- What is due ---


@pytest.mark.parametrize(
    ("moment", "reminder"),
    [
        ("2026-11-27T09:59:59", None),
        ("2026-11-27T10:00", Reminder.EMPTY),
        ("2026-11-28T17:59:59", Reminder.EMPTY),
        ("2026-11-28T18:00", Reminder.UNREADY),
        ("2026-11-29T07:59:59", Reminder.UNREADY),
        ("2026-11-29T08:00", None),
    ],
)
def test_an_empty_sunday_is_due_on_friday_and_again_on_saturday(moment, reminder):
    assert due(at(moment), SundayState.EMPTY, is_empty=True) == reminder


@pytest.mark.parametrize("state", [SundayState.DRAFT, SundayState.APPROVED])
def test_an_issue_with_words_is_due_on_saturday_only(state):
    assert due(FRIDAY, state) is None
    assert due(SATURDAY, state) == Reminder.UNREADY


@pytest.mark.parametrize(
    "state",
    [
        SundayState.SCHEDULED,
        SundayState.LEAVING,
        SundayState.SENT,
        SundayState.SKIPPED,
        SundayState.MISSED,
    ],
)
def test_nothing_is_due_of_a_sunday_that_goes_by_itself_or_is_skipped(state):
    assert due(SATURDAY, state, is_empty=True) is None


def test_a_list_without_reminders_has_none():
    assert due(SATURDAY, has_reminders=False) is None


def test_a_list_chooses_its_own_days_and_hours():
    early = {"unready_reminder_days": 3, "unready_reminder_time": time(9, 30)}

    assert due(at("2026-11-26T09:29"), **early) is None
    assert due(at("2026-11-26T09:30"), **early) == Reminder.UNREADY


@pytest.mark.parametrize(
    ("sunday", "moment"),
    [
        # The clock goes back in the night before this Sunday, and forward before that.
        (date(2026, 10, 25), "2026-10-24T16:00+00:00"),
        (date(2026, 11, 1), "2026-10-31T17:00+00:00"),
        (date(2027, 3, 28), "2027-03-27T17:00+00:00"),
        (date(2027, 4, 4), "2027-04-03T16:00+00:00"),
    ],
)
def test_six_in_the_evening_is_six_in_every_season(sunday, moment):
    mailing_list = MailingListFactory.build()

    assert reminder_moment(
        Reminder.UNREADY, mailing_list, sunday
    ) == datetime.fromisoformat(moment)


def test_the_hours_are_those_of_the_lists_own_zone():
    sydney = MailingListFactory.build(time_zone="Australia/Sydney")

    assert reminder_moment(Reminder.EMPTY, sydney, THIS_SUNDAY) == datetime(
        2026, 11, 26, 23, 0, tzinfo=UTC
    )


# --- What is mailed ---


def test_a_sunday_without_an_issue_is_mailed_once_to_every_colleague(
    mailing_list, colleague
):
    UserFactory.create(username="bob", email="bob@example.nl").groups.add(
        role_of("Uitgever")
    )
    UserFactory.create(username="carla", email="carla@example.nl").groups.add(
        role_of("Lezersservice")
    )

    assert remind(FRIDAY) == 2
    assert remind(at("2026-11-27T10:01")) == 0

    mails = OutgoingMail.objects.order_by("pk")
    assert {mail.to_address for mail in mails} == {"els@example.nl", "bob@example.nl"}
    assert mails[0].subject == "Er is nog geen editie voor zondag 29 november"
    assert "/admin/" in mails[0].text
    assert "08:00" in mails[0].text


def test_a_mail_that_has_left_is_not_written_again(mailing_list, colleague):
    remind(FRIDAY)
    OutgoingMail.objects.update(state=OutgoingMailState.ACCEPTED, to_address="")

    assert remind(at("2026-11-28T12:00")) == 0


def test_friday_and_saturday_are_two_reminders(mailing_list, colleague):
    assert remind(FRIDAY) == 1
    assert remind(SATURDAY) == 1


def test_after_a_night_without_a_machine_only_the_last_one_is_mailed(
    mailing_list, colleague
):
    remind(at("2026-11-28T23:00"))

    assert "unready" in OutgoingMail.objects.get().key


def test_an_issue_without_blocks_is_called_empty(mailing_list, colleague):
    issue = IssueFactory.create(mailing_list=mailing_list, number=43)

    remind(FRIDAY)

    mail = OutgoingMail.objects.get()
    assert mail.subject == "Editie 43 voor zondag 29 november is nog leeg"
    assert f"/admin/newsletter/issue/{issue.pk}/change/" in mail.text


def test_an_issue_that_is_not_approved_is_mailed_with_what_is_missing(
    mailing_list, colleague
):
    issue = issue_in_order(mailing_list, number=43, subject="")

    assert remind(FRIDAY) == 0
    assert remind(SATURDAY) == 1

    mail = OutgoingMail.objects.get()
    assert "nog niet goedgekeurd" in mail.subject
    assert "Het onderwerp is leeg" in mail.text
    assert f"/editie/{issue.pk}/" in mail.text


def test_an_approved_issue_without_a_moment_is_mailed_as_such(mailing_list, colleague):
    issue = issue_in_order(mailing_list, number=43)
    approve(issue, by=colleague, now=FRIDAY)

    remind(SATURDAY)

    assert "nog niet ingepland" in OutgoingMail.objects.get().subject


def test_a_scheduled_issue_reminds_nobody(mailing_list, colleague):
    issue = issue_in_order(mailing_list)
    approve(issue, by=colleague, now=FRIDAY)
    schedule(issue, by=colleague, now=FRIDAY)

    assert remind(SATURDAY) == 0


def test_a_list_that_needs_no_approval_is_reminded_of_its_moment(colleague):
    mailing_list = MailingListFactory.create(needs_approval=False)
    issue_in_order(mailing_list, number=43)

    remind(SATURDAY)

    subject = OutgoingMail.objects.get().subject
    assert subject == "Editie 43 voor zondag 29 november is nog niet ingepland"


def test_a_skipped_sunday_reminds_nobody(mailing_list, colleague):
    SkippedSundayFactory(mailing_list=mailing_list, day=THIS_SUNDAY)

    assert remind(FRIDAY) + remind(SATURDAY) == 0


def test_the_switch_of_a_list_turns_reminders_off(mailing_list, colleague):
    MailingList.objects.update(has_reminders=False)

    assert remind(SATURDAY) == 0


def test_nobody_is_reminded_of_what_somebody_is_working_on(mailing_list, colleague):
    issue_in_order(mailing_list)
    Issue.objects.update(updated_at=at("2026-11-28T17:50"))

    assert remind(SATURDAY) == 0
    assert remind(at("2026-11-28T18:05")) == 1


def test_two_workers_at_once_write_one_mail(in_threads, transactional_db):
    MailingListFactory.create()
    UserFactory.create().groups.add(role_of("Redactie"))

    in_threads(*[lambda: remind(FRIDAY)] * 3)

    assert in_threads(OutgoingMail.objects.count) == [1]


def test_the_clock_asks_every_minute_and_the_mailer_answers(mailing_list, colleague):
    beat = tasks.app.conf.beat_schedule["remind"]
    route = tasks.app.conf.task_routes[beat["task"]]

    assert (beat["task"], beat["schedule"]) == (tasks.remind_colleagues.name, 60)
    assert route == {"queue": "mail"}
    # By the real clock there may be something to remind of, or not.
    tasks.remind_colleagues()
