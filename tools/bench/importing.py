"""A list of readers as Mailchimp exports it: looked through, taken in, undone."""

import json
import resource
import sys
import time
from datetime import date, timedelta
from hashlib import md5
from itertools import cycle
from pathlib import Path
from typing import Any

import django

# Of so many rows one was unsubscribed, one is no address, one stands there twice.
_ODD = 100
_HEADER = "Email Address,First Name,Last Name,MEMBER_RATING,OPTIN_TIME,CONFIRM_TIME\n"


def main() -> None:
    """``python -m tools.bench.importing ROWS``: seconds of each, and megabytes."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    rows = int(sys.argv[1])
    path = Path(settings.DATA_DIR) / "audience.csv"
    _write(path, rows)
    measured = _measure(path, rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({**measured, "peak": peak}))


def _write(path: Path, rows: int) -> None:
    with path.open("w") as file:
        file.write(_HEADER)
        for n in range(rows):
            who = f"lezer.{n - (n % _ODD == 1)}@voorbeeld{n % _ODD // 2}.nl"
            address = who if n % _ODD else "geen adres"
            when = f"2024-05-{n % 28 + 1:02} 10:{n % 60:02}:00"
            file.write(f"{address},Sanne,Bos,2,{when},{when}\n")


def _address(n: int) -> str:
    return f"lezer.{n}@voorbeeld{n % _ODD // 2}.nl"


def _make_old_hands(mailing_list: Any, rows: int) -> None:
    """Write readers who were there before: reading, not confirmed, gone away."""
    from django.utils import timezone

    from subscribers.addresses import address_hash
    from subscribers.models import Subscriber, Subscription, SubscriptionState

    now = timezone.now()
    readers = Subscriber.objects.bulk_create(
        Subscriber(
            address=_address(n),
            address_key=_address(n),
            address_hash=address_hash(_address(n)),
            created_at=now,
        )
        for n in range(2, rows, _ODD)
    )
    Subscription.objects.bulk_create(
        Subscription(
            subscriber=reader,
            mailing_list=mailing_list,
            state=state,
            created_at=now,
            confirmed_at=now,
            unsubscribed_at=now if state == SubscriptionState.UNSUBSCRIBED else None,
        )
        for reader, state in zip(readers, cycle(SubscriptionState), strict=False)
    )


def _everything() -> list[str]:
    """Return what the rows about people come to, table by table."""
    from subscribers.models import Consent, Subscriber, Subscription, Suppression

    sums = []
    for model in (Subscriber, Subscription, Consent, Suppression):
        counted = md5(usedforsecurity=False)
        for row in model.objects.order_by("pk").values_list().iterator():
            counted.update(repr(row).encode())
        sums.append(counted.hexdigest())
    return sums


def _measure(path: Path, rows: int) -> dict[str, float]:
    """Do what people and the clock do with it; return the seconds of each."""
    from django.utils import timezone

    from subscribers.importing.acts import agree, begin_to_undo, choose, look_through
    from subscribers.importing.columns import Layout
    from subscribers.importing.working import work_on_next
    from subscribers.models import Subscription
    from subscribers.proof import Given
    from tests.factories import MailingListFactory

    def seconds() -> float:
        began = time.perf_counter()
        if not work_on_next(clock=timezone.now, within=timedelta(hours=1)):
            raise SystemExit("there was nothing to do")
        source.refresh_from_db()
        return time.perf_counter() - began

    now = timezone.now()
    mailing_list = MailingListFactory.create()
    _make_old_hands(mailing_list, rows)
    before, were = _everything(), Subscription.objects.count()
    with path.open("rb") as file:
        source = choose(
            iter(lambda: file.read(1 << 16), b""),
            mailing_list=mailing_list,
            file_name=path.name,
            by=None,
            now=now,
        )
    look_through(source, [Layout.from_json(one) for one in source.layouts])
    looked = seconds()
    consent = Given(
        "Stuur mij de zondagmail.", "formulier op de site", date(2024, 1, 1)
    )
    agree(source, consent=consent, first_issue_on=None, by=None, now=now)
    taken = seconds()
    added = Subscription.objects.count() - were
    if source.result != source.report or added != source.result["new"]:
        raise SystemExit(f"the report is wrong: {source.result}")
    begin_to_undo(source, by=None, now=now)
    undone = seconds()
    if _everything() != before:
        raise SystemExit("undoing left a row that is not as it was, or took another")
    return {"looked through": looked, "taken in": taken, "undone": undone}


if __name__ == "__main__":
    main()
