"""What a segment may ask about the issues that readers got, or that came back."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import (
    BatchState,
    Delivery,
    DeliveryEvent,
    Dispatch,
)
from subscribers.criterion import NOBODY, Asked, Criterion, Kind
from subscribers.models import MailingList, Subscriber


def _got_each(asked: Asked) -> Q:
    issues = _last_issues(asked.mailing_list, asked.value)
    # Before the first issue nobody got one.
    got = Q() if issues else NOBODY
    for dispatches in issues:
        got &= _got(dispatches)
    return got


def _got_none(asked: Asked) -> Q:
    issues = _last_issues(asked.mailing_list, asked.value)
    return ~_got([one for dispatches in issues for one in dispatches])


def _got_issue(asked: Asked) -> Q:
    """Ask who got an issue, at this address or at one that was theirs then."""
    if not (dispatches := _dispatches_of(asked)):
        return NOBODY
    return _at_any_address(_accepted(dispatches))


def _got_earlier_text(asked: Asked) -> Q:
    """Ask who got an issue before the rest of it was corrected."""
    if not (dispatches := _dispatches_of(asked)):
        return NOBODY
    text_of_now = F("dispatch__rendition")
    return _at_any_address(_accepted(dispatches).exclude(batch__rendition=text_of_now))


def _at_any_address(accepted: "QuerySet[Delivery]") -> Q:
    """Ask whose it is, also where the row that got it was given up for theirs."""
    given_up = Subscriber.objects.filter(
        merged_into__isnull=False, pk__in=accepted.values("subscriber")
    )
    here = Exists(accepted.filter(subscriber=OuterRef("subscriber")))
    return Q(here) | Q(subscriber__in=given_up.values("merged_into"))


def _dispatches_of(asked: Asked) -> list[int]:
    started = Dispatch.objects.filter(
        issue__mailing_list=asked.mailing_list,
        issue__number=asked.value,
        started_at__isnull=False,
    )
    return list(started.values_list("pk", flat=True))


def _got(dispatches: list[int]) -> Q:
    accepted = _accepted(dispatches).filter(subscriber=OuterRef("subscriber"))
    return Q(Exists(accepted)) if dispatches else NOBODY


def _accepted(dispatches: list[int]) -> "QuerySet[Delivery]":
    accepted = Delivery.objects.filter(
        dispatch__in=dispatches, exception="", batch__state=BatchState.DONE
    )
    return accepted.exclude(event=DeliveryEvent.BOUNCED)


def _last_issues(mailing_list: MailingList, count: int) -> list[list[int]]:
    """Return the dispatches of each of the last issues; a stopped one had several."""
    started = Dispatch.objects.filter(
        issue__mailing_list=mailing_list, started_at__isnull=False
    )
    found: dict[int, list[int]] = {}
    for issue, dispatch in started.order_by("-started_at").values_list("issue", "pk"):
        found.setdefault(issue, []).append(dispatch)
    return list(found.values())[:count]


def _came_back(asked: Asked) -> Q:
    bounced = Delivery.objects.filter(
        event=DeliveryEvent.BOUNCED,
        event_at__gte=asked.days_ago(),
        dispatch__issue__mailing_list=asked.mailing_list,
    )
    return Q(subscriber__in=bounced.values("subscriber"))


CRITERIA = (
    Criterion(
        "got_last",
        gettext_lazy("got each of the last %(value)s issues"),
        Kind.ISSUES,
        _got_each,
    ),
    Criterion(
        "got_none_of_last",
        gettext_lazy("got none of the last %(value)s issues"),
        Kind.ISSUES,
        _got_none,
    ),
    Criterion("got_issue", gettext_lazy("got issue %(value)s"), Kind.ISSUE, _got_issue),
    Criterion(
        "got_earlier_text_of",
        gettext_lazy("got issue %(value)s before it was corrected"),
        Kind.ISSUE,
        _got_earlier_text,
    ),
    Criterion(
        "came_back_within",
        gettext_lazy("had mail come back in the last %(value)s days"),
        Kind.DAYS,
        _came_back,
    ),
)
