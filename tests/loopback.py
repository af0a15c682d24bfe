"""Keeps the tests on this machine: any other address is refused.

A pytest plugin (see ``addopts``), so that it holds before the first import of a test.
"""

import ipaddress
import socket
from collections.abc import Callable
from functools import wraps
from typing import Any


class LeftTheMachine(AssertionError):
    """A test reached for the network."""


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return None


def is_here(host: str) -> bool:
    """Tell whether the host is this machine: a loopback number or its name."""
    if number := _number(host):
        return number.is_loopback
    return host in ("", "localhost") or host.endswith(".localhost")


def _guarded(method: Callable[..., Any], position: int) -> Callable[..., Any]:
    @wraps(method)
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[position]
        # A unix socket's address is a path, and a path is always here.
        if isinstance(address, tuple) and not is_here(str(address[0])):
            # Whoever expects OSError alone would leave it open, and a later test pays.
            self.close()
            raise LeftTheMachine(f"A test tried to reach {address[0]}.")
        return method(self, *arguments)

    return guarded


def _guarded_look_up(look_up: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(look_up)
    def guarded(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host or ""
        if not is_here(name) and not _number(name):
            raise LeftTheMachine(f"A test looked up {name}.")
        return look_up(host, *arguments, **options)

    return guarded


def pytest_configure() -> None:
    """Put the guard in place for the whole run."""
    for name, position in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        method = getattr(socket.socket, name)
        setattr(socket.socket, name, _guarded(method, position))
    socket.getaddrinfo = _guarded_look_up(socket.getaddrinfo)
