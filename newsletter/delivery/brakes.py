"""Holding a dispatch by itself when what comes back says that going on does harm."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import formats
from django.utils.translation import gettext_lazy

from newsletter.audit.models import AuditEntry
from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.models import (
    Batch,
    BatchState,
    Delivery,
    DeliveryEvent,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.outcomes import REFUSED_BY_POLICY
from newsletter.delivery.vital_signs import Heartbeat
from subscribers.models import MailingList, Suppression, SuppressionReason

# Counting a million deliveries takes a good part of a second, so a larger audience is
# looked at less often: each look costs a few per cent of the time between two.
LOOK_EVERY = timedelta(seconds=5)
READERS_PER_SECOND = 50_000
# Of a small number one failure is a large share.
EARLY_LIMIT = 5.0

# --- What is seen ---


@dataclass(frozen=True)
class Figures:
    """What became of the readers of some groups.

    Attributes:
        left: readers of the groups that the provider took.
        temporary: deferred, or bounced from a mailbox that exists.
        permanent: refused by the provider or for what we are, or bounced for good.
        complaints: reported as spam.
        policy: of the permanent ones those that were refused for what we are.
    """

    left: int
    temporary: int
    permanent: int
    complaints: int
    policy: int = 0


@dataclass(frozen=True)
class Limits:
    """Above which share of the readers a dispatch is held, in per cent."""

    temporary: float
    permanent: float
    complaints: float

    @property
    def policy(self) -> float:
        """The same as of permanent failures, of which they are some."""
        return self.permanent

    @classmethod
    def of(cls, mailing_list: MailingList, readers: int) -> "Limits":
        """Return the list's own, but no stricter than 5 % while few have it."""
        least = EARLY_LIMIT if readers < mailing_list.pause_limits_from else 0.0
        return cls(
            max(mailing_list.pause_above_temporary, least),
            max(mailing_list.pause_above_permanent, least),
            max(mailing_list.pause_above_complaints, least),
        )


def figures_of(dispatch: Dispatch, batches: "QuerySet[Batch]") -> Figures:
    """Count what became of the readers of these batches of a dispatch.

    Two queries: over the batches, and over the dispatch's deliveries by its index, in
    which the few that went wrong are picked out. A bounce is permanent when it had the
    address suppressed; a full mailbox may have room tomorrow.
    """
    taken = batches.filter(state=BatchState.DONE)
    gone = Suppression.objects.filter(
        address_hash=OuterRef("subscriber__address_hash"),
        reason=SuppressionReason.HARD_BOUNCE,
    )
    rejected = Q(exception=DeliveryException.REJECTED)
    bounced = Q(event=DeliveryEvent.BOUNCED)
    policy = Q(reason__startswith=REFUSED_BY_POLICY) & (rejected | bounced)
    for_good = rejected | policy | (bounced & Q(Exists(gone)))
    wrong = (
        Delivery.objects.filter(dispatch=dispatch, batch__in=batches)
        .filter(
            rejected
            | Q(
                event__in=(
                    DeliveryEvent.DEFERRED,
                    DeliveryEvent.BOUNCED,
                    DeliveryEvent.COMPLAINED,
                )
            )
        )
        .aggregate(
            permanent=Count("pk", filter=for_good),
            temporary=Count(
                "pk", filter=(bounced | Q(event=DeliveryEvent.DEFERRED)) & ~for_good
            ),
            complaints=Count("pk", filter=Q(event=DeliveryEvent.COMPLAINED)),
            policy=Count("pk", filter=policy),
        )
    )
    return Figures(left=taken.aggregate(n=Sum("size"))["n"] or 0, **wrong)


# --- What it means ---

