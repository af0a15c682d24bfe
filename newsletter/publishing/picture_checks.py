"""Checks of pictures: may this be shown, in a mail and on the web, on that day?

An issue is also a page of the website, so each picture needs both uses.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from newsletter.articles.models import Article, Picture
from newsletter.articles.picture_models import (
    EXPIRES_SOON,
    Licence,
    PortraitConsent,
)
from newsletter.issues.blocks import ArticleBlock, Block, ExpertBlock, MustReadBlock
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.places import name_of


class Trouble(NamedTuple):
    """What is wrong with a picture, and the field in which it is put right."""

    severity: Severity
    message: str
    field: str


def check_pictures(blocks: Sequence[Block], *, day: date) -> Iterator[Finding]:
    """Look at the rights of every picture that a reader gets to see.

    Args:
        day: the day on which the issue leaves.
    """
    seen: set[int] = set()
    for place, block in enumerate(blocks, 1):
        for picture in pictures_of(block):
            if picture.pk in seen:
                continue
            seen.add(picture.pk)
            for trouble in troubles_with(picture, day=day):
                message = _("%(block)s: the picture “%(picture)s” %(trouble)s") % {
                    "block": name_of(place, block),
                    "picture": Truncator(str(picture)).chars(40),
                    "trouble": trouble.message,
                }
                yield Finding(trouble.severity, message, picture, trouble.field)


def pictures_of(block: Block) -> list[Picture]:
    """Return the pictures in a block, and those on a page of ours it leads to."""
    shown = [getattr(block, "portrait", None)]
    if isinstance(block, ExpertBlock):
        shown.append(block.expert.portrait)
    elif isinstance(block, ArticleBlock):
        shown.append(block.shown_picture)
    else:
        shown.append(getattr(block, "picture", None))
    if isinstance(block, ArticleBlock | MustReadBlock) and not block.url:
        shown += _on_our_page(block.article)
    return [picture for picture in shown if picture is not None]


def _on_our_page(article: Article | None) -> list[Picture | None]:
    return [article.picture] if article and not article.source_url else []


def troubles_with(picture: Picture, *, day: date) -> Iterator[Trouble]:
    """Say why a picture may not be shown on a day, or soon may not be."""
    yield from _rights(picture)
    yield from _uses(picture)
    yield from _expiry(picture, day)
    yield from _consent(picture)
    yield from _conditions(picture)


def _rights(picture: Picture) -> Iterator[Trouble]:
    if picture.licence == Licence.EARLIER:
        # It was shown before rights were kept: no Sunday is lost over that.
        message = _(
            "is from before we noted rights. Look up by what right we show it, and "
            "who is in it."
        )
        yield Trouble(Severity.WARN, message, "id_licence")
    elif not picture.licence:
        message = _("has no rights noted. Say by what right we show it.")
        yield Trouble(Severity.STOP, message, "id_licence")


def _uses(picture: Picture) -> Iterator[Trouble]:
    if not picture.for_newsletter:
        message = _("may not be used in the newsletter. Choose another picture.")
        yield Trouble(Severity.STOP, message, "id_for_newsletter")
    elif not picture.for_website:
        message = _(
            "may not be used on the website, where every issue can be read too. "
            "Choose another picture."
        )
        yield Trouble(Severity.STOP, message, "id_for_website")


def _expiry(picture: Picture, day: date) -> Iterator[Trouble]:
    last = picture.expires_on
    if last is None or last > day + EXPIRES_SOON:
        return
    words = {"day": formats.date_format(last, "j F Y")}
    if last < day:
        message = _(
            "might be shown until %(day)s, which lies before the issue leaves. "
            "Choose another picture or extend the licence."
        )
        yield Trouble(Severity.STOP, message % words, "id_expires_on")
    else:
        message = _(
            "may be shown until %(day)s. After that it has to go from the website."
        )
        yield Trouble(Severity.WARN, message % words, "id_expires_on")


def _consent(picture: Picture) -> Iterator[Trouble]:
    if picture.portrait_consent == PortraitConsent.PENDING:
        message = _("shows someone who has not agreed yet. Ask, or choose another.")
        yield Trouble(Severity.STOP, message, "id_portrait_consent")
    elif not picture.portrait_consent and picture.licence != Licence.EARLIER:
        message = _("does not say whether people can be recognised in it. Say so.")
        yield Trouble(Severity.STOP, message, "id_portrait_consent")


def _conditions(picture: Picture) -> Iterator[Trouble]:
    """Tell what a Creative Commons licence asks and nobody can see in the picture."""
    kind = picture.creative_commons
    if "nc" in kind:
        message = _(
            "may not be used commercially. With an advertisement in it an issue is "
            "commercial: ask the maker."
        )
        yield Trouble(Severity.WARN, message, "id_creative_commons")
    if "nd" in kind:
        message = _("may not be changed, and a crop is a change: ask the maker.")
        yield Trouble(Severity.WARN, message, "id_creative_commons")
