"""Asking pages of other machines: the only place that does.

An editor may type any address and a page may send us on to any other, so each of them
is looked at before a byte is asked: http and https only, no name and password in it,
and a number that everyone on the internet may reach. The name is looked up once and we
connect to the very number that was looked at, or its owner could answer something else
the second time (DNS rebinding). No proxy is used, for it would look the name up again.
"""

import contextlib
import io
import re
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from threading import Thread
from time import monotonic
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _

from newsletter.characters import FORBIDDEN_IN_LINE

Number = IPv4Address | IPv6Address
MayReach = Callable[[Number, int], bool]

LONGEST = 2_000_000
SECONDS = 10.0
MOST_REDIRECTS = 5
_LONGEST_ADDRESS = 2000
_PART = 65_536
_REDIRECTS = (301, 302, 303, 307, 308)
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*|[0-9a-f:.]*:[0-9a-f:.]*")

# The public part of IPv6, and the ways to write or reach an IPv4 number inside it:
# NAT64 has its own prefixes outside of it, Teredo and 6to4 lie within (RFC 4291, 4380,
# 3056, 6052, 8215). Python calls some of them global.
_PUBLIC_IPV6 = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))


class CannotFetch(Exception):
    """A page was not got; the text tells an editor why."""


class NotPublic(CannotFetch):
    """The address leads to a machine that is not open to everyone; never asked."""


class TooLong(CannotFetch):
    """The page is longer than was asked for."""


@dataclass(frozen=True)
class Fetched:
    """What a page answered.

    Attributes:
        address: where the answer came from, after any redirects.
        status: as the server gave it; 404 and 500 are answers too.
        content_type: of the body as the server names it, or "".
        body: unpacked; empty for HEAD, and when nothing of it was wanted.
        redirects: the addresses that sent us on, in order; the first was asked for.
        headers: the others, by names in lower case.
    """

    address: str
    status: int
    content_type: str
    body: bytes
    redirects: tuple[str, ...]
    headers: Mapping[str, str]


def is_public_address(number: Number, port: int) -> bool:
    """Tell whether it is a web server that everyone on the internet may reach."""
    if isinstance(number, IPv6Address):
        if number.ipv4_mapped:
            return is_public_address(number.ipv4_mapped, port)
        if number not in _PUBLIC_IPV6 or any(number in net for net in _TUNNELS):
            return False
    is_open = number.is_global and not number.is_multicast and not number.is_reserved
    return is_open and port in _PORTS.values()


def fetch(
    address: str,
    *,
    method: str = "GET",
    body: bytes | None = None,
    redirects: int = MOST_REDIRECTS,
    longest: int | None = LONGEST,
    seconds: float = SECONDS,
    headers: Mapping[str, str] | None = None,
    may_reach: MayReach = is_public_address,
) -> Fetched:
    """Ask for a page, and go where it sends us.

    Args:
        body: sent along to every machine on the way, as the headers are.
        redirects: how many to follow; with 0 the first answer is the answer.
        longest: bytes of the body, unpacked; None reads nothing of it, for who only
            asks whether it was taken.
        seconds: for everything together: looking up, redirects and the last byte.
        headers: sent along to every machine on the way, so nothing secret.
        may_reach: looks at the number and port of each machine before it is asked;
            what FETCH_PRIVATE_HOSTS names is reached whatever it says.

    Raises:
        NotPublic: it, or a redirect, leads to a machine that may not be reached.
        TooLong: the body is longer than ``longest``.
        CannotFetch: there is no such machine, no answer, no end, or no sense in it.
    """
    deadline = monotonic() + seconds
    passed: list[str] = []
    with _explained(seconds):
        while len(passed) <= redirects:
            place = _place(address)
            request = _Request(method, body, headers or {})
            with _answer(place, request, may_reach, deadline) as answer:
                onward = _onward(answer) if redirects else ""
                if not onward:
                    return Fetched(
                        address=place.address,
                        status=answer.status,
                        content_type=answer.getheader("Content-Type", ""),
                        body=b"" if longest is None else _body(answer, longest),
                        redirects=tuple(passed),
                        headers={name.lower(): v for name, v in answer.getheaders()},
                    )
            passed.append(place.address)
            address = urljoin(place.address, onward)
    raise CannotFetch(_("This page keeps sending us on to another."))


# --- Where to ---


@dataclass(frozen=True)
class _Place:
    """An address in one normal form, in the parts that a request needs."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def machine(self) -> str:
        """Return host and port, both always there."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def name(self) -> str:
        """Return host and port as an address and the Host header name them."""
        return self.machine.removesuffix(f":{_PORTS[self.scheme]}")

    @property
    def address(self) -> str:
        """Return the whole of it."""
        return f"{self.scheme}://{self.name}{self.path}"


def _place(address: str) -> _Place:
    address = address.strip()
    if FORBIDDEN_IN_LINE.search(address) or len(address) > _LONGEST_ADDRESS:
        raise CannotFetch(_("This is no address of a page."))
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise CannotFetch(_("This is no address of a page.")) from error
    if parts.scheme not in _PORTS:
        raise CannotFetch(_("An address of a page begins with https:// or http://."))
    if parts.username is not None or parts.password is not None:
        raise CannotFetch(_("An address with a name or password in it is not asked."))
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    if parts.query:
        path += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?[]")
    host = _plain_host(parts.hostname or "")
    return _Place(
        parts.scheme, host, _PORTS[parts.scheme] if port is None else port, path
    )


def _plain_host(host: str) -> str:
    """Return a host as name servers know it; "bücher.nl" has another name there."""
    host = host.removesuffix(".")
    if not host.isascii():
        with contextlib.suppress(idna.IDNAError):
            host = idna.encode(host, uts46=True).decode()
    if not _HOST.fullmatch(host):
        raise CannotFetch(_("This is no address of a page."))
    return host


