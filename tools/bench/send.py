"""A worker for measuring: hands over what is due until nothing is left."""

import django
from django.utils import timezone


def main() -> None:
    """``python -m tools.bench.send``: the engine's own loop, without a queue."""
    django.setup()
    from newsletter.delivery.draining import hand_over_all_that_is_due

    hand_over_all_that_is_due(clock=timezone.now)


if __name__ == "__main__":
    main()
