"""Freezing who a dispatch goes to: one statement, one transaction, no loop."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import (
    FIRST_WAVE,
    Batch,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.providers import Provider, current_provider
from subscribers.addresses import address_key
from subscribers.models import Subscription

NOBODY = gettext_lazy("Nobody would get this issue: the list has no readers.")

# Below, a few readers would say too little of the others.
FIRST_WAVE_FROM = 1000
# An audience is compared with the last one from this size on, and may differ so much.
COMPARABLE, UNUSUAL = 50, 0.3
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
    plan = Layout.of(
        readers.count(),
        size=provider.batch_size(mailing_list.group_size),
        has_first_wave=mailing_list.has_first_wave,
    )
    before = _make_batches(dispatch, plan, now=now)
    audience = _insert_deliveries(dispatch, readers, plan, before)
    if audience != plan.readers:
        plan = replace(plan, readers=audience)
        _mend_the_end(dispatch, plan, before)
    columns: dict[str, object] = {
        "audience_count": audience,
        "opened_at": None if plan.first_wave else now,
    }
    if question := _question_about(dispatch, audience):
        columns |= {"state": DispatchState.PAUSED, "pause_reason": question[:200]}
    Dispatch.objects.filter(pk=dispatch.pk).update(**columns)


@dataclass(frozen=True)
class Layout:
    """How an audience is divided into batches.

    Attributes:
        first_wave: readers who get it before the others; 0 is none.
    """

    readers: int
    size: int
    first_wave: int = 0

    @classmethod
    def of(cls, readers: int, *, size: int, has_first_wave: bool) -> "Layout":
        """Plan for so many readers; a small audience has no first wave."""
        if not has_first_wave or readers < FIRST_WAVE_FROM:
            return cls(readers, size)
        return cls(readers, size, max(50, math.ceil(readers / 100)))

    def batches(self) -> Iterator[tuple[int, int]]:
        """Yield wave and size of each batch, in the order of their numbers."""
        first = min(self.first_wave, self.readers)
        for wave, count in (
            (FIRST_WAVE, first),
            (FIRST_WAVE + 1, self.readers - first),
        ):
            for begin in range(0, count, self.size):
                yield wave, min(self.size, count - begin)

    @property
    def first_batches(self) -> int:
        """How many batches the first wave takes."""
        return math.ceil(self.first_wave / self.size)


def _who_may_have_it(dispatch: Dispatch) -> "QuerySet[Delivery, Any]":
    """Return who got this issue, or may have got it, before it was stopped once."""
    return (
        Delivery.objects.filter(dispatch__issue=dispatch.issue)
        .exclude(dispatch=dispatch)
        .exclude(exception__in=NEVER_LEFT, event="")
        .values("subscriber")
    )


def _make_batches(dispatch: Dispatch, plan: Layout, *, now: datetime) -> int:
    """Make the batches; return the number after which theirs begin.

    The pace spreads those after the first wave; it begins anew when they are opened.
    """
    sizes = list(plan.batches())
    later = max(len(sizes) - plan.first_batches, 1)
    spread = timedelta(minutes=dispatch.pace_minutes) / later
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
                wave=wave,
                rendition=rendition,
                not_before=now + spread * max(place - 1 - plan.first_batches, 0),
                idempotency_key=Batch.key_for(
                    dispatch.issue.uuid, before + place, rendition.sha256
                ),
                size=size,
            )
            for place, (wave, size) in enumerate(sizes, start=1)
        ),
        batch_size=2000,
    )
    return before


def _insert_deliveries(
    dispatch: Dispatch,
    readers: "QuerySet[Subscription, Any]",
    plan: Layout,
    before: int,
) -> int:
    """Write one row per reader by INSERT … SELECT; return how many.

    Whoever confirms between counting and this statement finds no batch and is not in
    this issue: subscribed after the snapshot. Colleagues come first: they are in the
    first wave.
    """
    chosen, parameters = (
        readers.values("subscriber_id").query.get_compiler(connection=connection)
    ).as_sql()
    colleagues = _colleagues_among(readers) if plan.first_wave else []
    among = ", ".join(["%s"] * len(colleagues)) or "NULL"
    quote = connection.ops.quote_name
    delivery, batch = (quote(model._meta.db_table) for model in (Delivery, Batch))
    statement = f"""
        INSERT INTO {delivery}
            (dispatch_id, batch_id, subscriber_id, exception, reason, event)
        SELECT batch.dispatch_id, batch.id, placed.subscriber_id, '', '', ''
        FROM (
            SELECT ranked.subscriber_id,
                   %s + CASE WHEN ranked.place < %s THEN ranked.place / %s
                             ELSE %s + (ranked.place - %s) / %s END AS batch_number
            FROM (
                SELECT chosen.subscriber_id,
                       ROW_NUMBER() OVER (
                           ORDER BY CASE WHEN chosen.subscriber_id IN ({among})
                                         THEN 0 ELSE 1 END,
                                    chosen.subscriber_id
                       ) - 1 AS place
                FROM ({chosen}) AS chosen
            ) AS ranked
        ) AS placed
        JOIN {batch} AS batch
          ON batch.dispatch_id = %s AND batch.number = placed.batch_number
    """  # noqa: S608 (table names are ours, every value is a parameter)
    placing = [before + 1, plan.first_wave, plan.size]
    placing += [plan.first_batches, plan.first_wave, plan.size]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*placing, *colleagues, *parameters, dispatch.pk])
        return int(cursor.rowcount)


def _colleagues_among(readers: "QuerySet[Subscription, Any]") -> list[int]:
    """Return the readers whose address is that of somebody who works here."""
    addresses = User.objects.filter(is_active=True).exclude(email="")
    keys = [address_key(email) for email in addresses.values_list("email", flat=True)]
    theirs = readers.filter(subscriber__address_key__in=keys)
    return list(theirs.values_list("subscriber", flat=True))


def _mend_the_end(dispatch: Dispatch, plan: Layout, before: int) -> None:
    """Set the sizes right when readers left between counting and writing."""
    sizes = list(plan.batches())
    last = before + len(sizes)
    Batch.objects.filter(dispatch=dispatch, number__gt=last).delete()
    Batch.objects.filter(dispatch=dispatch, number=last).update(
        size=sizes[-1][1] if sizes else 0
    )


def _question_about(dispatch: Dispatch, audience: int) -> str:
    """Return why a person should look at the audience first; "" when it is as usual."""
    if not audience:
        return str(NOBODY)
    before = (
        Dispatch.objects.filter(
            issue__mailing_list=dispatch.issue.mailing_list, started_at__isnull=False
        )
        .exclude(issue=dispatch.issue)
        .order_by("-started_at")
        .values_list("audience_count", flat=True)
        .first()
    ) or 0
    if before < COMPARABLE or abs(audience - before) <= before * UNUSUAL:
        return ""
    return _(
        "This issue would go to %(now)s readers, the last one went to %(before)s. "
        "Is that right? Then let it go on."
    ) % {
        "now": number_format(audience, force_grouping=True),
        "before": number_format(before, force_grouping=True),
    }