def _numbers(place: _Place, may_reach: MayReach, deadline: float) -> list[Number]:
    """Return the numbers behind a name; one that may not be reached spoils them all."""
    numbers = list(dict.fromkeys(_looked_up(place, deadline)))
    if not numbers:
        raise CannotFetch(
            _("There is no site “%(host)s”. Is there a typing mistake in it?")
            % {"host": place.host}
        )
    if place.machine not in settings.FETCH_PRIVATE_HOSTS and not all(
        may_reach(number, place.port) for number in numbers
    ):
        raise NotPublic(
            _("“%(host)s” is not open to everyone, so it is not asked.")
            % {"host": place.name}
        )
    return numbers


def _looked_up(place: _Place, deadline: float) -> Iterator[Number]:
    """Look a name up, for as long as there is time: the system's own wait is longer."""
    answer: Future[list[Any]] = Future()

    def ask() -> None:
        try:
            answer.set_result(
                socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
            )
        except BaseException as error:  # told to whoever waits
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    with contextlib.suppress(socket.gaierror, UnicodeError):
        for *_kind, found in answer.result(timeout=_left(deadline)):
            yield ip_address(found[0])


# --- Asking ---


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Timed(io.RawIOBase):
    """A connection of which every read ends by the deadline, however it trickles."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection, self.deadline = connection, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.connection.settimeout(_left(self.deadline))
        return self.connection.recv_into(buffer)

    def close(self) -> None:
        """Stay open: http.client lets go before it has read; ``_answer`` closes."""

    def makefile(self, mode: str) -> io.BufferedReader:
        """Be the socket that http.client reads from."""
        return io.BufferedReader(self)

    def sendall(self, request: bytes) -> None:
        """Be the socket that http.client writes to."""
        self.connection.settimeout(_left(self.deadline))
        self.connection.sendall(request)


@dataclass(frozen=True)
class _Request:
    """What is asked of a place."""

    method: str
    body: bytes | None
    headers: Mapping[str, str]


@contextlib.contextmanager
def _answer(
    place: _Place, request: _Request, may_reach: MayReach, deadline: float
) -> Iterator[HTTPResponse]:
    numbers = _numbers(place, may_reach, deadline)
    with _connected(place, numbers, deadline) as connection:
        speaker = HTTPConnection(place.host, place.port)
        # Given a connection, it makes none of its own.
        speaker.sock = _Timed(connection, deadline)
        own = {
            "Host": place.name,
            "User-Agent": f"rock-jouw-inbox (+{settings.SITE_URL})",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        }
        headers = {**own, **request.headers}
        speaker.request(request.method, place.path, request.body, headers)
        yield speaker.getresponse()


def _connected(place: _Place, numbers: list[Number], deadline: float) -> socket.socket:
    """Connect to the first of the numbers that answers."""
    connection = _first_to_answer(numbers, place.port, deadline)
    if place.scheme == "http":
        return connection
    try:
        connection.settimeout(_left(deadline))
        return ssl.create_default_context().wrap_socket(
            connection, server_hostname=place.host
        )
    except BaseException:
        connection.close()
        raise


def _first_to_answer(
    numbers: list[Number], port: int, deadline: float
) -> socket.socket:
    for still_there, number in zip(range(len(numbers), 0, -1), numbers, strict=True):
        family = socket.AF_INET if number.version == 4 else socket.AF_INET6
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(_left(deadline) / still_there)
            connection.connect((str(number), port))
            return connection
        except BaseException as error:
            connection.close()
            if still_there == 1 or not isinstance(error, OSError):
                raise
    raise AssertionError("there is always a number")


@contextlib.contextmanager
def _explained(seconds: float) -> Iterator[None]:
    """Say in an editor's words what went wrong on the way."""
    try:
        yield
    except TimeoutError as error:
        raise CannotFetch(
            _("There was no whole answer within %(seconds)d seconds.")
            % {"seconds": seconds}
        ) from error
    except ssl.SSLError as error:
        raise CannotFetch(
            _("The certificate of this site is not in order, so it is not trusted.")
        ) from error
    except (HTTPException, zlib.error, ValueError) as error:
        raise CannotFetch(_("What this site answers is no page.")) from error
    except OSError as error:
        raise CannotFetch(_("This site does not answer.")) from error


# --- What it answers ---


def _onward(answer: HTTPResponse) -> str:
    """Return where the answer sends us, or ""."""
    if answer.status not in _REDIRECTS:
        return ""
    onward = answer.getheader("Location", "")
    # Servers write UTF-8 here, http.client reads Latin-1.
    with contextlib.suppress(UnicodeError):
        onward = onward.encode("latin-1").decode()
    return onward


def _body(answer: HTTPResponse, longest: int) -> bytes:
    """Read the body and unpack it, and stop as soon as it gets too long."""
    packed = answer.getheader("Content-Encoding", "identity").strip().lower()
    if packed not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise CannotFetch(_("What this site answers is no page."))
    unpack = zlib.decompressobj(wbits=47) if packed not in ("identity", "") else None
    body = bytearray()
    while part := answer.read(_PART):
        # A few bytes may unpack to gigabytes.
        body += unpack.decompress(part, longest + 1 - len(body)) if unpack else part
        if len(body) > longest:
            raise TooLong(
                _("This page is larger than %(kilobytes)d kB.")
                % {"kilobytes": longest // 1000}
            )
    if answer.length or (unpack and body and not unpack.eof):
        raise CannotFetch(_("The answer of this site broke off."))
    return bytes(body)
