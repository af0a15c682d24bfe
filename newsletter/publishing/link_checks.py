"""Checks of links by their looks: addresses and the words one presses."""

import re
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit, urlunsplit

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.block import Block
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.findings import Check, Finding, Mend, Severity
from newsletter.publishing.placed_links import PlacedLink, links_of, stays_here
from newsletter.publishing.places import name_of, place_of, whole_of
from newsletter.rendering.links import PLAIN_SCHEMES, WRAPPED_SCHEMES, scheme_of

LINK_ADDRESSES = Check(
    "link addresses", gettext_lazy("Every link is a complete address.")
)
LINK_PRIVATE = Check(
    "link private", gettext_lazy("No link leads to where readers cannot come.")
)
LINK_SECURE = Check("link secure", gettext_lazy("All links lead over https."))
LINK_SHORTENED = Check(
    "link shortened", gettext_lazy("Every link shows where it leads.")
)
LINK_TRACKING = Check("link tracking", gettext_lazy("No link follows its readers."))
LINK_WORDS = Check(
    "link words", gettext_lazy("The words of links say where they lead.")
)
LINK_ONCE = Check(
    "link once", gettext_lazy("One address has one set of words, and the other way.")
)
CHECKS = (
    LINK_ADDRESSES,
    LINK_PRIVATE,
    LINK_SECURE,
    LINK_SHORTENED,
    LINK_TRACKING,
    LINK_WORDS,
    LINK_ONCE,
)

