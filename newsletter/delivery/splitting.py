"""Giving part of a batch's readers a batch of their own."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, Max

from newsletter.delivery.models import Batch, Delivery, Dispatch
from newsletter.delivery.witness import last_number_seen


def split_off(batch: Batch, deliveries: Collection[int], **columns: Any) -> Batch:
    """Move readers into a new batch; call it inside a transaction.

    Args:
        deliveries: primary keys, all of this batch.
        columns: what the new batch starts with, at least ``state`` and ``not_before``.
    """
    dispatch = batch.dispatch
    # Holding the dispatch's row makes the next number ours alone.
    Dispatch.objects.filter(pk=dispatch.pk).update(provider=F("provider"))
    of_the_issue = Batch.objects.filter(dispatch__issue=dispatch.issue)
    known = of_the_issue.aggregate(last=Max("number"))["last"] or 0
    last = max(known, last_number_seen(dispatch.issue.uuid))
    part = Batch.objects.create(
        dispatch=dispatch,
        number=last + 1,
        rendition=batch.rendition,
        idempotency_key=Batch.key_for(
            dispatch.issue.uuid, last + 1, batch.rendition.sha256
        ),
        size=len(deliveries),
        # Evidence is looked for where the readers were handed over.
        provider=batch.provider or dispatch.provider,
        **columns,
    )
    Delivery.objects.filter(pk__in=deliveries, batch=batch).update(batch=part)
    return part
