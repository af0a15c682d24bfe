"""Addresses as their owners wrote them, without what others put around or behind."""

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

# Who sent a reader along, which ours did not; never part of what a page shows.
_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid"
    r"|li_fat_id|igshid|igsh|mibextid|srsltid|mc_cid|mc_eid|_hsenc|_hsmi|__hs\w+"
    r"|hsctatracking|mkt_tok|oly_anon_id|oly_enc_id|vero_id|vero_conv|wickedid"
    r"|_ga|_gl|_gac|s_kwcid|ml_subscriber|ml_subscriber_hash|ck_subscriber_id)",
    re.IGNORECASE,
)
_MOST_WRAPPERS = 3


def clean_link(address: str) -> str:
    """Return the address without wrappers of mail programs and search engines.

    Tracking parameters go as well; everything else stays letter for letter.
    """
    address = address.strip()
    for _ in range(_MOST_WRAPPERS):
        inner = _unwrapped(address)
        if not inner:
            break
        address = inner
    return _without_tracking(address)


def _without_tracking(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    if parts.scheme not in ("http", "https") or not parts.query:
        return address
    asked = parts.query.split("&")
    kept = [pair for pair in asked if not _TRACKING.fullmatch(pair.partition("=")[0])]
    if kept == asked:
        return address
    return urlunsplit(parts._replace(query="&".join(kept)))


def _unwrapped(address: str) -> str:
    """Return the address inside a wrapper, "" when it is none that we know."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    for pattern, unwrap in _WRAPPERS:
        if pattern.match(f"{host}{parts.path}"):
            inner = unwrap(address)
            return inner if re.match(r"https?://[^/]", inner, re.IGNORECASE) else ""
    return ""


def _parameter(*names: str) -> Callable[[str], str]:
    def unwrap(address: str) -> str:
        asked = parse_qs(urlsplit(address).query)
        return next((asked[name][0] for name in names if name in asked), "")

    return unwrap


def _proofpoint_2(address: str) -> str:
    """Undo Proofpoint's spelling: "-" for "%", "_" for "/"."""
    inner = _parameter("u")(address)
    return unquote(inner.replace("-", "%").replace("_", "/"))


def _proofpoint_3(address: str) -> str:
    """Undo the newer one: each "*" stands for the next of the signs at the end."""
    found = re.search(r"/v3/__(?P<inner>.+?)__;(?P<signs>[\w-]*)!", address)
    if not found or "**" in found["inner"]:
        return ""
    inner = re.sub(r"^(https?:/)(?=[^/])", r"\1/", found["inner"])
    try:
        padded = found["signs"] + "=" * (-len(found["signs"]) % 4)
        signs = iter(base64.urlsafe_b64decode(padded).decode())
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return re.sub(r"\*", lambda _: next(signs, "*"), inner)


_WRAPPERS: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile(r"google(\.\w{2,3}){1,2}/url$"), _parameter("q", "url")),
    (re.compile(r"[\w.-]+\.safelinks\.protection\.outlook\.com/"), _parameter("url")),
    (re.compile(r"urldefense\.proofpoint\.com/v2/url$"), _proofpoint_2),
    (re.compile(r"urldefense(\.proofpoint)?\.com/v3/"), _proofpoint_3),
    (re.compile(r"lm?\.facebook\.com/l\.php$"), _parameter("u")),
    (re.compile(r"l\.instagram\.com/$"), _parameter("u")),
    (re.compile(r"linkedin\.com/(redir/redirect|safety/go)"), _parameter("url")),
)
