"""Who is at work in an issue right now."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from newsletter.characters import without_forbidden
from newsletter.issues.models import Issue, Presence

# Who said nothing for so long has left.
SILENT_FOR = timedelta(seconds=60)
LONGEST_PLACE = 120


def tell_presence(
    issue: Issue, *, by: AbstractBaseUser, where: str, now: datetime
) -> None:
    """Write down that somebody is here, and at which block."""
    told = {"where": without_forbidden(where)[:LONGEST_PLACE], "seen_at": now}
    mine = Presence.objects.filter(issue=issue, user_id=by.pk)
    if mine.update(**told):
        return
    try:
        with transaction.atomic():
            Presence.objects.create(issue=issue, user_id=by.pk, **told)
    except IntegrityError:
        mine.update(**told)


def leave(issue: Issue, *, by: AbstractBaseUser) -> None:
    """Write down that somebody closed the issue."""
    Presence.objects.filter(issue=issue, user_id=by.pk).delete()


def others_in(
    issue: Issue, *, than: AbstractBaseUser, now: datetime
) -> "QuerySet[Presence]":
    """Return who else is here, who came first first."""
    here = Presence.objects.filter(issue=issue, seen_at__gt=now - SILENT_FOR)
    return here.exclude(user_id=than.pk).select_related("user").order_by("pk")


def forget_who_left(now: datetime) -> None:
    """Delete who left without saying so."""
    Presence.objects.filter(seen_at__lt=now - SILENT_FOR).delete()
