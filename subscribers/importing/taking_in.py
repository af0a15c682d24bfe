"""Taking rows in: a stretch at a time, each one transaction, each as a whole set.

A stretch asks the database anew what becomes of each of its rows. An unsubscribe, a
bounce, a complaint, an erasure or a block of ours always wins, however late it came in.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction

from subscribers.importing.columns import Standing
from subscribers.importing.inserting import (
    insert_select,
    insert_what_is_missing,
    next_key,
)
from subscribers.importing.judging import CASES, FROM, Verdict
from subscribers.importing.tagging import give_tags, has_tags
from subscribers.models import (
    Consent,
    ConsentAct,
    Import,
    ImportChange,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from subscribers.planning import look_up_by_key

# The first Sunday a tenth, the last one four: providers see us grow.
_SUNDAYS_OF = (0, 1, 1, 2, 2, 2, 3, 3, 3, 3)
_REASONS = {
    Standing.BOUNCED: SuppressionReason.HARD_BOUNCE,
    Standing.COMPLAINED: SuppressionReason.COMPLAINT,
    Standing.BLOCKED: SuppressionReason.STAFF,
}
BLOCKING = tuple(_REASONS)
_JUDGED = "import_stretch"
_SUBSCRIPTION = Subscription._meta.db_table


@dataclass(frozen=True)
class Stretch:
    """Some rows of an import: those after the first number up to the last."""

    source: Import
    after: int
    last: int
    now: datetime

    @property
    def agreed_at(self) -> datetime:
        """When those agreed whose row does not say: at noon of the day given."""
        day = self.source.agreed_on or self.now.date()
        return datetime.combine(day, time(12), self.source.mailing_list.zone)


def take_in(stretch: Stretch) -> Counter[str]:
    """Take a stretch in; return how many rows had which verdict.

    Within a transaction of the caller, who moves the mark on: a stretch is taken in
    once, or not at all.
    """
    look_up_by_key()
    try:
        with transaction.atomic():
            return _taken_in(stretch)
    except IntegrityError:
        # One of the new came by themselves while we wrote: by now they are known.
        return _taken_in(stretch)


def _taken_in(stretch: Stretch) -> Counter[str]:
    with _judged(stretch) as counts:
        if counts[Verdict.NEW] or counts[Verdict.LEFT]:
            _add_subscribers(stretch)
            # Of two rows of one person, the one that says they left.
            for verdict in (Verdict.LEFT, Verdict.NEW):
                if counts[verdict]:
                    _add_subscriptions(stretch, verdict, counts)
            _record_newcomers(stretch)
        if counts[Verdict.CONFIRMED] or counts[Verdict.LEAVES]:
            _change_subscriptions(stretch)
        if counts[Verdict.BLOCKS]:
            _block(stretch)
        if has_tags(stretch.source):
            give_tags(stretch.source, _JUDGED, after=stretch.after, last=stretch.last)
    return counts


@contextmanager
def _judged(stretch: Stretch) -> Iterator[Counter[str]]:
    """Judge the rows once, in a table of their own that is gone afterwards.

    Who is new has the keys of reader and subscription there before they are written,
    so that nobody has to be looked up afterwards.
    """
    source = stretch.source
    values = [source.mailing_list_id, source.pk, stretch.after, stretch.last]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMPORARY TABLE {_JUDGED} AS
                SELECT r.*, COALESCE(n.id, s.id) AS known,
                    COALESCE(n.id, s.id, {next_key(Subscriber)}) AS reader,
                    COALESCE(p.id, {next_key(Subscription)}) AS place,
                    {CASES} AS verdict
                {FROM} AND r.number > %s AND r.number <= %s""",
            values,
        )
        cursor.execute(f"SELECT verdict, COUNT(*) FROM {_JUDGED} GROUP BY 1")  # noqa: S608
        yield Counter(dict(cursor.fetchall()))
        cursor.execute(f"DROP TABLE {_JUDGED}")


