"""A Sunday for measuring: an issue of a normal size, and as many readers as asked."""

import os
import sys
import time
from datetime import timedelta

import django
from django.core.management import call_command
from django.db import connection


def main() -> None:
    """``python -m tools.bench.sunday READERS``: fill, freeze, print the seconds."""
    django.setup()
    readers = int(sys.argv[1])
    call_command("migrate", verbosity=0)
    dispatch_id = prepare(readers)
    print(freeze(dispatch_id), flush=True)


def prepare(readers: int) -> int:
    """Write list, readers, issue and dispatch; return the dispatch's key."""
    from django.utils import timezone

    from newsletter.delivery.models import Dispatch
    from newsletter.issues.blocks import TextBlock
    from newsletter.rendering.freezing import freeze as freeze_issue
    from tests.factories import IssueFactory

    issue = IssueFactory.create()
    issue.mailing_list.has_first_wave = False
    issue.mailing_list.group_size = int(os.environ.get("BENCH_GROUP", "25"))
    issue.mailing_list.save()
    words = "Adem rustig in en uit. " * 120
    for place in range(12):
        body = f'<p><a href="https://example.nl/{place}">Lees dit stuk</a>. {words}</p>'
        TextBlock.objects.create(parent=issue, ordering=place + 1, body=body)
    _add_readers(readers, issue.mailing_list_id)
    now = timezone.now()
    return Dispatch.objects.create(
        issue=issue,
        rendition=freeze_issue(issue, by=None, now=now),
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now + timedelta(hours=6),
        created_at=now,
    ).pk


def _add_readers(count: int, list_id: int) -> None:
    """Write readers by the database itself: a loop would take longer than sending."""
    numbers, uuid = {
        "postgresql": ("generate_series(1, %s) AS n(i)", "gen_random_uuid()"),
        "sqlite": (
            "(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c"
            " WHERE i < %s) SELECT i FROM c) AS n",
            "lower(hex(randomblob(16)))",
        ),
    }[connection.vendor]
    from subscribers.models import Rhythm

    with connection.cursor() as cursor:
        statement = f"""
            INSERT INTO subscribers_subscriber (uuid, address, address_key,
                address_hash, first_name, time_zone, created_at)
            SELECT {uuid}, 'lezer' || i || '@example.nl',
                'lezer' || i || '@example.nl', 'hash' || i, 'Sanne', '',
                CURRENT_TIMESTAMP
            FROM {numbers}
        """  # noqa: S608 (words of ours, the count is a parameter)
        cursor.execute(statement, [count])
        cursor.execute(
            "INSERT INTO subscribers_subscription (subscriber_id, mailing_list_id,"
            " state, token, source, created_at, confirmed_at, unsubscribed_through,"
            " leaving_reason, rhythm)"
            " SELECT id, %s, 'confirmed', 'token-of-reader-' || id, '',"
            " CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, '', '', %s"
            " FROM subscribers_subscriber",
            [list_id, Rhythm.EVERY_ISSUE],
        )
        cursor.execute("ANALYZE")


def freeze(dispatch_id: int) -> float:
    """Freeze the audience; return the seconds it took."""
    from django.utils import timezone

    from newsletter.delivery.preparation import start

    began = time.perf_counter()
    if not start(dispatch_id, now=timezone.now()):
        raise SystemExit("the dispatch did not start")
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
