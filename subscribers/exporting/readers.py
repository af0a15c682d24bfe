"""Taking readers out: a stream of rows for whichever readers were asked for.

Whoever has some readers as a QuerySet calls ``export``; what it gives can be taken in
again as it is.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, QuerySet, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.audit.recording import record_act
from subscribers.exporting.files import as_csv, as_sheet
from subscribers.models import (
    MailingList,
    Subscription,
    SubscriptionState,
    Suppression,
)

# A sheet of Excel has one row more, for the names.
MOST_IN_A_SHEET = 1_048_575
_AT_ONCE = 2000


class Format(TextChoices):
    """What kind of file it becomes."""

    CSV = "csv", gettext_lazy("CSV, for every program")
    XLSX = "xlsx", gettext_lazy("Excel")


class CannotExport(Exception):
    """These readers do not fit; the message says what would."""


def export(
    places: "QuerySet[Subscription]",
    file_format: Format,
    *,
    mailing_list: MailingList,
    who: str,
    by: AbstractBaseUser,
    now: datetime,
) -> Iterator[bytes]:
    """Return a file of readers piece by piece, and put on record that it was asked for.

    Args:
        places: of one list, in whichever choice; order does not matter.
        who: whom they are, in words for the record; no names, no addresses.

    Raises:
        CannotExport: more than fits in a sheet.
    """
    count = places.count()
    if file_format == Format.XLSX and count > MOST_IN_A_SHEET:
        raise CannotExport(
            _("These are more readers than a sheet of Excel has rows. Choose CSV.")
        )
    record_act(
        "subscribers exported",
        mailing_list,
        by=by,
        now=now,
        who=who,
        readers=count,
        format=str(file_format),
    )
    write = as_sheet if file_format == Format.XLSX else as_csv
    return write(_rows(places))


def _rows(places: "QuerySet[Subscription]") -> Iterator[list[str]]:
    yield [
        _("E-mail address"),
        _("First name"),
        _("Status"),
        _("Subscribed on"),
        _("Unsubscribed on"),
        _("Source"),
    ]
    suppressed = Suppression.objects.filter(
        address_hash=OuterRef("subscriber__address_hash")
    )
    found = places.annotate(blocked=Exists(suppressed)).values_list(
        "subscriber__address",
        "subscriber__first_name",
        "state",
        "confirmed_at",
        "unsubscribed_at",
        "source",
        "blocked",
    )
    states = {one.value: str(one.label) for one in SubscriptionState}
    blocked_word = _("blocked")
    for row in found.order_by("pk").iterator(chunk_size=_AT_ONCE):
        address, name, state, confirmed, left, source, is_blocked = row
        yield [
            address,
            name,
            blocked_word if is_blocked else states[state],
            _moment(confirmed),
            _moment(left),
            source,
        ]


def _moment(at: Any) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if at else ""
