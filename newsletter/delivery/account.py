"""Which issues were sent to one person: for themselves, and for who helps them."""

from collections.abc import Collection, Iterator

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from newsletter.delivery.models import Delivery, DeliveryEvent, SkipReason
from newsletter.delivery.outcomes import refusal_in_words
from subscribers.models import Subscriber
from subscribers.registry import Chapter, Happening, Person

_TROUBLE = (DeliveryEvent.BOUNCED, DeliveryEvent.COMPLAINED)


def issues_sent_to(subscriber: Subscriber) -> Chapter:
    """Return each issue of which this person was a reader, and what became of it."""
    rows = [
        _row(delivery)
        for delivery in _deliveries_to([one.pk for one in subscriber.rows])
    ]
    return Chapter("issues", _("Issues that were sent to you"), rows)


def issues_in_story(person: Person, newest: int) -> list[Happening]:
    """Return the issues somebody was sent, and what came back of them."""
    deliveries = _deliveries_to(person.ids)[:newest]
    return [one for delivery in deliveries for one in _happened(delivery)]


def _happened(delivery: Delivery) -> Iterator[Happening]:
    issue, at = delivery.dispatch.issue, delivery.dispatch.started_at
    name = f"{issue} · {issue.mailing_list.name}"
    if at:
        outcome = _outcome(delivery)
        why = _why(delivery)
        yield Happening(at, "issue", f"{name}: {outcome}", (why,) if why else ())
    if delivery.event in _TROUBLE and delivery.event_at:
        title = f"{name}: {delivery.get_event_display()}"
        bounced = delivery.event == DeliveryEvent.BOUNCED
        why = refusal_in_words(delivery.reason) if bounced and delivery.reason else ""
        yield Happening(delivery.event_at, "trouble", title, (why,) if why else ())


def _why(delivery: Delivery) -> str:
    """Say why somebody in the audience got nothing, in words of the house."""
    reasons = dict(SkipReason.choices)
    return str(reasons.get(delivery.reason, ""))


def _deliveries_to(subscriber_ids: Collection[int]) -> "QuerySet[Delivery]":
    return (
        Delivery.objects.filter(subscriber__in=subscriber_ids)
        .select_related("dispatch__issue__mailing_list", "dispatch__rendition", "batch")
        .defer("dispatch__rendition__html", "dispatch__rendition__text")
        .order_by("-dispatch__started_at", "-pk")
    )


def _row(delivery: Delivery) -> dict[str, str]:
    dispatch = delivery.dispatch
    at = dispatch.started_at
    return {
        gettext_noop("when"): date_format(localtime(at), "j F Y") if at else "",
        gettext_noop("newsletter"): dispatch.issue.mailing_list.name,
        gettext_noop("issue"): str(dispatch.issue.number),
        gettext_noop("subject"): dispatch.rendition.subject,
        gettext_noop("outcome"): _outcome(delivery),
    }


def _outcome(delivery: Delivery) -> str:
    """Say no more than is known: what came back, else what differs, else its group."""
    if delivery.event:
        return delivery.get_event_display()
    if delivery.exception:
        return delivery.get_exception_display()
    return delivery.batch.get_state_display() if delivery.batch else ""
