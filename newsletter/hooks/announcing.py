"""Writing down that something happened, for every system that wants to hear of it.

Call it in the transaction of the act: both happen or neither. Nothing is asked of the
network here; the sweep finds the rows.
"""

import json
import uuid
from datetime import datetime

from newsletter.hooks.models import PING, Happening, Listener, Notice


def announce(
    kind: Happening, *, now: datetime, key: str = "", **data: str | int | None
) -> None:
    """Tell every listener that hears of this kind.

    Args:
        key: of the act, where it may be told twice; empty: it happens once.
        data: what it is about; never a name or an address. Who may know more asks
            for it by the id of the reader.
    """
    listeners = Listener.objects.hearing(kind)
    if listeners:
        Notice.objects.bulk_create(
            [_notice(one, str(kind), key, data, now) for one in listeners],
            ignore_conflicts=True,
        )


def announce_to(listener: Listener, *, now: datetime) -> Notice:
    """Send one listener something, to see whether it listens."""
    notice = _notice(listener, PING, "", {}, now)
    notice.save(force_insert=True)
    return notice


def _notice(
    listener: Listener,
    kind: str,
    key: str,
    data: dict[str, str | int | None],
    now: datetime,
) -> Notice:
    body = {"type": kind, "timestamp": now.isoformat(), "data": data}
    return Notice(
        listener=listener,
        key=key or uuid.uuid4().hex,
        kind=kind,
        body=json.dumps(body, ensure_ascii=False),
        not_before=now,
        created_at=now,
    )
