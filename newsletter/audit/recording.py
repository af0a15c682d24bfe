"""Writing an act on record, in the transaction of the act itself."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models

from newsletter.audit.models import AuditEntry, subject_of

MACHINE = "machine"


def record_act(
    act: str,
    about: models.Model,
    *,
    by: AbstractBaseUser | AnonymousUser | None,
    now: datetime,
    **details: Any,
) -> AuditEntry:
    """Add one act; ``by=None`` is the clock or a worker.

    Args:
        act: a verb such as ``scheduled``, ``paused``, ``erased``.
        about: the row it was done to.
        details: what a later reader needs; never an address.
    """
    person = by if by is not None and by.pk else None
    return AuditEntry.objects.create(
        at=now,
        actor_id=person.pk if person else None,
        actor_name=person.get_username() if person else MACHINE,
        act=act,
        subject=subject_of(about),
        details=details,
    )
