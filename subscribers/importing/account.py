"""What an import would do or did, in lines that a page shows."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from subscribers.importing.judging import JudgedRow, in_order, rows_with
from subscribers.importing.undoing import FREED, KEPT, PUT_BACK, SILENCED, TAKEN_OUT
from subscribers.models import Import, ImportState, LeftOut

_UNDOING = {
    TAKEN_OUT: _("taken out again"),
    PUT_BACK: _("stand as they stood before"),
    FREED: _("not blocked any more"),
    SILENCED: _("got an issue already: not mailed any more, but can still unsubscribe"),
    KEPT: _(
        "did something themselves since, or left by another list too: they stay as "
        "they are"
    ),
}


@dataclass(frozen=True)
class Line:
    """How many rows something became of.

    Attributes:
        verdict: by which its rows can be looked at; nothing when they cannot.
    """

    words: str
    count: int
    verdict: str = ""


def lines_of(source: Import) -> list[Line]:
    """Return what would become of the rows, or became of them; all rows are in it."""
    if source.state in (ImportState.UNDOING, ImportState.UNDONE):
        return [
            Line(str(words), source.result[name])
            for name, words in _UNDOING.items()
            if source.result.get(name)
        ]
    is_over = source.state in (ImportState.DONE, ImportState.STOPPED)
    counts = source.result if source.result else source.report
    # What was new is known by now: only what never changes can still be looked up.
    return [
        Line(
            str(verdict.label),
            count,
            "" if is_over and verdict not in LeftOut.values else str(verdict),
        )
        for verdict, count in in_order(counts)
    ]


def shown_rows(
    source: Import, verdict: str, *, after: int, most: int
) -> tuple[list[JudgedRow], int | None]:
    """Return some rows with one verdict, and after which number the next begin."""
    found = rows_with(source, verdict, after=after, most=most + 1)
    following = found[most - 1][0] if len(found) > most else None
    return [row for _number, row in found[:most]], following
