"""Taking in a piece from an address, a paste or a feed: a draft, and never twice.

A piece that is here already is not written over. When its words differ from what came
before, the newer text is offered, and an editor decides.
"""

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from newsletter.articles.arrivals import Arrival, Feed
from newsletter.articles.importing import (
    Act,
    Outcome,
    find_article,
    import_page,
    is_text_of,
    lead_of,
    title_of,
    write,
)
from newsletter.articles.models import Article, ArticleState, Picture
from newsletter.articles.page_text import UnreadablePage
from newsletter.articles.pasting import Image, Kind, LeftOut
from newsletter.articles.pictures import RefusedPicture, safe_picture
from newsletter.articles.pieces import Piece, PieceResult
from newsletter.articles.web_pages import read_address
from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.fetching import CannotFetch, fetch

LARGEST_PICTURE = 15_000_000
SECONDS_FOR_PICTURE = 20.0


class CannotDecide(Exception):
    """There is no newer text any more; the text says so."""


def take_in_address(address: str, *, now: datetime, dry_run: bool = False) -> Outcome:
    """Take in the article at an address; what went wrong is in the outcome."""
    try:
        piece = read_address(address)
    except CannotFetch as error:
        return Outcome(Act.FAILED, reason=str(error))
    except UnreadablePage as error:
        return Outcome(Act.FAILED, reason=_(error.reason))
    return take_in(piece, now=now, dry_run=dry_run)


def take_in(
    piece: Piece,
    *,
    now: datetime,
    feed: Feed | None = None,
    guid: str = "",
    entry: str = "",
    dry_run: bool = False,
) -> Outcome:
    """Let a piece wait as a draft, or offer its newer text where it is known.

    Args:
        guid: SHA-256 of what the feed calls it.
        entry: SHA-256 of all that the feed says of it.
        dry_run: only tell what would happen.
    """
    known = _known(piece, feed=feed, guid=guid)
    thrown_away = isinstance(known, Arrival) and known.article is None
    # What was thrown away stays away, unless somebody asks for it by its address.
    if known and (feed or not thrown_away):
        return _offered(piece, known, now=now, dry_run=dry_run)
    if dry_run:
        return Outcome(Act.ADDED, piece.page.title, left_out=_sentences(piece.left_out))
    # The network comes first: nothing waits for another machine in a transaction.
    picture, piece = _with_picture(piece)
    arrival = known if isinstance(known, Arrival) else Arrival(feed=feed, guid=guid)
    arrival.entry = entry
    # Who takes in a piece by hand is looking at it.
    arrival.arrived_at, arrival.seen_at = now, None if feed else now
    try:
        article = _write_draft(piece, picture, arrival)
    except IntegrityError:
        # Another worker took it in while we asked for its picture.
        return Outcome(Act.KNOWN, piece.page.title)
    return Outcome(
        Act.ADDED,
        article.title,
        article=article,
        left_out=_sentences(piece.left_out),
    )


def take_in_page(
    piece: PieceResult, *, file_name: str, place: int, now: datetime, dry_run: bool
) -> Outcome:
    """Write a page text into its article, or offer it where that may not be done."""
    outcome = import_page(piece, file_name=file_name, place=place, dry_run=dry_run)
    if outcome.act == Act.KEPT and isinstance(piece, Piece) and outcome.article:
        offered = _offered(piece, outcome.article, now=now, dry_run=dry_run)
        # Somebody decided on this very text already: nothing waits to be compared.
        return offered if offered.act == Act.KNOWN else outcome
    return outcome


@transaction.atomic
def _write_draft(piece: Piece, picture: Picture | None, arrival: Arrival) -> Article:
    draft = Article(state=ArticleState.DRAFT, picture=picture)
    article = write(piece, draft, source=piece.source_url)
    arrival.article, arrival.offer = article, None
    arrival.address = piece.source_url
    arrival.fingerprint = piece.fingerprint
    arrival.remarks = [[note.kind, note.what] for note in piece.left_out]
    arrival.save()
    return article


# --- What is here already ---


def _known(piece: Piece, *, feed: Feed | None, guid: str) -> Arrival | Article | None:
    """Return how we know the piece: by its feed, its address, or its title and day."""
    if guid and (found := Arrival.objects.filter(feed=feed, guid=guid).first()):
        return found
    if piece.source_url:
        arrived = Arrival.objects.filter(address=piece.source_url).first()
        if arrived:
            return arrived
        by_address = Article.objects.filter(source_url=piece.source_url).first()
        if by_address:
            return by_address
    return find_article(piece.page, source="")


