"""Asking the feeds what is new: by the clock, and patiently where one fails."""

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.articles.arrivals import Arrival, Feed
from newsletter.articles.feed_reading import Entry, UnreadableFeed, read_feed
from newsletter.articles.html_pieces import read_html, with_lead
from newsletter.articles.importing import Act
from newsletter.articles.page_text import ParsedArticle, UnreadablePage
from newsletter.articles.pasting import Image, Kind, LeftOut
from newsletter.articles.pieces import Piece
from newsletter.articles.taking_in import take_in
from newsletter.articles.web_pages import LONGEST_ADDRESS, read_address
from newsletter.fetching import CannotFetch, Fetched, fetch

EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
# Each may cost its page and its picture; the next look goes on with the others.
MOST_AT_ONCE = 3
_GO_ON_AFTER = timedelta(minutes=1)
# Who presses twice asks once.
_JUST_NOW = timedelta(seconds=30)


def ask_soon(now: datetime) -> None:
    """Let the clock ask every feed at its next look, without waiting for their time."""
    feeds = Feed.objects.filter(is_active=True)
    feeds.exclude(asked_at__gt=now - _JUST_NOW).update(due_at=now)


def poll(feed_id: int, *, now: datetime) -> None:
    """Ask one feed, if it is due and nobody else does; new pieces wait as drafts."""
    if not Feed.objects.claim(feed_id, now):
        return
    feed = Feed.objects.get(pk=feed_id)
    try:
        answer = fetch(feed.address, headers=_since_last_time(feed))
        if answer.status == 304:
            _record(feed, told=_("Nothing new."), due_at=now + EVERY)
            return
        if answer.status == 410:
            _give_up(feed)
            return
        if answer.status != 200:
            _wait_longer(feed, _no_feed(answer.status), now, _retry_after(answer, now))
            return
        entries = read_feed(
            answer.body, address=answer.address, content_type=answer.content_type
        )
    except CannotFetch as error:
        _wait_longer(feed, str(error), now)
        return
    except UnreadableFeed:
        _wait_longer(feed, _("This address is no feed. Look for one on the site."), now)
        return
    _take_in_all(feed, entries, answer, now=now)


def _since_last_time(feed: Feed) -> dict[str, str]:
    headers = {"Accept": "application/rss+xml, application/atom+xml, */*;q=0.5"}
    if feed.etag:
        headers["If-None-Match"] = feed.etag
    if feed.last_modified:
        headers["If-Modified-Since"] = feed.last_modified
    return headers


# --- What it says ---


def _take_in_all(
    feed: Feed, entries: list[Entry], answer: Fetched, *, now: datetime
) -> None:
    """Take in what is new or changed, the oldest first, a few at a time."""
    asked = [entry for entry in reversed(entries) if not _is_as_before(feed, entry)]
    acts = [_take_in(feed, entry, now=now) for entry in asked[:MOST_AT_ONCE]]
    if len(asked) > MOST_AT_ONCE:
        # Without its marks, the feed is told whole once more.
        left = len(asked) - MOST_AT_ONCE
        _record(
            feed,
            told=f"{_in_words(acts)} {_still_to_come(left)}",
            due_at=now + _GO_ON_AFTER,
            etag="",
            last_modified="",
        )
        return
    _record(
        feed,
        told=_in_words(acts),
        due_at=now + EVERY,
        etag=answer.headers.get("etag", "")[:200],
        last_modified=answer.headers.get("last-modified", "")[:200],
    )


def _is_as_before(feed: Feed, entry: Entry) -> bool:
    known = Arrival.objects.filter(feed=feed, guid=entry.guid, entry=entry.entry)
    return known.exists()


def _take_in(feed: Feed, entry: Entry, *, now: datetime) -> Act:
    piece = _piece(entry)
    outcome = take_in(piece, now=now, feed=feed, guid=entry.guid, entry=entry.entry)
    if outcome.act != Act.ADDED:
        _remember(feed, entry, piece, now=now)
    return outcome.act


