"""What the columns of a list mean, as the programs that exported it call them."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

# Wider than any list of readers; what stands beyond is not looked at.
MOST_COLUMNS = 200
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s.]{2,}$")
_NAME = re.compile(r"^[^\W\d_][^\d@/]{0,39}$")


class Meaning(models.TextChoices):
    """What stands in a column."""

    NOTHING = "", _("leave it out")
    ADDRESS = "address", _("e-mail address")
    FIRST_NAME = "first_name", _("first name")
    FULL_NAME = "full_name", _("whole name (the first word is used)")
    STATUS = "status", _("status, in words")
    HAS_LEFT = "has_left", _("unsubscribed: yes or no")
    AGREED_AT = "agreed_at", _("when they agreed")
    LEFT_AT = "left_at", _("when they left")
    TAGS = "tags", _("tags, with commas between")


class Standing(models.TextChoices):
    """Where somebody stood where the list comes from."""

    SUBSCRIBED = "subscribed", _("subscribed")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    BOUNCED = "bounced", _("address does not exist")
    COMPLAINED = "complained", _("reported mail as spam")
    BLOCKED = "blocked", _("blocked")
    NEVER_ASKED = "never_asked", _("never asked for mail, or did not confirm")


# Names as _plain() makes them; where two columns mean the same, the earlier name wins.
# Mailchimp, listmonk, MailerLite, Brevo, Sendy, Laposta, and what people type.
_NAMES = {
    Meaning.ADDRESS: (
        "emailaddress email emailadres mail mailadres adres subscriber subscriberemail "
        "abonnee contactemail emailaddresses e"
    ),
    Meaning.FIRST_NAME: "firstname voornaam fname prenom vorname givenname roepnaam",
    Meaning.FULL_NAME: "name naam fullname volledigenaam contactname",
    Meaning.STATUS: (
        "status state subscriberstatus subscriptionstatus emailmarketing staat"
    ),
    Meaning.HAS_LEFT: (
        "emailblacklisted blacklisted blocklisted emailblocklisted isblacklisted "
        "unsubscribed uitgeschreven afgemeld optout"
    ),
    Meaning.AGREED_AT: (
        "subscribedon ingeschrevenop confirmtime confirmedat optintime optindate optin "
        "doubleoptindate signuptime signupdate signupdatetime subscribedat subscribed "
        "datesubscribed joined joindate datejoined createdat created addedtime "
        "dateadded addedat addedon inschrijfdatum aangemeld aangemeldop aanmelddatum "
        "toestemming datum date"
    ),
    Meaning.LEFT_AT: (
        "unsubscribedon uitgeschrevenop unsubtime cleantime unsubscribedat "
        "unsubscribetime dateunsubscribed unsubscribedate optouttime optoutdate "
        "uitschrijfdatum afgemeldop afmelddatum"
    ),
    Meaning.TAGS: "tags tag labels label groups group groepen groep",
}
_STANDINGS = {
    Standing.SUBSCRIBED: (
        "subscribed active actief enabled confirmed bevestigd ingeschreven aangemeld "
        "optedin optin abonnee yes ja"
    ),
    Standing.UNSUBSCRIBED: (
        "unsubscribed uitgeschreven afgemeld optedout optout disabled inactive "
        "inactief removed deleted archived no nee"
    ),
    Standing.BOUNCED: "bounced bounce cleaned hardbounce hardbounced hardbounces",
    Standing.COMPLAINED: "complained complaint spam junk markedasspam abuse spamreport",
    Standing.BLOCKED: "blocklisted blacklisted blocked geblokkeerd suppressed",
    Standing.NEVER_ASKED: (
        "unconfirmed pending nonsubscribed transactional notconfirmedyet "
        "nietbevestigd onbevestigd nognietbevestigd"
    ),
}
_WORDS = {
    word: standing for standing, words in _STANDINGS.items() for word in words.split()
}
_NO = frozenset(
    ["0", "0.0", "false", "no", "nee", "n", "onwaar", "never", "nooit", "null", "-"]
)


@dataclass(frozen=True)
class Layout:
    """How one part of a file is to be read.

    Attributes:
        name: of the part, as it is called inside a packed file; else nothing.
        standing: of everybody in it, where no column says otherwise.
    """

    name: str
    standing: str
    has_header: bool
    meanings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what can be kept with the import."""
        return {**self.__dict__, "meanings": list(self.meanings)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Layout":
        """Return the layout that was kept."""
        return cls(**{**kept, "meanings": tuple(kept["meanings"])})

    def place_of(self, meaning: Meaning) -> int:
        """Return in which column something stands; -1 for in none."""
        return self.meanings.index(meaning) if meaning in self.meanings else -1


def recognised(header: Sequence[str]) -> list[str]:
    """Return what each column of a header means, each meaning at most once."""
    names = [_plain(name) for name in header[:MOST_COLUMNS]]
    meanings = [str(Meaning.NOTHING)] * len(names)
    for meaning, known in _NAMES.items():
        for name in known.split():
            if name in names and not meanings[names.index(name)]:
                meanings[names.index(name)] = str(meaning)
                break
    return meanings


def layout_of(rows: Sequence[Sequence[str]], *, name: str, standing: str) -> Layout:
    """Return how a part is best read, judged by its first rows.

    Args:
        rows: the first rows, without the empty ones.
    """
    first = rows[0] if rows else ()
    has_header = not any(_ADDRESS.match(cell.strip()) for cell in first)
    values = rows[1:] if has_header else rows
    width = min(max((len(row) for row in rows), default=0), MOST_COLUMNS)
    meanings = recognised(first) if has_header else []
    meanings += [str(Meaning.NOTHING)] * (width - len(meanings))
    _guess_address(meanings, values)
    if not has_header:
        _guess_name(meanings, values)
    return Layout(name, standing, has_header, tuple(meanings))


def _guess_address(meanings: list[str], rows: Sequence[Sequence[str]]) -> None:
    """Look for addresses where no column is called so, or that one has none."""
    places = range(len(meanings))
    counts = [_share(rows, place, _ADDRESS) for place in places]
    best = max(places, key=lambda place: counts[place], default=-1)
    if best < 0 or not counts[best]:
        return
    if Meaning.ADDRESS in meanings:
        named = meanings.index(Meaning.ADDRESS)
        if counts[named]:
            return
        meanings[named] = str(Meaning.NOTHING)
    meanings[best] = str(Meaning.ADDRESS)


def _guess_name(meanings: list[str], rows: Sequence[Sequence[str]]) -> None:
    for place, meaning in enumerate(meanings):
        if not meaning and _share(rows, place, _NAME) * 2 > len(rows):
            meanings[place] = str(Meaning.FIRST_NAME)
            return


def _share(rows: Sequence[Sequence[str]], place: int, kind: re.Pattern[str]) -> int:
    cells = (row[place].strip() for row in rows if place < len(row))
    return sum(bool(kind.match(cell)) for cell in cells)


def standing_in_words(word: str) -> Standing | None:
    """Return what a status means; None for a word we do not know."""
    return _WORDS.get(_plain(word))


def says_no(word: str) -> bool:
    """Tell whether a cell denies the name of its column; a day, for one, does not."""
    plain = word.strip().casefold()
    return not plain or plain in _NO


def standing_by_name(file_name: str) -> Standing:
    """Return what the name of a file says of everybody in it, as Mailchimp names them.

    >>> standing_by_name("unsubscribed_members_export_a1.csv").value
    'unsubscribed'
    """
    name = _plain(file_name.rpartition("/")[2])
    for word, standing in (
        ("nonsubscribed", Standing.NEVER_ASKED),
        ("transactional", Standing.NEVER_ASKED),
        ("unsubscribed", Standing.UNSUBSCRIBED),
        ("uitgeschreven", Standing.UNSUBSCRIBED),
        ("afgemeld", Standing.UNSUBSCRIBED),
        ("cleaned", Standing.BOUNCED),
        ("bounced", Standing.BOUNCED),
    ):
        if word in name:
            return standing
    return Standing.SUBSCRIBED


def _plain(name: str) -> str:
    """Return a name without what people write differently: case, blanks, accents."""
    parts = unicodedata.normalize("NFKD", name[:80].casefold())
    return "".join(sign for sign in parts if sign.isalnum())
