"""Which characters may travel in a mail, and which never do.

Control characters end header lines, clip messages in Gmail and crash renderers;
private-use characters mark our own slots, so nobody may type them.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_BREAKS = "\t\n\r"
_CONTROLS = "".join(
    chr(code) for code in [*range(0x20), *range(0x7F, 0xA0)] if chr(code) not in _BREAKS
)
_INVISIBLE = "\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
_SLOT_MARKS = "\ue000-\uf8ff"
_SURROGATES = "\ud800-\udfff"

FORBIDDEN_IN_TEXT = re.compile(
    f"[{re.escape(_CONTROLS)}{_INVISIBLE}{_SLOT_MARKS}{_SURROGATES}]"
)
FORBIDDEN_IN_LINE = re.compile(
    f"[{_BREAKS}{re.escape(_CONTROLS)}{_INVISIBLE}{_SLOT_MARKS}{_SURROGATES}]"
)


def without_forbidden(text: str) -> str:
    """Return the text without the characters that no mail may carry."""
    return FORBIDDEN_IN_TEXT.sub("", text)


def refuse_in_line(value: str) -> None:
    """Validate text of one line, such as a subject or a name."""
    if FORBIDDEN_IN_LINE.search(value):
        raise ValidationError(
            _("This contains an invisible character or a line break. Type it again."),
            code="forbidden_character",
        )


def refuse_in_text(value: str) -> None:
    """Validate text of several lines."""
    if FORBIDDEN_IN_TEXT.search(value):
        raise ValidationError(
            _("This contains an invisible character. Type it again."),
            code="forbidden_character",
        )
