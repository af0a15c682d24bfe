"""Doing what was decided: a stretch at a time, by whichever worker has the import.

The mark of how far it is moves in the transaction of the stretch itself. A worker that
is killed loses the stretch it was at and nothing else; another goes on from the mark.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils.translation import gettext as _

from subscribers.importing.columns import Layout
from subscribers.importing.files import rows_of
from subscribers.importing.judging import count_verdicts
from subscribers.importing.rows import ReadRow, RowReader
from subscribers.importing.staging import leave_out_doubles, write_rows
from subscribers.importing.storing import path_of, throw_away
from subscribers.importing.tagging import (
    has_tags,
    let_go_of_made_tags,
    refuse_no_tags,
)
from subscribers.importing.taking_in import Stretch, take_in
from subscribers.importing.trouble import UnreadableFile
from subscribers.importing.undoing import undo
from subscribers.models import (
    Consent,
    Import,
    ImportRow,
    ImportState,
    Subscriber,
    Subscription,
)
from subscribers.planning import count_for_the_planner, tidy

AT_ONCE = 10_000
MOST_ROWS = 2_000_000
# Whoever is silent for so long has died.
LEASE = timedelta(minutes=2)

_PEOPLE = (Subscriber, Subscription, Consent)

Clock = Callable[[], datetime]


class _TakenOver(Exception):
    """Somebody stopped or dropped the import, or another worker has it."""


def work_on_next(*, clock: Clock, within: timedelta) -> bool:
    """Work on the import that waits longest; return whether there was one."""
    now = clock()
    waiting = Import.objects.waiting(now).order_by("pk").values_list("pk", flat=True)
    for pk in waiting:
        if Import.objects.claim(pk, now=now, until=now + LEASE):
            work_on(pk, clock=clock, until=now + within)
            return True
    return False


def work_on(pk: int, *, clock: Clock, until: datetime) -> None:
    """Go on with an import that was claimed, until it is done or the time is up."""
    source = Import.objects.select_related("mailing_list").get(pk=pk)
    steps = {
        ImportState.READING: _read,
        ImportState.TAKING_IN: _take_in,
        ImportState.UNDOING: _undo,
    }
    try:
        for _step in steps[ImportState(source.state)](source, clock):
            if clock() >= until:
                break
    except _TakenOver:
        tidy(Subscriber)
        return
    except UnreadableFile as unreadable:
        _fail(source, str(unreadable))
    Import.objects.filter(pk=pk, state=source.state).update(busy_until=None)


def _advance(source: Import, mark: str, to: int, now: datetime) -> None:
    """Move the mark on; only one worker can, and only while nobody stops it."""
    moved = Import.objects.filter(
        pk=source.pk, state=source.state, **{mark: getattr(source, mark)}
    ).update(**{mark: to, "busy_until": now + LEASE})
    if not moved:
        raise _TakenOver


def _end(source: Import, state: ImportState, **values: object) -> None:
    ended = Import.objects.filter(pk=source.pk, state=source.state).update(
        state=state, busy_until=None, **values
    )
    if not ended:
        raise _TakenOver


def _fail(source: Import, why: str) -> None:
    """Say what is wrong with the file; its rows are of no use."""
    with transaction.atomic():
        _end(source, ImportState.FAILED, trouble=why[:300])
        source.rows.all().delete()


# --- Looking through ---


def _read(source: Import, clock: Clock) -> Iterator[None]:
    rows = _rows_from(source, source.rows_read, now=clock())
    while some := list(islice(rows, AT_ONCE)):
        last = some[-1][0]
        if last > MOST_ROWS:
            raise UnreadableFile(
                _("These are more than two million rows. Split the file.")
            )
        with transaction.atomic():
            _advance(source, "rows_read", last, clock())
            write_rows(source, [row for _number, row in some if row])
        source.rows_read = last
        yield
    with transaction.atomic():
        _advance(source, "rows_read", source.rows_read, clock())
        # After an earlier list PostgreSQL takes this one for empty, and would go
        # through all of it for each of its rows.
        count_for_the_planner(ImportRow)
        leave_out_doubles(source)
        if has_tags(source):
            refuse_no_tags(source)
        count_for_the_planner(Subscriber, Subscription)
        report = count_verdicts(source)
        if not report:
            raise UnreadableFile(_("There is no row with anything in this file."))
        _end(source, ImportState.READ, report=report)


def _rows_from(
    source: Import, after: int, *, now: datetime
) -> Iterator[tuple[int, ReadRow | None]]:
    """Return each row after one with its number; None for an empty one or a header."""
    number = 0
    for part, kept in enumerate(source.layouts):
        layout = Layout.from_json(kept)
        reader = RowReader(layout, part=part, now=now)
        header = layout.has_header
        rows = rows_of(path_of(source.stored_as), layout.name)
        for line, cells in enumerate(rows, start=1):
            number += 1
            is_empty = not any(cells)
            if number > after:
                is_row = not is_empty and not header
                yield (
                    number,
                    reader.read(cells, number=number, line=line) if is_row else None,
                )
            header = header and is_empty


# --- Taking in, and undoing that ---


def _take_in(source: Import, clock: Clock) -> Iterator[None]:
    for _stretch in _stretches(source, clock, take_in):
        yield
    tidy(Subscriber)
    count_for_the_planner(*_PEOPLE)
    with transaction.atomic():
        _end(source, ImportState.DONE, finished_at=clock(), stored_as="")
        stored_as = source.stored_as
        transaction.on_commit(lambda: throw_away(stored_as))


def _undo(source: Import, clock: Clock) -> Iterator[None]:
    for _stretch in _stretches(source, clock, undo):
        yield
    with transaction.atomic():
        _end(source, ImportState.UNDONE, finished_at=clock(), stored_as="")
        source.rows.all().delete()
        source.changes.all().delete()
        let_go_of_made_tags(source)
        stored_as = source.stored_as
        transaction.on_commit(lambda: throw_away(stored_as))


def _stretches(
    source: Import, clock: Clock, act: Callable[[Stretch], Counter[str]]
) -> Iterator[None]:
    """Let each stretch that is left be acted on, and count what was done."""
    while source.rows_done < source.rows_read:
        last = min(source.rows_done + AT_ONCE, source.rows_read)
        with transaction.atomic():
            now = clock()
            _advance(source, "rows_done", last, now)
            counts = act(Stretch(source, source.rows_done, last, now))
            result = Counter(source.result) + counts
            Import.objects.filter(pk=source.pk).update(result=dict(result))
        source.rows_done, source.result = last, dict(result)
        # How many there are by then it sees itself; not what they are like.
        if last <= AT_ONCE:
            count_for_the_planner(*_PEOPLE)
        yield
