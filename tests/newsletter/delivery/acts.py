"""What is done with an issue on its way, in the tests of more than one subject."""

import threading
from datetime import timedelta

from django.db import connections

from newsletter.delivery.models import Dispatch
from newsletter.delivery.submission import submit_batch
from newsletter.delivery.sweeping import sweep


def send_all(now):
    for batch_id in sweep(now).to_submit:
        submit_batch(batch_id, clock=lambda: now)


def scheduled_anew(stopped, now):
    return Dispatch.objects.create(
        issue=stopped.issue,
        rendition=stopped.rendition,
        due_local="2026-11-29T10:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now + timedelta(hours=6),
        created_at=now,
    )


def in_another_worker(work):
    """Run in a thread with a database connection of its own."""
    found = []

    def run():
        try:
            found.append(work())
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, found
