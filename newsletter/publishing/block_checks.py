"""Checks of the blocks: what they lack, what stands there twice, what comes first."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.articles.models import ArticleState
from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.blocks import AdvertorialBlock, MustReadBlock
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Mend, Severity
from newsletter.publishing.mends import moved_behind
from newsletter.publishing.places import (
    PlacedText,
    field_of,
    name_of,
    place_of,
    whole_of,
)

BLOCKS = Check("blocks", gettext_lazy("There are blocks to read."), is_final=True)
TITLES = Check("titles", gettext_lazy("Every story has a title."))
READS_ON = Check("reads on", gettext_lazy("Every story leads somewhere."))
ARTICLE_ONCE = Check("article once", gettext_lazy("No article stands there twice."))
ADVERTORIALS = Check(
    "advertorials",
    gettext_lazy("Advertorials say whose they are, and never come first."),
)
CHECKS = (BLOCKS, TITLES, READS_ON, ARTICLE_ONCE, ADVERTORIALS)


def check_blocks(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look at every block by itself, then at all of them together."""
    if not blocks:
        message = _("This issue has no blocks. Add at least one story.")
        yield BLOCKS.finds(Severity.STOP, message, issue, "content-main")
        return
    for place, block in enumerate(blocks, 1):
        if isinstance(block, ArticleBlock | MustReadBlock):
            yield from _check_story(place, block, blocks)
    yield from _check_doubles(blocks)
    yield from _check_advertorials(blocks)


def _check_story(
    place: int, block: ArticleBlock | MustReadBlock, blocks: Sequence[Block]
) -> Iterator[Finding]:
    if not block.shown_title:
        message = _("the title is missing.")
        yield found_in(TITLES, Severity.STOP, place, block, blocks, message, "title")
    article = block.article
    if article is not None and article.state == ArticleState.WITHDRAWN:
        # Whatever the link, its words and its picture are not to be mailed any more.
        message = _("the article was taken offline. Take it out of the issue.")
    elif block.url:
        return
    elif article is None:
        message = _("there is no link. Choose an article or give an address.")
    elif not article.source_url and article.state != ArticleState.PUBLISHED:
        message = _(
            "the article is not public and has no address on the magazine's "
            "site, so “read on” leads nowhere. Publish it or give an address."
        )
    else:
        return
    yield found_in(READS_ON, Severity.STOP, place, block, blocks, message, "article")


def found_in(
    check: Check,
    severity: Severity,
    place: int,
    block: Block,
    blocks: Sequence[Block],
    message: str,
    name: str = "",
    *,
    text: str = "",
    mend: Mend | None = None,
) -> Finding:
    """Return what is to be said of one block.

    Args:
        place: counted from 1, in reading order.
        name: the field in which it is put right.
        text: what tells it from other findings of the block, in any language; ""
            is the name of the field, or else the message.
    """
    return check.finds(
        severity,
        f"{name_of(place, block)}: {message}",
        block.parent,
        field_of(block, blocks, name),
        text=f"{text or name or message}\n{whole_of(block)}",
        mend=mend,
    )


def found_in_text(
    check: Check,
    severity: Severity,
    place: int,
    block: Block,
    blocks: Sequence[Block],
    text: PlacedText,
    message: str,
) -> Finding:
    """Return what is to be said of words in a block, at the field they stand in."""
    about, field = place_of(block, blocks, text.owner, text.name)
    return check.finds(
        severity,
        f"{name_of(place, block)}: {message}",
        about,
        field,
        text=f"{text.name}\n{whole_of(block)}",
    )


def _check_doubles(blocks: Sequence[Block]) -> Iterator[Finding]:
    seen: dict[int, int] = {}
    for place, block in enumerate(blocks, 1):
        article_id = getattr(block, "article_id", None)
        if article_id is None:
            continue
        if article_id in seen:
            message = _("this article is already in block %(place)d.") % {
                "place": seen[article_id]
            }
            yield found_in(
                ARTICLE_ONCE, Severity.WARN, place, block, blocks, message, "article"
            )
        seen.setdefault(article_id, place)


def _check_advertorials(blocks: Sequence[Block]) -> Iterator[Finding]:
    stories = [block for block in blocks if isinstance(block, ArticleBlock)]
    for place, block in enumerate(blocks, 1):
        if not isinstance(block, AdvertorialBlock):
            continue
        if not block.advertiser.strip():
            message = _("it does not say who paid for it. Fill in the advertiser.")
            yield found_in(
                ADVERTORIALS, Severity.WARN, place, block, blocks, message, "advertiser"
            )
        if not any(isinstance(one, ArticleBlock) for one in blocks[: place - 1]):
            message = _(
                "an advertorial comes before the first story. "
                "Readers came for the magazine: let that begin."
            )
            mend = (
                moved_behind(
                    block, blocks, stories[:2][-1], _("Move it behind the stories")
                )
                if stories
                else None
            )
            yield found_in(
                ADVERTORIALS, Severity.WARN, place, block, blocks, message, mend=mend
            )
