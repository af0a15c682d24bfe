"""One issue becomes one mail: subject, preheader, HTML and text. Pure.

Nothing is written, nobody is named: personal places are slots, editorial links are
marks, until ``freezing`` gives them addresses and ``delivery`` their reader.
"""

import binascii
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import formats, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from newsletter.articles.authorship import learn_authors
from newsletter.colours import Palette
from newsletter.issues.addresses import issue_url
from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.blocks import OpeningBlock, blocks_of
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.markup import CannotRender, html_from_mjml
from newsletter.rendering.block_values import values_of, words_in
from newsletter.rendering.links import LinkBook, RenderedLink
from newsletter.rendering.personal import Personal, Slot, mark, replace_marks
from newsletter.rendering.reply_to import mistake_address

logger = logging.getLogger(__name__)
_EMAIL_CSS = Path(settings.BASE_DIR) / "templates" / "email" / "email.css"
# What stands around the two parts: From, List-Unsubscribe, DKIM and their like.
_HEADERS_IN_BYTES = 1500


@dataclass(frozen=True)
class BlockFailure:
    """A block that cannot be shown, and why."""

    kind: str
    place: int
    reason: str


@dataclass(frozen=True)
class RenderedEmail:
    """A mail without a reader.

    Attributes:
        html, text: with personal slots and link marks still in them.
        failures: blocks that could not be shown; empty in a strict rendering.
        block_sizes: bytes of HTML of each block alone, in reading order; tells which
            one is heavy, not what the whole is: the frame around it comes with it.
    """

    subject: str
    preheader: str
    html: str
    text: str
    links: tuple[RenderedLink, ...]
    failures: tuple[BlockFailure, ...] = ()
    block_sizes: tuple[int, ...] = ()

    @property
    def size_in_bytes(self) -> int:
        """Size of the HTML part; Gmail clips at about 102 kB."""
        return len(self.html.encode())

    @property
    def size_as_sent(self) -> int:
        """Size of the whole message: both parts quoted-printable, and headers."""
        parts = (self.html, self.text)
        return _HEADERS_IN_BYTES + sum(
            len(binascii.b2a_qp(part.encode())) for part in parts
        )

    def preview(self, personal: Personal) -> tuple[str, str]:
        """Return HTML and text as one reader would see them, links unwrapped."""
        values: dict[str, str] = {str(k): v for k, v in personal.values().items()}
        for link in self.links:
            values[f"link.{link.position}"] = link.target
        escaped = values | {
            name: value.replace("&", "&amp;")
            for name, value in values.items()
            if name.startswith("link.")
        }
        return (
            replace_marks(self.html, lambda name: escaped.get(name, "")),
            replace_marks(self.text, lambda name: values.get(name, "")),
        )


def render(
    issue: Issue, blocks: Sequence[Block] | None = None, *, strict: bool = False
) -> RenderedEmail:
    """Render an issue in its list's language.

    Args:
        blocks: in reading order, saved or not; None reads the saved ones.
        strict: refuse when any block cannot be shown.

    Raises:
        CannotRender: the frame itself, or with ``strict`` a block, is broken.
    """
    if blocks is None:
        blocks = blocks_of(issue)
    stories = (block for block in blocks if isinstance(block, ArticleBlock))
    learn_authors(story.article for story in stories if story.article)
    with translation.override(issue.mailing_list.language):
        return _Composition(issue, blocks, strict=strict).compose()


