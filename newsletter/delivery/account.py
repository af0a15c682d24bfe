"""Which issues were sent to one person, for who asks what we know of them."""

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from newsletter.delivery.models import Delivery
from subscribers.models import Subscriber
from subscribers.registry import Chapter


def issues_sent_to(subscriber: Subscriber) -> Chapter:
    """Return each issue of which this person was a reader, and what became of it."""
    deliveries = (
        Delivery.objects.filter(subscriber=subscriber)
        .select_related("dispatch__issue__mailing_list", "dispatch__rendition", "batch")
        .defer("dispatch__rendition__html", "dispatch__rendition__text")
        .order_by("-dispatch__started_at", "-pk")
    )
    rows = [_row(delivery) for delivery in deliveries]
    return Chapter("issues", _("Issues that were sent to you"), rows)


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
