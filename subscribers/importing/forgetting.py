"""Letting go: files nobody agreed to, rows nobody will undo, who was erased."""

from datetime import datetime, timedelta

from django.db import transaction

from subscribers.importing.acts import drop
from subscribers.importing.storing import throw_away, throw_away_unknown
from subscribers.importing.tagging import NO_TAGS
from subscribers.importing.trouble import CannotImport
from subscribers.models import Import, ImportChange, ImportRow, ImportState, ImportTag

# So long an import can be undone, and its report be looked at.
KEPT = timedelta(days=30)
# A file that nobody agreed to within so many days was a try.
UNDECIDED = timedelta(days=7)
_AT_ONCE = 50_000


def forget_old_imports(now: datetime) -> None:
    """Delete what nobody needs any more of imports; their counts stay."""
    undecided = (ImportState.CHOSEN, ImportState.READ, ImportState.FAILED)
    for source in Import.objects.filter(
        state__in=undecided, created_at__lte=now - UNDECIDED
    ):
        try:
            drop(source)
        except CannotImport:
            # Somebody decided in this very moment.
            continue
    old = Import.objects.filter(
        state__in=(ImportState.DONE, ImportState.STOPPED), confirmed_at__lte=now - KEPT
    )
    for source in old:
        _forget_rows(source)
    throw_away_unknown(
        Import.objects.exclude(stored_as="").values_list("stored_as", flat=True),
        before=now - UNDECIDED,
    )


def _forget_rows(source: Import) -> None:
    # What was stopped halfway has its file still.
    Import.objects.filter(pk=source.pk).update(stored_as="")
    throw_away(source.stored_as)
    ImportChange.objects.filter(source=source).delete()
    ImportTag.objects.filter(source=source).delete()
    for first in range(0, source.rows_read, _AT_ONCE):
        with transaction.atomic():
            ImportRow.objects.filter(
                source=source, number__gt=first, number__lte=first + _AT_ONCE
            ).delete()


def forget_rows_of(address_hash: str) -> None:
    """Empty every row that came from a list and has this address."""
    ImportRow.objects.filter(address_hash=address_hash).update(
        address="", address_key="", first_name="", reason="", tags=NO_TAGS
    )
