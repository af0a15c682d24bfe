"""How an issue on its way is told: how far, how fast, when it is done, who has it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import (
    FIRST_WAVE,
    BatchState,
    Delivery,
    DeliveryEvent,
    Dispatch,
    DispatchState,
)
from newsletter.delivery.pacing import rate_of
from newsletter.delivery.progress import OUTCOMES, Progress
from newsletter.delivery.standstill import LONG_WAIT, has_stood_still, next_turn
from newsletter.delivery.vital_signs import ProviderPace

# What a provider told after it had taken the mail.
TOLD_LATER = (
    DeliveryEvent.BOUNCED,
    DeliveryEvent.DEFERRED,
    DeliveryEvent.COMPLAINED,
)


def count_in_words(number: int) -> str:
    """Return a number as people write it."""
    return number_format(number, force_grouping=True)


def clock(dispatch: Dispatch, moment: datetime, *, now: datetime) -> str:
    """Return a moment on the list's clock; with its day unless that is today."""
    zone = dispatch.issue.mailing_list.zone
    local = timezone.localtime(moment, zone)
    today = timezone.localtime(now, zone).date() == local.date()
    return date_format(local, "H:i" if today else "l j F, H:i")


# --- How far ---


def who_has_it(account: Progress) -> str:
    """Say in one sentence how many have it."""
    return ngettext(
        "%(done)s of %(all)s readers has it",
        "%(done)s of %(all)s readers have it",
        account.accepted,
    ) % {
        "done": count_in_words(account.accepted),
        "all": count_in_words(account.audience),
    }


