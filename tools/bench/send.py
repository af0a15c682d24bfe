"""A worker for measuring: hands over what is due until nothing is left."""

import resource
import time

import django
from django.utils import timezone


def main() -> None:
    """``python -m tools.bench.send``: the engine's own loop, without a queue.

    Prints the seconds it took (a worker is started long before Sunday) and the most
    memory it had, in MB.
    """
    django.setup()
    from newsletter.delivery.draining import hand_over_all_that_is_due

    began = time.perf_counter()
    hand_over_all_that_is_due(clock=timezone.now)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(seconds, peak, flush=True)


if __name__ == "__main__":
    main()
