"""Where on the issue's page a block stands, and what to call it."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.html import strip_tags
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from newsletter.issues.blocks import ArticleBlock, Block

_NOT_READ = ("region", "url", "help_line", "extent")


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


def words_of(block: Block) -> str:
    """Return everything a reader reads in a block, one piece of text a line."""
    texts = [
        strip_tags(str(getattr(block, field.name) or "").replace("</p>", "\n"))
        for field in _text_fields(block)
        if field.name not in _NOT_READ
    ]
    if isinstance(block, ArticleBlock):
        body = strip_tags(block.shown_body.replace("</p>", "\n"))
        texts += [block.shown_title, block.shown_teaser, body]
    return "\n".join(dict.fromkeys(text for text in texts if text))


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
