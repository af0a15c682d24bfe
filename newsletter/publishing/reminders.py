"""Telling colleagues in time that a Sunday would stay without its issue."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.delivery.moments import moment_of
from newsletter.delivery.proofs import colleagues
from newsletter.issues.blocks import blocks_of
from newsletter.links import absolute_url
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import write_mail
from newsletter.publishing.calendar import local_time
from newsletter.publishing.readiness import content_findings, stops
from newsletter.publishing.saying import in_words
from newsletter.publishing.sundays import Sunday, SundayState, coming_sundays
from subscribers.models import MailingList

PURPOSE = "reminder"
# Nobody is reminded of what somebody is working on.
QUIET = timedelta(minutes=15)
# Such an issue does not leave by itself.
WITHOUT_A_MOMENT = (SundayState.EMPTY, SundayState.DRAFT, SundayState.APPROVED)


class Reminder(StrEnum):
    """What colleagues are reminded of."""

    EMPTY = "empty"
    UNREADY = "unready"


# --- What is due: a calculation ---


def reminder_due(
    mailing_list: MailingList, sunday: Sunday, *, is_empty: bool, now: datetime
) -> Reminder | None:
    """Return of what colleagues are to be reminded now.

    It stays due until the issue should leave: a machine that stood still on Friday
    reminds on Saturday, and then only of what counts by that time.

    Args:
        is_empty: there is no issue for the day, or nothing stands in it.
    """
    if not mailing_list.has_reminders or sunday.state not in WITHOUT_A_MOMENT:
        return None
    moments = {
        reminder_moment(reminder, mailing_list, sunday.day): reminder
        for reminder in (Reminder.EMPTY, Reminder.UNREADY)
        if is_empty or reminder == Reminder.UNREADY
    }
    gone = [moment for moment in moments if moment <= now < sunday.due_at]
    return moments[max(gone)] if gone else None


def reminder_moment(
    reminder: Reminder, mailing_list: MailingList, day: date
) -> datetime:
    """Return when colleagues are reminded of a day, by the clock of the list."""
    if reminder == Reminder.EMPTY:
        days, hour = mailing_list.empty_reminder_days, mailing_list.empty_reminder_time
    else:
        days = mailing_list.unready_reminder_days
        hour = mailing_list.unready_reminder_time
    local = datetime.combine(day - timedelta(days=days), hour)
    return moment_of(local, mailing_list.zone)


# --- What the clock does ---


def remind(now: datetime) -> int:
    """Put the reminders that are due in the outbox, once each; return how many."""
    wanted = MailingList.objects.filter(has_reminders=True)
    return sum(_remind(mailing_list, now=now) for mailing_list in wanted)


def _remind(mailing_list: MailingList, *, now: datetime) -> int:
    # The last one: before it may stand an issue of another day than usual.
    sunday = coming_sundays(mailing_list, now=now, weeks=1)[-1]
    if _is_worked_on(sunday, now=now):
        return 0
    is_empty = sunday.issue is None or not blocks_of(sunday.issue)
    reminder = reminder_due(mailing_list, sunday, is_empty=is_empty, now=now)
    if reminder is None:
        return 0
    keys = {
        f"{PURPOSE}-{reminder}-{mailing_list.pk}-{sunday.day}-{person.pk}": person
        for person in colleagues()
    }
    written = OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True)
    missing = {key: keys[key] for key in keys.keys() - set(written)}
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        for key, person in missing.items():
            _write(key, person, mailing_list, sunday, is_empty=is_empty, now=now)
    return len(missing)


def _is_worked_on(sunday: Sunday, *, now: datetime) -> bool:
    return sunday.issue is not None and now - QUIET < sunday.issue.updated_at <= now


def _write(
    key: str,
    person: User,
    mailing_list: MailingList,
    sunday: Sunday,
    *,
    is_empty: bool,
    now: datetime,
) -> None:
    write_mail(
        purpose=PURPOSE,
        key=key,
        to=person.email,
        subject=_subject(sunday, is_empty=is_empty),
        template=f"newsletter/email/{PURPOSE}",
        context=_context(mailing_list, sunday, is_empty=is_empty, now=now),
        from_header=mailing_list.from_header,
        mailing_list=mailing_list,
        now=now,
    )


def _subject(sunday: Sunday, *, is_empty: bool) -> str:
    words = {"day": date_format(sunday.day, _("l F j")), "issue": sunday.issue or ""}
    if sunday.issue is None:
        return _("There is no issue for %(day)s yet") % words
    if is_empty:
        return _("%(issue)s for %(day)s is still empty") % words
    if sunday.state == SundayState.APPROVED:
        return _("%(issue)s for %(day)s is approved, but not scheduled") % words
    if sunday.issue.mailing_list.needs_approval:
        return _("%(issue)s for %(day)s is not approved yet") % words
    return _("%(issue)s for %(day)s is not scheduled yet") % words


def _context(
    mailing_list: MailingList, sunday: Sunday, *, is_empty: bool, now: datetime
) -> dict[str, Any]:
    issue = sunday.issue
    due_local = local_time(sunday.due_at, mailing_list.zone)
    findings = (
        content_findings(issue, now=now, on=due_local.date())
        if issue and not is_empty
        else []
    )
    page = "change" if is_empty else "publish"
    return {
        "issue": issue,
        "is_empty": is_empty,
        "is_approved": sunday.state == SundayState.APPROVED,
        "needs_approval": mailing_list.needs_approval,
        "when": in_words(due_local, mailing_list, now=now),
        "stops": [finding.message for finding in stops(findings)],
        "address": issue and absolute_url(f"admin:newsletter_issue_{page}", issue.pk),
        "front_page": absolute_url("admin:index"),
    }
