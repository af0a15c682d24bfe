"""Taking a person out of the outbox: what is for them, from them or about them."""

import re
from collections.abc import Callable, Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.outbox.sending import EMPTIED


def forget_mail_to(
    *, address: str, to_hash: str, is_same: Callable[[str], bool]
) -> None:
    """Empty every mail to an address or naming it; what waits never leaves.

    Args:
        is_same: tells another spelling of the address from somebody else's.
    """
    local_part = address.rpartition("@")[0]
    near = _waiting().filter(to_address__istartswith=f"{local_part}@")
    theirs = [pk for pk, to in near.values_list("pk", "to_address") if is_same(to)]
    _empty(_waiting().filter(Q(to_hash=to_hash) | Q(pk__in=theirs)))
    _empty(_waiting().filter(pk__in=_naming(address)))


def forget_mail_to_hash(to_hash: str) -> None:
    """Empty every mail to an address of which only the keyed hash is left."""
    _empty(_waiting().filter(to_hash=to_hash))


def forget_mail_about(key_beginnings: Iterable[str]) -> None:
    """Empty the mails whose key begins so: they quote what somebody wrote."""
    for beginning in key_beginnings:
        _empty(_waiting().filter(key__startswith=beginning))


def _waiting() -> "QuerySet[OutgoingMail]":
    # Whoever left already was emptied then, so all of these still wait.
    return OutgoingMail.objects.exclude(to_address="")


def _empty(mails: "QuerySet[OutgoingMail]") -> None:
    mails.update(
        state=OutgoingMailState.FAILED,
        last_error=_("This person was forgotten."),
        lease_until=None,
        reply_to="",
        **EMPTIED,
    )


def _naming(address: str) -> list[int]:
    """Return the mails in which the address stands, whole and not as part of one."""
    whole = re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", re.IGNORECASE)
    columns = ("subject", "text", "reply_to", "headers")
    anywhere = Q()
    for column in columns:
        anywhere |= Q(**{f"{column}__icontains": address})
    found = _waiting().filter(anywhere).values_list("pk", *columns)
    return [pk for pk, *told in found if whole.search(" ".join(map(str, told)))]