# --- Who is new ---


def _add_subscribers(stretch: Stretch) -> None:
    insert_select(
        Subscriber,
        {
            "id": ("r.reader", []),
            "uuid": ("r.uuid", []),
            "address": ("r.address", []),
            "address_key": ("r.address_key", []),
            "address_hash": ("r.address_hash", []),
            "first_name": ("r.first_name", []),
            "created_at": ("%s", [stretch.now]),
        },
        f"FROM {_JUDGED} AS r WHERE r.verdict IN (%s, %s) AND r.known IS NULL",
        [str(Verdict.NEW), str(Verdict.LEFT)],
    )


def _add_subscriptions(
    stretch: Stretch, verdict: Verdict, counts: Counter[str]
) -> None:
    """Add the places of who is new; whoever came by themselves meanwhile is known."""
    leaves = verdict == Verdict.LEFT
    agreed = ("COALESCE(r.agreed_at, %s)", [stretch.agreed_at])
    left = ("COALESCE(r.left_at, %s)", [stretch.now])
    state = SubscriptionState.UNSUBSCRIBED if leaves else SubscriptionState.CONFIRMED
    added = insert_what_is_missing(
        Subscription,
        {
            "id": ("r.place", []),
            "subscriber": ("r.reader", []),
            "mailing_list": ("%s", [stretch.source.mailing_list_id]),
            "state": ("%s", [str(state)]),
            "token": ("r.token", []),
            "source": ("%s", [stretch.source.channel]),
            "created_at": agreed,
            "confirmed_at": ("%s", [None]) if leaves else agreed,
            "unsubscribed_at": left if leaves else ("%s", [None]),
            "unsubscribed_through": ("%s", [stretch.source.channel if leaves else ""]),
            "first_issue_on": ("%s", [None]) if leaves else _first_issue(stretch),
        },
        f"FROM {_JUDGED} AS r WHERE r.verdict = %s",
        [str(verdict)],
    )
    counts[Verdict.KNOWN] += counts[verdict] - added
    counts[verdict] = added


def _first_issue(stretch: Stretch) -> tuple[str, list[Any]]:
    """Return on which of four Sundays a newcomer gets the first issue."""
    first = stretch.source.first_issue_on
    if first is None:
        return "%s", [None]
    days: list[date] = [first + timedelta(weeks=week) for week in _SUNDAYS_OF]
    whens = " ".join(f"WHEN {place} THEN %s" for place in range(len(days)))
    # Both databases know this function: what stands in branches is text at first.
    return f"date(CASE r.number %% 10 {whens} END)", days


def _record_newcomers(stretch: Stretch) -> None:
    insert_select(
        Consent,
        _consent(stretch),
        f"""FROM {_JUDGED} AS r JOIN {_SUBSCRIPTION} AS p ON p.id = r.place
            WHERE r.verdict IN (%s, %s)""",
        [str(Verdict.NEW), str(Verdict.LEFT)],
    )


def _consent(stretch: Stretch) -> dict[str, tuple[str, list[Any]]]:
    """Return what is recorded of a row ``r`` and the subscription ``p`` it made."""
    source = stretch.source
    is_out = f"CASE WHEN p.state = '{SubscriptionState.UNSUBSCRIBED}'"
    left, told = "date(r.left_at)", "date(COALESCE(r.agreed_at, %s))"
    return {
        "subscriber": ("p.subscriber_id", []),
        "mailing_list": ("%s", [source.mailing_list_id]),
        "act": (f"{is_out} THEN %s ELSE %s END", _ACTS),
        # When it was written down, as with every other act; the day itself is told.
        "at": ("%s", [stretch.now]),
        "channel": ("%s", [source.channel]),
        "wording": (f"{is_out} THEN %s ELSE %s END", ["", source.wording]),
        "language": ("%s", [source.mailing_list.language]),
        "origin": ("%s", [source.origin]),
        "given_on": (
            f"{is_out} THEN {left} ELSE {told} END",
            [stretch.agreed_at],
        ),
        "by_name": ("%s", [source.by_name]),
    }


