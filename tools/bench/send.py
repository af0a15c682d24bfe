"""A worker for measuring: hands over what is due until nothing is left."""

import time

import django
from django.utils import timezone


def main() -> None:
    """``python -m tools.bench.send``: the engine's own loop, without a queue.

    Prints the seconds it took; a worker is started long before Sunday.
    """
    django.setup()
    from newsletter.delivery.draining import hand_over_all_that_is_due

    began = time.perf_counter()
    hand_over_all_that_is_due(clock=timezone.now)
    print(time.perf_counter() - began, flush=True)


if __name__ == "__main__":
    main()
