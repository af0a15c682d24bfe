"""Public pages, kept as they were answered: a Sunday morning costs no database.

The pages that anyone may read are equal for everybody, so each web process makes one
once and hands it out, already packed, until something behind it changes. What changed
is asked of the database at most once a second (``archive.stamp``); a page that was
taken back is gone from every process within that second. While the database is away,
readers read on.

A page asks for it with ``public_page``; the same headers let a browser or a CDN in
front keep it as well. Nothing that sets a cookie or depends on one is ever kept.
"""

import gzip
import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date

from newsletter.archive.stamp import site_stamp

View = Callable[..., HttpResponse]
Answer = Callable[[HttpRequest], HttpResponseBase]

# For caches in front of us; in these they ask again, with an ETag, and that is cheap.
FRESH_SECONDS, FRESH_IN_SHARED_SECONDS = 60, 300
# What was taken back may come back after all, and search engines ask again soon.
GONE_SECONDS = 60
# What the stamp does not see, such as a renamed rubric, is seen after this.
KEPT_SECONDS = 60
# Of the page of a list; more is somebody who tries numbers.
MOST_DIGITS = 3
_WORTH_PACKING = 500
_OURS = "newsletter.public_page"


def public_page(view: View) -> View:
    """Let everybody keep what a view answers: the reader's browser, a CDN, and we."""

    @wraps(view)
    def with_headers(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Before anything is read: what changes meanwhile makes the page anew.
        request.META[_OURS] = stamp()
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            patch_cache_control(
                response,
                public=True,
                max_age=FRESH_SECONDS,
                s_maxage=FRESH_IN_SHARED_SECONDS,
                stale_while_revalidate=FRESH_IN_SHARED_SECONDS,
                stale_if_error=86_400,
            )
        elif response.status_code == 410:
            patch_cache_control(response, public=True, max_age=GONE_SECONDS)
        return response

    return with_headers


@dataclass(frozen=True)
class KeptPage:
    """One answer, ready to be handed out.

    Attributes:
        stamp: of the site just before it was made.
        until: on the monotonic clock of this machine.
        body: by gzip where ``is_packed``; few clients cannot take it so.
    """

    stamp: str
    until: float
    status: int
    headers: dict[str, str]
    body: bytes
    is_packed: bool
    etag: str
    made_at: int


class KeptPages:
    """Middleware: hands out what is kept, keeps what may be."""

    def __init__(self, get_response: Answer) -> None:
        """Stand before everything that a kept page needs no more."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer from memory, else from the site."""
        key = _key(request)
        if key is None:
            return self.get_response(request)
        kept: KeptPage | None = caches["pages"].get(key)
        if kept and _still_holds(kept):
            # Who asks by a name that is not ours is refused here as elsewhere.
            request.get_host()
            return _handed_out(kept, request)
        response = self.get_response(request)
        if not _may_be_kept(request, response):
            return response
        page = _kept(cast(HttpResponse, response), request.META[_OURS])
        caches["pages"].set(key, page, timeout=None)
        return _handed_out(page, request)


def _key(request: HttpRequest) -> str | None:
    """Return under which name a page is kept; None: it is not looked for.

    Where readers come from (utm_source, fbclid) changes nothing on a page.
    """
    # Who works on a template wants to see it at once.
    if settings.DEBUG or request.method not in ("GET", "HEAD"):
        return None
    page = request.GET.get("pagina", "")
    if page and not (page.isascii() and page.isdigit() and len(page) <= MOST_DIGITS):
        return None
    return hashlib.sha256(f"{request.path}?{page}".encode()).hexdigest()


def _still_holds(kept: KeptPage) -> bool:
    if kept.stamp != stamp():
        return False
    # Without a database there is no newer one.
    return kept.until > time.monotonic() or bool(_known.get("is_away"))


def _may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        _OURS in request.META
        # The answer to HEAD has no body to keep.
        and request.method == "GET"
        and response.status_code in (200, 410)
        and not response.streaming
        and not response.cookies
        and "Cookie" not in response.get("Vary", "")
    )


def _kept(response: HttpResponse, made_from: str) -> KeptPage:
    body = response.content
    is_picture = response.get("Content-Type", "").startswith("image/")
    is_packed = len(body) > _WORTH_PACKING and not is_picture
    left_out = ("content-length", "vary", "last-modified", "etag")
    digest = hashlib.sha256(body).hexdigest()[:32]
    return KeptPage(
        stamp=made_from,
        until=time.monotonic() + KEPT_SECONDS,
        status=response.status_code,
        headers={
            name: value
            for name, value in response.items()
            if name.lower() not in left_out
        },
        body=gzip.compress(body, 6, mtime=0) if is_packed else body,
        is_packed=is_packed,
        # Weak: packed or not, it is the same page.
        etag=f'W/"{digest}"',
        made_at=int(time.time()),
    )


def _handed_out(page: KeptPage, request: HttpRequest) -> HttpResponseBase:
    if page.status == 200:
        same = get_conditional_response(request, page.etag, page.made_at)
        if same is not None and same.status_code == 304:
            # "Not modified" repeats what a cache goes by (RFC 9110, 15.4.5).
            same["Cache-Control"] = page.headers["Cache-Control"]
            same["Vary"] = "Accept-Encoding"
            same["Last-Modified"] = http_date(page.made_at)
            return same
    takes_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    unpack = page.is_packed and not takes_packed
    response = HttpResponse(
        gzip.decompress(page.body) if unpack else page.body,
        status=page.status,
        headers=page.headers,
    )
    if page.is_packed and takes_packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Content-Length"] = str(len(response.content))
    if request.method == "HEAD":
        response.content = b""
    if page.status == 200:
        response["ETag"] = page.etag
        response["Last-Modified"] = http_date(page.made_at)
    return response


# --- How the site stands ---

_lock = threading.Lock()
_known: dict[str, Any] = {}


def stamp() -> str:
    """Return how the site stands, as asked at most PAGES_LOOK_SECONDS ago."""
    if _is_fresh():
        return cast(str, _known["stamp"])
    # One thread asks; the others go by what was known a moment ago.
    if not _lock.acquire(blocking="stamp" not in _known):
        return cast(str, _known["stamp"])
    try:
        if not _is_fresh():
            _known["stamp"] = site_stamp()
            _known.update({"at": time.monotonic(), "is_away": False})
    except DatabaseError:
        _known.setdefault("stamp", "")
        _known.update({"at": time.monotonic(), "is_away": True})
    finally:
        _lock.release()
    return cast(str, _known["stamp"])


def _is_fresh() -> bool:
    at = _known.get("at")
    return at is not None and time.monotonic() - at < settings.PAGES_LOOK_SECONDS


def forget_pages() -> None:
    """Make every page anew, as after a new version of the site."""
    caches["pages"].clear()
    _known.clear()
