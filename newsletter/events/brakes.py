"""The brakes: limits of the list at which a dispatch is held, with what was seen."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from newsletter.audit.models import AuditEntry
from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.models import (
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.events.models import ProviderEvent


@dataclass(frozen=True)
class Seen:
    """What came back since a publisher last let the dispatch go on.

    Attributes:
        left: readers whose mail was handed over since.
    """

    left: int
    temporary: int
    permanent: int
    complaints: int


def brake_what_does_harm(now: datetime) -> None:
    """Look at everything that is on its way; the clock calls this after each sweep."""
    moving = Dispatch.objects.filter(state=DispatchState.SENDING)
    for dispatch in moving.select_related("issue__mailing_list"):
        brake(dispatch, now=now)


def brake(dispatch: Dispatch, *, now: datetime) -> bool:
    """Hold a dispatch that does harm; return whether this did it."""
    reason = reason_to_brake(dispatch)
    return bool(reason) and pause_by_machine(dispatch.pk, reason, now=now)


def reason_to_brake(dispatch: Dispatch) -> str:
    """Return why it should be held, for whoever reads it on a phone; "" when not."""
    limits = dispatch.issue.mailing_list
    seen = what_was_seen(dispatch)
    if seen.left < max(limits.pause_limits_from, 1):
        return ""
    for count, limit, words in (
        (seen.complaints, limits.pause_above_complaints, _("reported it as spam")),
        (seen.permanent, limits.pause_above_permanent, _("cannot be reached at all")),
        (seen.temporary, limits.pause_above_temporary, _("cannot be reached for now")),
    ):
        if count > seen.left * limit / 100:
            return _(
                "%(count)s of %(left)s readers %(what)s: more than the %(limit)s %% "
                "of this newsletter. Look at why before you go on."
            ) % {
                "count": number_format(count, force_grouping=True),
                "left": number_format(seen.left, force_grouping=True),
                "what": words,
                "limit": number_format(limit),
            }
    return ""


def what_was_seen(dispatch: Dispatch) -> Seen:
    """Count what came back. Small partial indexes hold the rows that are looked at."""
    since = _let_go_on_at(dispatch)
    handed_over = dispatch.batches.filter(state=BatchState.DONE, resolved_at__gt=since)
    refused = _troubled(dispatch).filter(
        exception=DeliveryException.REJECTED, batch__resolved_at__gt=since
    )
    told = _troubled(dispatch).filter(event_at__gt=since)
    bounced = told.filter(event=DeliveryEvent.BOUNCED)
    permanent = bounced.filter(Exists(_permanent_events())).count()
    return Seen(
        left=handed_over.aggregate(readers=Sum("size"))["readers"] or 0,
        temporary=told.filter(event=DeliveryEvent.DEFERRED).count()
        + bounced.count()
        - permanent,
        permanent=permanent + refused.count(),
        complaints=told.filter(event=DeliveryEvent.COMPLAINED).count(),
    )


def _let_go_on_at(dispatch: Dispatch) -> datetime:
    """Return since when to count: a publisher who goes on has seen what was before."""
    resumed = AuditEntry.objects.filter(
        act="resumed", subject=f"dispatch {dispatch.pk}"
    )
    last = resumed.order_by("-at").values_list("at", flat=True).first()
    return last or dispatch.started_at or dispatch.created_at


def _troubled(dispatch: Dispatch) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(dispatch=dispatch)


def _permanent_events() -> "QuerySet[ProviderEvent]":
    return ProviderEvent.objects.filter(delivery_id=OuterRef("pk"), is_permanent=True)
