"""A late change of a scheduled issue: a proposal beside what was approved.

What was approved stays scheduled and leaves, whatever is saved meanwhile. Approving the
proposal makes it the one that leaves; rejecting puts the approved text back.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from reversion.errors import RevertError
from reversion.models import Revision

from newsletter.audit.recording import record_act
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.comparing import Comparison, compare
from newsletter.issues.models import Issue
from newsletter.issues.texts import text_of
from newsletter.markup import CannotRender
from newsletter.publishing.deputies import APPROVING, in_whose_place, on_record
from newsletter.publishing.frozen_checks import is_behind
from newsletter.publishing.kept_texts import kept_text, put_in_history
from newsletter.publishing.models import Approval, KeptText
from newsletter.rendering.email import RenderedEmail, render
from newsletter.rendering.models import Rendition


class CannotReject(Exception):
    """Why the approved text is not put back, and what to do about it."""


@dataclass(frozen=True)
class Proposal:
    """What would leave instead, were it approved.

    Attributes:
        rendered: the issue as it is now; None where it cannot be shown.
        changes: block by block; None where the approved text was not kept.
    """

    dispatch: Dispatch
    rendered: RenderedEmail | None
    changes: Comparison | None

    @property
    def approved(self) -> Rendition:
        """What leaves unless the proposal is approved."""
        return self.dispatch.rendition

    @property
    def can_be_rejected(self) -> bool:
        """Whether there is something to put back."""
        return bool(self.changes)


# --- What is proposed ---


def proposal_of(issue: Issue) -> Proposal | None:
    """Return what differs from what leaves; None when nothing does, or nothing leaves.

    Also after a change of an article or the newsletter itself: then no block differs,
    and the mail does.
    """
    dispatch = scheduled(issue)
    if dispatch is None:
        return None
    try:
        rendered = render(issue)
    except CannotRender:
        rendered = None
    if rendered and not is_behind(dispatch.rendition, issue, rendered):
        return None
    before = kept_text(dispatch.rendition)
    changes = compare(before, text_of(issue)) if before else None
    return Proposal(dispatch, rendered, changes)


def scheduled(issue: Issue) -> Dispatch | None:
    """Return the dispatch of an issue that has its moment and has not begun."""
    waiting = issue.dispatches.filter(state=DispatchState.SCHEDULED)
    return waiting.select_related("rendition").first()


# --- Rejecting ---


def reject_proposal(
    issue: Issue, *, by: User, now: datetime, seen_version: int
) -> None:
    """Put the approved text back as a new version; the proposal stays in the history.

    Args:
        seen_version: the version the person had before them when they pressed.

    Raises:
        CannotReject: changed meanwhile, left, or the text was not kept.
    """
    dispatch = scheduled(issue)
    if dispatch is None:
        raise CannotReject(
            _("This issue is not scheduled any more, so there is nothing to reject.")
        )
    kept = KeptText.objects.filter(rendition=dispatch.rendition).first()
    if kept is None:
        raise CannotReject(
            _("The approved text was not kept. Change it back in the issue itself.")
        )
    try:
        with transaction.atomic():
            _put_back(issue, dispatch, kept.revision, by, now, seen_version)
    except (IntegrityError, RevertError) as trouble:
        raise CannotReject(
            _(
                "The approved text does not fit any more: its day or a block is in "
                "use elsewhere. Change it back in the issue itself."
            )
        ) from trouble


def _put_back(
    issue: Issue,
    dispatch: Dispatch,
    revision: Revision,
    by: User,
    now: datetime,
    seen_version: int,
) -> None:
    # Taking the row holds off whoever saves the issue, until the text is back.
    mine = Issue.objects.filter(pk=issue.pk)
    if not mine.filter(version=seen_version).update(version=seen_version):
        raise CannotReject(
            _("The issue was changed meanwhile. Look at it again, then decide.")
        )
    put_in_history(issue, _("Proposal, rejected"), by=by)
    revision.revert(delete=True)
    mine.update(version=seen_version + 1, updated_by=by, updated_at=now)
    put_in_history(issue, _("As approved, put back"), by=by)
    Approval.objects.filter(rendition=dispatch.rendition).update(
        for_version=seen_version + 1
    )
    record_act(
        "proposal rejected",
        issue,
        by=by,
        now=now,
        version=seen_version,
        **on_record(in_whose_place(by, APPROVING, now=now)),
    )
