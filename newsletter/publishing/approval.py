"""Saying yes to an issue as it is now, byte for byte."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.models import Issue
from newsletter.markup import CannotRender
from newsletter.publishing.frozen_checks import is_behind, latest_approval
from newsletter.publishing.models import Approval
from newsletter.publishing.readiness import content_findings, stops
from newsletter.rendering.email import render
from newsletter.rendering.freezing import freeze
from newsletter.rendering.models import Rendition


class CannotApprove(Exception):
    """Why there can be no yes now, and what to do about it."""


def approve(
    issue: Issue,
    *,
    by: AbstractBaseUser,
    now: datetime,
    seen_version: int | None = None,
) -> Approval:
    """Freeze the issue and say yes to that; a second press says yes once.

    Unless something around the issue was changed between the two, such as an article.
    An issue that is already scheduled leaves as approved here.

    Args:
        seen_version: the version the person had before them when they pressed.

    Raises:
        CannotApprove: changed meanwhile, not in order, or already on its way.
    """
    _refuse_if_unseen(issue, seen_version)
    _refuse_if_gone(issue)
    if standing := _still_true(issue):
        return standing
    if unready := stops(content_findings(issue)):
        raise CannotApprove(unready[0].message)
    try:
        rendition = freeze(issue, by=by, now=now)
        return _say_yes(rendition, by=by, now=now)
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
        if standing and not is_behind(standing.rendition, render(issue)):
            return standing
    except CannotRender as trouble:
        raise CannotApprove(str(trouble)) from trouble
    return None


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
def _say_yes(rendition: Rendition, *, by: AbstractBaseUser, now: datetime) -> Approval:
    # Taking the row holds off whoever saves the issue, until this yes is written.
    unchanged = Issue.objects.filter(
        pk=rendition.issue_id, version=rendition.issue_version
    ).update(version=F("version"))
    if not unchanged:
        raise _changed()
    approval = Approval.objects.create(
        rendition=rendition, approved_by_id=by.pk, approved_at=now
    )
    Dispatch.objects.filter(
        issue=rendition.issue_id, state=DispatchState.SCHEDULED
    ).update(rendition=rendition)
    # It may have begun to leave since the first look: then nothing was approved.
    _refuse_if_gone(rendition.issue)
    record_act(
        "approved",
        rendition.issue,
        by=by,
        now=now,
        rendition=rendition.pk,
        sha256=rendition.sha256,
    )
    return approval


__all__ = ["CannotApprove", "approve", "latest_approval"]
