"""Addresses we never mail, whatever any status says; only their hash is kept."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser

from newsletter.audit.recording import record_act
from subscribers.addresses import address_hash
from subscribers.models import (
    BY_IMPORT,
    Subscriber,
    Suppression,
    SuppressionReason,
)
from subscribers.telling import tell_of_suppression

# Who is on the list for one of these comes back only through us.
LASTING = (
    SuppressionReason.HARD_BOUNCE,
    SuppressionReason.COMPLAINT,
    SuppressionReason.STAFF,
)
# Whoever confirms wants us back; what we sent for that arrived.
ENDED_BY_CONFIRMING = (SuppressionReason.ERASURE, SuppressionReason.SOFT_BOUNCES)


def suppress(
    address_or_hash: str,
    reason: SuppressionReason,
    now: datetime,
    note: str = "",
    *,
    by: AbstractBaseUser | None = None,
) -> bool:
    """Never mail this address again; return whether that is new.

    Args:
        address_or_hash: an address in any spelling, or its ``address_hash``.
        note: for colleagues; never an address or a name.
        by: who decided; ``None`` is the machine.
    """
    suppression, is_new = Suppression.objects.get_or_create(
        address_hash=_hash(address_or_hash),
        reason=reason,
        defaults={"at": now, "note": note},
    )
    if not is_new:
        # More than an import says so by now: undoing that does not lift it.
        Suppression.objects.filter(
            pk=suppression.pk, note__startswith=BY_IMPORT
        ).update(note=note, at=now)
    if is_new:
        about = _about(suppression, by)
        record_act("suppressed", about, by=by, now=now, reason=str(reason))
        tell_of_suppression(suppression.address_hash, reason, now=now)
    return is_new


def lift(
    address_or_hash: str,
    reason: SuppressionReason,
    now: datetime,
    *,
    by: AbstractBaseUser | None = None,
) -> bool:
    """Take one reason away; return whether it was there. Other reasons stay."""
    suppression = Suppression.objects.filter(
        address_hash=_hash(address_or_hash), reason=reason
    ).first()
    if suppression is None:
        return False
    about = _about(suppression, by)
    record_act("suppression lifted", about, by=by, now=now, reason=str(reason))
    suppression.delete()
    return True


def is_suppressed(address_or_hash: str) -> bool:
    """Tell whether anything keeps us from mailing this address."""
    return Suppression.objects.filter(address_hash=_hash(address_or_hash)).exists()


def is_lastingly_suppressed(address_or_hash: str) -> bool:
    """Tell whether a sign-up of their own is not enough to be mailed again."""
    return Suppression.objects.filter(
        address_hash=_hash(address_or_hash), reason__in=LASTING
    ).exists()


def _about(
    suppression: Suppression, by: AbstractBaseUser | None
) -> Subscriber | Suppression:
    """Return whom a colleague's act is about, so that it is told on their page."""
    if by is None:
        return suppression
    theirs = Subscriber.objects.filter(address_hash=suppression.address_hash)
    return theirs.order_by("erased_at", "pk").first() or suppression


def _hash(address_or_hash: str) -> str:
    return address_hash(address_or_hash) if "@" in address_or_hash else address_or_hash
