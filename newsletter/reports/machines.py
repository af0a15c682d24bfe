"""Telling machines from people at a link, without keeping anything of either.

Programs that guard mailboxes ask for every link of a mail before its reader does. Some
say what they are. Others show themselves by asking for what no person sees (the
canary), or for several links within seconds. For that a process remembers a visitor for
a minute, in its memory alone and under a name that it makes up anew at each start.
"""

import hashlib
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

# So many different links of one mail, in so little time, are no person's.
LINKS, WITHIN = 3, timedelta(seconds=10)
REMEMBERED = timedelta(minutes=1)
# A flood of visitors must not fill the memory.
_MOST_VISITORS = 20_000

# Words by which programs call themselves; Cubot is a telephone.
_PROGRAM = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|scan|monitor|headless|phantomjs|"
    r"python|curl/|wget|libwww|okhttp|go-http|java/|axios|node-fetch|undici|ruby|perl|"
    r"facebookexternalhit|whatsapp|skypeuri|mimecast|proofpoint|barracuda|"
    r"symantec|trendmicro|fortinet|safelinks|urldefense|googleimageproxy|yahoomailproxy",
    re.IGNORECASE,
)
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_SAYS_WHY = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")

# A link's key, and the day on which a press was counted.
Press = tuple[int, date]


def says_it_is_a_machine(headers: Mapping[str, str]) -> bool:
    """Tell by what a request says of itself: its program, or that nobody looks yet."""
    agent = headers.get("User-Agent", "")
    if not agent or _PROGRAM.search(agent):
        return True
    if any(_AHEAD.search(headers.get(name, "")) for name in _SAYS_WHY):
        return True
    # A browser in which somebody goes somewhere says so; an older one says nothing.
    mode = headers.get("Sec-Fetch-Mode", "navigate")
    goes_to = headers.get("Sec-Fetch-Dest", "document")
    return mode != "navigate" or goes_to != "document"


@dataclass(frozen=True)
class Verdict:
    """What a press is taken for.

    Attributes:
        anew: presses that were counted as a person's and turn out to be a machine's.
    """

    is_machine: bool
    anew: tuple[Press, ...] = ()


@dataclass
class _Visit:
    last: datetime
    is_machine: bool = False
    # Counted as a person's lately, with the moment of each.
    presses: list[tuple[datetime, Press]] = field(default_factory=list)

    def unmask(self) -> tuple[Press, ...]:
        """Take the visitor for a machine; return what was counted otherwise."""
        self.is_machine = True
        found = tuple(press for _at, press in self.presses)
        self.presses = []
        return found


class Visitors:
    """Who pressed what in the last minute, in the memory of this process."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._salt = secrets.token_bytes(16)
        self._visits: OrderedDict[bytes, _Visit] = OrderedDict()
        self._lock = threading.Lock()

    def press(
        self, who: str, mail: int, press: Press, *, now: datetime, is_open: bool = False
    ) -> Verdict:
        """Judge one press.

        Args:
            who: what tells visitors apart; only its salted hash is remembered.
            mail: the key of the rendition that the link stands in.
            is_open: whether the request said by itself that it is a machine's.
        """
        with self._lock:
            visit = self._visit(who, mail, now, is_shown=is_open)
            if is_open or visit.is_machine:
                return Verdict(is_machine=True, anew=visit.unmask())
            visit.presses = [one for one in visit.presses if one[0] > now - WITHIN]
            lately = {link for _at, (link, _day) in visit.presses} | {press[0]}
            if len(lately) >= LINKS:
                return Verdict(is_machine=True, anew=visit.unmask())
            visit.presses.append((now, press))
            return Verdict(is_machine=False)

    def canary(self, who: str, mail: int, *, now: datetime) -> Verdict:
        """Hear that somebody asked for what no person can see."""
        with self._lock:
            visit = self._visit(who, mail, now, is_shown=True)
            return Verdict(is_machine=True, anew=visit.unmask())

    def _visit(self, who: str, mail: int, now: datetime, *, is_shown: bool) -> _Visit:
        self._forget(now)
        name = f"{mail} {who}".encode()
        key = hashlib.blake2b(name, key=self._salt, digest_size=16).digest()
        visit = self._visits.setdefault(key, _Visit(now))
        # A machine's minute runs from what showed it: people may share its address, and
        # would be taken for it as long as one of them presses every minute.
        if is_shown or not visit.is_machine:
            visit.last = now
            self._visits.move_to_end(key)
        return visit

    def _forget(self, now: datetime) -> None:
        while self._visits:
            first = next(iter(self._visits))
            is_old = self._visits[first].last <= now - REMEMBERED
            if not is_old and len(self._visits) < _MOST_VISITORS:
                return
            del self._visits[first]
