"""Doing what a mail asks that says "uitschrijven".

From proves nothing: whoever shows a link that only their own mail has is believed;
everybody else gets that link at the address on file, and seldom.
"""

import re
from collections.abc import Collection, Iterable
from datetime import datetime

from newsletter.mistakes.models import ReaderMail, ReaderMailAct
from newsletter.mistakes.reading import Letter
from newsletter.mistakes.recognising import addresses_in
from subscribers import emails
from subscribers.consent import unsubscribe
from subscribers.limits import LINKS_TO_LEAVE, allow
from subscribers.models import Subscription, SubscriptionState
from subscribers.suppression import is_lastingly_suppressed

_LINK = re.compile(r"/afmelden/([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])")
_ADDRESS = re.compile(r"afmelden\+([A-Za-z0-9_-]{22})@")


def tokens_in(letter: Letter) -> frozenset[str]:
    """Return the tokens of the links to unsubscribe that a mail shows."""
    return frozenset(_LINK.findall(addresses_in(letter)))


def tokens_addressed(addresses: Iterable[str]) -> frozenset[str]:
    """Return the tokens of the addresses to unsubscribe that a mail came to."""
    return frozenset(_ADDRESS.findall(" ".join(addresses)))


def act_on_wish(
    mail: ReaderMail,
    tokens: Collection[str],
    *,
    is_addressed: bool = False,
    now: datetime,
) -> ReaderMailAct | None:
    """Unsubscribe, or mail the link to do so; None leaves it to a person.

    Args:
        is_addressed: the tokens are of the address it came to, which nobody quotes.
    """
    places = list(
        Subscription.objects.filter(token__in=tokens).select_related(
            "subscriber__merged_into", "mailing_list"
        )
    )
    readers = {place.subscriber.now.pk for place in places}
    # A mail that quotes the links of several readers does not say who wants to leave,
    # nor does one of a reader with the issue that a friend passed on.
    is_theirs = is_addressed or mail.subscriber_id is None
    if len(readers) == 1 and (is_theirs or mail.subscriber_id in readers):
        return _unsubscribe(mail, places, now=now)
    return _mail_link(mail, now=now)


def _unsubscribe(
    mail: ReaderMail, places: Collection[Subscription], *, now: datetime
) -> ReaderMailAct:
    for place in places:
        hashed = place.subscriber.address_hash
        is_gone = place.subscriber.erased_at or is_lastingly_suppressed(hashed)
        if unsubscribe(place, through="mail to us", now=now) and not is_gone:
            emails.say_unsubscribed(place, headers=mail.answering_headers, now=now)
    return ReaderMailAct.UNSUBSCRIBED


def _mail_link(mail: ReaderMail, *, now: datetime) -> ReaderMailAct | None:
    if mail.subscriber is None:
        return None
    places = Subscription.objects.filter(
        subscriber=mail.subscriber, state=SubscriptionState.CONFIRMED
    ).select_related("subscriber", "mailing_list")
    hashed = mail.subscriber.address_hash
    if not places or is_lastingly_suppressed(hashed):
        return None
    if not allow(LINKS_TO_LEAVE, hashed, now=now):
        return None
    emails.send_links_to_leave(list(places), headers=mail.answering_headers, now=now)
    return ReaderMailAct.LINK_MAILED
