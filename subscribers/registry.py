"""What this app needs from the apps above it, hung up here when they are ready.

``subscribers`` knows nothing of issues, reader mail or reports. Whoever keeps
something personal elsewhere registers in its ``apps.ready()`` how to forget it::

    registry.register_eraser("reader mail", forget_reader_mail)

Whoever knows the issues says which was the latest, for the mail of welcome::

    registry.register_latest_issue(latest_issue)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from subscribers.models import MailingList


@dataclass(frozen=True)
class Leaving:
    """A person who is being erased, as known a moment before.

    Attributes:
        address: as it was kept; compare by ``addresses.address_key``.
    """

    subscriber_id: int
    address: str
    address_hash: str
    now: datetime


@dataclass(frozen=True)
class LatestIssue:
    """What a newcomer may read at once.

    Attributes:
        url: where it is read in the browser, by anybody.
    """

    subject: str
    preheader: str
    url: str


Eraser = Callable[[Leaving], None]
LatestIssueOf = Callable[[MailingList], LatestIssue | None]

_erasers: dict[str, Eraser] = {}
_latest: list[LatestIssueOf] = []


def register_eraser(name: str, eraser: Eraser) -> None:
    """Call ``eraser`` for everyone who is erased, within the same transaction."""
    _erasers[name] = eraser


def erase_elsewhere(leaving: Leaving) -> None:
    """Let every registered app forget this person."""
    for eraser in _erasers.values():
        eraser(leaving)


def register_latest_issue(of: LatestIssueOf) -> None:
    """Ask ``of`` from now on which issue of a list left last."""
    _latest[:] = [of]


def latest_issue(mailing_list: MailingList) -> LatestIssue | None:
    """Return the issue that left last; None before the first one."""
    return _latest[0](mailing_list) if _latest else None
