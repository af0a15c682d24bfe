"""Two who changed the same issue: what goes together by itself, and what to ask.

What somebody saw before they began is remembered by its marks (a hash of each field):
enough to tell who changed what, and small enough to travel with every form.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2s

from newsletter.issues.comparing import is_reordered
from newsletter.issues.texts import (
    ISSUE,
    BlockText,
    IssueText,
    is_long,
    is_prose,
    name_of,
)

# --- What was seen ---


@dataclass(frozen=True)
class Seen:
    """An issue as it was when somebody began to write.

    Attributes:
        order: the keys of its blocks.
        marks: by key (``issue`` for the issue itself) and field.
    """

    order: tuple[str, ...]
    marks: Mapping[str, Mapping[str, str]]

    def is_same(self, key: str, name: str, text: str) -> bool:
        """Tell whether a field still says what it said then."""
        return self.marks.get(key, {}).get(name) == mark_of(text)

    def as_json(self) -> str:
        """Return it as it travels with a form."""
        return json.dumps({"order": self.order, "marks": self.marks})


def mark_of(*texts: str) -> str:
    """Return what stands for texts; others have another one."""
    return blake2s("\0".join(texts).encode(errors="replace"), digest_size=6).hexdigest()


def seen(text: IssueText) -> Seen:
    """Return what one sees who begins from this text."""
    marks = {block.key: _marks(block.fields) for block in text.blocks}
    order = tuple(block.key for block in text.blocks)
    return Seen(order, {ISSUE: _marks(text.fields), **marks})


def _marks(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: mark_of(text) for name, text in fields.items()}


def seen_from_json(told: str) -> Seen:
    """Return what a form says that was seen; nothing, if that cannot be read.

    Nothing seen is safe: then whatever differs is asked.
    """
    try:
        data = json.loads(told)
        marks = {str(key): dict(fields) for key, fields in data["marks"].items()}
        return Seen(tuple(map(str, data["order"])), marks)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Seen((), {})


# --- What is asked ---


class Keep(StrEnum):
    """Whose words stay."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


WHOLE_BLOCK = ""
ORDER = "order"


@dataclass(frozen=True)
class Question:
    """Something that both changed, each in their own way.

    Attributes:
        key: of the block, or ``issue``.
        name: of the field, or ORDER, or WHOLE_BLOCK where one took out what the other
            changed.
        mine: what I made of it; "" for a block that I took out.
        theirs: likewise.
    """

    key: str
    kind: str
    name: str
    mine: str
    theirs: str

    @property
    def id(self) -> str:
        """Name an answer such that it holds for exactly these two texts."""
        return f"keep-{mark_of(self.key, self.name, self.mine, self.theirs)}"

    @property
    def options(self) -> tuple[Keep, ...]:
        """Return what may be answered: both only where there is room for both."""
        is_field = self.name not in (WHOLE_BLOCK, ORDER)
        if is_field and self.mine and self.theirs and is_long(self.kind, self.name):
            return (Keep.MINE, Keep.THEIRS, Keep.BOTH)
        return (Keep.MINE, Keep.THEIRS)


# --- Going together ---


