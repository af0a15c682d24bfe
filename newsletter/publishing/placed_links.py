"""The links of an issue as its editors made them: where each stands."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.html import escape, strip_tags

from newsletter.installation import LOOPBACK_HOSTS
from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.blocks import MustReadBlock
from newsletter.publishing.findings import Mend
from newsletter.publishing.mends import setting

_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
# Fields with the words that lead to the address of a block.
_WORDS = ("button_label", "label")


@dataclass(frozen=True)
class PlacedLink:
    """One link.

    Attributes:
        words: what an editor wrote for readers to press; "" where the design says it.
        place: of its block, counted from 1.
        owner, name: the row, and its field, in which the address stands.
        in_prose: it stands among other words, not in a field of its own.
    """

    address: str
    words: str
    block: Block
    place: int
    owner: models.Model
    name: str
    in_prose: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether it leads to a page of this very installation."""
        return self.address.startswith(f"{settings.SITE_URL}/")

    @property
    def is_story(self) -> bool:
        """Whether it is what a story leads to."""
        is_story = isinstance(self.block, ArticleBlock | MustReadBlock)
        return is_story and not self.in_prose

    @property
    def host(self) -> str:
        """The name it leads to, lower-cased; "" when it has none."""
        return host_of(self.address)

    def leading_to(self, address: str, label: str) -> Mend:
        """Return putting another address in its place."""
        if not self.in_prose:
            return setting(self.owner, label, **{self.name: address})
        prose = str(getattr(self.owner, self.name))
        changed = _HREF.sub(lambda found: self._readdressed(found, address), prose)
        return setting(self.owner, label, **{self.name: changed})

    def _readdressed(self, found: re.Match[str], address: str) -> str:
        if html.unescape(found[1]) != self.address:
            return found[0]
        return found[0].replace(f'href="{found[1]}"', f'href="{escape(address)}"', 1)


def links_of(blocks: Sequence[Block]) -> list[PlacedLink]:
    """Return the links of all blocks, in reading order."""
    return [
        link
        for place, block in enumerate(blocks, 1)
        for link in _links_in(place, block)
    ]


def _links_in(place: int, block: Block) -> Iterator[PlacedLink]:
    words = next((str(getattr(block, n)) for n in _WORDS if hasattr(block, n)), "")
    address = str(getattr(block, "url", "")).strip()
    article = getattr(block, "article", None)
    if address:
        yield PlacedLink(address, words, block, place, block, "url")
    elif article is not None and article.source_url:
        yield PlacedLink(article.source_url, words, block, place, article, "source_url")
    yield from _links_in_prose(place, block, block, getattr(block, "body", ""))
    if isinstance(block, ArticleBlock) and article is not None:
        yield from _links_in_prose(place, block, article, block.shown_body)


def _links_in_prose(
    place: int, block: Block, owner: models.Model, prose: str
) -> Iterator[PlacedLink]:
    for href, inner in _HREF.findall(prose):
        address = html.unescape(href).strip()
        words = html.unescape(strip_tags(inner)).strip()
        yield PlacedLink(address, words, block, place, owner, "body", in_prose=True)


def host_of(address: str) -> str:
    """Return the host of an address, lower-cased; "" when it has none."""
    try:
        return (urlsplit(address).hostname or "").lower().rstrip(".")
    except ValueError:
        return ""


def stays_here(host: str) -> bool:
    """Tell whether a host is this very machine, on an installation to try things."""
    return settings.IS_TRIAL and host in LOOPBACK_HOSTS
