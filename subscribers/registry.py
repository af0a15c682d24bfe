"""What this app needs from the apps above it, hung up here when they are ready.

``subscribers`` knows nothing of issues, reader mail or reports. Whoever keeps
something personal elsewhere registers in its ``apps.ready()`` how to forget it::

    registry.register_eraser("reader mail", forget_reader_mail)

And how to tell about it, to who asks what we know of them::

    registry.register_chapter("reader mail", reader_mail_of)

Whoever knows the issues says which was the latest, for the mail of welcome::

    registry.register_latest_issue(latest_issue)

Whoever knows what readers got says what a segment may ask about it, and which issues
are for a segment::

    registry.register_criteria(*CRITERIA)
    registry.register_use_of_segments(issues_for)

Whatever else happened to a person stands on their page at the desk::

    registry.register_story("reader mail", mails_in_story)

And whose link to unsubscribe is in a mail already, so that it has to go on working::

    registry.register_mailed(who_was_mailed)

Whoever keeps what is on its way to a person hears that two rows turn out to be one::

    registry.register_merging(spare_who_has_it)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from subscribers.criterion import Criterion
from subscribers.models import MailingList, Segment, Subscriber, Subscription


@dataclass(frozen=True)
class Leaving:
    """A person who is being erased, as known a moment before.

    Attributes:
        address: as it was kept; compare by ``addresses.address_key``.
        former_hashes: of the addresses they had before they moved.
    """

    subscriber_id: int
    address: str
    address_hash: str
    now: datetime
    former_hashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LatestIssue:
    """What a newcomer may read at once.

    Attributes:
        url: where it is read in the browser, by anybody.
    """

    subject: str
    preheader: str
    url: str


@dataclass(frozen=True)
class SentIssue:
    """An issue that left, to be sent to one reader once more."""

    number: int
    subject: str
    at: datetime


@dataclass(frozen=True)
class Chapter:
    """What one part of the house keeps about a person, for the account of everything.

    Attributes:
        name: how the part is called in the file, in English and for ever.
        title: what stands above it on the page.
        rows: each from the name of a value, an English msgid, to the value in the
            reader's language; newest first.
    """

    name: str
    title: str
    rows: list[dict[str, str]]


@dataclass(frozen=True)
class Person:
    """Somebody at the desk, with every row and every address that is theirs.

    Attributes:
        ids: of their rows; more than one where two turned out to be one person.
        addresses: as kept; none once they are forgotten.
        hashes: of those addresses, and of those they had when they were forgotten.
    """

    ids: tuple[int, ...]
    addresses: tuple[str, ...]
    hashes: tuple[str, ...]


@dataclass(frozen=True)
class Happening:
    """One thing that happened with a person, in words for those who help them.

    Attributes:
        kind: one of ``consent issue trouble mail desk``; it chooses a colour.
        more: what else is known, a line each.
        url: the page that tells everything, if there is one.
    """

    at: datetime
    kind: str
    title: str
    more: tuple[str, ...] = ()
    url: str = ""


Eraser = Callable[[Leaving], None]
# The newest so many happenings of a person, in any order.
StoryOf = Callable[[Person, int], "list[Happening]"]
ChapterOf = Callable[[Subscriber], Chapter]
LatestIssueOf = Callable[[MailingList], LatestIssue | None]

_erasers: dict[str, Eraser] = {}
IssuesOnOffer = Callable[[MailingList], list[SentIssue]]


class SendAgain(Protocol):
    """Mails one issue to one reader; False when there is no such issue."""

    def __call__(
        self, subscription: Subscription, number: int, *, now: datetime
    ) -> bool:
        """Do it."""
        ...


_chapters: dict[str, ChapterOf] = {}
_stories: dict[str, StoryOf] = {}
_latest: list[LatestIssueOf] = []
_again: list[tuple[IssuesOnOffer, SendAgain]] = []
# The keys of subscribers.
WhoWasMailed = Callable[[MailingList], "QuerySet[Any, Any]"]
_mailed: list[WhoWasMailed] = []
HeardSince = Callable[[datetime], set[str]]
_voices: list[HeardSince] = []


def register_eraser(name: str, eraser: Eraser) -> None:
    """Call ``eraser`` for everyone who is erased, within the same transaction."""
    _erasers[name] = eraser


def erase_elsewhere(leaving: Leaving) -> None:
    """Let every registered app forget this person."""
    for eraser in _erasers.values():
        eraser(leaving)


def register_chapter(name: str, of: ChapterOf) -> None:
    """Ask ``of`` what is kept about a person who wants to know everything."""
    _chapters[name] = of


def chapters_about(subscriber: Subscriber) -> list[Chapter]:
    """Return what every registered app keeps about a person."""
    return [of(subscriber) for of in _chapters.values()]


def register_story(name: str, of: StoryOf) -> None:
    """Ask ``of`` for what else happened with a person, for the desk."""
    _stories[name] = of


def stories_of(person: Person, newest: int) -> list[Happening]:
    """Return the newest so many happenings of every registered app."""
    return [one for of in _stories.values() for one in of(person, newest)]


def register_latest_issue(of: LatestIssueOf) -> None:
    """Ask ``of`` from now on which issue of a list left last."""
    _latest[:] = [of]


def latest_issue(mailing_list: MailingList) -> LatestIssue | None:
    """Return the issue that left last; None before the first one."""
    return _latest[0](mailing_list) if _latest else None


def register_sending_again(on_offer: IssuesOnOffer, send: SendAgain) -> None:
    """Let readers ask for an issue once more: which there are, and how to send one."""
    _again[:] = [(on_offer, send)]


def issues_on_offer(mailing_list: MailingList) -> list[SentIssue]:
    """Return which issues a reader may have sent once more, newest first."""
    return _again[0][0](mailing_list) if _again else []


def send_issue_again(subscription: Subscription, number: int, *, now: datetime) -> bool:
    """Mail one of them; False when there is no such issue."""
    return bool(_again) and _again[0][1](subscription, number, now=now)


UseOfSegment = Callable[[Segment], list[str]]
_criteria: list[Criterion] = []
_uses: list[UseOfSegment] = []


def register_criteria(*those: Criterion) -> None:
    """Let segments ask this as well."""
    _criteria[:] = those


def registered_criteria() -> list[Criterion]:
    """Return what segments may ask besides what this app knows itself."""
    return _criteria


def register_use_of_segments(use: UseOfSegment) -> None:
    """Ask ``use`` what a segment is needed for before it is deleted."""
    _uses[:] = [use]


def uses_of_segment(segment: Segment) -> list[str]:
    """Return what a segment is needed for, each by its name."""
    return [name for use in _uses for name in use(segment)]


def register_voice(heard_since: HeardSince) -> None:
    """Ask ``heard_since`` whose addresses wrote to us since a moment, as hashes."""
    _voices[:] = [heard_since]


def heard_of_since(moment: datetime) -> set[str]:
    """Return the hashes of the addresses that wrote to us since then."""
    return {hashed for of in _voices for hashed in of(moment)}


def register_mailed(who: WhoWasMailed) -> None:
    """Ask ``who`` which subscribers got, or may have got, an issue of a list."""
    _mailed[:] = [who]


def who_was_mailed(mailing_list: MailingList) -> "QuerySet[Any, Any]":
    """Return the keys of those who got, or may have got, an issue of a list."""
    if _mailed:
        return _mailed[0](mailing_list)
    return Subscriber.objects.none().values("pk")


# The row that is kept, and the other one.
Merging = Callable[[Subscriber, Subscriber], None]
_mergings: list[Merging] = []


def register_merging(merging: Merging) -> None:
    """Call ``merging`` for every two that are made one, in the same transaction."""
    _mergings[:] = [merging]


def merge_elsewhere(kept: Subscriber, other: Subscriber) -> None:
    """Tell that these two are one person from now on."""
    for merging in _mergings:
        merging(kept, other)
