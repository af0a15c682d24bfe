"""Checks of the style in the finished mail against what mail programs know.

The table below is what our templates may use. It was put together from the support
tables of caniemail.com (read in November 2026): what is left out there breaks a mail
somewhere that matters, and what stands here either works in Gmail, Apple Mail,
Outlook, Yahoo and Samsung, or is missed by nobody where it does not.
"""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Severity

CSS = Check(
    "css",
    gettext_lazy("The mail uses only what mail programs can draw."),
    is_quick=False,
)
CHECKS = (CSS,)

_DRAWN = re.findall(
    r"\S+",
    """background background-color color width height max-width max-height min-width
    border border-top border-right border-bottom border-left border-collapse
    border-spacing border-color border-top-color border-left-color padding padding-top
    padding-right padding-bottom padding-left margin margin-top margin-right
    margin-bottom margin-left font font-family font-size font-style font-weight
    line-height letter-spacing text-align text-decoration text-transform vertical-align
    direction word-spacing word-break list-style list-style-type white-space
    table-layout""",
)
# Square corners, a visible line, another hand: a mail without them is as good.
_NOT_MISSED = re.findall(
    r"\S+",
    """border-radius outline cursor opacity overflow overflow-wrap word-wrap
    font-variant-numeric text-underline-offset text-decoration-color color-scheme
    supported-color-schemes""",
)
KNOWN = frozenset([*_DRAWN, *_NOT_MISSED, "display"])
_KNOWN_DISPLAY = frozenset({"block", "inline", "inline-block", "none", "table-cell"})
# Their owners' own: nobody else looks at them.
_OF_ONE_PROGRAM = ("mso-", "-webkit-", "-ms-", "-moz-", "-premailer-")
_KNOWN_RULES = frozenset({"media"})
# Old Outlook does not know them, and leaves out the line or all of it.
_FUNCTIONS = re.compile(r"\b(?:calc|var|min|max|clamp|url|env)\(", re.IGNORECASE)
MOST_STYLE = 16_000

_INLINE = re.compile(r'\sstyle="([^"]*)"')
_SHEETS = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)
_DECLARATIONS = re.compile(r"\{([^{}]*)\}")
_AT_RULE = re.compile(r"@([a-z-]+)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def check_css(issue: Issue, html: str) -> Iterator[Finding]:
    """Compare the style of the mail with the table."""
    unknown = sorted(set(_unknown(html)))
    if unknown:
        message = _(
            "Some mail programs cannot draw what is in this mail: %(what)s. "
            "Tell whoever looks after the templates."
        ) % {"what": "; ".join(unknown)}
        yield CSS.finds(Severity.WARN, message, issue)
    style = "".join(_SHEETS.findall(html))
    if len(style.encode()) > MOST_STYLE:
        message = _(
            "The style of the mail is %(size)d kB; Gmail drops all of it from "
            "%(most)d kB on. Tell whoever looks after the templates."
        ) % {"size": len(style) // 1000, "most": MOST_STYLE // 1000}
        yield CSS.finds(Severity.WARN, message, issue, text="size of the style")


def _unknown(html: str) -> Iterator[str]:
    sheets = [_COMMENT.sub("", sheet) for sheet in _SHEETS.findall(html)]
    styles = _INLINE.findall(html)
    for sheet in sheets:
        styles += _DECLARATIONS.findall(sheet)
        for rule in _AT_RULE.findall(sheet):
            if rule.lower() not in _KNOWN_RULES:
                yield f"@{rule}"
    for style in styles:
        yield from _unknown_in(style)


def _unknown_in(style: str) -> Iterator[str]:
    for declaration in style.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        value = value.replace("!important", "").strip().lower()
        if not colon or name.startswith(_OF_ONE_PROGRAM):
            continue
        if name not in KNOWN:
            yield name
        elif name == "display" and value not in _KNOWN_DISPLAY:
            yield f"{name}: {value}"
        if found := _FUNCTIONS.search(value):
            yield f"{found[0]}…)"
