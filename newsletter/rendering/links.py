"""Collecting the editorial links of an issue while it is rendered."""

import html
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from newsletter.markup import CannotRender
from newsletter.rendering.personal import mark

_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")
WRAPPED_SCHEMES = frozenset({"http", "https"})
PLAIN_SCHEMES = frozenset({"mailto", "tel"})
LONGEST_TARGET = 2000  # As Link.target; PostgreSQL refuses more, SQLite does not.


@dataclass(frozen=True)
class RenderedLink:
    """One editorial link: where it leads and in which block it stands."""

    position: int
    target: str
    label: str
    block_kind: str
    article_id: int | None


def link_mark(position: int) -> str:
    """Return the mark that stands for a link until it has an address of ours."""
    return mark(f"link.{position}")


def scheme_of(target: str) -> str:
    """Return the scheme of an address, lower-cased; empty when there is none."""
    try:
        return urlsplit(target.strip()).scheme.lower()
    except ValueError:
        return ""


@dataclass
class LinkBook:
    """The links found so far, in reading order."""

    links: list[RenderedLink] = field(default_factory=list)

    def add(
        self, target: str, *, label: str, kind: str, article_id: int | None = None
    ) -> str:
        """Return what goes into ``href``: a mark, the plain address, or nothing.

        Raises:
            CannotRender: an address too long to keep.
        """
        target = target.strip()
        scheme = scheme_of(target)
        if scheme in PLAIN_SCHEMES:
            return target
        if scheme not in WRAPPED_SCHEMES:
            return ""
        if len(target) > LONGEST_TARGET:
            raise CannotRender(
                _("the address of “%(label)s” is longer than %(most)d characters")
                % {"label": label[:60], "most": LONGEST_TARGET}
            )
        position = len(self.links)
        self.links.append(RenderedLink(position, target, label[:200], kind, article_id))
        return link_mark(position)

    def in_prose(self, prose: str, *, kind: str, article_id: int | None = None) -> str:
        """Return prose whose links are marks; a link without address is its words."""

        def rewritten(found: re.Match[str]) -> str:
            words = _TAGS.sub("", found[2])
            href = self.add(
                html.unescape(found[1]),
                label=html.unescape(words),
                kind=kind,
                article_id=article_id,
            )
            if not href:
                return found[2]
            return f'<a href="{html.escape(href)}">{found[2]}</a>'

        return _HREF.sub(rewritten, prose)
