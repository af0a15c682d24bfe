"""Giving an issue its moment, and taking it back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.audience import surprise_at
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.moments import moment_of
from newsletter.delivery.waves import earliest_wave
from newsletter.issues.models import Issue
from newsletter.markup import CannotRender
from newsletter.publishing.approval import latest_approval
from newsletter.publishing.calendar import local_time, planned_time
from newsletter.publishing.deputies import SCHEDULING, in_whose_place, on_record
from newsletter.publishing.kept_texts import keep_text
from newsletter.publishing.readiness import preflight, stops
from newsletter.publishing.saying import in_words
from newsletter.publishing.sending_checks import audience_size
from newsletter.rendering.freezing import freeze
from newsletter.rendering.models import Rendition

# "Now" leaves time to take it back.
HOLD = timedelta(minutes=5)
# Later than this only a publisher decides that it still leaves.
LATENESS = timedelta(hours=6)
# Who reads 12.345 and types it a moment later may be one reader behind.
TYPED_WITHIN = 0.01


class CannotSchedule(Exception):
    """Why the issue gets no moment now, and what to do about it."""


class CountNeeded(CannotSchedule):
    """It goes to far more or fewer than last time: the number is typed first."""


class TimeHasPassed(CannotSchedule):
    """The moment lies behind us; it may be sent now instead."""


# --- Before anyone presses ---


def why_not(issue: Issue, *, now: datetime, due_local: datetime | None = None) -> str:
    """Return what would be answered to a press, "" when nothing stands in the way.

    Args:
        due_local: the time on the clock of the list; None is now.
    """
    if issue.dispatches.standing().exists():
        return _("This issue already has its moment.")
    if issue.mailing_list.needs_approval and latest_approval(issue) is None:
        return _("This issue is not approved yet.")
    if due_local and is_past(issue, due_local, now=now):
        return _("This moment has gone by.")
    leaves = due_local or local_time(now, issue.mailing_list.zone)
    unready = stops(preflight(issue, now=now, on=leaves.date()))
    return unready[0].message if unready else ""


def count_to_type(issue: Issue, due_local: datetime) -> str:
    """Return why the number of readers is to be typed; "" when it is as usual."""
    return _surprise(issue, due_local)[1] or ""


def is_past(issue: Issue, due_local: datetime, *, now: datetime) -> bool:
    """Tell whether a time on the clock of the list lies behind us."""
    return moment_of(due_local, issue.mailing_list.zone) <= now


# --- Acts ---


def schedule(
    issue: Issue,
    *,
    by: User | None,
    now: datetime,
    due_local: datetime | None = None,
    typed_readers: int | None = None,
) -> Dispatch:
    """Give the issue its moment; pressing twice gives it once.

    Args:
        due_local: the time on the clock of the list, without zone; None is its own
            Sunday and hour.
        typed_readers: to how many somebody typed that it goes; only asked when that
            is far from last time.

    Raises:
        TimeHasPassed: ask whether to send it now.
        CountNeeded: ask for the number.
        CannotSchedule: not in order, not approved, or scheduled for another moment.
    """
    due_local = due_local or _planned(issue)
    own_moment = moment_of(due_local, issue.mailing_list.zone)
    if standing := issue.dispatches.standing().first():
        return _same_or_refuse(standing, due_local, now=now)
    if own_moment <= now:
        raise TimeHasPassed(
            _("%(when)s has gone by. Send it now?")
            % {"when": in_words(due_local, issue.mailing_list, now=now)}
        )
    return _give_moment(
        issue,
        due_local,
        own_moment,
        act="scheduled",
        by=by,
        now=now,
        typed_readers=typed_readers,
    )


def send_now(
    issue: Issue,
    *,
    by: User | None,
    now: datetime,
    typed_readers: int | None = None,
) -> Dispatch:
    """Let the issue leave in five minutes: as long as it can be taken back.

    Raises:
        CountNeeded: ask for the number of readers.
        CannotSchedule: not in order, not approved, or on its way already.
    """
    due_at = (now + HOLD).replace(microsecond=0)
    due_local = local_time(due_at, issue.mailing_list.zone)
    standing = issue.dispatches.standing().first()
    if standing and standing.state == DispatchState.SCHEDULED:
        _refuse_missed(standing, now=now)
        if standing.due_at <= due_at:
            return standing
        raise _already(standing, now=now)
    if standing:
        raise _gone()
    return _give_moment(
        issue,
        due_local,
        due_at,
        act="sent now",
        by=by,
        now=now,
        typed_readers=typed_readers,
    )


def cancel_moment(issue: Issue, *, by: User | None, now: datetime) -> None:
    """Take back the moment of an issue.

    Raises:
        CannotSchedule: it has none, or it has begun to leave.
    """
    standing = issue.dispatches.standing().first()
    if standing is None:
        raise CannotSchedule(
            _("There is nothing to cancel: this issue has no moment to leave.")
        )
    cancel_schedule(standing, by=by, now=now)


@transaction.atomic
def cancel_schedule(dispatch: Dispatch, *, by: User | None, now: datetime) -> None:
    """Take the moment back. The approval stays.

    Raises:
        CannotSchedule: it has begun to leave, so it can only be paused or stopped.
    """
    cancelled = Dispatch.objects.filter(
        pk=dispatch.pk, state=DispatchState.SCHEDULED
    ).update(state=DispatchState.CANCELLED, finished_at=now)
    dispatch.refresh_from_db()
    if not cancelled and dispatch.state != DispatchState.CANCELLED:
        raise CannotSchedule(
            _("This issue is already leaving. Pause it or stop it instead.")
        )
    if cancelled:
        record_act("schedule cancelled", dispatch, by=by, now=now, **_in_place(by, now))


def _planned(issue: Issue) -> datetime:
    due_local = planned_time(issue)
    if due_local is None:
        raise CannotSchedule(_("This issue has no day yet. Choose one."))
    return due_local


def _expected_readers(
    issue: Issue, due_local: datetime, typed: int | None
) -> int | None:
    """Return how many somebody typed that there are; None where nobody had to."""
    readers, surprise = _surprise(issue, due_local)
    if surprise is None:
        return None
    if typed is None or abs(typed - readers) > TYPED_WITHIN * readers:
        raise CountNeeded(
            _("%(surprise)s Type how many readers there are now, to be sure.")
            % {"surprise": surprise}
        )
    return readers


def _surprise(issue: Issue, due_local: datetime) -> tuple[int, str | None]:
    """Count the readers it was approved for; say how that differs from last time."""
    approval = latest_approval(issue)
    aim = approval.rendition.aim if approval else None
    readers = audience_size(issue, on=due_local.date(), aim=aim)
    return readers, surprise_at(issue, readers, aim)


def _same_or_refuse(
    standing: Dispatch, due_local: datetime, *, now: datetime
) -> Dispatch:
    if standing.state != DispatchState.SCHEDULED:
        raise _gone()
    _refuse_missed(standing, now=now)
    if standing.due_local != _as_said(due_local):
        raise _already(standing, now=now)
    return standing


def _refuse_missed(standing: Dispatch, *, now: datetime) -> None:
    """Never say "scheduled" of an issue whose moment has passed for good."""
    if standing.start_before <= now:
        raise CannotSchedule(
            _("This issue missed its moment. Cancel that first, then choose anew.")
        )


def _already(standing: Dispatch, *, now: datetime) -> CannotSchedule:
    due_local = datetime.fromisoformat(standing.due_local)
    return CannotSchedule(
        _("This issue is already scheduled: %(when)s. Cancel that first.")
        % {"when": in_words(due_local, standing.issue.mailing_list, now=now)}
    )


def _gone() -> CannotSchedule:
    return CannotSchedule(_("This issue has already left, so it is not sent again."))


def _give_moment(
    issue: Issue,
    due_local: datetime,
    own_moment: datetime,
    *,
    act: str,
    by: User | None,
    now: datetime,
    typed_readers: int | None,
) -> Dispatch:
    if unready := stops(preflight(issue, now=now, on=due_local.date())):
        raise CannotSchedule(unready[0].message)
    expected = _expected_readers(issue, due_local, typed_readers)
    rendition = _rendition_to_send(issue, by=by, now=now)
    # In their own morning some readers get it before; there is time to take it back.
    first_turn = earliest_wave(issue.mailing_list, due_local)
    due_at = max(first_turn, min(own_moment, now + HOLD))
    try:
        with transaction.atomic():
            dispatch = Dispatch.objects.create(
                issue=issue,
                rendition=rendition,
                due_local=_as_said(due_local),
                time_zone=issue.mailing_list.time_zone,
                due_at=due_at,
                start_before=own_moment + LATENESS,
                pace_minutes=issue.mailing_list.pace_minutes,
                provider=settings.EMAIL_PROVIDER,
                expected_readers=expected,
                created_at=now,
                created_by=by,
            )
            record_act(
                act,
                dispatch,
                by=by,
                now=now,
                due=due_at.isoformat(),
                aim=rendition.aim,
                **_in_place(by, now),
            )
    except IntegrityError:
        # Two presses in one moment: the database kept the first.
        return _same_or_refuse(issue.dispatches.standing().get(), due_local, now=now)
    return dispatch


def _in_place(by: User | None, now: datetime) -> dict[str, str]:
    return on_record(in_whose_place(by, SCHEDULING, now=now)) if by else {}


def _as_said(due_local: datetime) -> str:
    return due_local.isoformat(timespec="seconds")


def _rendition_to_send(issue: Issue, *, by: User | None, now: datetime) -> Rendition:
    if approval := latest_approval(issue):
        return approval.rendition
    if issue.mailing_list.needs_approval:
        raise CannotSchedule(
            _("This issue is not approved yet, or was changed since. Approve it first.")
        )
    try:
        with transaction.atomic():
            rendition = freeze(issue, by=by, now=now)
            keep_text(rendition, by=by)
        return rendition
    except CannotRender as trouble:
        raise CannotSchedule(str(trouble)) from trouble
