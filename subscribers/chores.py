"""Doing one act for many readers: in the background, a slice at a time.

The readers are written down first. Each slice is one transaction: the act, the rows of
those who had their turn, and the count go together, so a worker that is killed leaves
nothing half done and nobody twice.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser, User
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from subscribers.consent import unsubscribe
from subscribers.models import (
    Chore,
    ChoreKind,
    ChoreReader,
    ChoreState,
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
    Tag,
)
from subscribers.suppression import suppress
from subscribers.tags import leave_to_us

SLICE = 200
LEASE = timedelta(minutes=1)
# What nobody decided about by then, nobody will.
UNDECIDED = timedelta(days=1)


class CannotDo(Exception):
    """Why this is not done, and what to do about it."""


# --- Writing down, deciding, stopping ---


def write_down(
    readers: "QuerySet[Any, Any]", about: str, *, by: User, now: datetime
) -> Chore:
    """Write down for whom something is to be done; what it is, is decided after.

    Args:
        readers: one column, the keys of subscribers.
        about: whose readers these are, in words.

    Raises:
        CannotDo: there is nobody.
    """
    with transaction.atomic():
        chore = Chore.objects.create(about=about[:160], created_at=now, created_by=by)
        count = _insert(chore, readers)
        if not count:
            raise CannotDo(_("There is no reader to do something for."))
        Chore.objects.filter(pk=chore.pk).update(readers=count)
    chore.readers = count
    return chore


def _insert(chore: Chore, readers: "QuerySet[Any, Any]") -> int:
    """Write one row a reader by INSERT … SELECT; return how many."""
    compiler = readers.order_by().distinct().query.get_compiler(connection=connection)
    chosen, parameters = compiler.as_sql()
    table = connection.ops.quote_name(ChoreReader._meta.db_table)
    statement = f"""
        INSERT INTO {table} (chore_id, subscriber_id)
        WITH chosen (id) AS ({chosen}) SELECT %s, id FROM chosen
    """  # noqa: S608 (the table is ours, every value is a parameter)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*parameters, chore.pk])
        return int(cursor.rowcount)


def decide(
    chore: Chore,
    kind: ChoreKind,
    *,
    tag: Tag | None = None,
    mailing_list: MailingList | None = None,
    note: str = "",
    by: AbstractBaseUser,
    now: datetime,
) -> None:
    """Say what is to be done; a worker begins within seconds. A second press is one.

    Raises:
        CannotDo: something is missing, or another act was decided on.
    """
    if kind in (ChoreKind.TAG, ChoreKind.UNTAG) and tag is None:
        raise CannotDo(_("Choose a tag."))
    if kind == ChoreKind.UNSUBSCRIBE and mailing_list is None:
        raise CannotDo(_("Choose the newsletter that they leave."))
    if kind in (ChoreKind.UNSUBSCRIBE, ChoreKind.BLOCK) and not note.strip():
        raise CannotDo(_("Say in a few words why."))
    with transaction.atomic():
        decided = Chore.objects.filter(pk=chore.pk, state=ChoreState.ASKED).update(
            state=ChoreState.RUNNING,
            kind=kind,
            tag=tag,
            mailing_list=mailing_list,
            note=note.strip(),
        )
        chore.refresh_from_db()
        if not decided and chore.kind != kind:
            raise CannotDo(_("Something else was decided for these readers."))
        if decided:
            _on_record("chore begun", chore, by=by, now=now)


def stop(chore: Chore, *, by: AbstractBaseUser, now: datetime) -> bool:
    """Stop; what was done stays done. Return whether this press did it.

    Of readers for whom nothing was decided yet, nothing is left.
    """
    if Chore.objects.filter(pk=chore.pk, state=ChoreState.ASKED).delete()[0]:
        return True
    with transaction.atomic():
        running = Chore.objects.filter(pk=chore.pk, state=ChoreState.RUNNING)
        if not running.update(state=ChoreState.STOPPED, finished_at=now, token=None):
            return False
        ChoreReader.objects.filter(chore=chore.pk).delete()
        chore.refresh_from_db()
        _on_record("chore stopped", chore, by=by, now=now)
    return True


def forget_undecided(now: datetime) -> None:
    """Let go of readers whom nobody decided to do something for."""
    Chore.objects.filter(
        state=ChoreState.ASKED, created_at__lt=now - UNDECIDED
    ).delete()


def _on_record(
    act: str, chore: Chore, *, by: AbstractBaseUser | None, now: datetime
) -> None:
    record_act(
        act,
        chore,
        by=by,
        now=now,
        kind=chore.kind,
        whose=chore.about,
        readers=chore.readers,
        done=chore.done,
        changed=chore.changed,
        why=chore.note,
    )


# --- Doing it ---


def do_due(*, clock: Callable[[], datetime], within: timedelta) -> None:
    """Go on with the chores that wait, as long as there is time.

    Args:
        clock: returns the time now; asked before each slice.
    """
    end = clock() + within
    while clock() < end:
        chore = Chore.objects.due(clock()).order_by("pk").first()
        if chore is None:
            return
        _go_on(chore, clock=clock, end=end)


def _go_on(chore: Chore, *, clock: Callable[[], datetime], end: datetime) -> None:
    token, now = uuid4(), clock()
    mine = Chore.objects.due(now).filter(pk=chore.pk)
    if not mine.update(token=token, lease_until=now + LEASE):
        return
    while clock() < end and do_slice(chore.pk, token, now=clock()):
        pass
    Chore.objects.filter(pk=chore.pk, token=token).update(token=None, lease_until=None)


@transaction.atomic
def do_slice(chore_id: int, token: UUID, *, now: datetime) -> bool:
    """Do it for the next few readers; return whether there may be more.

    The guarded change comes first: whoever stops the chore, or took it over, waits
    here, and a worker that lost it does nothing.
    """
    mine = Chore.objects.filter(pk=chore_id, token=token, state=ChoreState.RUNNING)
    if not mine.update(lease_until=now + LEASE):
        return False
    chore = Chore.objects.select_related("tag", "mailing_list", "created_by").get(
        pk=chore_id
    )
    waiting = list(chore.waiting.order_by("pk")[:SLICE])
    if not waiting:
        mine.update(state=ChoreState.DONE, finished_at=now)
        _on_record("chore done", chore, by=None, now=now)
        return False
    readers = [one.subscriber_id for one in waiting]
    changed = _ACTS[ChoreKind(chore.kind)](chore, readers, now)
    ChoreReader.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    mine.update(done=F("done") + len(waiting), changed=F("changed") + changed)
    return True


def _tag(chore: Chore, readers: Sequence[int], now: datetime) -> int:
    through = Tag.subscribers.through
    leave_to_us([chore.tag_id], readers)
    have = through.objects.filter(tag=chore.tag, subscriber__in=readers)
    known = set(have.values_list("subscriber", flat=True))
    # Who was forgotten meanwhile is given nothing.
    there = Subscriber.objects.filter(pk__in=readers, erased_at=None)
    new = [one for one in there.values_list("pk", flat=True) if one not in known]
    through.objects.bulk_create(
        (through(tag_id=chore.tag_id, subscriber_id=one) for one in new),
        ignore_conflicts=True,
    )
    return len(new)


def _untag(chore: Chore, readers: Sequence[int], now: datetime) -> int:
    leave_to_us([chore.tag_id], readers)
    having = Tag.subscribers.through.objects.filter(tag=chore.tag)
    return having.filter(subscriber__in=readers).delete()[0]


def _unsubscribe(chore: Chore, readers: Sequence[int], now: datetime) -> int:
    places = Subscription.objects.filter(
        mailing_list=chore.mailing_list, subscriber__in=readers
    ).exclude(state=SubscriptionState.UNSUBSCRIBED)
    return sum(
        unsubscribe(place, through="admin", now=now)
        for place in places.select_related("mailing_list").order_by("pk")
    )


def _block(chore: Chore, readers: Sequence[int], now: datetime) -> int:
    there = Subscriber.objects.filter(pk__in=readers, erased_at=None).order_by("pk")
    return sum(
        suppress(hashed, SuppressionReason.STAFF, now, chore.note, by=chore.created_by)
        for hashed in there.values_list("address_hash", flat=True)
    )


_ACTS: dict[ChoreKind, Callable[[Chore, Sequence[int], datetime], int]] = {
    ChoreKind.TAG: _tag,
    ChoreKind.UNTAG: _untag,
    ChoreKind.UNSUBSCRIBE: _unsubscribe,
    ChoreKind.BLOCK: _block,
}
