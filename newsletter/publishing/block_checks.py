"""Checks of the blocks: what they lack, and what stands there twice."""

import re
from collections.abc import Iterator, Sequence

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from newsletter.articles.models import Article, ArticleState, Picture
from newsletter.issues.blocks import (
    ArticleBlock,
    Block,
    HelpLineBlock,
    ImageBlock,
    MustReadBlock,
)
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.places import field_of, name_of, words_of
from newsletter.rendering.links import PLAIN_SCHEMES, WRAPPED_SCHEMES, scheme_of

# Pieces about these go with a help line: the rule of every Dutch newsroom.
_HARD_SUBJECTS = re.compile(
    r"\b(?:zelfmoord|zelfdoding|su[iï]cid|eetstoornis|anorexia|boulimia)", re.IGNORECASE
)
_HREF = re.compile(r'<a\s[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
_Trouble = tuple[Severity, str]


def check_blocks(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Look at every block by itself, then at all of them together."""
    if not blocks:
        message = _("This issue has no blocks. Add at least one story.")
        yield Finding(Severity.STOP, message, issue, "content-main")
        return
    for place, block in enumerate(blocks, 1):
        for severity, message in _troubles(block):
            yield _finding(severity, place, block, blocks, message)
    yield from _check_doubles(blocks)
    yield from _check_help(issue, blocks)


def _finding(
    severity: Severity, place: int, block: Block, blocks: Sequence[Block], message: str
) -> Finding:
    text = f"{name_of(place, block)}: {message}"
    return Finding(severity, text, block.parent, field_of(block, blocks))


def _troubles(block: Block) -> Iterator[_Trouble]:
    if isinstance(block, ArticleBlock | MustReadBlock):
        if not block.shown_title:
            yield Severity.STOP, _("the title is missing.")
        yield from _link_troubles(block.url, block.article)
    if isinstance(block, ArticleBlock):
        yield from _picture_troubles(block.shown_picture)
    if isinstance(block, ImageBlock):
        yield from _picture_troubles(block.picture)
    yield from _prose_troubles(str(getattr(block, "body", "")))


def _prose_troubles(body: str) -> Iterator[_Trouble]:
    for href, words in _HREF.findall(body):
        if scheme_of(href) not in WRAPPED_SCHEMES | PLAIN_SCHEMES:
            message = _(
                "“%(words)s” is no link in the mail, for “%(href)s” is no complete "
                "address. Begin it with https://"
            ) % {"words": strip_tags(words), "href": href[:80]}
            yield Severity.WARN, message


def _link_troubles(url: str, article: Article | None) -> Iterator[_Trouble]:
    if url:
        return
    if article is None:
        yield (
            Severity.STOP,
            _("there is no link. Choose an article or give an address."),
        )
    elif not article.source_url and article.state != ArticleState.PUBLISHED:
        yield (
            Severity.STOP,
            _(
                "the article is not public and has no address on the magazine's "
                "site, so “read on” leads nowhere. Publish it or give an address."
            ),
        )


def _picture_troubles(picture: Picture | None) -> Iterator[_Trouble]:
    if picture is not None and not picture.alt.strip():
        yield (
            Severity.WARN,
            _(
                "the picture has no alternative text. "
                "Who sees no pictures does not know what is in it."
            ),
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
            yield _finding(Severity.WARN, place, block, blocks, message)
        seen.setdefault(article_id, place)


def _check_help(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    if any(isinstance(block, HelpLineBlock) for block in blocks):
        return
    for place, block in enumerate(blocks, 1):
        if found := _HARD_SUBJECTS.search(words_of(block)):
            message = _(
                "this is about “%(words)s…”. Add a block with a help line, "
                "for readers whom it touches."
            ) % {"words": found[0]}
            yield _finding(Severity.WARN, place, block, blocks, message)
            return
