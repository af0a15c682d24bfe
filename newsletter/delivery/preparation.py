"""Freezing who a dispatch goes to: whole sets at a time, one transaction, no loop."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from newsletter.delivery.audience import question_about
from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.first_wave import needs_first_wave, the_first_few
from newsletter.delivery.models import (
    FIRST_WAVE,
    Batch,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.months_best import readers_of
from newsletter.delivery.one_person import who_has_it_elsewhere
from newsletter.delivery.providers import current_provider
from newsletter.delivery.subject_choice import begin_choice, readers_to_try_on
from newsletter.delivery.waves import Readers, Wave, wave_of_reader, waves_of
from newsletter.issues.aiming import aim_in_words
from newsletter.rendering.models import Rendition

NOBODY = gettext_lazy("Nobody would get this issue: the list has no readers.")
NOBODY_FITS = gettext_lazy(
    "Nobody would get this issue: it is only for %(aim)s, and no reader is."
)

NEVER_LEFT = (DeliveryException.SKIPPED, DeliveryException.CANCELLED)


def start(dispatch_id: int, *, now: datetime) -> bool:
    """Start a dispatch that is due; return whether this call did it.

    The state and the frozen audience are one transaction: a crash leaves either a
    scheduled dispatch or a complete one (Ghost #30230 sent to part of a snapshot).
    """
    provider = current_provider()
    with transaction.atomic():
        won = (
            Dispatch.objects.due(now)
            .filter(pk=dispatch_id)
            .update(
                state=DispatchState.SENDING,
                started_at=now,
                provider=provider.name,
            )
        )
        if not won:
            return False
        dispatch = Dispatch.objects.select_related(
            "issue__mailing_list", "rendition"
        ).get(pk=dispatch_id)
        _freeze_audience(dispatch, now=now)
    return True


def _freeze_audience(dispatch: Dispatch, *, now: datetime) -> None:
    """Write down who is to get it; the rest of the dispatch follows from it."""
    mailing_list = dispatch.issue.mailing_list
    readers = _who_is_to_get_it(dispatch, now=now)
    waves = waves_of(readers, dispatch)
    audience = sum(wave.readers for wave in waves)
    tried_on = readers_to_try_on(dispatch.rendition, audience)
    few = 0
    if tried_on or needs_first_wave(mailing_list, waves):
        few = _freeze_the_first_few(dispatch, readers, waves, tried_on, now=now)
        readers = readers.filter(~Exists(_has_it(dispatch)))
        waves = waves_of(readers, dispatch)
    audience = few + _freeze(dispatch, readers, waves, [dispatch.rendition], now=now)
    reason = _why_not_yet(dispatch, audience)
    opened_at = None if few else now
    Dispatch.objects.filter(pk=dispatch.pk).update(
        audience_count=audience, opened_at=opened_at
    )
    if reason:
        pause_by_machine(dispatch.pk, reason, now=now)


def _why_not_yet(dispatch: Dispatch, audience: int) -> str | None:
    """Return why a person should look before anything leaves; None to go on."""
    if not audience:
        return _why_nobody(dispatch)
    if dispatch.audience_confirmed:
        return None
    # Before the count is written: with it this dispatch would be compared as well.
    return question_about(dispatch, audience)


def _why_nobody(dispatch: Dispatch) -> str:
    aim = aim_in_words(dispatch.rendition.aim)
    return str(NOBODY_FITS) % {"aim": aim} if aim else str(NOBODY)


def _freeze_the_first_few(
    dispatch: Dispatch,
    readers: Readers,
    waves: Sequence[Wave],
    tried_on: int,
    *,
    now: datetime,
) -> int:
    """Write down who gets it first; on so many of them several subjects are tried."""
    few = the_first_few(readers, waves, salt=dispatch.pk, at_least=tried_on)
    tried = begin_choice(dispatch) if tried_on else [dispatch.rendition]
    wave = Wave(FIRST_WAVE, now, few.count())
    return _freeze(dispatch, few, [wave], tried, now=now)


def _who_is_to_get_it(dispatch: Dispatch, *, now: datetime) -> Readers:
    mailing_list = dispatch.issue.mailing_list
    day = now.astimezone(mailing_list.zone).date()
    if mailing_list.own_morning:
        # It may start on the day before, for the first of the earth's mornings.
        day = max(day, datetime.fromisoformat(dispatch.due_local).date())
    readers = readers_of(dispatch.issue, day, aim=dispatch.rendition.aim)
    earlier = Dispatch.objects.filter(issue=dispatch.issue).exclude(pk=dispatch.pk)
    return readers.exclude(subscriber__in=_who_may_have_it(dispatch)).exclude(
        subscriber__in=who_has_it_elsewhere(earlier)
    )


def _who_may_have_it(dispatch: Dispatch) -> "QuerySet[Delivery, Any]":
    """Return who got this issue, or may have got it, before it was stopped once."""
    return (
        Delivery.objects.filter(dispatch__issue=dispatch.issue)
        .exclude(dispatch=dispatch)
        .exclude(exception__in=NEVER_LEFT, event="")
        .values("subscriber")
    )


def _has_it(dispatch: Dispatch) -> "QuerySet[Delivery]":
    return Delivery.objects.filter(
        dispatch=dispatch, subscriber=OuterRef("subscriber_id")
    )


def _freeze(
    dispatch: Dispatch,
    readers: Readers,
    waves: Sequence[Wave],
    renditions: Sequence[Rendition],
    *,
    now: datetime,
) -> int:
    """Write the batches and deliveries of these waves; return how many deliveries.

    Args:
        renditions: the batches get them in turn.
    """
    if not waves:
        return 0
    mailing_list = dispatch.issue.mailing_list
    size = current_provider().batch_size(mailing_list.group_size)
    if len(renditions) > 1:
        size = _even_size(waves[0].readers, size, len(renditions))
    first_numbers = _make_batches(dispatch, waves, size, renditions, now=now)
    _count_for_the_planner()
    written = _insert_deliveries(
        dispatch, readers, first_numbers, size, is_shuffled=len(renditions) > 1
    )
    for wave in waves:
        _mend_the_end(dispatch, wave)
    return written


def _even_size(readers: int, largest: int, subjects: int) -> int:
    """Return the size of a batch by which every subject gets as many readers.

    >>> _even_size(2000, 1000, 3), _even_size(120, 25, 2)
    (667, 20)
    """
    batches = subjects * math.ceil(readers / (subjects * largest))
    return math.ceil(readers / batches)


def _make_batches(
    dispatch: Dispatch,
    waves: Sequence[Wave],
    size: int,
    renditions: Sequence[Rendition],
    *,
    now: datetime,
) -> dict[Wave, int]:
    """Make the batches; return the number of the first of each wave."""
    # An issue that was stopped and scheduled once more counts on: its keys differ.
    of_the_issue = Batch.objects.filter(dispatch__issue=dispatch.issue)
    last = of_the_issue.aggregate(last=Max("number"))["last"] or 0
    first_numbers = {}
    for wave in waves:
        first_numbers[wave] = last + 1
        count = math.ceil(wave.readers / size)
        first_turn = max(now, wave.starts_at)
        spread = timedelta(
            minutes=dispatch.pace_minutes if wave.number != FIRST_WAVE else 0
        ) / max(count, 1)
        Batch.objects.bulk_create(
            (
                Batch(
                    dispatch=dispatch,
                    number=last + place,
                    wave=wave.number,
                    rendition=rendition,
                    not_before=first_turn + spread * (place - 1),
                    idempotency_key=Batch.key_for(
                        dispatch.issue.uuid, last + place, rendition.sha256
                    ),
                    size=min(size, wave.readers - (place - 1) * size),
                )
                for place, rendition in zip(
                    range(1, count + 1), cycle(renditions), strict=False
                )
            ),
            batch_size=2000,
        )
        last += count
    return first_numbers


def _count_for_the_planner() -> None:
    """Tell PostgreSQL of the batches that were made a moment ago.

    It would expect one, and look through all of them for each of a million readers.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {Batch._meta.db_table}")


def _insert_deliveries(
    dispatch: Dispatch,
    readers: Readers,
    first_numbers: dict[Wave, int],
    size: int,
    *,
    is_shuffled: bool,
) -> int:
    """Write one row per reader by INSERT … SELECT; return how many.

    Whoever confirms between counting and this statement finds no batch of their wave
    and is not in this issue: subscribed after the snapshot.

    Args:
        first_numbers: of the first batch of each wave.
        is_shuffled: neighbours are spread over the batches.
    """
    chosen, parameters = (
        readers.annotate(wave=wave_of_reader(list(first_numbers)))
        .values("subscriber_id", "wave")
        .query.get_compiler(connection=connection)
        .as_sql()
    )
    quote = connection.ops.quote_name
    delivery, batch = (quote(model._meta.db_table) for model in (Delivery, Batch))
    whens = "WHEN %s THEN %s " * len(first_numbers)
    order = "chosen.subscriber_id"
    if is_shuffled:
        # Who came together does not get the same subject together.
        order = f"({order} * 618033 + {dispatch.pk} * 31337) %% 1000003, {order}"
    statement = f"""
        INSERT INTO {delivery}
            (dispatch_id, batch_id, subscriber_id, exception, reason, event)
        SELECT batch.dispatch_id, batch.id, ranked.subscriber_id, '', '', ''
        FROM (
            SELECT chosen.subscriber_id,
                   chosen.wave,
                   CASE chosen.wave {whens} END + (ROW_NUMBER() OVER (
                       PARTITION BY chosen.wave ORDER BY {order}
                   ) - 1) / %s AS number
            FROM ({chosen}) AS chosen
        ) AS ranked
        JOIN {batch} AS batch
          ON batch.dispatch_id = %s
         AND batch.number = ranked.number
         AND batch.wave = ranked.wave
    """  # noqa: S608 (table names are ours, every value is a parameter)
    places = [n for wave, first in first_numbers.items() for n in (wave.number, first)]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*places, size, *parameters, dispatch.pk])
        return int(cursor.rowcount)


def _mend_the_end(dispatch: Dispatch, wave: Wave) -> None:
    """Mend the last batches of a wave when readers left between counting and writing.

    Places are given out without gaps, so every batch before one with readers is full.
    """
    of_the_wave = dispatch.batches.filter(wave=wave.number)
    for batch in of_the_wave.order_by("-number").iterator():
        readers = batch.deliveries.count()
        if readers:
            Batch.objects.filter(pk=batch.pk).exclude(size=readers).update(size=readers)
            return
        batch.delete()
