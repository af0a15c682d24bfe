"""Freezing who a dispatch goes to: one statement, one transaction, no loop."""

import math
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import (
    Batch,
    Delivery,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.providers import Provider, current_provider
from subscribers.models import Subscription

NOBODY = gettext_lazy("Nobody would get this issue: the list has no readers.")


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
            .update(state=DispatchState.SENDING, started_at=now, provider=provider.name)
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
    readers = Subscription.objects.filter(mailing_list=mailing_list).mailable(
        now.astimezone(mailing_list.zone).date()
    )
    size = provider.batch_size(mailing_list.group_size)
    _make_batches(dispatch, readers.count(), size, now=now)
    audience = _insert_deliveries(dispatch, readers.values("subscriber_id"), size)
    _drop_empty_batches(dispatch, audience, size)
    columns: dict[str, object] = {"audience_count": audience}
    if not audience:
        columns |= {"state": DispatchState.PAUSED, "pause_reason": str(NOBODY)}
    Dispatch.objects.filter(pk=dispatch.pk).update(**columns)


def _make_batches(
    dispatch: Dispatch, readers: int, size: int, *, now: datetime
) -> None:
    count = math.ceil(readers / size)
    spread = timedelta(minutes=dispatch.pace_minutes) / max(count, 1)
    rendition = dispatch.rendition
    Batch.objects.bulk_create(
        (
            Batch(
                dispatch=dispatch,
                number=number,
                rendition=rendition,
                not_before=now + spread * (number - 1),
                idempotency_key=Batch.key_for(
                    dispatch.issue.uuid, number, rendition.sha256
                ),
                size=min(size, readers - (number - 1) * size),
            )
            for number in range(1, count + 1)
        ),
        batch_size=2000,
    )


def _insert_deliveries(
    dispatch: Dispatch, readers: "QuerySet[Subscription, Any]", size: int
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
                   (ROW_NUMBER() OVER (ORDER BY chosen.subscriber_id) - 1) / %s + 1
                       AS batch_number
            FROM ({chosen}) AS chosen
        ) AS ranked
        JOIN {batch} AS batch
          ON batch.dispatch_id = %s AND batch.number = ranked.batch_number
    """  # noqa: S608 (table names are ours, every value is a parameter)
    with connection.cursor() as cursor:
        cursor.execute(statement, [size, *parameters, dispatch.pk])
        return int(cursor.rowcount)


def _drop_empty_batches(dispatch: Dispatch, audience: int, size: int) -> None:
    """Mend the end when readers left between counting and writing."""
    full = math.ceil(audience / size)
    Batch.objects.filter(dispatch=dispatch, number__gt=full).delete()
    Batch.objects.filter(dispatch=dispatch, number=full).update(
        size=audience - (full - 1) * size
    )
