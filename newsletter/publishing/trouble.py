"""Something is wrong with an issue that is leaving or has left: what can be done."""

import ipaddress
from datetime import datetime
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.control import CannotControl, stop
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.publishing.approval import latest_approval
from newsletter.rendering.models import Link, Rendition

LONGEST_ADDRESS = 2000


class CannotMend(Exception):
    """This cannot be mended so; the text says why, for whoever pressed."""


# --- A wrong link ---


def links_of(dispatch: Dispatch) -> "QuerySet[Link]":
    """Return the links of what readers have now, in the order of the mail."""
    return dispatch.rendition.links.order_by("position")


def repair_link(link: Link, target: str, *, by: AbstractBaseUser, now: datetime) -> int:
    """Let a link lead elsewhere, in every mail of the issue; return how many links.

    Raises:
        CannotMend: no address that readers can reach, or the one it has.
    """
    target = target.strip()
    _refuse_address(target)
    if target == link.target:
        raise CannotMend(_("The link leads there already."))
    with transaction.atomic():
        changed = Link.objects.filter(
            rendition__issue=link.rendition.issue_id, target=link.target
        ).update(target=target)
        if not changed:
            raise CannotMend(_("Somebody else mended this link just now. Look again."))
        record_act(
            "link mended",
            link.rendition.issue,
            by=by,
            now=now,
            before=link.target,
            after=target,
        )
    return changed


def _refuse_address(target: str) -> None:
    """Let only addresses pass that lead a reader anywhere."""
    if len(target) > LONGEST_ADDRESS or FORBIDDEN_IN_LINE.search(target):
        raise CannotMend(_("This is no address of a page."))
    try:
        URLValidator(schemes=("http", "https"))(target)
    except ValidationError as wrong:
        message = _("Write the whole address, such as https://example.nl/page.")
        raise CannotMend(message) from wrong
    host = urlsplit(target).hostname or ""
    if _is_private(host):
        raise CannotMend(_("Readers cannot reach that address from outside."))


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal"))


# --- A wrong text ---


def corrected_rendition(dispatch: Dispatch) -> Rendition | None:
    """Return the newest approved text when it is another than what is leaving."""
    approval = latest_approval(dispatch.issue)
    if approval is None or approval.rendition_id == dispatch.rendition_id:
        return None
    return approval.rendition


# --- It has to go ---


def withdraw(dispatch: Dispatch, *, by: AbstractBaseUser, now: datetime) -> int:
    """Stop what still waits and take the web issue away; return how many are spared.

    Raises:
        CannotControl: nothing of it has left, or it was withdrawn before.
    """
    with transaction.atomic():
        changed = Dispatch.objects.filter(
            pk=dispatch.pk, started_at__isnull=False, withdrawn_at=None
        ).update(withdrawn_at=now)
        if not changed:
            raise CannotControl(_("There is nothing to withdraw."))
        record_act("withdrawn", dispatch, by=by, now=now)
        dispatch.refresh_from_db()
        if dispatch.state in (DispatchState.SENDING, DispatchState.PAUSED):
            return stop(dispatch, by=by, now=now)
    return 0


def put_back(dispatch: Dispatch, *, by: AbstractBaseUser, now: datetime) -> None:
    """Show the web issue again; what was stopped stays stopped.

    Raises:
        CannotControl: it was not withdrawn.
    """
    with transaction.atomic():
        changed = Dispatch.objects.filter(
            pk=dispatch.pk, withdrawn_at__isnull=False
        ).update(withdrawn_at=None)
        if not changed:
            raise CannotControl(_("This issue is not withdrawn."))
        record_act("put back", dispatch, by=by, now=now)
    dispatch.refresh_from_db()
