"""The first few readers get an issue before the others, and show whether all is well.

Colleagues are among them. A minute after the last of them was accepted the dispatch
opens for everyone; where something is wrong it waits for a publisher.
"""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Case, F, IntegerField, Max, Q, Sum, Value, When
from django.utils import formats
from django.utils.translation import ngettext

from newsletter.delivery.brakes import Limits, figures_of, what_is_wrong
from newsletter.delivery.control import pause_by_machine
from newsletter.delivery.models import (
    FIRST_WAVE,
    OPEN_BATCH_STATES,
    BatchState,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.subject_choice import waits_for_presses
from newsletter.delivery.turns import open_for_everyone
from newsletter.delivery.waves import Readers, Wave
from subscribers.addresses import address_key
from subscribers.models import MailingList

SMALLEST_AUDIENCE = 1000
AT_LEAST = 50
ONE_IN = 100

# --- Who they are ---


def needs_first_wave(mailing_list: MailingList, waves: Sequence[Wave]) -> bool:
    """Tell whether an audience is large enough to try an issue on a few first."""
    return mailing_list.has_first_wave and _audience(waves) >= SMALLEST_AUDIENCE


def size_of_first_wave(audience: int, colleagues: int = 0) -> int:
    """Return how many get it first: one in a hundred, at least fifty, all colleagues.

    >>> size_of_first_wave(1_000), size_of_first_wave(60_000)
    (50, 600)
    """
    return max(AT_LEAST, math.ceil(audience / ONE_IN), colleagues)


def the_first_few(
    readers: Readers, waves: Sequence[Wave], *, salt: int, at_least: int = 0
) -> Readers:
    """Return colleagues, and others of the earliest wave spread over all its readers.

    Args:
        salt: another one chooses other readers.
        at_least: so many are needed for another reason, as to try several subjects.
    """
    colleagues = _keys_of_colleagues()
    colleague = Q(subscriber__address_key__in=colleagues)
    early = readers
    if waves[0].zones:
        early = readers.filter(colleague | Q(subscriber__time_zone__in=waves[0].zones))
    size = size_of_first_wave(_audience(waves), early.filter(colleague).count())
    size = max(size, at_least)
    # Multiplying by one prime modulo another spreads neighbours far apart: people who
    # came in one import, or from one company, do not all come first.
    spread = (F("subscriber_id") * 7919 + salt * 104_729) % 1_000_003
    if not colleagues:
        return early.order_by(spread, "subscriber_id")[:size]
    others = Case(
        When(colleague, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    return early.order_by(others, spread, "subscriber_id")[:size]


def _audience(waves: Sequence[Wave]) -> int:
    return sum(wave.readers for wave in waves)


def _keys_of_colleagues() -> list[str]:
    users = get_user_model()._default_manager.filter(is_active=True).exclude(email="")
    return [address_key(address) for address in users.values_list("email", flat=True)]


# --- What they show ---


def open_first_waves(now: datetime) -> None:
    """Open what the first few got in good order; hold what they did not."""
    for dispatch in Dispatch.objects.filter(
        state=DispatchState.SENDING, opened_at=None
    ).select_related("issue__mailing_list"):
        if not _is_over(dispatch, now=now):
            continue
        if reason := _what_is_wrong(dispatch):
            pause_by_machine(dispatch.pk, reason, now=now)
        else:
            open_for_everyone(dispatch.pk, now=now)


def _is_over(dispatch: Dispatch, *, now: datetime) -> bool:
    """Tell whether all of the first few are settled, and for long enough.

    What was split off from them counts too: before the opening nothing else leaves.
    """
    batches = dispatch.batches.all()
    under_way = batches.filter(
        Q(wave=FIRST_WAVE) | ~Q(state=BatchState.READY), state__in=OPEN_BATCH_STATES
    )
    if under_way.exists():
        return False
    last_answer = batches.aggregate(last=Max("resolved_at"))["last"]
    # So long the provider may still tell that something is wrong, or readers press.
    look_on = max(
        timedelta(seconds=settings.FIRST_WAVE_SECONDS), waits_for_presses(dispatch)
    )
    return last_answer is None or last_answer <= now - look_on


def _what_is_wrong(dispatch: Dispatch) -> str | None:
    """Return why the others should not get it yet; None when all is well."""
    settled = dispatch.batches.exclude(state=BatchState.READY)
    uncertain = settled.exclude(state=BatchState.DONE).aggregate(n=Sum("size"))["n"]
    if uncertain:
        return ngettext(
            "Of %(count)s of the first readers we do not know whether they got this "
            "issue. Look who it is, then go on or stop.",
            "Of %(count)s of the first readers we do not know whether they got this "
            "issue. Look who they are, then go on or stop.",
            uncertain,
        ) % {"count": formats.number_format(uncertain, force_grouping=True)}
    figures = figures_of(dispatch, settled)
    limits = Limits.of(dispatch.issue.mailing_list, figures.left)
    return what_is_wrong(figures, limits)
