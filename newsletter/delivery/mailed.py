"""Whose mailbox has an issue of a list, for who may have to let go of a reader."""

from typing import Any

from django.db.models import QuerySet

from newsletter.delivery.models import Delivery, DeliveryException
from subscribers.models import MailingList


def who_was_mailed(mailing_list: MailingList) -> "QuerySet[Delivery, Any]":
    """Return the keys of those who got, may have got or are about to get an issue."""
    return (
        Delivery.objects.filter(dispatch__issue__mailing_list=mailing_list)
        .exclude(exception__in=(DeliveryException.SKIPPED, DeliveryException.CANCELLED))
        .values("subscriber")
    )
