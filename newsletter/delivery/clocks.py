"""Clocks that go on while the machine sleeps."""

import time


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
