"""Checks of the finished HTML: can everyone read it, whatever opens it.

What fails in most mails of the world (Email Markup Consortium, 2025) fails here as
well when a template is changed carelessly; an editor then tells who looks after it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Severity

ACCESSIBLE = Check(
    "accessible",
    gettext_lazy("Everyone can read the mail: language, headings, pictures, links."),
    is_quick=False,
)
HARMLESS = Check(
    "harmless",
    gettext_lazy("Nothing in the mail that mail programs throw out."),
    is_quick=False,
)
CHECKS = (ACCESSIBLE, HARMLESS)

SMALLEST_LETTERS = 13
_HIDDEN = re.compile(r"display:\s*none", re.IGNORECASE)
_SIZE = re.compile(r"font-size:\s*(\d+(?:\.\d+)?)px", re.IGNORECASE)
_THROWN_OUT = frozenset(
    {"script", "form", "iframe", "object", "embed", "link", "video"}
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BAD_SCHEME = re.compile(r"\s*(?:javascript|data|vbscript|file):", re.IGNORECASE)
_UNKNOWN_PICTURE = re.compile(r"\.(?:webp|svg|avif)(?:[?#]|$)", re.IGNORECASE)


@dataclass
class _Seen(HTMLParser):
    """Reads a mail once and keeps what the rules ask for."""

    faults: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    levels: list[int] = field(default_factory=list)
    title: str = ""
    language: set[str] = field(default_factory=set)
    directed: set[str] = field(default_factory=set)
    link: list[str] | None = None

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        part = "html" if tag == "html" else "body"
        if given.get("lang"):
            self.language.add(part)
        if given.get("dir"):
            self.directed.add(part)
        if tag in _HEADINGS:
            self.levels.append(int(tag[1]))
        if tag == "table" and given.get("role") not in ("presentation", "none"):
            self.faults.add(_("a table for the layout does not say that it is none"))
        if tag == "img":
            self._picture(given)
        if tag == "a":
            self.link = []
        if tag == "meta" and given.get("name") == "viewport":
            self._viewport(given.get("content", ""))
        self._refuse(tag, given)
        self._letters(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.link is not None:
            if not "".join(self.link).strip():
                self.faults.add(_("a link has no words"))
            self.link = None

    def handle_data(self, data: str) -> None:
        if self.link is not None:
            self.link.append(data)
        if self.lasttag == "title":
            self.title += data

    def _picture(self, given: dict[str, str]) -> None:
        if "alt" not in given:
            self.faults.add(_("a picture says nothing to who does not see it"))
        if "width" not in given:
            self.faults.add(_("a picture does not say how wide it is"))
        if self.link is not None:
            # Whether the editor gave it words is told where the picture stands.
            self.link.append(given.get("alt") or "picture")
        if _UNKNOWN_PICTURE.search(given.get("src", "")):
            self.refused.add(_("a picture of a kind that Outlook or Gmail do not show"))

    def _viewport(self, content: str) -> None:
        if re.search(r"user-scalable\s*=\s*(?:no|0)|maximum-scale", content):
            self.faults.add(_("who sees little cannot make it larger"))

    def _refuse(self, tag: str, given: dict[str, str]) -> None:
        if tag in _THROWN_OUT:
            self.refused.add(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on"):
                self.refused.add(name)
            if name in ("href", "src") and _BAD_SCHEME.match(value):
                self.refused.add(value.partition(":")[0].strip() + ":")

    def _letters(self, style: str) -> None:
        # What is hidden (the line for the inbox) and the gaps between tables have none.
        sizes = [float(size) for size in _SIZE.findall(style)]
        if sizes and 2 < sizes[-1] < SMALLEST_LETTERS and not _HIDDEN.search(style):
            self.faults.add(
                _("letters smaller than %(size)d pixels") % {"size": SMALLEST_LETTERS}
            )


def check_html(issue: Issue, html: str) -> Iterator[Finding]:
    """Read the finished mail as its hardest readers do."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    faults = [*sorted(seen.faults), *_whole_faults(seen, issue)]
    if faults:
        message = _(
            "Not everyone can read this mail: %(faults)s. "
            "Tell whoever looks after the templates."
        ) % {"faults": "; ".join(faults)}
        yield ACCESSIBLE.finds(Severity.WARN, message, issue)
    if seen.refused:
        message = _(
            "Mail programs throw out what is in this mail: %(what)s. "
            "Tell whoever looks after the templates."
        ) % {"what": "; ".join(sorted(seen.refused))}
        yield HARMLESS.finds(Severity.WARN, message, issue)


def _whole_faults(seen: _Seen, issue: Issue) -> Iterator[str]:
    if seen.language != {"html", "body"}:
        yield _("it does not say which language it is in")
    if seen.directed != {"html", "body"}:
        yield _("it does not say in which direction it is read")
    if seen.levels.count(1) != 1:
        yield _("it has no single main heading")
    pairs = zip(seen.levels, seen.levels[1:], strict=False)
    if any(below - above > 1 for above, below in pairs):
        yield _("a level of headings is skipped")
    if seen.title.strip() != issue.subject.strip():
        yield _("its title is not the subject")
