"""Where on the issue's page a block stands, and what to call it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from newsletter.articles.models import Article
from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.blocks import ExpertBlock, MustReadBlock

_NOT_READ = ("region", "url", "help_line", "extent")
_ENDS_A_LINE = re.compile(r"</(?:p|li|h[1-6]|blockquote)>|<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True)
class PlacedText:
    """Words that a reader reads in a block.

    Attributes:
        owner, name: the row, and its field, in which they stand: the block's own, or
            those of what it tells about.
        words: without markup, one piece of text a line.
    """

    owner: models.Model
    name: str
    words: str


def field_of(block: Block, blocks: Sequence[Block], name: str = "") -> str:
    """Return the id of the block's form: content-editor counts per kind, in order.

    Args:
        name: one field of that form; "" is the whole of it.
    """
    same_kind = [other for other in blocks if type(other) is type(block)]
    accessor = f"newsletter_{block._meta.model_name}_set"
    place = f"{accessor}-{_index(block, same_kind)}"
    return f"id_{place}-{name}" if name else place


def _index(block: Block, among: Sequence[Block]) -> int:
    """Count to this very block: two that are not saved yet are equal to no other."""
    return next(index for index, other in enumerate(among) if other is block)


def name_of(place: int, block: Block) -> str:
    """Return what to call a block: its place, its kind and what it is about."""
    kind = str(block._meta.verbose_name)
    about = _about(block)
    if not about:
        return _("Block %(place)d (%(kind)s)") % {"place": place, "kind": kind}
    return _("Block %(place)d (%(kind)s “%(about)s”)") % {
        "place": place,
        "kind": kind,
        "about": Truncator(about).chars(40),
    }


def _about(block: Block) -> str:
    title = getattr(block, "shown_title", "") or getattr(block, "title", "")
    return str(title or getattr(block, "heading", "")).strip()


def place_of(
    block: Block, blocks: Sequence[Block], owner: models.Model, name: str
) -> tuple[models.Model, str]:
    """Return on whose page a field of a block, or of what it tells about, is filled in.

    Args:
        owner, name: the row and the field.

    Returns:
        The issue or that other row, and the id of the field on its page.
    """
    if owner is block:
        return block.parent, field_of(block, blocks, name)
    return owner, f"id_{name}"


def texts_of(block: Block) -> Iterator[PlacedText]:
    """Return everything a reader reads in a block, field by field."""
    for field in _text_fields(block):
        if field.name not in _NOT_READ:
            yield from _placed(block, field.name, getattr(block, field.name))
    article = getattr(block, "article", None)
    if isinstance(block, ArticleBlock | MustReadBlock) and article:
        yield from _told_of(block, article)
    if isinstance(block, ExpertBlock) and block.expert_id and not block.text:
        yield from _placed(block.expert, "bio", block.expert.bio)


def _told_of(
    block: ArticleBlock | MustReadBlock, article: Article
) -> Iterator[PlacedText]:
    """Return what comes from the article: all that its block does not say itself."""
    if not block.title:
        yield from _placed(article, "title", article.title)
    if isinstance(block, ArticleBlock):
        if not block.teaser:
            yield from _placed(article, "lead", block.shown_teaser)
        yield from _placed(article, "body", block.shown_body)


def _placed(owner: models.Model, name: str, text: str | None) -> Iterator[PlacedText]:
    words = unescape(strip_tags(_ENDS_A_LINE.sub("\n", text or "")))
    if words.strip():
        yield PlacedText(owner, name, words)


def words_of(block: Block) -> str:
    """Return everything a reader reads in a block, one piece of text a line."""
    return "\n".join(dict.fromkeys(text.words for text in texts_of(block)))


def whole_of(block: Block) -> str:
    """Return all that is typed in a block, for telling whether it was changed."""
    typed = [str(getattr(block, field.name) or "") for field in _text_fields(block)]
    return "\n".join([str(block.pk), *typed, words_of(block)])


def _text_fields(block: Block) -> "list[models.Field[Any, Any]]":
    return [
        field
        for field in block._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField)
    ]
