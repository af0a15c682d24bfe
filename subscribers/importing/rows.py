"""One row of a list: whose it is, and whether it can be taken in."""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from os import urandom
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from newsletter.characters import without_forbidden
from subscribers.addresses import (
    InvalidAddress,
    address_hash,
    address_key,
    clean_address,
    is_machine,
)
from subscribers.importing.columns import (
    Layout,
    Meaning,
    Standing,
    says_no,
    standing_in_words,
)
from subscribers.importing.moments import moment_of
from subscribers.importing.tagging import NO_TAGS, as_kept
from subscribers.models import LeftOut, make_unsubscribe_token
from subscribers.names import InvalidName, clean_name

_LONGEST_ADDRESS = 254
# As many rows as are taken in at once, or so.
_BEGIN_ALIKE = 10_000
# What nearly all addresses look like. Whatever does not is looked at thoroughly.
_PLAIN = re.compile(
    r"^(?P<local>[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*)@(?P<domain>[a-z0-9.-]+)$"
)
_PLAIN_NAME = re.compile(r"^[A-Za-zÀ-ÖØ-öø-ÿ]{2,30}(?:-[A-Za-zÀ-ÖØ-öø-ÿ]{2,20})?$")
_NO_NAMES = frozenset({"null", "none", "undefined"})
_WITH_NAME = re.compile(r"^[^<>]*<([^<>]+)>$")
# A quote that our own export puts before what a spreadsheet would take for a formula.
_SHIELDED = re.compile(r"^'(?=\s*[=+\-@\t\r])")


class ReadRow(NamedTuple):
    """What one row says; a tuple, for a million of them are made.

    Attributes:
        number: counted over all parts of the file, from one.
        line: counted within its part, as a spreadsheet counts.
        left_out: why it can never be taken in; nothing when it can.
        tags: their names as JSON.
    """

    number: int
    part: int
    line: int
    address: str
    address_key: str
    address_hash: str
    first_name: str
    standing: str
    agreed_at: datetime | None
    left_at: datetime | None
    left_out: str
    reason: str
    uuid: str
    token: str
    tags: str


class RowReader:
    """Reads the rows of one part by its layout."""

    def __init__(self, layout: Layout, *, part: int, now: datetime) -> None:
        """Look up the columns once.

        Args:
            now: nobody agreed or left later than this.
        """
        self._part = part
        self._now = now
        self._standing = layout.standing
        place = layout.place_of
        self._address = place(Meaning.ADDRESS)
        self._first_name = place(Meaning.FIRST_NAME)
        self._full_name = place(Meaning.FULL_NAME)
        self._status = place(Meaning.STATUS)
        self._has_left = place(Meaning.HAS_LEFT)
        self._agreed_at = place(Meaning.AGREED_AT)
        self._left_at = place(Meaning.LEFT_AT)
        self._tags = place(Meaning.TAGS)
        self._keys = _Keys()
        self._pepper = settings.ADDRESS_PEPPER.encode()

    def read(self, cells: Sequence[str], *, number: int, line: int) -> ReadRow:
        """Return what a row says, whatever it says."""
        typed = self._cell(cells, self._address)
        standing, left_out, reason = self._standing_of(cells)
        address = typed
        if _is_plain(typed):
            key = typed.lower()
        else:
            try:
                address = _cleaned(typed)
            except InvalidAddress as invalid:
                address, reason = _shown(typed), str(invalid)
                left_out = LeftOut.INVALID
            key = address_key(address)
        uuid, token = self._keys.pair()
        return ReadRow(
            number=number,
            part=self._part,
            line=line,
            address=address,
            address_key=key[:_LONGEST_ADDRESS],
            address_hash=self._hash(key) if address else "",
            first_name="" if left_out else self._name(cells),
            standing=standing,
            agreed_at=self._moment(cells, self._agreed_at),
            left_at=self._moment(cells, self._left_at)
            or self._moment(cells, self._has_left),
            left_out=left_out,
            reason=reason,
            uuid=uuid,
            token=token,
            tags=NO_TAGS if left_out else self._names_of_tags(cells),
        )

    def _cell(self, cells: Sequence[str], place: int) -> str:
        if not 0 <= place < len(cells):
            return ""
        cell = cells[place].strip()
        return _SHIELDED.sub("", cell) if cell.startswith("'") else cell

    def _hash(self, key: str) -> str:
        if key.isascii():
            return hmac.digest(self._pepper, key.encode(), "sha256").hex()
        return address_hash(key)

    def _standing_of(self, cells: Sequence[str]) -> tuple[str, str, str]:
        """Return where somebody stands; and why they are left out, if they are."""
        standing = self._standing
        if word := self._cell(cells, self._status):
            told = standing_in_words(word)
            if told is None:
                reason = _("Nobody here knows the status “%(word)s”.")
                return standing, LeftOut.INVALID, reason % {"word": _shown(word)[:40]}
            # Who left is never made a reader by the word of a column.
            standing = str(told) if standing == Standing.SUBSCRIBED else standing
        if standing == Standing.SUBSCRIBED and self._left(cells, has_word=bool(word)):
            standing = str(Standing.UNSUBSCRIBED)
        left_out = LeftOut.NEVER_ASKED if standing == Standing.NEVER_ASKED else ""
        return standing, left_out, ""

    def _left(self, cells: Sequence[str], *, has_word: bool) -> bool:
        """Tell whether a column says that somebody left, if only by the day of it."""
        if not says_no(self._cell(cells, self._has_left)):
            return True
        left = self._moment(cells, self._left_at)
        if has_word or left is None:
            return False
        agreed = self._moment(cells, self._agreed_at)
        return agreed is None or agreed < left

    def _name(self, cells: Sequence[str]) -> str:
        """Return a name to greet somebody by; one that cannot be is left out."""
        name = self._cell(cells, self._first_name)
        if not name and self._full_name >= 0:
            first, _blank, _rest = self._cell(cells, self._full_name).partition(" ")
            # An initial, or the "Fam." of a household, greets nobody.
            name = "" if len(first) < 2 or first.endswith(".") else first
        if _PLAIN_NAME.match(name) and name.lower() not in _NO_NAMES:
            return name
        try:
            return clean_name(name) if name else ""
        except InvalidName:
            return ""

    def _names_of_tags(self, cells: Sequence[str]) -> str:
        return NO_TAGS if self._tags < 0 else as_kept(self._cell(cells, self._tags))

    def _moment(self, cells: Sequence[str], place: int) -> datetime | None:
        if place < 0:
            return None
        cell = self._cell(cells, place)
        return moment_of(cell, now=self._now) if cell else None


