"""Doing what was decided: a stretch at a time, by whichever worker has the import.

The mark of how far it is moves in the transaction of the stretch itself. A worker that
is killed loses the stretch it was at and nothing else; another goes on from the mark.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import islice

from django.db import connection, transaction
from django.utils.translation import gettext as _

from subscribers.importing.columns import Layout
from subscribers.importing.files import rows_of
from subscribers.importing.judging import count_verdicts
from subscribers.importing.rows import ReadRow, RowReader
from subscribers.importing.side_by_side import another_hand, can_be_apart
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
from subscribers.planning import (
    count_for_the_planner,
    do_not_wait_for_the_disk,
    tidy,
)

AT_ONCE = 10_000
MOST_ROWS = 2_000_000
# Whoever is silent for so long has died.
LEASE = timedelta(minutes=2)

_PEOPLE = (Subscriber, Subscription, Consent)

Clock = Callable[[], datetime]
Act = Callable[[Stretch], Counter[str]]
NumberedRow = tuple[int, ReadRow | None]


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
        # Closed before it is given back: another hand may still be writing.
        with closing(steps[ImportState(source.state)](source, clock)) as work:
            for _step in work:
                if clock() >= until:
                    break
    except _TakenOver:
        tidy(Subscriber)
        return
    except UnreadableFile as unreadable:
        _fail(source, str(unreadable))
    Import.objects.filter(pk=pk, state=source.state).update(busy_until=None)


def _advance(source: Import, mark: str, after: int, to: int, now: datetime) -> None:
    """Move the mark on; only one worker can, and only while nobody stops it."""
    moved = Import.objects.filter(
        pk=source.pk, state=source.state, **{mark: after}
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


def _read(source: Import, clock: Clock) -> Generator[None, None, None]:
    yield from _write_all(source, clock)
    with transaction.atomic():
        _advance(source, "rows_read", source.rows_read, source.rows_read, clock())
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


def _write_all(source: Import, clock: Clock) -> Iterator[None]:
    """Read row after row; another hand, if there is one, writes those read before."""
    rows = _rows_from(source, source.rows_read, now=clock())
    with another_hand(source) as hand:
        written: Future[None] | None = None
        while some := list(islice(rows, AT_ONCE)):
            if written:
                written.result()
            after, source.rows_read = source.rows_read, some[-1][0]
            if hand:
                written = hand.submit(_write, source, after, some, clock())
            else:
                _write(source, after, some, clock())
            yield
        if written:
            written.result()


def _write(
    source: Import, after: int, some: Sequence[NumberedRow], now: datetime
) -> None:
    last, _row = some[-1]
    if last > MOST_ROWS:
        raise UnreadableFile(_("These are more than two million rows. Split the file."))
    with transaction.atomic():
        _advance(source, "rows_read", after, last, now)
        write_rows(source, [row for _number, row in some if row])


def _rows_from(source: Import, after: int, *, now: datetime) -> Iterator[NumberedRow]:
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


def _take_in(source: Import, clock: Clock) -> Generator[None, None, None]:
    for _stretch in _stretches(source, clock, take_in):
        yield
    tidy(Subscriber)
    count_for_the_planner(*_PEOPLE)
    with transaction.atomic():
        _end(source, ImportState.DONE, finished_at=clock(), stored_as="")
        stored_as = source.stored_as
        transaction.on_commit(lambda: throw_away(stored_as))


def _undo(source: Import, clock: Clock) -> Generator[None, None, None]:
    for _stretch in _stretches(source, clock, undo):
        yield
    with transaction.atomic():
        _end(source, ImportState.UNDONE, finished_at=clock(), stored_as="")
        source.rows.all().delete()
        source.changes.all().delete()
        let_go_of_made_tags(source)
        stored_as = source.stored_as
        transaction.on_commit(lambda: throw_away(stored_as))


def _stretches(source: Import, clock: Clock, act: Act) -> Iterator[None]:
    """Let each stretch that is left be acted on, and count what was done."""
    with another_hand(source) as hand:
        while source.rows_done < source.rows_read:
            first = _stretch(source, source.rows_done, clock())
            with _lightly():
                _advance(source, "rows_done", first.after, first.last, first.now)
                beside = _beside(first, act, hand)
                _count(source, act(first))
            source.rows_done = beside.result() if beside else first.last
            # How many there are by then it sees itself; not what they are like.
            if not first.after:
                count_for_the_planner(*_PEOPLE)
            yield


@contextmanager
def _lightly() -> Iterator[None]:
    """Open the transaction of a stretch: lost, it takes its mark along."""
    with transaction.atomic():
        do_not_wait_for_the_disk()
        yield


def _stretch(source: Import, after: int, now: datetime) -> Stretch:
    return Stretch(source, after, min(after + AT_ONCE, source.rows_read), now)


def _beside(first: Stretch, act: Act, hand: Executor | None) -> Future[int] | None:
    """Have the stretch after this one acted on meanwhile, by a second connection."""
    source, last = first.source, first.last
    # The first of all is done alone: by it the database learns what they are like.
    if hand is None or not first.after or last == source.rows_read:
        return None
    second = _stretch(source, last, first.now)
    apart = can_be_apart(source, after=first.after, last=second.last)
    return hand.submit(_act_beside, second, act) if apart else None


def _act_beside(second: Stretch, act: Act) -> int:
    """Act on a stretch, then wait for the one before it; return how far it is then."""
    with _lightly():
        counts = act(second)
        # What is checked at the end is checked now, not while the next ones wait.
        connection.check_constraints()
        _wait_for_the_mark(second.source)
        _advance(second.source, "rows_done", second.after, second.last, second.now)
        _count(second.source, counts)
    return second.last


def _wait_for_the_mark(source: Import) -> None:
    # By a look at it: an update would judge by how it stood when the update began.
    marks = Import.objects.select_for_update(no_key=True).filter(pk=source.pk)
    marks.values_list("rows_done").get()


def _count(source: Import, counts: Counter[str]) -> None:
    """Count what a stretch did; its mark is locked, so nobody else counts."""
    counted = Import.objects.filter(pk=source.pk)
    result = Counter(counted.values_list("result", flat=True).get()) + counts
    counted.update(result=dict(result))
