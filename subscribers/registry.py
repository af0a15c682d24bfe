"""What this app needs from the apps above it, hung up here when they are ready.

``subscribers`` knows nothing of issues, reader mail or reports. Whoever keeps
something personal elsewhere registers in its ``apps.ready()`` how to forget it::

    registry.register_eraser("reader mail", forget_reader_mail)
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Leaving:
    """A person who is being erased, as known a moment before.

    Attributes:
        address: as it was kept; compare by ``addresses.address_key``.
    """

    subscriber_id: int
    address: str
    address_hash: str
    now: datetime


Eraser = Callable[[Leaving], None]

_erasers: dict[str, Eraser] = {}


def register_eraser(name: str, eraser: Eraser) -> None:
    """Call ``eraser`` for everyone who is erased, within the same transaction."""
    _erasers[name] = eraser


def erase_elsewhere(leaving: Leaving) -> None:
    """Let every registered app forget this person."""
    for eraser in _erasers.values():
        eraser(leaving)