def _is_plain(typed: str) -> bool:
    """Tell whether an address would be kept exactly as it was typed."""
    plain = _PLAIN.match(typed)
    return (
        plain is not None
        and len(plain["local"]) <= 60
        and _takes_as_typed(plain["domain"])
        and not is_machine(plain["local"])
    )


def _cleaned(typed: str) -> str:
    """Return the address as we keep it.

    Raises:
        InvalidAddress: none, or one that cannot be mailed.
    """
    if not typed:
        raise InvalidAddress(_("There is no address in this row."))
    named = _WITH_NAME.match(typed)
    return clean_address(named[1] if named else typed)


@lru_cache(maxsize=20_000)
def _takes_as_typed(domain: str) -> bool:
    """Tell whether an address at this domain, short ones at least, stays as it is."""
    try:
        return clean_address(f"a@{domain}") == f"a@{domain}" and len(domain) <= 190
    except InvalidAddress:
        return False


def _shown(typed: str) -> str:
    """Return what was typed, as far as a report can show it."""
    return without_forbidden(typed)[:_LONGEST_ADDRESS].strip()


class _Keys:
    """Random keys, asked of the system many at a time.

    Those of some thousand rows in a row begin alike, at random: a database that takes
    them in together writes them into the same pages, instead of into as many pages as
    there are rows. What follows cannot be guessed either: 88 bits of a uuid, and more
    than 100 of a token.
    """

    def __init__(self) -> None:
        # Never shared: a forked process would hand out the same ones.
        self._bytes = self._random()
        self._left = 0

    def _random(self) -> Iterator[bytes]:
        while True:
            pool = urandom(16 * 1024)
            for start in range(0, len(pool), 16):
                yield pool[start : start + 16]

    def pair(self) -> tuple[str, str]:
        """Return a uuid and a token."""
        if not self._left:
            self._left = _BEGIN_ALIKE
            self._begin = next(self._bytes).hex()[:8]
            self._begin_of_token = make_unsubscribe_token()[:4]
        self._left -= 1
        text = next(self._bytes).hex()
        # Of the kind that says it is random (RFC 9562, 5.4).
        uuid = f"{self._begin}{text[8:12]}4{text[13:16]}a{text[17:]}"
        rest = urlsafe_b64encode(next(self._bytes))[:18].decode()
        if rest[-1] in "-_":
            # Mail programs would cut it off at the end of a line.
            rest = make_unsubscribe_token()[4:]
        return uuid, f"{self._begin_of_token}{rest}"
