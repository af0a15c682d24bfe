"""Keeps the tests on this machine: any other address is refused.

A pytest plugin (see ``addopts``), so that it holds before the first import of a test.
"""

import ipaddress
import socket
from typing import Any

import pytest


class LeftTheMachine(AssertionError):
    """A test reached for the network."""


def is_local(host: object) -> bool:
    """Tell whether the host is this machine: a loopback number or its name."""
    if not isinstance(host, str):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return host == "" or host == "localhost" or host.endswith(".localhost")


def refuse_elsewhere(address: object) -> None:
    """Raise for an internet address of another machine; unix sockets may pass."""
    host = address[0] if isinstance(address, tuple) else None
    if not is_local(host):
        raise LeftTheMachine(f"No test leaves this machine, this one tried {host}.")


class LocalSocket(socket.socket):
    """A socket that goes nowhere but here."""

    def connect(self, address: Any) -> None:
        refuse_elsewhere(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        refuse_elsewhere(address)
        return super().connect_ex(address)

    def sendto(self, *arguments: Any) -> int:
        refuse_elsewhere(arguments[-1])
        return super().sendto(*arguments)


_look_up = socket.getaddrinfo


def look_up_here(host: Any, *arguments: Any, **options: Any) -> Any:
    """Resolve this machine's names only: a look-up leaves the machine too."""
    name = host.decode() if isinstance(host, bytes) else host
    if not is_local(name) and not _is_number(name):
        raise LeftTheMachine(f"No test leaves this machine, this one looked up {name}.")
    return _look_up(host, *arguments, **options)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def pytest_configure(config: pytest.Config) -> None:
    """Put the guard in place for the whole run."""
    socket.socket = LocalSocket  # type: ignore[misc]
    socket.getaddrinfo = look_up_here
