"""What differs between two texts of an issue: block by block, down to the word."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import TypeAlias

from newsletter.issues.texts import ISSUE, BlockText, IssueText

# --- Block by block ---


class What(StrEnum):
    """What became of a block."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class FieldChange:
    """One field that says something else now."""

    kind: str
    name: str
    old: str
    new: str


@dataclass(frozen=True)
class BlockChange:
    """One block that came, went, or says something else.

    Attributes:
        block: as it is now; as it was, if it went.
    """

    what: What
    block: BlockText
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Comparison:
    """All that differs; false if nothing does."""

    fields: tuple[FieldChange, ...]
    blocks: tuple[BlockChange, ...]
    is_reordered: bool

    def __bool__(self) -> bool:
        return bool(self.fields or self.blocks or self.is_reordered)


def compare(old: IssueText, new: IssueText) -> Comparison:
    """Return what one must do to an old text to have the new one."""
    was = {block.key: block for block in old.blocks}
    still = {block.key for block in new.blocks}
    blocks = [_change(was.get(block.key), block) for block in new.blocks]
    blocks += [
        BlockChange(What.REMOVED, block, _differing(block.kind, block.fields, {}))
        for block in old.blocks
        if block.key not in still
    ]
    return Comparison(
        _differing(ISSUE, old.fields, new.fields),
        tuple(one for one in blocks if one.what != What.CHANGED or one.fields),
        is_reordered(old, new),
    )


def _change(was: BlockText | None, block: BlockText) -> BlockChange:
    what = What.CHANGED if was else What.ADDED
    before = was.fields if was else {}
    return BlockChange(what, block, _differing(block.kind, before, block.fields))


def _differing(
    kind: str, old: Mapping[str, str], new: Mapping[str, str]
) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(kind, name, old.get(name, ""), new.get(name, ""))
        for name in dict.fromkeys([*new, *old])
        if old.get(name, "") != new.get(name, "")
    )


def is_reordered(old: IssueText, new: IssueText) -> bool:
    """Tell whether the blocks that are in both stand in another order."""
    keys = {block.key for block in old.blocks} & {block.key for block in new.blocks}
    return [one.key for one in old.blocks if one.key in keys] != [
        one.key for one in new.blocks if one.key in keys
    ]


# --- Word by word ---


class Mark(StrEnum):
    """What a piece of text is, seen from the older one."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """A run of words with one mark."""

    mark: Mark
    text: str


# Texts that differ in more words than this are compared line by line, long ones sooner:
# the work grows with the length times the differences (a tenth of a second at most).
_MOST_EDITS = 200
_MOST_WORK = 1_000_000
# What stayed the same between two changes and is no longer than this reads as changed.
_GLUE = 3
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_KEPT_AROUND = 70


def words_that_differ(old: str, new: str) -> tuple[Piece, ...]:
    """Return both texts as one, its pieces marked; what went comes before what came."""
    words = _edits(_TOKEN.findall(old), _TOKEN.findall(new))
    lines = words or _edits(old.splitlines(True), new.splitlines(True))
    return tuple(_pieces(_joined(words or lines or [(old, new)])))


# A way through both texts, from its end: what was and what is, then the way before it.
_Way: TypeAlias = "tuple[tuple[str, str], _Way] | None"


def _edits(before: list[str], after: list[str]) -> list[tuple[str, str]] | None:
    """Return pairs of what was and what is, alike where nothing changed.

    The shortest way from one to the other (Myers 1986, "An O(ND) Difference Algorithm
    and Its Variations"); None if that is too long a way.
    """
    # By diagonal (place in the one minus place in the other): how far, and how.
    reached: dict[int, tuple[int, _Way]] = {}
    length = len(before) + len(after)
    for edits in range(min(length, _MOST_EDITS, _MOST_WORK // (length + 1)) + 1):
        for diagonal in range(-edits, edits + 1, 2):
            x, way = _one_edit(reached, diagonal, edits, before, after)
            while _agree(before, after, x, x - diagonal):
                x, way = x + 1, ((before[x], before[x]), way)
            if x >= len(before) and x - diagonal >= len(after):
                return _walked(way)
            reached[diagonal] = (x, way)
    return None


def _one_edit(
    reached: dict[int, tuple[int, _Way]],
    diagonal: int,
    edits: int,
    before: list[str],
    after: list[str],
) -> tuple[int, _Way]:
    """Put one word in, or take one out, whichever brings us further."""
    if not edits:
        return 0, None
    if diagonal == -edits or (
        diagonal != edits and reached[diagonal - 1][0] < reached[diagonal + 1][0]
    ):
        x, way = reached[diagonal + 1]
        y = x - diagonal - 1
        return x, (("", after[y]), way) if y < len(after) else way
    x, way = reached[diagonal - 1]
    return x + 1, ((before[x], ""), way) if x < len(before) else way


def _agree(before: list[str], after: list[str], x: int, y: int) -> bool:
    return x < len(before) and y < len(after) and before[x] == after[y]


def _walked(way: _Way) -> list[tuple[str, str]]:
    pairs = []
    while way:
        pair, way = way
        pairs.append(pair)
    return pairs[::-1]


def _joined(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Join neighbours alike; a crumb between two changes goes with them."""
    runs = _runs(pairs)
    joined: list[tuple[str, str]] = []
    for place, (was, now) in enumerate(runs):
        is_crumb = (
            0 < place < len(runs) - 1
            and was == now
            and len(was.strip()) <= _GLUE
            and "\n" not in was
        )
        follows_change = bool(joined) and joined[-1][0] != joined[-1][1]
        if follows_change and (is_crumb or was != now):
            joined[-1] = (joined[-1][0] + was, joined[-1][1] + now)
        else:
            joined.append((was, now))
    return joined


def _runs(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        ("".join(was for was, _now in run), "".join(now for _was, now in run))
        for run in (
            list(group)
            for _same, group in groupby(pairs, lambda pair: pair[0] == pair[1])
        )
    ]


def _pieces(runs: Sequence[tuple[str, str]]) -> list[Piece]:
    pieces = []
    for was, now in runs:
        if was == now:
            pieces += [Piece(Mark.SAME, was)] if was else []
            continue
        pieces += [
            Piece(mark, text)
            for mark, text in ((Mark.GONE, was), (Mark.NEW, now))
            if text
        ]
    return pieces


def shortened(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Leave out the middle of what stayed the same: "…" stands for it."""
    last = len(pieces) - 1
    return tuple(
        Piece(one.mark, _around(one.text, is_first=place == 0, is_last=place == last))
        if one.mark == Mark.SAME
        else one
        for place, one in enumerate(pieces)
    )


def _around(text: str, *, is_first: bool, is_last: bool) -> str:
    if len(text) <= 2.5 * _KEPT_AROUND or (is_first and is_last):
        return text
    head = "" if is_first else text[:_KEPT_AROUND].rsplit(" ", 1)[0] + " "
    tail = "" if is_last else " " + text[-_KEPT_AROUND:].split(" ", 1)[-1]
    return f"{head}…{tail}"