@dataclass(frozen=True)
class Merge:
    """Two texts that have the same beginning, and what of them goes together how."""

    saw: Seen
    mine: IssueText
    theirs: IssueText

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return all that nobody can decide but a person, in reading order."""
        fields = self._asked(ISSUE, ISSUE, self.mine.fields, self.theirs.fields)
        asked = [*fields, *([self._order] if self._order else [])]
        for block in self._in_order(self.mine, self.theirs):
            if whole := self._stays_if(block.key):
                asked.append(whole)
            mine, theirs = self.mine.block(block.key), self.theirs.block(block.key)
            if mine and theirs:
                asked += self._asked(block.key, block.kind, mine.fields, theirs.fields)
        return tuple(asked)

    def together(self, answers: Mapping[str, str]) -> IssueText:
        """Return the text of both; what was not answered stays mine."""
        first, second = self.mine, self.theirs
        theirs_moved = self._order is None and not self._moved(self.mine)
        if theirs_moved or (self._order and answers.get(self._order.id) == Keep.THEIRS):
            first, second = second, first
        blocks = [
            self._block(block, answers)
            for block in self._in_order(first, second)
            if self._stays(block.key, answers)
        ]
        fields = self._fields(
            ISSUE, ISSUE, self.mine.fields, self.theirs.fields, answers
        )
        return IssueText(fields, tuple(blocks))

    # --- Fields ---

    def _asked(
        self,
        key: str,
        kind: str,
        mine: Mapping[str, str],
        theirs: Mapping[str, str],
    ) -> Iterator[Question]:
        for name, text in mine.items():
            other = theirs.get(name, "")
            if text != other and not (
                self.saw.is_same(key, name, text) or self.saw.is_same(key, name, other)
            ):
                yield Question(key, kind, name, text, other)

    def _fields(
        self,
        key: str,
        kind: str,
        mine: Mapping[str, str],
        theirs: Mapping[str, str],
        answers: Mapping[str, str],
    ) -> dict[str, str]:
        fields = {
            name: theirs.get(name, "") if self.saw.is_same(key, name, text) else text
            for name, text in mine.items()
        }
        for question in self._asked(key, kind, mine, theirs):
            fields[question.name] = _answered(question, answers.get(question.id, ""))
        return fields

    # --- Blocks ---

    def _block(self, block: BlockText, answers: Mapping[str, str]) -> BlockText:
        mine, theirs = self.mine.block(block.key), self.theirs.block(block.key)
        if not mine or not theirs:
            return block
        fields = self._fields(
            block.key, block.kind, mine.fields, theirs.fields, answers
        )
        return BlockText(block.key, block.kind, fields)

    def _stays(self, key: str, answers: Mapping[str, str]) -> bool:
        mine, theirs = self.mine.block(key), self.theirs.block(key)
        if question := self._stays_if(key):
            is_theirs = answers.get(question.id) == Keep.THEIRS
            return bool(theirs if is_theirs else mine)
        # Whoever took it out did so knowing what is in it, or it is new.
        return bool(mine and theirs) or key not in self.saw.order

    def _stays_if(self, key: str) -> Question | None:
        """Return the question about a block that one took out and the other changed."""
        mine, theirs = self.mine.block(key), self.theirs.block(key)
        left = mine or theirs
        if left is None or (mine and theirs):
            return None
        is_known = key in self.saw.order or not self.saw.marks
        if "-new-" in key or not is_known or self._is_untouched(left):
            return None
        return Question(
            key,
            left.kind,
            WHOLE_BLOCK,
            name_of(left) if mine else "",
            name_of(left) if theirs else "",
        )

    def _is_untouched(self, block: BlockText) -> bool:
        return all(
            self.saw.is_same(block.key, name, text)
            for name, text in block.fields.items()
        )

    # --- Order ---

    @property
    def _order(self) -> Question | None:
        if not (self._moved(self.mine) and self._moved(self.theirs)):
            return None
        if not is_reordered(self.mine, self.theirs):
            return None
        names = [
            "\n".join(name_of(block) for block in text.blocks)
            for text in (self.mine, self.theirs)
        ]
        return Question(ISSUE, ISSUE, ORDER, *names)

    def _moved(self, text: IssueText) -> bool:
        known = [block.key for block in text.blocks if block.key in self.saw.order]
        return known != [key for key in self.saw.order if key in known]

    def _in_order(self, first: IssueText, second: IssueText) -> list[BlockText]:
        """Return the blocks of both: those of the first, each other where it was."""
        blocks = list(first.blocks)
        before = ""
        for block in second.blocks:
            keys = [one.key for one in blocks]
            if block.key not in keys:
                place = keys.index(before) + 1 if before else 0
                blocks.insert(place, block)
            before = block.key
        return blocks


def _answered(question: Question, answer: str) -> str:
    if answer == Keep.THEIRS:
        return question.theirs
    if answer == Keep.BOTH and Keep.BOTH in question.options:
        between = "" if is_prose(question.kind, question.name) else "\n\n"
        return f"{question.mine}{between}{question.theirs}"
    return question.mine
