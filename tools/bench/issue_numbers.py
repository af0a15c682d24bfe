"""An issue's page of numbers, with five events stored for each of its readers."""

import json
import sys
import time
from collections.abc import Callable

import django
from django.core.management import call_command
from django.db import connection

from tools.bench.sunday import freeze, prepare

EVENTS_A_READER = 5
_LOOKS = 7

# They leave over half an hour; one in a hundred comes back, and what a provider tells
# of one mail is spread over minutes. Readers are at as many domains as real ones.
_HAPPENED = (
    "UPDATE subscribers_subscriber SET address_key = 'lezer' || id || '@' || (ARRAY["
    "'gmail.com', 'gmail.com', 'hotmail.com', 'ziggo.nl', 'kpnmail.nl', 'live.nl',"
    " 'klein' || id %% 5000 || '.nl'])[1 + id %% 7]",
    "UPDATE newsletter_batch SET state = 'done', resolved_by = 'response', resolved_at"
    " = now() - interval '3 hours' + (number %% 1800) * interval '1 second'",
    "UPDATE newsletter_delivery SET event = CASE WHEN id %% 100 = 0 THEN 'bounced'"
    " ELSE 'delivered' END, event_at = now() - interval '3 hours'"
    " + (id %% 2400) * interval '1 second'",
    "INSERT INTO newsletter_providerevent (provider, event_id, kind, reject_reason,"
    " is_permanent, at, received_at, delivery_id, description)"
    " SELECT 'mailgun', 'event-' || id || '-' || n, CASE WHEN n = %s THEN event"
    " ELSE 'deferred' END, '', false, event_at, event_at, id, ''"
    " FROM newsletter_delivery, generate_series(1, %s) AS events (n)",
    "UPDATE newsletter_dispatch SET state = 'sent', provider = 'mailgun',"
    " started_at = now() - interval '3 hours', finished_at = now() - interval '1 hour'",
    "ANALYZE",
)


def main() -> None:
    """``python -m tools.bench.issue_numbers READERS``: print the seconds of each."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    dispatch_id = prepare(int(sys.argv[1]))
    freeze(dispatch_id)
    with connection.cursor() as cursor:
        for statement in _HAPPENED:
            marks = [EVENTS_A_READER] * statement.count("%s")
            cursor.execute(statement, marks)
    print(json.dumps(_measure(dispatch_id)), flush=True)


def _measure(dispatch_id: int) -> dict[str, float]:
    from django.contrib.auth.models import User
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone

    from newsletter.delivery.models import Dispatch
    from newsletter.reports.counting_issues import count_issue

    dispatch = Dispatch.objects.get(pk=dispatch_id)
    counting = _seconds(lambda: count_issue(dispatch, now=timezone.now()))
    client = Client(headers={"host": "nieuws.example.nl"})
    client.force_login(User.objects.create_superuser("els", password="-"))  # noqa: S106 (of a second)
    address = reverse("admin:newsletter_dispatch_figures", args=[dispatch_id])
    if client.get(address).status_code != 200:
        raise SystemExit("the page of numbers is not there")
    looks = sorted(_seconds(lambda: client.get(address)) for _ in range(_LOOKS))
    return {"page": looks[_LOOKS // 2], "counting": counting}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
