"""The trays of readers' mail: one list for everything, looked at in parts."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext_lazy as _

from newsletter.mistakes.models import (
    KINDS_OF_MACHINES,
    Crisis,
    MistakeReportState,
    ReaderMail,
    ReaderMailKind,
    ReaderMailState,
)

Person = AbstractBaseUser | AnonymousUser

NEW, MINE, ALL = "nieuw", "mij", "alles"
LABELS: dict[str, Any] = {
    NEW: _("New"),
    MINE: _("For me"),
    "fouten": _("Mistakes"),
    "vragen": _("Questions"),
    "afmeldingen": _("Unsubscribing"),
    "automatisch": _("Automatic"),
    "spam": _("Spam"),
    ALL: _("Everything"),
}
_WAITS = Q(state=ReaderMailState.NEW) & ~Q(kind__in=KINDS_OF_MACHINES)
_SETTLED = (MistakeReportState.THANKED, MistakeReportState.NOT_A_MISTAKE)
# A reader in need first, then who waits; what is done and what machines wrote last.
URGENCY = Case(
    When(_WAITS & Q(crisis__in=(Crisis.SUGGESTED, Crisis.YES)), then=Value(0)),
    When(state=ReaderMailState.NEW, then=Value(1)),
    When(state=ReaderMailState.HANDLED, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


def tray(name: str, person: Person) -> Q:
    """Return which mails lie in a tray; an unknown name is everything."""
    return _trays(person).get(name, Q())


def counts(person: Person) -> dict[str, int]:
    """Return how many wait in each tray, in one question."""
    trays = _trays(person)
    waiting = {
        name: Count("pk", filter=where)
        for name, where in trays.items()
        if name not in ("automatisch", "spam")
    }
    return ReaderMail.objects.filter(_WAITS).aggregate(**waiting)


def _trays(person: Person) -> dict[str, Q]:
    return {
        NEW: _WAITS,
        MINE: Q(assigned_to=person.pk, state=ReaderMailState.NEW),
        "fouten": Q(mistake_report__isnull=False)
        & ~Q(mistake_report__state__in=_SETTLED),
        "vragen": Q(kind=ReaderMailKind.QUESTION),
        "afmeldingen": Q(kind=ReaderMailKind.UNSUBSCRIBE),
        "automatisch": Q(
            kind__in=(
                ReaderMailKind.AUTOMATIC,
                ReaderMailKind.BOUNCE,
                ReaderMailKind.COMPLAINT,
            )
        ),
        "spam": Q(kind=ReaderMailKind.SPAM),
    }
