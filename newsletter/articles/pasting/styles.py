"""What a style says that matters: bold, italic, hidden, and Word's lists."""

import re
from dataclasses import dataclass, replace
from typing import Any

_BOLD = {"b", "strong"}
_ITALIC = {"i", "em"}


@dataclass(frozen=True)
class Marks:
    """The letters at a place: what is around them already."""

    strong: bool = False
    em: bool = False
    is_plain: bool = False

    def bare(self) -> "Marks":
        """Return the letters of a heading, which has its own."""
        return Marks(is_plain=True)

    def around(self, inner: str, *, outside: "Marks") -> str:
        """Put the tags around that are not there yet."""
        if self.em and not outside.em:
            inner = around_lines("<em>", inner)
        if self.strong and not outside.strong:
            inner = around_lines("<strong>", inner)
        return inner


def around_lines(opening: str, inner: str) -> str:
    """Put a tag around each line: two breaks in a row part paragraphs later."""
    closing = f"</{re.split('[ >]', opening[1:])[0]}>"
    lines = re.split(r"(<br>)", inner)
    return "".join(
        line if line.strip(" \u00a0") in ("", "<br>") else f"{opening}{line}{closing}"
        for line in lines
    )


def style_of(element: Any) -> dict[str, str]:
    """Return the style of an element by property."""
    pairs = (pair.partition(":") for pair in element.get("style", "").split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def marks_of(element: Any, outside: Marks) -> Marks:
    """Return the letters inside an element.

    Google Docs puts a whole text in ``<b style="font-weight:normal">``, and says bold
    with weight 700: the style counts, the tag only where there is none.
    """
    if outside.is_plain:
        return outside
    style = style_of(element)
    weight, slant = style.get("font-weight", ""), style.get("font-style", "")
    strong = _is_bold(weight) if weight else element.tag in _BOLD
    em = slant in ("italic", "oblique") if slant else element.tag in _ITALIC
    return replace(outside, strong=outside.strong or strong, em=outside.em or em)


def _is_bold(weight: str) -> bool:
    return weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)


def is_hidden(element: Any) -> bool:
    """Tell whether nobody saw it where it was copied."""
    style = style_of(element)
    return (
        element.get("hidden") is not None
        or style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or style.get("mso-hide") == "all"
    )


def word_level(element: Any) -> int:
    """Return how deep in a list of Word a paragraph stands; 0 when in none."""
    found = re.match(r"l\d+ level(\d+)", style_of(element).get("mso-list", ""))
    return int(found[1]) if found else 0