_ACTS = [str(ConsentAct.WITHDRAWN), str(ConsentAct.IMPORTED)]


# --- Who is known ---


def _change_subscriptions(stretch: Stretch) -> None:
    """Confirm who had asked, unsubscribe who left there; keep how they stood."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT place, number, verdict FROM {_JUDGED}
                WHERE verdict IN (%s, %s) ORDER BY verdict""",  # noqa: S608
            [str(Verdict.CONFIRMED), str(Verdict.LEAVES)],
        )
        # Two addresses may be one person's by now; of their rows leaving comes last.
        found = {pk: (number, verdict) for pk, number, verdict in cursor.fetchall()}
    stood = Subscription.objects.select_for_update().filter(pk__in=found)
    changes = [
        _as_it_stood(stretch.source, found[one.pk][0], one)
        for one in stood.exclude(state=SubscriptionState.UNSUBSCRIBED)
        # Confirmed themselves since we asked: that is theirs, and stays.
        if found[one.pk][1] == Verdict.LEAVES or _still_waits(one)
    ]
    # How it stood before the first of two rows of one person is what is put back.
    ImportChange.objects.bulk_create(changes, batch_size=1000, ignore_conflicts=True)
    leaving = {pk for pk, (_n, verdict) in found.items() if verdict == Verdict.LEAVES}
    changed = {change.subscription_id for change in changes}
    _unsubscribe(stretch, changed & leaving)
    Subscription.objects.filter(pk__in=changed - leaving).confirm(stretch.now)
    _record_changes(stretch, [found[pk][0] for pk in changed])


def _record_changes(stretch: Stretch, numbers: Sequence[int]) -> None:
    """Record what the rows with these numbers changed."""
    if numbers:
        places = ", ".join(["%s"] * len(numbers))
        insert_select(
            Consent,
            _consent(stretch),
            f"""FROM {_JUDGED} AS r JOIN {_SUBSCRIPTION} AS p ON p.id = r.place
                WHERE r.number IN ({places})""",
            numbers,
        )


def _still_waits(subscription: Subscription) -> bool:
    is_pending = subscription.state == SubscriptionState.PENDING
    return is_pending and subscription.unsubscribed_at is None


def _as_it_stood(
    source: Import, number: int, subscription: Subscription
) -> ImportChange:
    return ImportChange(
        source=source,
        number=number,
        subscription=subscription,
        state=subscription.state,
        source_of_it=subscription.source,
        confirmed_at=subscription.confirmed_at,
        unsubscribed_at=subscription.unsubscribed_at,
        unsubscribed_through=subscription.unsubscribed_through,
        leaving_reason=subscription.leaving_reason,
        paused_until=subscription.paused_until,
        first_issue_on=subscription.first_issue_on,
    )


def _unsubscribe(stretch: Stretch, keys: Collection[int]) -> None:
    Subscription.objects.filter(pk__in=keys).update(
        state=SubscriptionState.UNSUBSCRIBED,
        unsubscribed_at=stretch.now,
        unsubscribed_through=stretch.source.channel,
        paused_until=None,
        leaving_reason="",
    )


# --- Who is never mailed ---


def _block(stretch: Stretch) -> None:
    whens = " ".join(f"WHEN '{one}' THEN '{why}'" for one, why in _REASONS.items())
    insert_what_is_missing(
        Suppression,
        {
            "address_hash": ("r.address_hash", []),
            "reason": (f"CASE r.standing {whens} END", []),
            "at": ("%s", [stretch.now]),
            "note": ("%s", [stretch.source.channel]),
        },
        f"FROM {_JUDGED} AS r WHERE r.verdict = %s",
        [str(Verdict.BLOCKS)],
    )
