"""Checks of the plain text beside the HTML: there, and telling the same."""

import html as entities
import re
from collections.abc import Iterator

from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Severity

PLAIN_TEXT = Check(
    "plain text",
    gettext_lazy("The plain text is there and tells the same."),
    is_quick=False,
)
CHECKS = (PLAIN_TEXT,)

# Buttons and credits are worded otherwise in the two; a block left out is more.
LEAST_ALIKE = 0.75
LONGEST_LINE = 78
_HEAD = re.compile(r"<head\b.*?</head>|<style\b.*?</style>|<!--.*?-->", re.DOTALL)
_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"')
_WORD = re.compile(r"[^\W_]{2,}")
_MARKUP = re.compile(r"</?(?:p|div|a|td|tr|table|span|br|strong|em)\b[^>]*>")


def check_text(issue: Issue, html: str, text: str) -> Iterator[Finding]:
    """Compare the two parts of the mail."""
    faults = list(_faults(html, text))
    if faults:
        message = _(
            "The plain text, for watches and for who hears the mail, is not right: "
            "%(faults)s. Tell whoever looks after the templates."
        ) % {"faults": "; ".join(faults)}
        yield PLAIN_TEXT.finds(Severity.WARN, message, issue)


def _faults(html: str, text: str) -> Iterator[str]:
    if not text.strip():
        yield _("it is empty")
        return
    shown, told = _words_in(html), {word.casefold() for word in _WORD.findall(text)}
    if shown and len(shown & told) < LEAST_ALIKE * len(shown):
        yield _("much of the mail is missing from it")
    hrefs = {entities.unescape(href) for href in _HREF.findall(html)}
    lost = [href for href in hrefs if href.removeprefix("mailto:") not in text]
    if lost:
        yield _("a link is missing from it")
    if _MARKUP.search(text):
        yield _("there are signs of HTML in it")
    lines = text.splitlines()
    if any(len(line) > LONGEST_LINE and " " in line.strip() for line in lines):
        yield _("some of its lines are too long")


def _words_in(html: str) -> set[str]:
    shown = entities.unescape(strip_tags(_HEAD.sub(" ", html).replace("<", " <")))
    return {word.casefold() for word in _WORD.findall(shown)}