def _offered(
    piece: Piece, known: Arrival | Article, *, now: datetime, dry_run: bool
) -> Outcome:
    arrival = (
        known if isinstance(known, Arrival) else _arrival_of(known, piece, now, dry_run)
    )
    article = arrival.article
    title = article.title if article else piece.page.title
    is_known = arrival.fingerprint == piece.fingerprint
    # A page that could not be read is no newer text.
    if article is None or is_known or not piece.body or is_text_of(piece, article):
        return Outcome(Act.KNOWN, title, article=article)
    if not dry_run:
        Arrival.objects.filter(pk=arrival.pk).update(offer=_offer(piece))
    return Outcome(Act.OFFERED, title, article=article)


def _arrival_of(
    article: Article, piece: Piece, now: datetime, dry_run: bool
) -> Arrival:
    """Return the arrival of an article that came in another way."""
    found = Arrival.objects.filter(article=article).first()
    if found:
        return found
    arrival = Arrival(
        article=article, address=piece.source_url, arrived_at=now, seen_at=now
    )
    if not dry_run:
        arrival.save()
    return arrival


def _offer(piece: Piece) -> dict[str, str]:
    return {
        "title": title_of(piece.page),
        "lead": lead_of(piece.page),
        "body": piece.body,
        "fingerprint": piece.fingerprint,
    }


# --- What an editor decides ---


@transaction.atomic
def accept_offer(arrival: Arrival) -> Article:
    """Put the newer text of the site in the article.

    Raises:
        CannotDecide: somebody decided already.
    """
    offer, article = _settle(arrival)
    article.title, article.lead = offer["title"], offer["lead"]
    article.body = offer["body"]
    article.save(update_fields=["title", "lead", "body", "updated_at"])
    return article


@transaction.atomic
def decline_offer(arrival: Arrival) -> Article:
    """Keep our own text; the same newer one is not offered again.

    Raises:
        CannotDecide: somebody decided already.
    """
    _offer, article = _settle(arrival)
    return article


def _settle(arrival: Arrival) -> tuple[dict[str, Any], Article]:
    """Take the offer off the table, if it is still there."""
    offer, article = arrival.offer, arrival.article
    if offer is None or article is None:
        raise CannotDecide(_("There is no newer text any more."))
    mine = Arrival.objects.offering().filter(pk=arrival.pk, offer=offer)
    if not mine.update(offer=None, fingerprint=offer["fingerprint"]):
        raise CannotDecide(_("There is no newer text any more."))
    return offer, article


def look_at(article: Article, *, now: datetime) -> None:
    """Remember that an editor looked at what came in."""
    Arrival.objects.filter(article=article, seen_at=None).update(seen_at=now)


# --- Its picture ---


def _with_picture(piece: Piece) -> tuple[Picture | None, Piece]:
    """Fetch the picture of a piece; where that fails, say why instead."""
    image = piece.image
    if image is None or not image.address.startswith(("http://", "https://")):
        return None, piece
    try:
        picture = _fetched(image, credit=piece.page.image_credit or "")
    except (CannotFetch, RefusedPicture) as error:
        missing = LeftOut(Kind.NO_PICTURE, str(error))
        return None, replace(piece, left_out=(*_without(piece, image), missing))
    return picture, replace(piece, left_out=_without(piece, image))


def _fetched(image: Image, *, credit: str) -> Picture:
    page = fetch(image.address, longest=LARGEST_PICTURE, seconds=SECONDS_FOR_PICTURE)
    if page.status != 200:
        raise CannotFetch(_("The picture is not there."))
    return Picture.objects.create(
        image=safe_picture(io.BytesIO(page.body)),
        alt=_line(image.alt, 300),
        credit=_line(credit, 120),
        # By what right we show it, only a person knows: without that no issue leaves.
        source=_line(image.address, 200),
    )


def _line(text: str, longest: int) -> str:
    return " ".join(FORBIDDEN_IN_LINE.sub(" ", text).split())[:longest]


def _without(piece: Piece, image: Image) -> tuple[LeftOut, ...]:
    """Return the notes without the first one on a picture of this description."""
    named = {image.alt, image.address.split("?")[0].rpartition("/")[2]}
    notes = list(piece.left_out)
    for note in notes:
        if note.kind == Kind.PICTURE and note.what in named:
            notes.remove(note)
            break
    return tuple(notes)


def _sentences(notes: tuple[LeftOut, ...]) -> tuple[str, ...]:
    return tuple(note.sentence for note in notes)


def remarks_of(arrival: Arrival) -> tuple[str, ...]:
    """Return what was left out when it came, each in a sentence."""
    return _sentences(tuple(LeftOut(Kind(k), what) for k, what in arrival.remarks))
