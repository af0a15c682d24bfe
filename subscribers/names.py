"""Names: of readers, made fit for a greeting, and of whoever sends."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from newsletter.characters import FORBIDDEN_IN_LINE

LONGEST_NAME = 60
_MOST_MARKS = 3
_NOT_A_NAME = frozenset({"null", "none", "undefined", "-", ".", "n/a", "nvt", "n.v.t."})
# A name field is a way to put one's own words into our mail: no links, no addresses.
_LINK = re.compile(r"://|www\.|@|[\w-]\.(?:nl|com|be|net|org|info|eu|ru|xyz)\b", re.I)
_JOINERS = "\u200d\ufe0e\ufe0f"


class InvalidName(ValueError):
    """Not a name; the message says why in plain words."""


def clean_name(typed: str) -> str:
    """Return the name in one spelling, at most 60 characters, ``""`` for none.

    Raises:
        InvalidName: control characters, a link, or text made to decode into more.
    """
    name = typed.strip()
    if FORBIDDEN_IN_LINE.search(name):
        raise InvalidName(_("This name contains a character that cannot be."))
    if _LINK.search(name) or "=?" in name:
        raise InvalidName(_("Your first name is enough, without a link or an address."))
    name = " ".join(unicodedata.normalize("NFC", name).split())
    if name.casefold() in _NOT_A_NAME:
        return ""
    return _cut(_with_few_marks(name))


def _with_few_marks(name: str) -> str:
    kept: list[str] = []
    marks = 0
    for sign in name:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _cut(name: str) -> str:
    """Cut where nothing is joined: half a flag or family would show as rubble."""
    if len(name) <= LONGEST_NAME:
        return name
    end = LONGEST_NAME
    while end and (
        unicodedata.combining(name[end])
        or name[end] in _JOINERS
        or name[end - 1] in _JOINERS
    ):
        end -= 1
    return name[:end].rstrip()


# Senders of spam pretend to be an answer, a count or another address in their name.
_LIKE_SPAM = re.compile(r"@|!{2,}|[(\[{]\s*\d+\s*[)\]}]")
_SYMBOL = "So"


def refuse_name_like_spam(name: str) -> None:
    """Validate a sender's name: who it is, and no more.

    Filters of spam know these tricks: Gmail's rules for bulk senders ask that the name
    tells who sends and nothing else.

    Raises:
        ValidationError: an emoji, ``(2)``, ``@`` or ``!!``.
    """
    symbols = [sign for sign in name if unicodedata.category(sign) == _SYMBOL]
    tricks = [*symbols, *_LIKE_SPAM.findall(name)]
    if tricks:
        raise ValidationError(
            _("Leave “%(what)s” out: only who sends it. Filters take it for spam.")
            % {"what": tricks[0]},
            code="like_spam",
        )