def _remember(feed: Feed, entry: Entry, piece: Piece, *, now: datetime) -> None:
    """Keep what the feed said of a piece that is known, so that it is not asked again.

    A piece that came another way is the feed's from now on.
    """
    mine = Arrival.objects.filter(feed=feed, guid=entry.guid)
    if mine.update(entry=entry.entry):
        return
    same_page = Arrival.objects.filter(feed=None, address=piece.source_url)
    if piece.source_url and same_page.update(
        feed=feed, guid=entry.guid, entry=entry.entry
    ):
        return
    Arrival.objects.create(
        feed=feed, guid=entry.guid, entry=entry.entry, arrived_at=now, seen_at=now
    )


def _piece(entry: Entry) -> Piece:
    """Return the piece of an entry: from the feed itself, else from its page."""
    if entry.content:
        try:
            return _with_what_the_feed_says(
                read_html(entry.content, title=entry.title), entry
            )
        except UnreadablePage:
            pass
    try:
        if not entry.address:
            raise UnreadablePage("There is no page at this address.")
        return _with_what_the_feed_says(read_address(entry.address), entry)
    except CannotFetch as error:
        return _only_summary(entry, str(error))
    except UnreadablePage as error:
        return _only_summary(entry, _(error.reason))


def _only_summary(entry: Entry, why: str) -> Piece:
    page = ParsedArticle(entry.title, lead=entry.summary)
    note = LeftOut(Kind.ONLY_SUMMARY, why)
    return _with_what_the_feed_says(Piece(page, "", left_out=(note,)), entry)


def _with_what_the_feed_says(piece: Piece, entry: Entry) -> Piece:
    page = piece.page
    page = replace(
        page,
        title=entry.title,
        authors=page.authors or entry.authors,
        category=page.category or entry.category or None,
        published_on=page.published_on or entry.published_on,
        image_credit=page.image_credit or entry.credit or None,
    )
    address = piece.source_url or entry.address
    piece = replace(
        piece,
        page=page,
        source_url=address if len(address) <= LONGEST_ADDRESS else "",
        image=piece.image or (Image(entry.image) if entry.image else None),
    )
    return with_lead(piece, entry.summary) if entry.content == "" else piece


# --- What we say of it ---


def _in_words(acts: list[Act]) -> str:
    new, changed = acts.count(Act.ADDED), acts.count(Act.OFFERED)
    said = []
    if new:
        said.append(ngettext("%(n)d new piece.", "%(n)d new pieces.", new) % {"n": new})
    if changed:
        said.append(
            ngettext("%(n)d changed piece.", "%(n)d changed pieces.", changed)
            % {"n": changed}
        )
    return " ".join(said) or _("Nothing new.")


def _still_to_come(left: int) -> str:
    return ngettext(
        "%(n)d more comes in a minute.", "%(n)d more come in a minute.", left
    ) % {"n": left}


def _no_feed(status: int) -> str:
    if status == 404:
        return _("There is no feed at this address.")
    if status in (401, 403):
        return _("This site does not show the feed to us.")
    return _("This site does not give the feed just now (%(status)d).") % {
        "status": status
    }


def _record(feed: Feed, *, told: str, due_at: datetime, **marks: str) -> None:
    Feed.objects.filter(pk=feed.pk).update(
        told=told[:300], due_at=due_at, failures=0, **marks
    )


def _give_up(feed: Feed) -> None:
    """Stop asking: the site says that the feed will not come back (410)."""
    Feed.objects.filter(pk=feed.pk).update(
        is_active=False, told=_("This feed has ended, so it is not asked any more.")
    )


def _wait_longer(
    feed: Feed, why: str, now: datetime, at_least: timedelta = timedelta()
) -> None:
    """Ask again later, each time twice as late, and not before the site allows."""
    wait = min(EVERY * 2 ** min(feed.failures, 10), LONGEST_WAIT)
    Feed.objects.filter(pk=feed.pk).update(
        told=why[:300],
        failures=min(feed.failures + 1, 1000),
        due_at=now + min(max(wait, at_least), LONGEST_WAIT),
    )


def _retry_after(answer: Fetched, now: datetime) -> timedelta:
    """Return how long the site asks us to stay away; at most a day counts."""
    told = answer.headers.get("retry-after", "")
    if told.isdigit():
        return min(timedelta(seconds=int(told[:9])), LONGEST_WAIT)
    try:
        return max(parsedate_to_datetime(told) - now, timedelta())
    except (TypeError, ValueError):
        return timedelta()
