"""One seed: a Sunday under its plan, in a database and folder of its own.

Started by ``python -m tests.chaos``, which gives it an environment; it prints one line
of JSON.
"""

import contextlib
import json
import os
import random
import sys
import time
from collections import Counter
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.utils import timezone

from tests.chaos.plan import REFUSED_READERS, Plan
from tests.chaos.worker import small_batches

TIMES = {
    "SWEEP_SECONDS": "0.5",
    "ENQUEUE_AGAIN_SECONDS": "3",
    "PROVIDER_CONNECT_SECONDS": "0.5",
    "PROVIDER_READ_SECONDS": "1.5",
    "TASK_SECONDS": "3",
    "LEASE_SECONDS": "4",
    "QUARANTINE_SECONDS": "5",
    "SEARCH_LAG_SECONDS": "5",
    "VISIBILITY_SECONDS": "6",
    "FIRST_WAVE_SECONDS": "2",
    "BREAKER_SECONDS": "1",
}
# From the first mail on: programs that start slowly must not sit out the storm.
FAULTY_SECONDS = 22.0
FAULTY_AT_MOST = 60.0
LIMIT_SECONDS = 240.0
GROUP_SIZE = 5
FORGOTTEN = 100
WAKING_SECONDS = 3.0
RESTORE_ANYWAY = 40.0
LATE_SECONDS = 10.0


