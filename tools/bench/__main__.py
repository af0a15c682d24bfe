"""``python -m tools.bench [--quick]``: every figure as one JSON object on a line.

Sender, provider and database share the machine; trust the ratios within one run.
"""

import argparse
import json

from tools import services
from tools.bench import peers
from tools.bench.figures import note_peak, report
from tools.bench.places import place, python, send
from tools.bench.sinks import sink, take_http, take_resend, take_smtp, take_smtp_late

MILLION = 1_000_000
# One round trip a mail: as many connections as the rate wants (rate x round trip).
THREADS_FOR_A_LATE_SERVER = 16

ABOUT = dict[str, object]


def main() -> int:
    """Measure everything; figures on stdout, words on stderr."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, once each")
    quick: bool = parser.parse_args().quick
    runs = 1 if quick else 3
    with services.postgresql("") as server:
        for database in ("postgresql", "sqlite"):
            at = server if database == "postgresql" else ""
            _merge(database, at, 100_000 if quick else MILLION, runs)
        _merge("postgresql", server, 10_000, runs)
        _full_bodies(server, 2000 if quick else 20_000, runs)
        _smtp(server, 2000 if quick else 20_000, runs)
        _smtp_late(server, 1000 if quick else 20_000, runs)
        _first_request(server, 1 if quick else 3)
        _events(server, 500 if quick else 5000, runs)
        _pages(server, 2000 if quick else 20_000, runs)
        _segments(server, 100_000 if quick else MILLION)
        _numbers(server, 50_000 if quick else MILLION)
        _importing(server, 50_000 if quick else MILLION)
    return 0


def _merge(database: str, server: str, readers: int, runs: int) -> None:
    """One request for a thousand readers."""
    frozen: list[float] = []

    def rate() -> float:
        with sink(take_http) as port, place(server) as environment:
            environment |= _at_mailgun(port)
            frozen.append(float(python(environment, "sunday", readers)))
            return readers / send(environment)

    about: ABOUT = {"database": database, "count": readers}
    report("merge API", "readers/s", rate, runs=runs, **about)
    _said("freeze", "s", frozen, **about)


def _at_mailgun(port: int) -> dict[str, str]:
    return {
        "EMAIL_PROVIDER": "mailgun",
        "ANYMAIL_MAILGUN_API_URL": f"http://127.0.0.1:{port}/v3",
        "ANYMAIL_MAILGUN_API_KEY": "key-of-the-bench",
        "ANYMAIL_MAILGUN_SENDER_DOMAIN": "nieuws.example.nl",
        "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": "signing-key-of-the-bench",
        "ANYMAIL_WEBHOOK_SECRET": "bench:secret",
    }


def _said(name: str, unit: str, values: list[float], **about: object) -> float:
    """Report what was measured along with something else."""
    each = iter(values)
    return report(name, unit, lambda: next(each), runs=len(values), **about)


def _full_bodies(server: str, readers: int, runs: int) -> None:
    """One request for a hundred readers, with the whole mail of each."""

    def rate() -> float:
        with sink(take_resend) as port, place(server) as environment:
            environment |= {
                "EMAIL_PROVIDER": "resend",
                "ANYMAIL_RESEND_API_URL": f"http://127.0.0.1:{port}/",
                "ANYMAIL_RESEND_API_KEY": "key-of-the-bench",
            }
            python(environment, "sunday", readers)
            return readers / send(environment)

    about: ABOUT = {"database": "postgresql", "count": readers}
    report("full-body API", "readers/s", rate, runs=runs, **about)


def _smtp(server: str, readers: int, runs: int) -> None:
    """One message a reader, and the same message through other Django ways."""
    others: dict[str, list[float]] = {name: [] for name in peers.NAMES}
    few = max(readers // 20, 200)

    def rate() -> float:
        with sink(take_smtp) as port, place(server) as environment:
            environment |= _at_smtp(port)
            python(environment, "sunday", readers)
            seconds = send(environment)
            message = python(environment, "message")
            for name, rates in others.items():
                rates.append(peers.rate_of(name, few, port, message))
            return readers / seconds

    about: ABOUT = {"database": "postgresql", "count": readers}
    ours = report("SMTP, 0 ms", "readers/s", rate, runs=runs, **about)
    best = 0.0
    for name, rates in others.items():
        best = max(best, _said(name, "messages/s", rates, count=few))
    report("SMTP against the best peer", "times", lambda: ours / best, runs=1)


def _smtp_late(server: str, readers: int, runs: int) -> None:
    """A mail server that is 20 ms away."""

    def rate() -> float:
        with sink(take_smtp_late) as port, place(server) as environment:
            environment |= _at_smtp(port)
            environment["SEND_THREADS"] = str(THREADS_FOR_A_LATE_SERVER)
            python(environment, "sunday", readers)
            return readers / send(environment)

    about: ABOUT = {"database": "postgresql", "count": readers}
    about["threads"] = THREADS_FOR_A_LATE_SERVER
    report("SMTP, 20 ms", "readers/s", rate, runs=runs, **about)


def _at_smtp(port: int) -> dict[str, str]:
    return {"EMAIL_PROVIDER": "smtp", "EMAIL_URL": f"smtp://127.0.0.1:{port}"}


def _first_request(server: str, runs: int) -> None:
    """From the due moment to the first request, through beat, queue and worker."""

    def seconds() -> float:
        with place(server) as environment:
            return float(python(environment | _at_mailgun(1), "first_request"))

    report("first request after due", "s", seconds, runs=runs, database="postgresql")


def _events(server: str, count: int, runs: int) -> None:
    """Webhooks to the web server as the product starts it, and reading them."""
    _of_the_web(server, "events", count, runs)


def _segments(server: str, readers: int) -> None:
    """Questions about all readers, twice each: who fits, and how the list grows."""
    with place(server) as environment:
        seconds = json.loads(python(environment | _at_mailgun(1), "segments", readers))
    for name, value in seconds.items():
        _said(name, "s", [value], database="postgresql", count=readers)


def _numbers(server: str, readers: int) -> None:
    """An issue's page of numbers, and counting it anew, at five events a reader."""
    with place(server) as environment:
        seconds = json.loads(
            python(environment | _at_mailgun(1), "issue_numbers", readers)
        )
    for name, value in seconds.items():
        _said(f"numbers: {name}", "s", [value], database="postgresql", count=readers)


def _pages(server: str, count: int, runs: int) -> None:
    """Public pages, as often as readers ask for them on a Sunday morning."""
    _of_the_web(server, "pages", count, runs)


def _of_the_web(server: str, what: str, count: int, runs: int) -> None:
    """Report the rates that one of our modules measures at the web server."""
    measured: dict[str, list[float]] = {}
    for _ in range(runs):
        with place(server) as environment:
            rates = json.loads(python(environment | _at_mailgun(1), what, count))
        for name, rate in rates.items():
            measured.setdefault(name, []).append(rate)
    for name, rates in measured.items():
        _said(f"{what} {name}", f"{what}/s", rates, database="postgresql", count=count)


def _importing(server: str, rows: int) -> None:
    """A list as Mailchimp exports it: looked through, taken in, undone; one process."""
    with place(server) as environment:
        seconds = json.loads(python(environment, "importing", rows))
    about: ABOUT = {"database": "postgresql", "count": rows}
    for name in ("looked through", "taken in", "undone"):
        note_peak(int(seconds["peak"]))
        _said(f"list {name}", "rows/s", [rows / seconds[name]], **about)


if __name__ == "__main__":
    raise SystemExit(main())
