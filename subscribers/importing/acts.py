"""What a person decides about an import: choose, look through, agree, stop, undo."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.audit.recording import MACHINE, record_act
from subscribers.importing.columns import Layout, Meaning
from subscribers.importing.files import Preview, previews_of
from subscribers.importing.storing import path_of, store, throw_away
from subscribers.importing.trouble import CannotImport, UnreadableFile
from subscribers.models import Import, ImportState, MailingList
from subscribers.proof import Given


def choose(
    chunks: Iterable[bytes],
    *,
    mailing_list: MailingList,
    file_name: str,
    by: AbstractBaseUser | None,
    now: datetime,
) -> Import:
    """Keep a file and say how it would be read; nothing else is touched.

    Raises:
        UnreadableFile: no list that we can read, with what to do instead.
    """
    stored_as, sha256 = store(chunks)
    try:
        previews = previews_of(path_of(stored_as), file_name=file_name)
    except UnreadableFile:
        throw_away(stored_as)
        raise
    return Import.objects.create(
        mailing_list=mailing_list,
        file_name=file_name[-200:],
        stored_as=stored_as,
        sha256=sha256,
        layouts=[preview.layout.as_json() for preview in previews],
        by_id=by.pk if by else None,
        created_at=now,
    )


def previews(source: Import) -> list[Preview]:
    """Return the first rows of each part, with the layouts as they were chosen."""
    found = previews_of(path_of(source.stored_as), file_name=source.file_name)
    kept = [Layout.from_json(one) for one in source.layouts]
    return [
        Preview(layout, preview.rows)
        for layout, preview in zip(kept, found, strict=True)
    ]


def look_through(source: Import, layouts: Sequence[Layout]) -> None:
    """Have the whole file read and judged in the background.

    Raises:
        CannotImport: no column has addresses, or the file is gone.
    """
    for layout in layouts:
        _refuse_unfit(layout)
    with transaction.atomic():
        _move(
            source,
            (ImportState.CHOSEN, ImportState.READ, ImportState.FAILED),
            ImportState.READING,
            layouts=[layout.as_json() for layout in layouts],
            rows_read=0,
            report={},
            trouble="",
        )
        source.rows.all().delete()


def _refuse_unfit(layout: Layout) -> None:
    if Meaning.ADDRESS not in layout.meanings:
        raise CannotImport(_("Say which column has the e-mail addresses."))
    chosen = [meaning for meaning in layout.meanings if meaning]
    if len(chosen) > len(set(chosen)):
        raise CannotImport(_("Two columns cannot mean the same. Leave one out."))


def agree(
    source: Import,
    *,
    consent: Given,
    first_issue_on: date | None,
    by: AbstractBaseUser | None,
    now: datetime,
) -> None:
    """Have the rows taken in, with the source of their consent.

    Args:
        consent: its day is that of the rows that do not tell one themselves.

    Raises:
        CannotImport: not looked through yet, or taken in already.
    """
    with transaction.atomic():
        _move(
            source,
            (ImportState.READ,),
            ImportState.TAKING_IN,
            origin=consent.origin,
            wording=consent.wording,
            agreed_on=consent.on,
            first_issue_on=first_issue_on,
            confirmed_at=now,
            by_id=by.pk if by else None,
            by_name=by.get_username() if by else MACHINE,
            rows_done=0,
            result={},
        )
        record_act("import agreed to", source, by=by, now=now, rows=source.report)


def stop(source: Import, *, by: AbstractBaseUser | None, now: datetime) -> None:
    """Stop taking in; what is in stays, until somebody goes on or undoes it.

    Raises:
        CannotImport: it is not being taken in.
    """
    with transaction.atomic():
        _move(source, (ImportState.TAKING_IN,), ImportState.STOPPED)
        record_act("import stopped", source, by=by, now=now)


def go_on(source: Import, *, by: AbstractBaseUser | None, now: datetime) -> None:
    """Go on where it was stopped.

    Raises:
        CannotImport: it was not stopped.
    """
    with transaction.atomic():
        _move(source, (ImportState.STOPPED,), ImportState.TAKING_IN)
        record_act("import resumed", source, by=by, now=now)


def begin_to_undo(
    source: Import, *, by: AbstractBaseUser | None, now: datetime
) -> None:
    """Have everything undone that it did, in the background.

    Raises:
        CannotImport: it took nothing in, or too long ago.
    """
    with transaction.atomic():
        if not source.rows.exists():
            raise CannotImport(
                _("Its rows are no longer kept, so it cannot be undone.")
            )
        _move(
            source,
            (ImportState.STOPPED, ImportState.DONE),
            ImportState.UNDOING,
            rows_done=0,
            result={},
        )
        record_act("import undone", source, by=by, now=now)


def drop(source: Import) -> None:
    """Throw a file away that nobody agreed to, and all that was read of it.

    Raises:
        CannotImport: its rows were taken in: undo that instead.
    """
    stored_as = source.stored_as
    with transaction.atomic():
        _move(
            source,
            (
                ImportState.CHOSEN,
                ImportState.READING,
                ImportState.READ,
                ImportState.FAILED,
            ),
            ImportState.DROPPED,
            stored_as="",
        )
        source.rows.all().delete()
        transaction.on_commit(lambda: throw_away(stored_as))


def _move(
    source: Import,
    before: Sequence[ImportState],
    after: ImportState,
    **values: Any,
) -> None:
    moved = Import.objects.filter(pk=source.pk, state__in=before).update(
        state=after, busy_until=None, **values
    )
    if not moved:
        raise CannotImport(
            _("This import is not where it was. Look at it again before you go on.")
        )
    source.refresh_from_db()