def main() -> int:
    """Run the plan on the command line and print the verdict."""
    plan = Plan(**json.loads(sys.argv[1]))
    folder = Path(os.environ["DATA_DIR"]).parent
    began = time.monotonic()
    django.setup()
    # Pressing twice freezes and sends from this process, too.
    small_batches()
    provider = _provider(plan, folder)
    with provider:
        os.environ.update(_at_provider(plan, provider))
        report = _sunday(plan, folder, provider)
    report["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps(report), flush=True)
    return 0 if report["ok"] else 1


def _provider(plan: Plan, folder: Path) -> Any:
    from tests.chaos.provider import UnreliableMailgun
    from tests.chaos.smtp import UnreliableSmtp

    kind = UnreliableMailgun if plan.mode == "merge" else UnreliableSmtp
    log = folder / "accepted.jsonl"
    log.touch()
    provider = kind(log, plan.random_for("provider"), owed=plan.owed)
    if plan.without == "quarantine":
        # Only a late acceptance shows what waiting is for; a busy machine asks late.
        provider.search_lag, provider.late = 2.0, LATE_SECONDS
        provider.kinds = {"late": 30}
    return provider


def _at_provider(plan: Plan, provider: Any) -> dict[str, str]:
    if plan.mode == "smtp":
        return {
            "EMAIL_PROVIDER": "smtp",
            "EMAIL_URL": f"smtp://127.0.0.1:{provider.port}",
        }
    return {"ANYMAIL_MAILGUN_API_URL": provider.url}


def _sunday(plan: Plan, folder: Path, provider: Any) -> dict[str, Any]:
    from tests.chaos.cluster import Cluster
    from tests.chaos.provider import Webhooks

    addresses = _prepare(plan)
    if plan.mode == "merge":
        some = plan.random_for("refused").sample(sorted(addresses), REFUSED_READERS)
        provider.refused_addresses.update(some)
    environment = dict(os.environ)
    with Cluster(folder, environment, plan.broker) as cluster:
        told: Counter[str] = Counter()
        with contextlib.ExitStack() as telling:
            if plan.mode == "merge":
                url = f"http://127.0.0.1:{cluster.port}"
                hooks = Webhooks(provider, url, plan.random_for("webhooks"))
                telling.enter_context(hooks)
                told = hooks.told
            faults = _let_it_leave(plan, cluster, folder, provider)
        # Whatever was on its way has arrived, or never will.
        time.sleep(provider.late * 2 if plan.mode == "merge" else 1)
        report = _report(plan, provider, faults, addresses, folder)
        return report | {"webhooks": dict(sorted(told.items()))}


def _prepare(plan: Plan) -> dict[str, str]:
    """Make the Sunday; return readers by their address."""
    from django.conf import settings
    from django.core.management import call_command

    from newsletter.delivery.models import Dispatch
    from subscribers.models import MailingList
    from tests.newsletter.delivery.sunday import fill

    if plan.mode == "smtp":
        settings.EMAIL_PROVIDER = "smtp"
    call_command("migrate", verbosity=0)
    fill(plan.readers)
    MailingList.objects.update(group_size=GROUP_SIZE)
    Dispatch.objects.update(provider=os.environ["EMAIL_PROVIDER"])
    return _readers_by_address()


def _readers_by_address() -> dict[str, str]:
    from subscribers.models import Subscriber

    people = Subscriber.objects.values_list("address", "uuid")
    return {address: uuid.hex for address, uuid in people}


def _let_it_leave(plan: Plan, cluster: Any, folder: Path, provider: Any) -> Any:
    from tests.chaos.faults import Faults

    faults = Faults(plan, cluster, folder)
    dice: random.Random = plan.random_for("moments")
    began = time.monotonic()
    put_back, had, backed_up_at = None, 0, began
    calm_at = began + FAULTY_AT_MOST
    turning = FAULTY_SECONDS / 3
    while time.monotonic() - began < LIMIT_SECONDS:
        if _is_over(faults) and not _somebody_stands_still(folder):
            break
        passed = time.monotonic() - began
        has = accepted_so_far(folder)
        if has:
            calm_at = min(calm_at, began + passed + FAULTY_SECONDS)
        if plan.restores and put_back is None and has > plan.readers // 20:
            put_back = faults.back_up()
            had, backed_up_at = has, time.monotonic()
        elif put_back and not faults.fired["restore"]:
            waited = time.monotonic() - backed_up_at
            # Something must have left since, or a backup forgets nothing.
            if (has > had + FORGOTTEN and waited > 2) or waited > RESTORE_ANYWAY:
                put_back()
        if plan.stops and passed > turning and not faults.stopped:
            faults.stop_for_good()
        if time.monotonic() < calm_at and not plan.without:
            faults.strike()
        elif time.monotonic() > calm_at and not provider.calm:
            provider.calm = True
            (folder / "calm").touch()
        _watch(cluster)
        cluster.revive()
        faults.resume_what_machines_held()
        time.sleep(dice.uniform(0.6, 1.6))
    return faults


def _watch(cluster: Any) -> None:
    from newsletter.delivery.sweeping import last_sweep, waiting_since
    from tests.chaos.faults import patiently

    cluster.watch(
        last_sweep=patiently(last_sweep),
        waiting=patiently(lambda: waiting_since(timezone.now())),
    )


def accepted_so_far(folder: Path) -> int:
    """Return how many readers the provider has accepted."""
    return (folder / "accepted.jsonl").read_bytes().count(b"\n")


def _somebody_stands_still(folder: Path) -> bool:
    """Tell whether a worker may yet wake and go on with what it held in its hand."""
    standing = folder / "standing"
    seconds = float(os.environ["CHAOS_STANDSTILL_SECONDS"]) + WAKING_SECONDS
    return standing.exists() and time.time() - standing.stat().st_mtime < seconds


def _is_over(faults: Any) -> bool:
    from tests.chaos.faults import patiently
    from tests.chaos.judge import has_begun, open_batches

    if faults.plan.restores and not faults.fired["restore"]:
        return False
    return patiently(has_begun) and not patiently(open_batches().exists)


def _report(
    plan: Plan, provider: Any, faults: Any, addresses: dict[str, str], folder: Path
) -> dict[str, Any]:
    from newsletter.events.calls import work_out
    from tests.chaos.faults import patiently
    from tests.chaos.judge import judge, read_log

    # What came in as everything ended.
    patiently(lambda: work_out(clock=timezone.now, within=timedelta(minutes=1)))
    # Whoever came meanwhile, and whoever has another address by now.
    known = addresses | patiently(_readers_by_address) | faults.moved
    accepted = [
        (known.get(line["recipient"], line["recipient"]), line["at"])
        for line in read_log(folder / "accepted.jsonl")
    ]
    verdict = patiently(
        lambda: judge(
            accepted,
            left=faults.left,
            others_may_be_unknown=plan.mode == "smtp" or plan.restores,
        )
    )
    fired_inside = Counter(Path(os.environ["CHAOS_FIRED"]).read_text().splitlines())
    fired = faults.fired + provider.fired + fired_inside
    words = asdict(verdict)
    for name in ("duplicated", "missing"):
        words[f"{name}_readers"] = words[name][:5]
        words[name] = len(words[name])
    return {
        "seed": plan.seed,
        "database": plan.database,
        "broker": plan.broker,
        "mode": plan.mode,
        **({"without": plan.without} if plan.without else {}),
        **words,
        "faults": dict(sorted(fired.items())),
        "ok": verdict.ok,
    }


if __name__ == "__main__":
    raise SystemExit(main())
