"""Saying yes to an issue as it is now, byte for byte."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.models import Issue
from newsletter.markup import CannotRender
from newsletter.publishing.deputies import APPROVING, in_whose_place, on_record
from newsletter.publishing.frozen_checks import is_behind, latest_approval
from newsletter.publishing.kept_texts import keep_text
from newsletter.publishing.models import Approval
from newsletter.publishing.readiness import content_findings, stops, waived
from newsletter.publishing.second_eyes import why_somebody_else
from newsletter.rendering.email import render
from newsletter.rendering.freezing import freeze
from newsletter.rendering.models import Rendition


class CannotApprove(Exception):
    """Why there can be no yes now, and what to do about it."""


def approve(
    issue: Issue,
    *,
    by: User,
    now: datetime,
    seen_version: int | None = None,
    in_emergency: bool = False,
) -> Approval:
    """Freeze the issue and say yes to that; a second press says yes once.

    Unless something around the issue was changed between the two, such as an article.
    An issue that is already scheduled leaves as approved here.

    Args:
        seen_version: the version the person had before them when they pressed.
        in_emergency: a superuser approves what they changed themselves; it is put on
            record as that.

    Raises:
        CannotApprove: changed meanwhile, not in order, already on its way, or theirs.
    """
    _refuse_if_unseen(issue, seen_version)
    _refuse_if_gone(issue)
    if standing := _still_true(issue):
        return standing
    is_own = _refuse_own(issue, by=by, now=now, in_emergency=in_emergency)
    findings = content_findings(issue, now=now)
    if unready := stops(findings):
        raise CannotApprove(unready[0].message)
    let_go = [finding.code for finding in waived(findings)]
    try:
        rendition = freeze(issue, by=by, now=now)
        return _say_yes(rendition, by=by, now=now, is_own=is_own, let_go=let_go)
    except CannotRender as trouble:
        raise CannotApprove(str(trouble)) from trouble
    except IntegrityError as trouble:
        raise CannotApprove(
            _("Somebody else pressed in the same moment. Look at the issue again.")
        ) from trouble


def _still_true(issue: Issue) -> Approval | None:
    """Return the yes that stands, if the issue would be the same mail now."""
    standing = latest_approval(issue)
    try:
        if standing and not is_behind(standing.rendition, issue, render(issue)):
            return standing
    except CannotRender as trouble:
        raise CannotApprove(str(trouble)) from trouble
    return None


def _refuse_own(issue: Issue, *, by: User, now: datetime, in_emergency: bool) -> bool:
    """Tell whether it is their own text that a superuser approves in an emergency."""
    refusal = why_somebody_else(issue, by=by, now=now)
    if refusal and not (in_emergency and by.is_superuser):
        raise CannotApprove(refusal)
    return bool(refusal)


def _refuse_if_unseen(issue: Issue, seen_version: int | None) -> None:
    if seen_version is not None and seen_version != issue.version:
        raise _changed()


def _changed() -> CannotApprove:
    return CannotApprove(
        _("The issue was changed meanwhile. Look at it again, then approve.")
    )


def _refuse_if_gone(issue: Issue) -> None:
    # While it is paused, a corrected text may be approved for those who wait.
    may_change = (DispatchState.SCHEDULED, DispatchState.PAUSED)
    if issue.dispatches.standing().exclude(state__in=may_change).exists():
        raise CannotApprove(
            _("This issue has already left. Readers keep what they were sent.")
        )


@transaction.atomic
def _say_yes(
    rendition: Rendition,
    *,
    by: User,
    now: datetime,
    is_own: bool,
    let_go: list[str],
) -> Approval:
    # Taking the row holds off whoever saves the issue, until this yes is written.
    unchanged = Issue.objects.filter(
        pk=rendition.issue_id, version=rendition.issue_version
    ).update(version=F("version"))
    if not unchanged:
        raise _changed()
    approval = Approval.objects.create(
        rendition=rendition,
        approved_by=by,
        approved_at=now,
        for_version=rendition.issue_version,
        in_place_of=in_whose_place(by, APPROVING, now=now),
    )
    keep_text(rendition, by=by)
    Dispatch.objects.filter(
        issue=rendition.issue_id, state=DispatchState.SCHEDULED
    ).update(rendition=rendition)
    # It may have begun to leave since the first look: then nothing was approved.
    _refuse_if_gone(rendition.issue)
    record_act(
        "approved their own text in an emergency" if is_own else "approved",
        rendition.issue,
        by=by,
        now=now,
        rendition=rendition.pk,
        sha256=rendition.sha256,
        let_go=let_go,
        aim=rendition.aim,
        **on_record(approval.in_place_of),
    )
    return approval


@transaction.atomic
def approve_with_its_day(
    reserve: Issue, standing: Approval, *, now: datetime
) -> Approval:
    """Carry the yes to a reserve over to the same text with its day above it.

    Whoever said it said it to whichever day it would get; nobody says anything new.

    Raises:
        CannotRender: a block cannot be shown.
    """
    rendition = freeze(reserve, by=None, now=now)
    keep_text(rendition, by=None)
    return Approval.objects.create(
        rendition=rendition,
        approved_by=standing.approved_by,
        approved_at=standing.approved_at,
        for_version=rendition.issue_version,
        in_place_of=standing.in_place_of,
        follows=standing,
    )


__all__ = ["CannotApprove", "approve", "approve_with_its_day", "latest_approval"]
