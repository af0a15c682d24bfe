"""Freezing who a dispatch goes to: one statement, one transaction, no loop."""

import math
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import (
    Batch,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.providers import Provider, current_provider
from subscribers.models import Subscription

NOBODY = gettext_lazy("Nobody would get this issue: the list has no readers.")

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
                opened_at=now,
                provider=provider.name,
            )
        )
        if not won:
            return False
        dispatch = Dispatch.objects.select_related(
            "issue__mailing_list", "rendition"
        ).get(pk=dispatch_id)
        _freeze_audience(dispatch, provider, now=now)
    return True


def _freeze_audience(dispatch: Dispatch, provider: Provider, *, now: datetime) -> None:
    mailing_list = dispatch.issue.mailing_list
    readers = (
        Subscription.objects.filter(mailing_list=mailing_list)
        .mailable(now.astimezone(mailing_list.zone).date())
        .exclude(subscriber__in=_who_may_have_it(dispatch))
    )
    size = provider.batch_size(mailing_list.group_size)
    before = _make_batches(dispatch, readers.count(), size, now=now)
    audience = _insert_deliveries(
        dispatch, readers.values("subscriber_id"), size, before
    )
    _drop_empty_batches(dispatch, audience, size, before)
    columns: dict[str, object] = {"audience_count": audience}
    if not audience:
        columns |= {"state": DispatchState.PAUSED, "pause_reason": str(NOBODY)}
    Dispatch.objects.filter(pk=dispatch.pk).update(**columns)


def _who_may_have_it(dispatch: Dispatch) -> "QuerySet[Delivery, Any]":
    """Return who got this issue, or may have got it, before it was stopped once."""
    return (
        Delivery.objects.filter(dispatch__issue=dispatch.issue)
        .exclude(dispatch=dispatch)
        .exclude(exception__in=NEVER_LEFT, event="")
        .values("subscriber")
    )


def _make_batches(dispatch: Dispatch, readers: int, size: int, *, now: datetime) -> int:
    """Make the batches; return the number after which theirs begin."""
    count = math.ceil(readers / size)
    spread = timedelta(minutes=dispatch.pace_minutes) / max(count, 1)
    rendition = dispatch.rendition
    # An issue that was stopped and scheduled once more counts on: its keys differ.
    before = (
        Batch.objects.filter(dispatch__issue=dispatch.issue).aggregate(
            last=Max("number")
        )["last"]
        or 0
    )
    Batch.objects.bulk_create(
        (
            Batch(
                dispatch=dispatch,
                number=before + place,
                rendition=rendition,
                not_before=now + spread * (place - 1),
                idempotency_key=Batch.key_for(
                    dispatch.issue.uuid, before + place, rendition.sha256
                ),
                size=min(size, readers - (place - 1) * size),
            )
            for place in range(1, count + 1)
        ),
        batch_size=2000,
    )
    return before


def _insert_deliveries(
    dispatch: Dispatch,
    readers: "QuerySet[Subscription, Any]",
    size: int,
    before: int,
) -> int:
    """Write one row per reader by INSERT … SELECT; return how many.

    Whoever confirms between counting and this statement finds no batch and is not in
    this issue: subscribed after the snapshot.
    """
    chosen, parameters = readers.query.get_compiler(connection=connection).as_sql()
    quote = connection.ops.quote_name
    delivery, batch = (quote(model._meta.db_table) for model in (Delivery, Batch))
    statement = f"""
        INSERT INTO {delivery}
            (dispatch_id, batch_id, subscriber_id, exception, reason, event)
        SELECT batch.dispatch_id, batch.id, ranked.subscriber_id, '', '', ''
        FROM (
            SELECT chosen.subscriber_id,
                   (ROW_NUMBER() OVER (ORDER BY chosen.subscriber_id) - 1) / %s
                       + 1 + %s AS batch_number
            FROM ({chosen}) AS chosen
        ) AS ranked
        JOIN {batch} AS batch
          ON batch.dispatch_id = %s AND batch.number = ranked.batch_number
    """  # noqa: S608 (table names are ours, every value is a parameter)
    with connection.cursor() as cursor:
        cursor.execute(statement, [size, before, *parameters, dispatch.pk])
        return int(cursor.rowcount)


def _drop_empty_batches(
    dispatch: Dispatch, audience: int, size: int, before: int
) -> None:
    """Mend the end when readers left between counting and writing."""
    full = math.ceil(audience / size)
    Batch.objects.filter(dispatch=dispatch, number__gt=before + full).delete()
    Batch.objects.filter(dispatch=dispatch, number=before + full).update(
        size=audience - (full - 1) * size
    )