@dataclass
class _Composition:
    issue: Issue
    blocks: Sequence[Block]
    strict: bool
    book: LinkBook = field(default_factory=LinkBook)
    failures: list[BlockFailure] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    def compose(self) -> RenderedEmail:
        palette = self.issue.palette
        mjml_parts: list[str] = []
        text_parts: list[str] = []
        for place, block in enumerate(self.blocks, 1):
            mjml, text = self._block(place, block, palette)
            mjml_parts.append(mjml)
            text_parts.append(text)
        values = self._frame_values(palette)
        mjml = render_to_string(
            "email/issue.mjml", {**values, "blocks": "".join(mjml_parts)}
        )
        text = render_to_string(
            "email/issue.txt",
            {**values, "blocks": "\n\n\n".join(part for part in text_parts if part)},
        )
        return RenderedEmail(
            subject=self.issue.subject,
            preheader=self.issue.preheader,
            html=html_from_mjml(mjml, css=_stylesheet(palette)),
            text=_tidy(text),
            links=tuple(self.book.links),
            failures=tuple(self.failures),
            block_sizes=tuple(self.sizes),
        )

    def _block(self, place: int, block: Block, palette: Palette) -> tuple[str, str]:
        known = len(self.book.links)
        try:
            values: dict[str, Any] = {
                **values_of(block, self.issue, self.book),
                "block": block,
                "palette": palette,
                "place": place,
            }
            mjml = render_to_string(f"email/blocks/{block.KIND}.mjml", values)
            # Compiled alone, so that the one broken block can be named.
            size = _size_alone(mjml)
            text = render_to_string(f"email/blocks/{block.KIND}.txt", values)
        except Exception as error:
            # Whatever goes wrong in one block, the preview goes on without it.
            del self.book.links[known:]
            self.sizes.append(0)
            return self._failed(place, block, error), ""
        self.sizes.append(size)
        return mjml, text.strip("\n")

    def _failed(self, place: int, block: Block, error: Exception) -> str:
        reason = _in_words(error)
        if self.strict:
            raise CannotRender(
                _("Block %(place)d (%(kind)s) cannot be shown: %(reason)s")
                % {
                    "place": place,
                    "kind": block._meta.verbose_name,
                    "reason": reason,
                }
            ) from error
        self.failures.append(BlockFailure(block.KIND, place, reason))
        return render_to_string(
            "email/blocks/_failed.mjml",
            {"kind": block._meta.verbose_name, "place": place},
        )

    def _frame_values(self, palette: Palette) -> dict[str, Any]:
        mailing_list = self.issue.mailing_list
        day = self.issue.publication_date
        return {
            "issue": self.issue,
            "mailing_list": mailing_list,
            "logo": f"{settings.SITE_URL}{logo.url}"
            if (logo := mailing_list.logo)
            else "",
            "palette": palette,
            "day": capfirst(formats.date_format(day, "l j F")) if day else "",
            "wish": self._wish(),
            "editor": self._editor(),
            "minutes": reading_minutes(self.blocks),
            "view_online": issue_url(self.issue),
            "sign_up": absolute_url("sign_up"),
            "mistake_address": mistake_address(self.issue, None),
            "unsubscribe": mark(Slot.UNSUBSCRIBE_URL),
            "preferences": mark(Slot.PREFERENCES_URL),
        }

    def _wish(self) -> str:
        day = self.issue.publication_date
        if day is None:
            return _("Have a lovely day,")
        weekday = formats.date_format(day, "l")
        return _("Have a lovely %(weekday)s,") % {"weekday": weekday}

    def _editor(self) -> str:
        """Who wishes it: the opening's name without the function behind it."""
        signed = [b.signed_by for b in self.blocks if isinstance(b, OpeningBlock)]
        name = next(filter(None, signed), "").partition(",")[0].strip()
        return name or self.issue.mailing_list.name


@lru_cache(maxsize=512)
def _size_alone(mjml: str) -> int:
    """Compile one block by itself and return its bytes.

    While someone types in one block the others stay as they are: they are remembered.
    """
    html = html_from_mjml(f"<mjml><mj-body>{mjml}</mj-body></mjml>")
    return len(html.encode()) - _empty_size()


@lru_cache(maxsize=1)
def _empty_size() -> int:
    return len(html_from_mjml("<mjml><mj-body></mj-body></mjml>").encode())


def _in_words(error: Exception) -> str:
    """Return what an editor can do something with; the log has the rest."""
    if isinstance(error, CannotRender):
        return str(error)
    logger.warning("a block cannot be shown: %s: %s", type(error).__name__, error)
    return _("Something in this block is not right.")


def _stylesheet(palette: Palette) -> str:
    own = (
        f"a {{ color: {palette.accent}; }}\n"
        f"blockquote {{ border-left: 2px solid {palette.second}; }}\n"
    )
    return f"{_EMAIL_CSS.read_text()}{own}"


def reading_minutes(blocks: Sequence[Block]) -> int:
    """Return how long the mail itself takes to read, at 220 words a minute."""
    return max(1, round(sum(words_in(block) for block in blocks) / 220))


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.strip().splitlines()]
    tidy: list[str] = []
    for line in lines:
        if line or tidy[-2:] != ["", ""]:
            tidy.append(line)
    return "\n".join(tidy) + "\n"


def sha256_of(subject: str, html: str, text: str) -> str:
    """Return the fingerprint that approvals and batches are bound to."""
    whole = "\0".join((subject, html, text))
    return hashlib.sha256(whole.encode()).hexdigest()
