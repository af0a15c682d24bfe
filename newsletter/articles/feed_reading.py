"""What an RSS or Atom feed says. Pure: bytes in, entries out."""

import hashlib
import io
import re
from calendar import timegm
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import strip_tags

from newsletter.articles.pasting import clean_link

MOST_ENTRIES = 200
# A whole article is longer; a summary that is not even this long is no text.
_SHORTEST_TEXT = 400
_IMAGES = ("image/jpeg", "image/png")


class UnreadableFeed(Exception):
    """These bytes are no feed."""


@dataclass(frozen=True)
class Entry:
    """One piece as a feed tells it.

    Attributes:
        guid: SHA-256 of what the feed calls it, else of its address.
        content: its whole text as HTML, or "".
        entry: SHA-256 of everything that is said of it.
    """

    guid: str
    entry: str
    address: str
    title: str
    summary: str
    content: str
    authors: tuple[str, ...]
    category: str
    published_on: date | None
    image: str
    credit: str


def read_feed(body: bytes, *, address: str, content_type: str = "") -> list[Entry]:
    """Return the entries of a feed, as many as a magazine makes in months.

    Raises:
        UnreadableFeed: a page, an empty answer, or broken beyond reading.
    """
    # It knows how to read what is no XML; loaded only where a feed is read.
    import feedparser

    told = feedparser.parse(
        io.BytesIO(body),
        response_headers={"content-type": content_type, "content-location": address},
        sanitize_html=False,
    )
    if not told.get("version"):
        raise UnreadableFeed
    entries = [_entry(each) for each in told.entries[:MOST_ENTRIES]]
    return [
        entry for entry in entries if entry.title and (entry.address or entry.content)
    ]


def _entry(told: Any) -> Entry:
    address = clean_link(str(told.get("link", "")))
    address = address if address.startswith(("https://", "http://")) else ""
    content = _content(told)
    title = _plain(told.get("title", ""))
    summary = _plain(told.get("summary", ""))
    image, credit = _image(told)
    everything = (title, summary, content, address, _get(told, "updated"), image)
    return Entry(
        guid=_hash(str(told.get("id") or address or title)),
        entry=_hash("\0".join(map(str, everything))),
        address=address,
        title=title,
        summary=summary,
        content=content,
        authors=tuple(_names(told)),
        category=next(
            (_plain(tag.get("term") or "") for tag in told.get("tags", ())), ""
        ),
        published_on=_day(told),
        image=image,
        credit=credit,
    )


def _get(told: Any, name: str) -> Any:
    """Return what stands there itself: feedparser warns where it would guess."""
    return dict.get(told, name, "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _plain(html: Any) -> str:
    return " ".join(unescape(strip_tags(str(html))).split())


def _content(told: Any) -> str:
    """Return the whole text, where the feed gives more than a summary."""
    given = [str(part.get("value", "")) for part in told.get("content", ())]
    given.append(str(told.get("summary", "")))
    longest = max(given, key=len)
    return longest if len(_plain(longest)) >= _SHORTEST_TEXT else ""


def _names(told: Any) -> list[str]:
    named = [str(author.get("name", "")) for author in told.get("authors", ())]
    together = ", ".join(named) or str(told.get("author", ""))
    parts = re.split(r"\s*(?:,|;|&|\ben\b)\s*", together)
    return list(dict.fromkeys(name for name in parts if name and "@" not in name))


def _day(told: Any) -> date | None:
    """Return the day on which it was published, as our readers count days."""
    moment = _get(told, "published_parsed") or _get(told, "updated_parsed")
    if not moment:
        return None
    try:
        when = datetime.fromtimestamp(timegm(moment), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return when.astimezone(ZoneInfo(settings.TIME_ZONE)).date()


def _image(told: Any) -> tuple[str, str]:
    """Return the address of its picture, and who made it."""
    for each in (*told.get("media_content", ()), *told.get("enclosures", ())):
        kind = str(each.get("type") or each.get("medium") or "")
        address = str(each.get("url") or each.get("href") or "")
        if address.startswith("http") and (kind in _IMAGES or kind == "image"):
            credits = told.get("media_credit", ())
            return address, _plain(credits[0].get("content", "")) if credits else ""
    return "", ""
