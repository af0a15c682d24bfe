"""Clocks that go on while the machine sleeps."""

import time


def boot_seconds() -> float:
    """Return seconds that count a suspended machine too (CLOCK_BOOTTIME on Linux)."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()
