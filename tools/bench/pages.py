"""Public pages to readers of a Sunday morning, from the web server of production.

The readers are one thread for each connection, with plain sockets: a client in Python
that understood HTTP would take more of the two cores than the server does.
"""

import itertools
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import django

from tools.bench.web import web

READERS = 8
ISSUES, ARTICLES = 20, 40
_LONG_AGO = datetime(2026, 1, 4, 8, 0, tzinfo=UTC)


def main() -> None:
    """``python -m tools.bench.pages COUNT``: pages a second, as one JSON object."""
    count = int(sys.argv[1])
    django.setup()
    addresses = _prepare()
    with web(threads=8) as port:
        # Until both processes are there and have made each page once.
        _rate(port, addresses, 10 * len(addresses))
        kept = _rate(port, addresses, count)
    print(json.dumps({"kept": kept}))


def _prepare() -> list[str]:
    """Make an archive; return the addresses that readers ask for."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    numbers = list(_issues())
    slugs = list(_articles())
    return [
        *("/", "/edities/", "/edities/rss/"),
        *(f"/edities/{number}/" for number in numbers),
        *(f"/artikelen/{slug}/" for slug in slugs),
    ]


def _issues() -> Iterator[int]:
    """Let the issue of the bench leave again and again, a week apart."""
    from newsletter.delivery.models import Dispatch, DispatchState
    from newsletter.issues.models import Issue
    from newsletter.rendering.models import Rendition
    from tools.bench.sunday import prepare

    sunday = Dispatch.objects.get(pk=prepare(1))
    for number in range(1001, 1001 + ISSUES):
        at = _LONG_AGO + timedelta(weeks=number - 1001)
        issue = Issue.objects.create(
            mailing_list=sunday.issue.mailing_list,
            number=number,
            publication_date=at.date(),
        )
        rendition = Rendition.objects.get(pk=sunday.rendition_id)
        rendition.pk, rendition.issue = None, issue
        rendition.save()
        Dispatch.objects.create(
            issue=issue,
            rendition=rendition,
            state=DispatchState.SENT,
            due_local=f"{at:%Y-%m-%dT%H:%M:%S}",
            time_zone="Europe/Amsterdam",
            due_at=at,
            start_before=at,
            created_at=at,
            started_at=at,
        )
        yield number


def _articles() -> Iterator[str]:
    from newsletter.articles.models import Article

    paragraph = "<p>" + "Ga zitten en luister naar wat er niet is. " * 12 + "</p>"
    for number in range(ARTICLES):
        article = Article.objects.create(
            title=f"Waarom stilte helpt ({number})",
            slug=f"stilte-{number}",
            published_on=date(2026, 1, 4),
            lead="Een kwartier zonder telefoon is langer dan je denkt.",
            body=paragraph * 10,
        )
        yield article.slug


def _rate(port: int, addresses: list[str], count: int) -> float:
    each = [
        list(itertools.islice(itertools.cycle(addresses), reader, count, READERS))
        for reader in range(READERS)
    ]
    began = time.perf_counter()
    with ThreadPoolExecutor(READERS) as readers:
        list(readers.map(lambda some: _read(port, some), each))
    return count / (time.perf_counter() - began)


def _read(port: int, addresses: list[str]) -> None:
    host = os.environ["SITE_URL"].split("//")[1]
    with socket.create_connection(("127.0.0.1", port), 30) as connection:
        answers = connection.makefile("rb")
        for address in addresses:
            connection.sendall(
                f"GET {address}?utm_source=zondag HTTP/1.1\r\nHost: {host}\r\n"
                "Accept-Encoding: gzip\r\nX-Forwarded-Proto: https\r\n\r\n".encode()
            )
            status = answers.readline().split()[1]
            if status != b"200":
                raise SystemExit(f"{address} answered {status.decode()}")
            answers.read(_length(iter(answers.readline, b"\r\n")))


def _length(headers: Iterator[bytes]) -> int:
    (length,) = (
        int(line.split(b":")[1])
        for line in list(headers)
        if line.lower().startswith(b"content-length")
    )
    return length


if __name__ == "__main__":
    main()
