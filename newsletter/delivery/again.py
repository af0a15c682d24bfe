"""An issue once more, for a reader who asks for it on their own page.

It goes through the outbox, to one reader, and is no delivery of the dispatch: the
ledger counts who was sent an issue, and this reader was.
"""

from datetime import datetime

from django.db.models import QuerySet

from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.models import Dispatch
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import keep_mail
from subscribers.models import MailingList, Subscription
from subscribers.registry import SentIssue

OFFERED = 4


def issues_on_offer(mailing_list: MailingList) -> list[SentIssue]:
    """Return the issues that left last and may be read by anybody, newest first."""
    newest = (
        _left(mailing_list)
        .defer("rendition__html", "rendition__text")
        .order_by("-issue__number", "-pk")
    )
    offered: dict[int, SentIssue] = {}
    # An issue that was stopped and sent to the rest left more than once.
    for dispatch in newest[: 3 * OFFERED]:
        number, at = dispatch.issue.number or 0, dispatch.started_at
        if at is not None and number not in offered:
            offered[number] = SentIssue(number, dispatch.rendition.subject, at)
    return list(offered.values())[:OFFERED]


def send_again(subscription: Subscription, number: int, *, now: datetime) -> bool:
    """Mail an issue to one reader, as it stands now; False when there is none.

    Call it for who may be mailed; the limits are counted by who calls.
    """
    dispatches = _left(subscription.mailing_list).filter(issue__number=number)
    dispatch = dispatches.order_by("-pk").first()
    if dispatch is None:
        return False
    subscriber = subscription.subscriber
    reader = Recipient(
        delivery_id=0,
        address=subscriber.address,
        first_name=subscriber.first_name,
        token=subscription.token,
        subscription_id=subscription.pk,
        uuid=subscriber.uuid,
    )
    messages = IssueMessages(dispatch.rendition)
    text, html = messages.bodies(reader)
    mail = OutgoingMail(
        purpose="again",
        key=f"again-{subscription.pk}-{number}-{now:%Y%m%d%H%M%S%f}",
        to_address=subscriber.address,
        to_hash=subscriber.address_hash,
        from_header=messages.sender,
        reply_to=messages.reply_to,
        subject=dispatch.rendition.subject,
        text=text,
        html=html,
        headers={**messages.shared_headers(), **reader.list_headers},
        not_before=now,
        created_at=now,
    )
    keep_mail(mail)
    return True


def _left(mailing_list: MailingList) -> "QuerySet[Dispatch]":
    return (
        Dispatch.objects.started()
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue__mailing_list", "rendition__issue__mailing_list")
    )
