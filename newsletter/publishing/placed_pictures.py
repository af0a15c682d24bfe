"""Where pictures stand in a mail, and in which of its places."""

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.articles.crops import PLACES, Place
from newsletter.articles.models import Picture
from newsletter.issues.block import ArticleBlock, Block, Extent
from newsletter.issues.blocks import (
    AdvertorialBlock,
    ExpertBlock,
    ImageBlock,
    MustReadBlock,
    OpeningBlock,
)


@dataclass(frozen=True)
class PlacedPicture:
    """A picture in a block.

    Attributes:
        leads: a press on it opens something, so that it needs words of its own.
        is_told: the words beside it say who or what it is.
    """

    picture: Picture
    place: Place
    leads: bool = False
    is_told: bool = False


def pictures_of(block: Block) -> Iterator[PlacedPicture]:
    """Return the pictures that a block shows; nothing more is asked of the database."""
    if isinstance(block, ArticleBlock) and block.shown_picture:
        place = "small" if block.extent == Extent.COMPACT else block.KIND
        yield PlacedPicture(block.shown_picture, PLACES[place], leads=True)
    if isinstance(block, ImageBlock) and block.picture_id:
        yield PlacedPicture(block.picture, PLACES["wide"], leads=bool(block.url))
    if isinstance(block, AdvertorialBlock) and block.picture:
        yield PlacedPicture(block.picture, PLACES["card"], leads=bool(block.url))
    if isinstance(block, OpeningBlock) and block.portrait:
        named = bool(block.signed_by)
        yield PlacedPicture(block.portrait, PLACES["portrait"], is_told=named)
    if isinstance(block, ExpertBlock) and block.expert_id and block.expert.portrait:
        yield PlacedPicture(block.expert.portrait, PLACES["portrait"], is_told=True)


def picture_on_our_page(block: Block) -> Picture | None:
    """Return the picture of the article, on a page of ours that a block leads to."""
    if not isinstance(block, ArticleBlock | MustReadBlock) or block.url:
        return None
    article = block.article
    return article.picture if article and not article.source_url else None