# Of each kind: what is the matter, and what to do before going on.
_WORDS = (
    (
        "complaints",
        gettext_lazy(
            "%(count)s of %(left)s readers reported this issue as spam (%(share)s %%, "
            "the limit is %(limit)s %%)."
        ),
        gettext_lazy("Look at what was sent to whom."),
    ),
    (
        "policy",
        gettext_lazy(
            "The servers of %(count)s of %(left)s readers take no mail from us "
            "(%(share)s %%, the limit is %(limit)s %%)."
        ),
        gettext_lazy("Ask the mail provider why before you go on."),
    ),
    (
        "permanent",
        gettext_lazy(
            "%(count)s of %(left)s readers cannot be reached (%(share)s %%, the limit "
            "is %(limit)s %%)."
        ),
        gettext_lazy("Look at the addresses before you go on."),
    ),
    (
        "temporary",
        gettext_lazy(
            "%(count)s of %(left)s readers cannot be reached now (%(share)s %%, the "
            "limit is %(limit)s %%)."
        ),
        gettext_lazy("Wait a little before you go on."),
    ),
)
# What stays so when an issue has left; a mailbox that is busy is tried again.
_LASTING = ("complaints", "policy", "permanent")


def what_is_wrong(figures: Figures, limits: Limits) -> str | None:
    """Return in the publisher's words which limit was passed; None when all is well."""
    for kind, fact, advice in _WORDS:
        if words := _passed(kind, fact, figures, limits):
            return f"{words} {advice}"
    return None


def what_went_wrong(figures: Figures, limits: Limits) -> str:
    """Return which limit was passed by an issue that has left; empty: none was."""
    passed = (
        _passed(kind, fact, figures, limits)
        for kind, fact, _advice in _WORDS
        if kind in _LASTING
    )
    return next(filter(None, passed), "")


def _passed(kind: str, fact: object, figures: Figures, limits: Limits) -> str:
    count, limit = getattr(figures, kind), getattr(limits, kind)
    if not count or 100 * count <= limit * figures.left:
        return ""
    share = 100 * count / max(figures.left, 1)
    return str(fact) % {
        "count": formats.number_format(count, force_grouping=True),
        "left": formats.number_format(figures.left, force_grouping=True),
        "share": formats.number_format(share, decimal_pos=1),
        "limit": formats.number_format(limit),
    }


# --- What is done ---


def look(dispatch_id: int, *, now: datetime) -> bool:
    """Hold a dispatch when a limit of its list is passed; return whether this call did.

    May be called as often as anything happens: it counts once in a few seconds.
    """
    dispatch = (
        Dispatch.objects.filter(pk=dispatch_id, state=DispatchState.SENDING)
        .select_related("issue__mailing_list")
        .first()
    )
    if dispatch is None or not _is_time(dispatch, now=now):
        return False
    mailing_list = dispatch.issue.mailing_list
    batches = _since_last_resume(dispatch)
    left = batches.filter(state=BatchState.DONE).aggregate(n=Sum("size"))["n"] or 0
    if left < mailing_list.pause_limits_from:
        return False
    figures = figures_of(dispatch, batches)
    reason = what_is_wrong(figures, Limits.of(mailing_list, figures.left))
    return bool(reason and pause_by_machine(dispatch.pk, reason, now=now))


def _since_last_resume(dispatch: Dispatch) -> "QuerySet[Batch]":
    """Return the groups handed over since a publisher last said "go on".

    The others were judged by a person, and so is what still comes back from them.
    """
    resumed_at = (
        AuditEntry.objects.about(dispatch)
        .filter(
            # The moment has an index; before the start nothing can be resumed.
            at__gte=dispatch.started_at or dispatch.due_at,
            act="resumed",
        )
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )
    batches = Batch.objects.filter(dispatch=dispatch)
    return batches.filter(submitted_at__gt=resumed_at) if resumed_at else batches


def _is_time(dispatch: Dispatch, *, now: datetime) -> bool:
    """Tell whether it is this caller's turn to look; of several, one has it."""
    name = f"brakes {dispatch.pk}"
    pause = LOOK_EVERY + timedelta(
        seconds=dispatch.audience_count // READERS_PER_SECOND
    )
    looked_at = Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()
    if looked_at is None:
        # Those of other Sundays are of no use any more.
        yesterday = now - timedelta(days=1)
        Heartbeat.objects.filter(name__startswith="brakes ", at__lt=yesterday).delete()
        _row, is_ours = Heartbeat.objects.get_or_create(name=name, defaults={"at": now})
        return is_ours
    if looked_at > now - pause:
        return False
    return bool(Heartbeat.objects.filter(name=name, at=looked_at).update(at=now))
