"""From bytes to clean characters."""

import codecs
import re
import unicodedata

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Word's soft break, the Unicode separators and NEL end a line like any other.
_LINE_ENDS = re.compile("\r\n|[\r\v\x85\u2028\u2029]")
# Controls, zero-width spaces, direction marks, private use, halves of characters:
# invisible, and refused by our forms. The joiners of emoji (200c, 200d) stay.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069"
    "\ufeff\ufffe\uffff\ue000-\uf8ff\ud800-\udfff]"
)
_SPACES = re.compile(r"[^\S\n ]")
# A soft hyphen at the end of a line means that the word goes on below.
_BROKEN_WORD = re.compile("\u00ad *\n *(?=\\w)")


def decode(raw: bytes) -> str:
    """Read bytes as UTF-8, as UTF-16 when they are marked so, else as Windows-1252."""
    if raw.startswith(_UTF16_MARKS):
        return tidy(raw.decode("utf-16", errors="replace"))
    try:
        return tidy(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return tidy(raw.decode("cp1252", errors="replace"))


def tidy(text: str) -> str:
    """Return the text with plain line ends and spaces, and nothing invisible."""
    text = _LINE_ENDS.sub("\n", text).replace("\f", "\n\n")
    text = _INVISIBLE.sub("", text).expandtabs(4)
    text = _SPACES.sub(" ", text)
    text = _BROKEN_WORD.sub("", text).replace("\u00ad", "")
    return unicodedata.normalize("NFC", text)
