"""The link to one's own page and data: mailed to the address on file, nowhere else."""

from collections.abc import Sequence
from datetime import datetime

from newsletter.signing import BadToken, ExpiredToken, make_token, read_token
from subscribers import emails
from subscribers.addresses import address_hash, address_key
from subscribers.consent import UnknownLink
from subscribers.discreetly import LeaveNoTrace, discreetly
from subscribers.limits import OWN_PAGE_MAILS, allow
from subscribers.models import MailingList, Subscriber, Subscription
from subscribers.suppression import is_lastingly_suppressed


class OldLink(Exception):
    """The link is older than an hour; a new one may be mailed."""

    def __init__(self, subscriber: Subscriber) -> None:
        """Keep for whom a new link can be made."""
        super().__init__("old")
        self.subscriber = subscriber


def mail_own_page(address: str, mailing_list: MailingList, *, now: datetime) -> None:
    """Mail somebody the links to their page, if we know them at all.

    Returns nothing and does the same work for every address: for one that we do not
    know, a mail is made and taken back.

    Args:
        mailing_list: whose page was asked on; for an unknown address it writes.
    """
    hashed = address_hash(address)
    with discreetly():
        may_be_mailed = allow(
            OWN_PAGE_MAILS, hashed, now=now
        ) and not is_lastingly_suppressed(hashed)
        subscriber, places = _whose(address)
        if not places:
            places = [Subscription(mailing_list=mailing_list, pk=0)]
            subscriber = Subscriber(address=address, pk=0)
            places[0].subscriber = subscriber
            may_be_mailed = False
        token = own_data_token(subscriber)
        emails.send_own_page(subscriber, places, token, now=now)
        if not may_be_mailed:
            raise LeaveNoTrace


def _whose(address: str) -> tuple[Subscriber, Sequence[Subscription]]:
    places = list(
        Subscription.objects.filter(
            subscriber__address_key=address_key(address),
            subscriber__erased_at__isnull=True,
        )
        .select_related("subscriber", "mailing_list")
        .order_by("pk")
    )
    return (places[0].subscriber if places else Subscriber()), places


def own_data_token(subscriber: Subscriber) -> str:
    """Make the token of a link to one's data; it names the address it was mailed to."""
    return make_token(
        "own-data", [subscriber.pk, address_hash(subscriber.address)[:16]]
    )


def subscriber_behind(token: str) -> Subscriber:
    """Return whose data a link opens.

    Raises:
        OldLink: older than an hour.
        UnknownLink: not ours, or of an address that is theirs no more.
    """
    try:
        payload = read_token("own-data", token, max_age=emails.OWN_DATA_WITHIN)
    except ExpiredToken as expired:
        raise OldLink(_meant_by(expired.payload)) from expired
    except BadToken as bad:
        raise UnknownLink from bad
    return _meant_by(payload)


def _meant_by(payload: tuple[int, str]) -> Subscriber:
    subscriber_id, hashed = payload
    subscriber = Subscriber.objects.filter(
        pk=subscriber_id, address_hash__startswith=hashed, erased_at__isnull=True
    ).first()
    if subscriber is None:
        raise UnknownLink
    return subscriber
