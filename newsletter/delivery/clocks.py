"""Clocks that go on while the machine sleeps."""

import time
from datetime import datetime, timedelta

from django.db import connection

# River, Oban and the like trust clocks; leases only hold while hosts agree on the time.
LARGEST_SKEW = timedelta(seconds=5)


class WrongClock(Exception):
    """This host's clock differs from the database's; its leases would mean nothing."""


class TooLate(Exception):
    """This worker stood still for too long: nothing may leave from here any more."""


def refuse_a_wrong_clock(now: datetime) -> None:
    """Compare this host's clock with the database's, where that is another host.

    Raises:
        WrongClock: they differ by more than five seconds.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - now)
    if skew > LARGEST_SKEW:
        raise WrongClock(
            f"The clock of this machine is {skew.total_seconds():.0f} seconds off from "
            "the database's. Nothing leaves from here; let both follow a time server "
            "(systemd-timesyncd, chrony)."
        )


def boot_seconds() -> float:
    """Return seconds that count a suspended machine too (CLOCK_BOOTTIME on Linux)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


def too_late(deadline: float) -> bool:
    """Tell whether another worker may have taken over while this one stood still.

    Args:
        deadline: in ``boot_seconds``, reckoned before the lease began.
    """
    return boot_seconds() > deadline