def bar(account: Progress) -> list[dict[str, Any]]:
    """Return the coloured parts of the bar, in thousandths of all readers."""
    parts = (
        ("accepted", account.accepted),
        ("unknown", account.unknown),
        ("without", account.skipped + account.rejected + account.cancelled),
    )
    shown, begin = [], 0
    for kind, readers in parts:
        # However few they are, they can be seen.
        width = max(1000 * readers // max(account.audience, 1), 6) if readers else 0
        if width:
            shown.append({"kind": kind, "begin": begin, "width": width})
        begin += width
    return shown


# --- How fast, and until when ---


def facts(
    dispatch: Dispatch, account: Progress, *, now: datetime
) -> Iterator[tuple[str, str]]:
    """Yield what there is to know about the time it takes, as a name and a value."""
    if account.started_at is None:
        return
    yield _("Began"), clock(dispatch, account.started_at, now=now)
    if dispatch.state == DispatchState.SENDING:
        yield from _of_moving(dispatch, account, now=now)
    elif dispatch.state == DispatchState.PAUSED:
        if since := _paused_since(dispatch):
            yield _("Paused since"), clock(dispatch, since, now=now)
    elif account.finished_at:
        stopped = dispatch.state == DispatchState.CANCELLED
        name = _("Stopped") if stopped else _("Done")
        yield name, clock(dispatch, account.finished_at, now=now)
        yield _("Took"), _lasted(account.finished_at - account.started_at)


def _of_moving(
    dispatch: Dispatch, account: Progress, *, now: datetime
) -> Iterator[tuple[str, str]]:
    if account.speed:
        yield _("Speed"), _speed(account.speed)
    following = next_turn(dispatch)
    if following and following > now:
        yield _("Next turn"), clock(dispatch, following, now=now)
    # What stands still promises nothing.
    moves = account.speed or following is None or following > now - LONG_WAIT
    if moves and account.expected_finish and account.expected_finish > now:
        yield _("Done at about"), clock(dispatch, account.expected_finish, now=now)


def _speed(speed: float) -> str:
    """Say a speed in whole readers: by the minute where a second is too short."""
    if speed >= 2:
        words = _("%(count)s readers a second")
        return words % {"count": count_in_words(round(speed))}
    a_minute = max(round(speed * 60), 1)
    return ngettext(
        "%(count)s reader a minute", "%(count)s readers a minute", a_minute
    ) % {"count": count_in_words(a_minute)}


def _lasted(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 120:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {
            "count": minutes
        }
    return _("%(hours)s hours and %(minutes)s minutes") % {
        "hours": minutes // 60,
        "minutes": minutes % 60,
    }


def _paused_since(dispatch: Dispatch) -> datetime | None:
    return (
        AuditEntry.objects.about(dispatch)
        .filter(act="paused")
        .order_by("-at")
        .values_list("at", flat=True)
        .first()
    )


# --- What holds it up ---


def first_wave(dispatch: Dispatch) -> dict[str, int] | None:
    """Return how many of the first few have it, while the others wait for them."""
    if dispatch.opened_at or dispatch.started_at is None:
        return None
    wave = dispatch.batches.filter(wave=FIRST_WAVE)
    done = wave.filter(state=BatchState.DONE)
    return {
        "size": wave.aggregate(readers=Sum("size"))["readers"] or 0,
        "accepted": done.aggregate(readers=Sum("size"))["readers"] or 0,
    }


def hold_up(dispatch: Dispatch, *, now: datetime) -> str:
    """Say why it stands still though nobody paused it; "" when it does not."""
    if dispatch.state != DispatchState.SENDING:
        return ""
    pace = ProviderPace.objects.filter(pk=dispatch.provider).first()
    if pace and pace.closed_until and pace.closed_until > now:
        return _closed(dispatch, pace)
    return _silence(dispatch, now=now)


def _closed(dispatch: Dispatch, pace: ProviderPace) -> str:
    zone = dispatch.issue.mailing_list.zone
    until = timezone.localtime(pace.closed_until, zone).strftime("%H:%M:%S")
    if not pace.failures_in_a_row:
        words = _("The mail provider asks for patience until %(until)s.")
    else:
        words = _(
            "The mail provider does not answer well; it is tried again at %(until)s."
        )
    return words % {"until": until}


def _silence(dispatch: Dispatch, *, now: datetime) -> str:
    """Say that nothing leaves although it is somebody's turn: no worker takes it."""
    if not has_stood_still(dispatch, since=now - LONG_WAIT):
        return ""
    return _(
        "Nothing has left for a while, though it is readers' turn. Ask the "
        "administrator to look. Nothing is lost: it goes on where it was."
    )


def speed_limit(dispatch: Dispatch, *, now: datetime) -> str:
    """Say how fast the mail provider lets it go, where there is a limit."""
    pace = ProviderPace.objects.filter(pk=dispatch.provider).first()
    rate = rate_of(pace, now=now) if pace else None
    if rate is None or dispatch.state != DispatchState.SENDING:
        return ""
    return _("At most %(rate)s mails a second leave now.") % {
        "rate": number_format(rate, decimal_pos=0 if rate >= 10 else 1)
    }


# --- Who has it and who has not ---


def heading_of(outcome: str) -> str:
    """Return what the desk calls a list of readers."""
    return {
        "accepted": _("Accepted"),
        "waiting": _("Still to come"),
        "skipped": _("Skipped"),
        "rejected": _("Refused"),
        "unknown": _("Uncertain"),
        "cancelled": _("Not sent, because it was stopped"),
        "bounced": _("Came back"),
        "deferred": _("Delayed"),
        "complained": _("Reported as spam"),
    }[outcome]


def explanation_of(outcome: str) -> str:
    """Return in one sentence what the list means."""
    return {
        "accepted": _("The mail provider took the mail for these readers."),
        "waiting": _("It is not their turn yet."),
        "skipped": _("They left, paused or were blocked before their turn came."),
        "rejected": _("The mail provider refused the mail for these readers."),
        "unknown": _(
            "The line broke in the middle. They may have it or not, and nobody gets "
            "it twice: nothing is sent again by itself."
        ),
        "cancelled": _("Their turn had not come when the issue was stopped."),
        "bounced": _("Their mailbox is full, or does not exist any more."),
        "deferred": _("Their mailbox asked to wait; the mail provider tries again."),
        "complained": _("They get no more mail from us."),
    }[outcome]


def lists_of(dispatch: Dispatch, account: Progress) -> list[dict[str, Any]]:
    """Return the lists with somebody in them; together they are everyone."""
    counts = {outcome: getattr(account, outcome) for outcome in OUTCOMES}
    return [
        _list(dispatch, outcome, count) for outcome, count in counts.items() if count
    ]


def told_later(dispatch: Dispatch) -> list[dict[str, Any]]:
    """Return what the provider told later of readers for whom it took the mail."""
    counts = dict(
        dispatch.deliveries.filter(event__in=TOLD_LATER)
        .order_by()
        .values_list("event")
        .annotate(Count("pk"))
    )
    return [
        _list(dispatch, str(event.value), counts[event])
        for event in TOLD_LATER
        if event in counts
    ]


def _list(dispatch: Dispatch, outcome: str, count: int) -> dict[str, Any]:
    page = "admin:newsletter_dispatch_people"
    return {
        "outcome": outcome,
        "heading": heading_of(outcome),
        "explanation": explanation_of(outcome),
        "count": count,
        "address": reverse(page, args=[dispatch.pk, outcome]),
    }


def readers_told_of(dispatch: Dispatch, event: str) -> "QuerySet[Delivery]":
    """Return the readers of whom the provider told this later."""
    return (
        dispatch.deliveries.filter(event=event)
        .select_related("subscriber", "batch")
        .order_by("subscriber__address", "pk")
    )
