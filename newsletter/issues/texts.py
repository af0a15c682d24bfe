"""What an issue says, apart from where that stands: in rows, a revision or a form.

Every value is a string, so that texts from anywhere can be held against each other:
"" is nothing, a row is its primary key, a day is ISO 8601, a box ``True`` or ``False``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django_prose_editor.fields import ProseEditorField
from reversion.models import Revision

from newsletter.issues.block import Block
from newsletter.issues.blocks import BLOCK_MODELS, blocks_of
from newsletter.issues.models import Issue

ISSUE = "issue"
# What says most of what a block is about, in the order in which to ask.
_SAYS_MOST = (
    ("title", "heading", "question", "quote", "text", "label", "greeting", "body")
    + ("tips", "speaker", "caption", "advertiser", "article", "expert", "help_line")
)  # fmt: skip
_NOT_TEXT = ("id", "parent", "region", "ordering", "mailing_list")
KINDS: dict[str, type[Block]] = {
    str(model._meta.model_name): model for model in BLOCK_MODELS
}


@dataclass(frozen=True)
class BlockText:
    """One block.

    Attributes:
        key: names the same block in every text; ends in ``new-…`` until it is saved.
        kind: the name of its model, in lower case.
        fields: what is in it, by the name of the field.
    """

    key: str
    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class IssueText:
    """All that an issue says, its blocks in reading order."""

    fields: Mapping[str, str]
    blocks: tuple[BlockText, ...]

    def block(self, key: str) -> BlockText | None:
        """Return the block of that name, if it is in this text."""
        return next((one for one in self.blocks if one.key == key), None)


# --- Where a text comes from ---


def text_of(issue: Issue, blocks: Iterable[Block] | None = None) -> IssueText:
    """Return what is saved; one query for each kind of block, unless they are given."""
    return _text(issue, blocks_of(issue) if blocks is None else blocks)


def text_of_revision(revision: Revision) -> IssueText | None:
    """Return what was saved then; None if the issue itself was not part of it."""
    issue, blocks = None, []
    for version in revision.version_set.select_related("content_type"):
        row = version._object_version.object
        if isinstance(row, Issue):
            issue = row
        elif isinstance(row, Block):
            blocks.append(row)
    return _text(issue, blocks) if issue else None


def _text(issue: Issue, blocks: Iterable[Block]) -> IssueText:
    told = []
    for block in sorted(blocks, key=lambda block: (block.ordering, block.pk)):
        kind = str(block._meta.model_name)
        told.append(BlockText(f"{kind}-{block.pk}", kind, _fields(block)))
    return IssueText(_fields(issue), tuple(told))


def _fields(row: models.Model) -> dict[str, str]:
    return {
        field.name: as_text(field.value_from_object(row))
        for field in fields_of(type(row))
    }


def as_text(value: Any) -> str:
    """Return a value of a row or a form as it stands in a text."""
    if value is None:
        return ""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    # Browsers send other line ends than we keep.
    return str(value).replace("\r\n", "\n").strip()


def fields_of(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """Return the fields of an issue or a block in which an editor says something."""
    return [
        field
        for field in model._meta.concrete_fields
        if field.editable and field.name not in _NOT_TEXT
    ]


def model_of(kind: str) -> type[models.Model]:
    """Return the model of a kind of block, or that of the issue itself."""
    return KINDS.get(kind, Issue)


# --- How an editor reads it ---


def label_of(kind: str, name: str) -> str:
    """Return what the form calls a field."""
    return capfirst(str(_field(kind, name).verbose_name))


def name_of(block: BlockText) -> str:
    """Return what tells a block from the others: its kind and what it is about."""
    kind = capfirst(str(model_of(block.kind)._meta.verbose_name))
    for name in _SAYS_MOST:
        if block.fields.get(name) and (
            about := readable(block.kind, name, block.fields[name])
        ):
            return f"{kind}: {Truncator(' '.join(about.split())).chars(60)}"
    return kind


def readable(kind: str, name: str, text: str) -> str:
    """Return a value as it reads on a screen: names for rows, words for rich text."""
    field = _field(kind, name)
    if not text:
        return ""
    if isinstance(field, ProseEditorField):
        return words_of(text)
    if isinstance(field, models.ForeignKey):
        return _named(field.related_model, text)
    if isinstance(field, models.BooleanField):
        return _("yes") if text == "True" else _("no")
    if field.choices:
        return str(dict(field.flatchoices).get(text, text))
    if isinstance(field, models.DateField):
        return _day(text)
    return text


def is_long(kind: str, name: str) -> bool:
    """Tell whether two texts can stand below each other in this field."""
    return isinstance(_field(kind, name), models.TextField)


def is_prose(kind: str, name: str) -> bool:
    """Tell whether a field holds rich text."""
    return isinstance(_field(kind, name), ProseEditorField)


def _field(kind: str, name: str) -> "models.Field[Any, Any]":
    field: models.Field[Any, Any] = model_of(kind)._meta.get_field(name)  # type: ignore[assignment]
    return field


def _named(model: Any, key: str) -> str:
    found = model._default_manager.filter(pk=key) if key.isdecimal() else None
    row = found.first() if found is not None else None
    return str(row) if row else _("no longer there")


def _day(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text), "l j F Y")
    except ValueError:
        return text


class _Words(HTMLParser):
    """Reads rich text aloud: lines, bullets, and where links lead."""

    LINES = frozenset(("p", "h2", "h3", "ul", "ol", "blockquote", "br", "div"))

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.LINES:
            self.said.append("\n")
        elif tag == "li":
            self.said.append("\n• ")
        elif tag == "a":
            self.address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in self.LINES:
            self.said.append("\n")
        elif tag == "a" and self.address:
            self.said.append(f" ({self.address})")
            self.address = ""

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def words_of(html: str) -> str:
    """Return the words of rich text, line by line, each link with its address."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).splitlines())
    # A bullet stands before the paragraph that its item begins with.
    return "\n".join(line for line in lines if line).replace("•\n", "• ")
