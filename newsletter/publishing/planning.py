"""Which issue comes on which Sunday: taking a day, moving an issue, skipping a day."""

from datetime import date, datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.models import Issue, SkippedSunday
from newsletter.issues.numbering import hold_days, last_day_gone, new_issue
from newsletter.publishing.approval import latest_approval
from subscribers.models import MailingList

LONGEST_REASON = 120


class CannotPlan(Exception):
    """Why this day is not to be had, and what to do about it."""


# --- What may be moved ---


def movable(issues: "QuerySet[Issue]") -> "QuerySet[Issue]":
    """Return those of which nothing has left and that have no moment to leave."""
    told = Dispatch.objects.filter(issue=OuterRef("pk")).filter(
        ~Q(state=DispatchState.CANCELLED) | Q(started_at__isnull=False)
    )
    return issues.filter(~Exists(told))


# --- Acts ---


def take_sunday(
    mailing_list: MailingList,
    day: date,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Issue:
    """Begin an issue for one day of the list.

    Raises:
        CannotPlan: the day is not free.
    """
    try:
        with transaction.atomic():
            hold_days(mailing_list)
            _refuse_unless_free(mailing_list, day, now=now)
            return new_issue(mailing_list, day, by=by)
    except IntegrityError as trouble:
        raise _just_taken() from trouble


def move_issue(
    issue: Issue, day: date, *, by: AbstractBaseUser | None, now: datetime
) -> bool:
    """Give an issue that has not left another free day; tell whether its yes lapsed.

    The day stands in the mail, so moving is a change: whoever approved it approved
    another mail.

    Raises:
        CannotPlan: the day is not free, or the issue has its moment.
    """
    was_approved = latest_approval(issue) is not None
    try:
        with transaction.atomic():
            hold_days(issue.mailing_list)
            _refuse_unless_free(issue.mailing_list, day, now=now)
            _move(issue, day, by=by, now=now)
    except IntegrityError as trouble:
        raise _just_taken() from trouble
    return was_approved


def skip_sunday(
    mailing_list: MailingList,
    day: date,
    *,
    reason: str,
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Leave a day of the list without an issue, and say why.

    Raises:
        CannotPlan: the day is not free, or nobody says why.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or FORBIDDEN_IN_LINE.search(reason):
        raise CannotPlan(_("Say in a few words why this Sunday is skipped."))
    with transaction.atomic():
        hold_days(mailing_list)
        _refuse_unless_free(mailing_list, day, now=now)
        SkippedSunday.objects.create(
            mailing_list=mailing_list,
            day=day,
            reason=reason,
            created_at=now,
            created_by_id=by.pk if by else None,
        )
        record_act(
            "Sunday skipped",
            mailing_list,
            by=by,
            now=now,
            day=day.isoformat(),
            reason=reason,
        )


@transaction.atomic
def unskip_sunday(
    mailing_list: MailingList,
    day: date,
    *,
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Let a skipped day have an issue again; a second press changes nothing."""
    hold_days(mailing_list)
    skipped = SkippedSunday.objects.of(mailing_list).filter(day=day)
    if skipped.delete()[0]:
        record_act(
            "Sunday not skipped after all",
            mailing_list,
            by=by,
            now=now,
            day=day.isoformat(),
        )


# --- What stands in the way ---


def why_not_free(mailing_list: MailingList, day: date, *, now: datetime) -> str:
    """Return why nothing can be planned on a day; "" when it is free."""
    if day.weekday() != mailing_list.weekday:
        return _("The newsletter does not come on that day.")
    if day <= last_day_gone(mailing_list, now=now):
        return _("The moment of that day has gone by. Choose a later one.")
    if other := Issue.objects.of(mailing_list).filter(publication_date=day).first():
        return _("%(issue)s is already there for this day. Choose another day.") % {
            "issue": other
        }
    return why_skipped(mailing_list, day)


def why_skipped(mailing_list: MailingList, day: date) -> str:
    """Return what to say of a skipped day; "" when it is not skipped."""
    skipped = SkippedSunday.objects.of(mailing_list).filter(day=day).first()
    if skipped is None:
        return ""
    return _("This Sunday is skipped (%(reason)s). Take that back first.") % {
        "reason": skipped.reason
    }


def _refuse_unless_free(mailing_list: MailingList, day: date, *, now: datetime) -> None:
    if trouble := why_not_free(mailing_list, day, now=now):
        raise CannotPlan(trouble)


def _just_taken() -> CannotPlan:
    return CannotPlan(_("Somebody else took that day just now. Choose another."))


def _move(
    issue: Issue, day: date, *, by: AbstractBaseUser | None, now: datetime
) -> None:
    before = issue.publication_date
    moved = movable(
        Issue.objects.filter(
            pk=issue.pk, version=issue.version, publication_date=before
        )
    ).update(
        publication_date=day,
        version=F("version") + 1,
        updated_at=now,
        updated_by=by.pk if by else None,
    )
    if not moved:
        raise CannotPlan(_why_not_moved(issue))
    issue.refresh_from_db()
    record_act(
        "moved to another Sunday",
        issue,
        by=by,
        now=now,
        before=before.isoformat() if before else "",
        after=day.isoformat(),
    )


def _why_not_moved(issue: Issue) -> str:
    if movable(Issue.objects.filter(pk=issue.pk)).exists():
        return _("Somebody else changed this issue just now. Look again.")
    return _(
        "%(issue)s is scheduled or has left, so it keeps its day. "
        "Cancel its moment first."
    ) % {"issue": issue}
