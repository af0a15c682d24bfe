"""Letting an issue go with something that stops it: a publisher's word, with why."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.characters import FORBIDDEN_IN_TEXT
from newsletter.issues.models import Issue
from newsletter.publishing.finding_models import LONGEST_REASON, SHORTEST_REASON, Waiver
from newsletter.publishing.findings import Finding, Severity


class CannotWaive(Exception):
    """Why the issue may not go with it, and what to do about it."""


def may_be_waived(finding: Finding) -> bool:
    """Tell whether it stops the issue and a publisher may let it go."""
    return (
        finding.severity == Severity.STOP
        and not finding.is_final
        and finding.waiver is None
    )


def waive(
    issue: Issue,
    finding: Finding,
    *,
    reason: str,
    by: AbstractBaseUser,
    now: datetime,
) -> Waiver:
    """Let the issue go with one finding; pressing twice keeps the first reason.

    Raises:
        CannotWaive: nobody may let this go, or the reason says too little.
    """
    if not may_be_waived(finding):
        raise CannotWaive(
            _("This cannot be let go. It has to be put right before the issue leaves.")
        )
    reason = " ".join(reason.split())
    _refuse_unless_said(reason)
    with transaction.atomic():
        waiver, is_new = Waiver.objects.get_or_create(
            issue=issue,
            key=finding.key,
            defaults={
                "code": finding.code,
                "message": finding.message,
                "reason": reason,
                "given_by_id": by.pk,
                "given_at": now,
            },
        )
        if is_new:
            record_act(
                "let a finding go",
                issue,
                by=by,
                now=now,
                finding=finding.code,
                message=finding.message,
                reason=reason,
            )
    return waiver


@transaction.atomic
def take_back(waiver: Waiver, *, by: AbstractBaseUser, now: datetime) -> None:
    """Let the finding stop the issue again; a second press changes nothing."""
    if Waiver.objects.filter(pk=waiver.pk).delete()[0]:
        record_act(
            "did not let a finding go after all",
            waiver.issue,
            by=by,
            now=now,
            finding=waiver.code,
        )


def _refuse_unless_said(reason: str) -> None:
    if FORBIDDEN_IN_TEXT.search(reason):
        raise CannotWaive(_("This contains an invisible character. Type it again."))
    if len(reason) < SHORTEST_REASON:
        raise CannotWaive(
            _("Say in at least %(count)d characters why it may go all the same.")
            % {"count": SHORTEST_REASON}
        )
    if len(reason) > LONGEST_REASON:
        raise CannotWaive(
            _("Say it in at most %(count)d characters.") % {"count": LONGEST_REASON}
        )
