"""The personal places of an issue: first name, unsubscribe, preferences; no more."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape

OPENS, CLOSES = "\ue000", "\ue001"
_MARK = re.compile(f"{OPENS}([a-z_.0-9]+){CLOSES}")


class Slot(StrEnum):
    """A place that differs per reader."""

    NAME_HTML = "name_html"
    NAME_TEXT = "name_text"
    UNSUBSCRIBE_URL = "unsubscribe_url"
    PREFERENCES_URL = "preferences_url"


def mark(slot: str) -> str:
    """Return the mark that stands in a rendition where the value will come."""
    return f"{OPENS}{slot}{CLOSES}"


def replace_marks(body: str, value_of: Callable[[str], str]) -> str:
    """Return the body with every mark replaced by what the function gives."""
    return _MARK.sub(lambda found: value_of(found[1]), body)


def replace_slots(body: str, value_of: Callable[[Slot], str]) -> str:
    """Return the body with every personal slot replaced.

    Raises:
        ValueError: a mark that is no slot, such as a link that was never frozen.
    """
    return replace_marks(body, lambda name: value_of(Slot(name)))


@dataclass(frozen=True)
class Personal:
    """What one reader's mail has that another's has not."""

    first_name: str
    unsubscribe_url: str
    preferences_url: str

    def values(self) -> dict[Slot, str]:
        """Return the value of each slot, each escaped for where it stands."""
        name = f" {self.first_name}" if self.first_name else ""
        return {
            Slot.NAME_HTML: escape(name),
            Slot.NAME_TEXT: name,
            Slot.UNSUBSCRIBE_URL: self.unsubscribe_url,
            Slot.PREFERENCES_URL: self.preferences_url,
        }


@dataclass(frozen=True)
class Segments:
    """A body cut at its slots once, to be joined for every reader."""

    pieces: tuple[str, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, body: str) -> "Segments":
        """Cut a body at its slots.

        Raises:
            ValueError: a mark that is no slot.
        """
        parts = _MARK.split(body)
        return cls(tuple(parts[::2]), tuple(Slot(name) for name in parts[1::2]))

    def join(self, values: Mapping[Slot, str]) -> str:
        """Return the body for one reader."""
        whole = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            whole += (values[slot], piece)
        return "".join(whole)
