"""Putting one finding right by a press, as if an editor had typed it."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.delivery.models import DispatchState
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Finding
from newsletter.publishing.mends import is_of_issue


class CannotMend(Exception):
    """Why it was not put right, and what to do about it."""


def find(findings: Iterable[Finding], key: str) -> Finding | None:
    """Return the finding that is known by that key, if it is still there."""
    return next((finding for finding in findings if finding.key == key), None)


def mend(
    issue: Issue, finding: Finding, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Do the one safe thing that puts a finding right.

    What changes the issue makes its next version, so an approval lapses as it does
    when an editor saves.

    Args:
        issue: as it was when the finding was made.

    Raises:
        CannotMend: there is no such thing, the issue has left, or somebody saved it.
    """
    if finding.mend is None:
        raise CannotMend(_("This cannot be put right by a press. Follow its link."))
    if issue.dispatches.standing().exclude(state=DispatchState.SCHEDULED).exists():
        raise CannotMend(
            _("This issue has already left. Readers keep what they were sent.")
        )
    try:
        with transaction.atomic():
            if is_of_issue(finding.mend):
                _hold(issue, by=by, now=now)
            finding.mend.do()
            record_act(
                "put a finding right", issue, by=by, now=now, finding=finding.code
            )
    except IntegrityError as trouble:
        raise CannotMend(
            _("Somebody else was quicker. Look at the issue again.")
        ) from trouble


def _hold(issue: Issue, *, by: AbstractBaseUser, now: datetime) -> None:
    """Make this the next version, unless somebody else saved meanwhile."""
    same = Issue.objects.filter(pk=issue.pk, version=issue.version)
    if not same.update(version=F("version") + 1, updated_at=now, updated_by=by.pk):
        raise CannotMend(_("Somebody else changed this issue just now. Look again."))
