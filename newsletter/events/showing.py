"""What a provider told as a person may see it: no secret and no reader in it."""

import json
from collections.abc import Mapping

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.discretion import without_readers
from newsletter.events.models import ProviderCall

HIDDEN = "…"
# In names of headers and fields; Amazon's addresses to unsubscribe at are keys as well.
_SECRETS = ("signature", "token", "secret", "password", "authorization", "apikey")
_KEYS = ("subscribeurl", "unsubscribeurl", "cookie")
_LONGEST = 20_000


def headers_shown(call: ProviderCall) -> str:
    """Return the headers, a line each."""
    return "\n".join(
        f"{name}: {_said(name, value)}" for name, value in sorted(call.headers.items())
    )


def body_shown(call: ProviderCall) -> str:
    """Return the body: laid out where it is JSON, else as it came; the end may lack."""
    text = bytes(call.body).decode("utf-8", "replace")
    try:
        text = json.dumps(_shown(json.loads(text)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        # A form has its secrets in between: nothing of it can be told apart for sure.
        text = HIDDEN if _is_secret(text) else without_readers(text)
    lines = (FORBIDDEN_IN_LINE.sub("", line) for line in text[:_LONGEST].split("\n"))
    return "\n".join(lines)


def _shown(value: object, name: str = "") -> object:
    if isinstance(value, Mapping):
        return {
            without_readers(str(key)): _shown(one, str(key))
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_shown(one, name) for one in value]
    return _said(name, value) if isinstance(value, str) else value


def _said(name: str, value: object) -> str:
    if _is_secret(name):
        return HIDDEN
    return without_readers(_within(str(value)))


def _within(text: str) -> str:
    """Amazon and Mailjet put one JSON into a field of another."""
    if not text.startswith(("{", "[")):
        return text
    try:
        return json.dumps(_shown(json.loads(text)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return HIDDEN if _is_secret(text) else text


def _is_secret(name: str) -> bool:
    plain = name.lower().replace("-", "").replace("_", "")
    return plain in _KEYS or any(word in plain for word in _SECRETS)
