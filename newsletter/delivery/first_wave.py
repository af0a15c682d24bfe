"""The first wave: a few readers show whether all goes well, then come the others."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from newsletter.delivery.models import (
    FIRST_WAVE,
    OPEN_BATCH_STATES,
    Batch,
    BatchState,
    Delivery,
    DeliveryException,
    Dispatch,
    DispatchState,
)


def first_wave_is_done(dispatch: Dispatch) -> bool:
    """Tell whether nothing of the first wave is under way any more."""
    return not (
        dispatch.batches.filter(wave=FIRST_WAVE)
        .filter(state__in=(*OPEN_BATCH_STATES, BatchState.FAILED))
        .exists()
    )


def may_open(dispatch: Dispatch, *, now: datetime) -> bool:
    """Tell whether the first wave was watched for long enough.

    In that time the first refusals and complaints come back.
    """
    if not first_wave_is_done(dispatch):
        return False
    wave = dispatch.batches.filter(wave=FIRST_WAVE)
    last = wave.order_by(F("resolved_at").desc(nulls_last=True)).first()
    watched = timedelta(seconds=settings.FIRST_WAVE_SECONDS)
    return last is None or (last.resolved_at or now) + watched <= now


def what_is_wrong(dispatch: Dispatch) -> str:
    """Return why the others should not get it by themselves; "" when all is well."""
    wave = Delivery.objects.filter(dispatch=dispatch, batch__wave=FIRST_WAVE)
    size = wave.count()
    refused = wave.filter(exception=DeliveryException.REJECTED).count()
    uncertain = wave.filter(exception=DeliveryException.UNKNOWN).count()
    limit = dispatch.issue.mailing_list.pause_above_permanent
    # One of fifty is two percent and says nothing yet.
    if refused > max(2, size * limit / 100):
        return _(
            "Of the first %(size)s readers %(refused)s were refused. Look at why, "
            "then let the others follow or stop."
        ) % {"size": size, "refused": refused}
    if uncertain:
        return _(
            "Of the first %(size)s readers %(uncertain)s are uncertain. Look at the "
            "mail provider, then let the others follow or stop."
        ) % {"size": size, "uncertain": uncertain}
    return ""


def open_for_everyone(dispatch: Dispatch, *, now: datetime) -> bool:
    """Let the others follow; their pace begins now. False when it was open already."""
    with transaction.atomic():
        opened = Dispatch.objects.filter(
            pk=dispatch.pk, state=DispatchState.SENDING, opened_at=None
        ).update(opened_at=now)
        if opened and dispatch.started_at:
            Batch.objects.filter(
                dispatch=dispatch, state=BatchState.READY, wave__gt=FIRST_WAVE
            ).update(not_before=F("not_before") + (now - dispatch.started_at))
    return bool(opened)