_SAY_NOTHING = frozenset(
    [
        *("hier", "klik hier", "klik dan hier", "lees hier", "deze link", "link"),
        *("lees meer", "lees verder", "meer", "meer info", "meer informatie", "verder"),
        *("here", "click here", "read more", "more", "read on", "this link"),
    ]
)
_SHORTENERS = frozenset(
    [
        *("bit.ly", "t.co", "tinyurl.com", "goo.gl", "ow.ly", "buff.ly", "is.gd"),
        *("lnkd.in", "rebrand.ly", "cutt.ly", "shorturl.at", "t.ly", "rb.gy", "dub.sh"),
        *("tiny.cc", "s.id", "bl.ink", "short.io", "trib.al", "fb.me", "amzn.to"),
    ]
)
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|igshid|igsh|mc_[ce]id|mkt_tok"
    r"|_hs(?:enc|mi)|yclid|twclid|ttclid|vero_id|oly_(?:enc|anon)_id|s_kwcid|wt_mc",
    re.IGNORECASE,
)
_HOME_NAMES = (
    *(".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".corp"),
    *(".home.arpa", ".localhost"),
)
_LIKE_A_DOMAIN = re.compile(r"(?:www\.)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:[/?#].*)?", re.I)


def check_links(
    blocks: Sequence[Block], known: Mapping[str, LinkCheck] | None = None
) -> Iterator[Finding]:
    """Look at every link by itself, then at all of them together.

    Args:
        known: what came out of trying addresses; None knows nothing.
    """
    links = links_of(blocks)
    for link in links:
        for check, severity, message, mend in _troubles(link, known or {}):
            yield found_at(link, blocks, check, severity, message, mend)
    yield from _check_pairs(links, blocks)


def found_at(
    link: PlacedLink,
    blocks: Sequence[Block],
    check: Check,
    severity: Severity,
    message: str,
    mend: Mend | None = None,
) -> Finding:
    """Return what is to be said of one link, at the field in which it stands."""
    about, field = place_of(link.block, blocks, link.owner, link.name)
    return check.finds(
        severity,
        f"{name_of(link.place, link.block)}: {message}",
        about,
        field,
        text=f"{check.code} {link.address} {link.words}\n{whole_of(link.block)}",
        mend=mend,
    )


def named(link: PlacedLink) -> str:
    """Return what to call a link: its words, else its address."""
    return Truncator(link.words or link.address).chars(60)


# --- One link ---

_Trouble = tuple[Check, Severity, str, Mend | None]


def _troubles(link: PlacedLink, known: Mapping[str, LinkCheck]) -> Iterator[_Trouble]:
    scheme = scheme_of(link.address)
    if scheme in WRAPPED_SCHEMES:
        yield from _web_troubles(link, known)
    elif scheme == "mailto":
        yield from _mail_troubles(link)
    elif scheme not in PLAIN_SCHEMES:
        message = _(
            "“%(words)s” is no link in the mail, for “%(href)s” is no complete "
            "address. Begin it with https://"
        ) % {"words": link.words, "href": link.address[:80]}
        mend = None
        if _LIKE_A_DOMAIN.fullmatch(link.address):
            mend = link.leading_to(
                f"https://{link.address}", _("Put https:// before it")
            )
        yield LINK_ADDRESSES, Severity.WARN, message, mend
    yield from _word_troubles(link)


def _mail_troubles(link: PlacedLink) -> Iterator[_Trouble]:
    address = link.address.partition(":")[2].partition("?")[0]
    name, at, domain = address.partition("@")
    if not (name and at and "." in domain):
        message = _(
            "“%(words)s” opens an empty mail: there is no mail address behind it."
        ) % {"words": named(link)}
        yield LINK_ADDRESSES, Severity.WARN, message, None


def _web_troubles(
    link: PlacedLink, known: Mapping[str, LinkCheck]
) -> Iterator[_Trouble]:
    if link.is_ours:
        return
    if not link.host:
        message = _("“%(words)s” leads nowhere: the address has no site in it.") % {
            "words": named(link)
        }
        yield LINK_ADDRESSES, Severity.STOP, message, None
        return
    if is_private(link.host):
        message = _(
            "“%(words)s” leads to %(host)s, which opens inside a house or an office "
            "only. No reader can come there."
        ) % {"words": named(link), "host": link.host}
        yield LINK_PRIVATE, Severity.STOP, message, None
        return
    if scheme_of(link.address) == "http" and not stays_here(link.host):
        yield _not_secure(link, known.get(link.address))
    if link.host.removeprefix("www.") in _SHORTENERS:
        yield _shortened(link, known.get(link.address))
    if clean := without_tracking(link.address):
        message = _(
            "the address behind “%(words)s” tells its site where a reader came from. "
            "It works as well without."
        ) % {"words": named(link)}
        mend = link.leading_to(clean, _("Take the tracking out"))
        yield LINK_TRACKING, Severity.HINT, message, mend


def is_private(host: str) -> bool:
    """Tell whether only people in the same house can open a host."""
    if stays_here(host):
        return False
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host or host.endswith(_HOME_NAMES)


def _not_secure(link: PlacedLink, known: LinkCheck | None) -> _Trouble:
    message = _(
        "“%(words)s” leads over http, which others can read along and browsers warn of."
    ) % {"words": named(link)}
    mend = None
    if known is not None and known.answers_over_https:
        secure = f"https{link.address[4:]}"
        mend = link.leading_to(secure, _("Make it https: that answers"))
    return LINK_SECURE, Severity.WARN, message, mend


def _shortened(link: PlacedLink, known: LinkCheck | None) -> _Trouble:
    message = _(
        "“%(words)s” leads by way of %(host)s. Readers cannot see where they go, and "
        "mail filters distrust it."
    ) % {"words": named(link), "host": link.host}
    mend = None
    if known is not None and known.state == LinkState.FINE and known.leads_to:
        label = _("Lead to %(host)s at once") % {
            "host": urlsplit(known.leads_to).hostname or ""
        }
        mend = link.leading_to(
            without_tracking(known.leads_to) or known.leads_to, label
        )
    return LINK_SHORTENED, Severity.WARN, message, mend


def without_tracking(address: str) -> str:
    """Return the address without what follows readers; "" when it has nothing of it.

    >>> without_tracking("https://example.nl/a?b=1&utm_source=x#deel")
    'https://example.nl/a?b=1#deel'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    # As they stand: taking them apart and together again would write them otherwise.
    asked = parts.query.split("&")
    kept = [one for one in asked if not _TRACKING.fullmatch(one.partition("=")[0])]
    if len(kept) == len(asked):
        return ""
    return urlunsplit(parts._replace(query="&".join(kept)))


def _word_troubles(link: PlacedLink) -> Iterator[_Trouble]:
    words = link.words.strip(" .,:;!?›»→>…").casefold()
    if words in _SAY_NOTHING:
        message = _(
            "“%(words)s” does not say where it leads. Who hears the links one after "
            "another hears only that."
        ) % {"words": link.words}
        yield LINK_WORDS, Severity.WARN, message, None
    elif link.in_prose and not words:
        message = _("a link has no words, so that nobody can press it.")
        yield LINK_WORDS, Severity.WARN, message, None
    elif words.startswith(("http://", "https://")):
        message = _(
            "“%(words)s” is an address. Write in words where it leads: read aloud it "
            "is a row of signs."
        ) % {"words": named(link)}
        yield LINK_WORDS, Severity.HINT, message, None


# --- All of them ---


def _check_pairs(
    links: Sequence[PlacedLink], blocks: Sequence[Block]
) -> Iterator[Finding]:
    """Compare links whose words an editor wrote; a story may well be named before."""
    yield from _check_stories(links, blocks)
    spoken = [
        link
        for link in links
        if link.words and link.words.casefold() not in _SAY_NOTHING
    ]
    for index, link in enumerate(spoken):
        for other in spoken[:index]:
            if message := _confusion(link, other):
                yield found_at(link, blocks, LINK_ONCE, Severity.HINT, message)
                break


def _check_stories(
    links: Sequence[PlacedLink], blocks: Sequence[Block]
) -> Iterator[Finding]:
    first: dict[str, PlacedLink] = {}
    for link in links:
        # An article that stands there twice is told as such.
        if not link.is_story or link.owner is not link.block:
            continue
        if other := first.get(link.address):
            message = _("it leads to the same address as block %(place)d.") % {
                "place": other.place
            }
            yield found_at(link, blocks, LINK_ONCE, Severity.WARN, message)
        first.setdefault(link.address, link)


def _confusion(link: PlacedLink, other: PlacedLink) -> str:
    same_words = link.words.casefold() == other.words.casefold()
    same_address = link.address == other.address
    if same_words and not same_address:
        return _(
            "“%(words)s” leads elsewhere in block %(place)d. "
            "Two places with the same words confuse."
        ) % {"words": link.words, "place": other.place}
    if same_address and not same_words and not (link.is_story or other.is_story):
        return _(
            "“%(words)s” leads to where “%(others)s” leads already, in block %(place)d."
        ) % {"words": link.words, "others": other.words, "place": other.place}
    return ""
