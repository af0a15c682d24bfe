"""What a reader does: sign up, confirm, leave, come back, be forgotten.

Every act is one guarded change and, when something changed, one row of consent.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from newsletter.signing import BadToken, ExpiredToken, make_token, read_token
from subscribers import emails
from subscribers.addresses import address_hash, address_key
from subscribers.discreetly import LeaveNoTrace, discreetly
from subscribers.evidence import NO_EVIDENCE, Evidence
from subscribers.limits import MAILS_TO_ONE_ADDRESS, allow
from subscribers.models import (
    BY_IMPORT,
    Consent,
    ConsentAct,
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
    Topic,
)
from subscribers.privacy import erase as erase  # the last act a reader can do
from subscribers.proof import record
from subscribers.suppression import (
    ENDED_BY_CONFIRMING,
    is_lastingly_suppressed,
    lift,
)


class UnknownLink(Exception):
    """The link leads to nobody: changed on its way, or for someone who is gone."""


class ExpiredLink(Exception):
    """The link to confirm is older than a week; a new one may be asked for."""

    def __init__(self, subscription: Subscription) -> None:
        """Keep for whom a new link can be made."""
        super().__init__("expired")
        self.subscription = subscription


class CannotResubscribe(Exception):
    """We may not mail this address again; only our own people can change that."""


# --- Signing up ---


def subscribe(
    *,
    mailing_list: MailingList,
    address: str,
    first_name: str = "",
    topics: Sequence[Topic] = (),
    wording: str,
    channel: str,
    source: str = "",
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> None:
    """Take in a sign-up; what happens next happens in the mail to that address.

    Returns nothing and looks the same for everybody on purpose: whether an address is
    known, blocked or mailed too often is nobody's business but its owner's. It takes
    as long, too: for a blocked address the same work is done and taken back.

    Args:
        address: as ``clean_address`` returns it.
        topics: what of the list's topics was chosen besides.
        wording: the exact sentence the person agreed to.
        channel: where it was asked, such as ``sign-up page``.
        source: through which link, code or site they came.
    """
    hashed = address_hash(address)
    with discreetly():
        may_be_mailed = allow(
            MAILS_TO_ONE_ADDRESS, hashed, now=now
        ) and not is_lastingly_suppressed(hashed)
        subscription = _find_or_begin(address, mailing_list, source, now=now)
        if subscription.state == SubscriptionState.CONFIRMED:
            emails.say_already_subscribed(subscription, now=now)
        else:
            _name_a_newcomer(subscription.subscriber, first_name)
            _ask_again(subscription, topics, source, now=now)
            record(
                subscription,
                ConsentAct.REQUESTED,
                channel=channel,
                wording=_with_topics(wording, topics),
                evidence=evidence,
                now=now,
            )
            token = confirm_token(subscription)
            emails.ask_to_confirm(subscription, token, now=now)
        if not may_be_mailed:
            raise LeaveNoTrace


def _with_topics(wording: str, topics: Sequence[Topic]) -> str:
    if not topics:
        return wording
    names = ", ".join(topic.name for topic in topics)
    chosen = _("Besides, about: %(topics)s") % {"topics": names}
    return f"{wording}\n{chosen}"


def send_new_confirm_link(subscription: Subscription, *, now: datetime) -> None:
    """Mail a fresh link to the address on file, as often as the limits allow."""
    hashed = subscription.subscriber.address_hash
    if subscription.subscriber.erased_at or is_lastingly_suppressed(hashed):
        return
    with transaction.atomic():
        subscription.refresh_from_db()
        if subscription.state != SubscriptionState.PENDING:
            return
        if allow(MAILS_TO_ONE_ADDRESS, hashed, now=now):
            token = confirm_token(subscription)
            emails.ask_to_confirm(subscription, token, now=now)


def _find_or_begin(
    address: str, mailing_list: MailingList, source: str, *, now: datetime
) -> Subscription:
    subscription, _is_new = Subscription.objects.get_or_create(
        subscriber=find_or_add(address, now=now),
        mailing_list=mailing_list,
        defaults={"source": source, "created_at": now},
    )
    return subscription


def find_or_add(address: str, *, now: datetime) -> Subscriber:
    """Return whose address this is; somebody new when it is nobody's yet."""
    key = address_key(address)
    if known := Subscriber.objects.filter(address_key=key).first():
        return known
    try:
        with transaction.atomic():
            return Subscriber.objects.create(
                address=address,
                address_key=key,
                address_hash=address_hash(address),
                created_at=now,
            )
    except IntegrityError:
        # Someone else signed up the same address in the same moment.
        return Subscriber.objects.get(address_key=key)


def _name_a_newcomer(subscriber: Subscriber, first_name: str) -> None:
    """Take the typed name, except for a reader: anyone can type their address."""
    if not first_name:
        return
    reads = Subscription.objects.filter(
        subscriber=OuterRef("pk"), state=SubscriptionState.CONFIRMED
    )
    Subscriber.objects.filter(~Exists(reads), pk=subscriber.pk).update(
        first_name=first_name
    )


def _ask_again(
    subscription: Subscription, topics: Sequence[Topic], source: str, *, now: datetime
) -> None:
    """Let who left ask anew; of topics, those chosen last before confirming count."""
    Subscription.objects.filter(
        pk=subscription.pk, state=SubscriptionState.UNSUBSCRIBED
    ).update(state=SubscriptionState.PENDING, created_at=now, source=source)
    subscription.topics.set(topics)


# --- Confirming ---


def confirm_token(subscription: Subscription) -> str:
    """Make the token of a link to confirm; it names the address it was mailed to."""
    return make_token(
        "confirm", [subscription.pk, subscription.subscriber.address_hash[:16]]
    )


def subscription_to_confirm(token: str) -> Subscription:
    """Return whose link this is, without changing anything.

    Raises:
        ExpiredLink: older than a week.
        UnknownLink: not ours, or of an address that is gone.
    """
    try:
        payload = read_token("confirm", token, max_age=emails.CONFIRM_WITHIN)
    except ExpiredToken as expired:
        raise ExpiredLink(_meant_by(expired.payload)) from expired
    except BadToken as bad:
        raise UnknownLink from bad
    return _meant_by(payload)


def _meant_by(payload: Any) -> Subscription:
    subscription_id, hashed = payload
    subscription = (
        Subscription.objects.select_related("subscriber", "mailing_list")
        .filter(
            pk=subscription_id,
            subscriber__address_hash__startswith=hashed,
            subscriber__erased_at__isnull=True,
        )
        .first()
    )
    if subscription is None:
        raise UnknownLink
    return subscription


def confirm(
    subscription: Subscription,
    *,
    wording: str,
    channel: str,
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> bool:
    """Confirm a pending subscription; return whether this press did it.

    Someone who was erased comes back by this: the address proved to be theirs.
    """
    with transaction.atomic():
        changed = Subscription.objects.filter(
            pk=subscription.pk, state=SubscriptionState.PENDING
        ).confirm(now)
        if not changed and not _only_an_import_said_so(subscription):
            return False
        record(
            subscription,
            ConsentAct.CONFIRMED,
            channel=channel,
            wording=wording,
            evidence=evidence,
            now=now,
        )
        hashed = subscription.subscriber.address_hash
        for reason in ENDED_BY_CONFIRMING:
            lift(hashed, reason, now)
        # A complaint may have come in since the link was mailed.
        if changed and not is_lastingly_suppressed(hashed):
            emails.welcome(subscription, now=now)
    return bool(changed)


def _only_an_import_said_so(subscription: Subscription) -> bool:
    """Tell whether an import was quicker: undoing that leaves who confirmed as well."""
    acts = Consent.objects.filter(
        subscriber=subscription.subscriber_id, mailing_list=subscription.mailing_list_id
    )
    last = acts.order_by("-pk").first()
    return last is not None and last.act == ConsentAct.IMPORTED


# --- Leaving and coming back ---


def unsubscribe(
    subscription: Subscription,
    *,
    through: str,
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> bool:
    """End one subscription at once; return whether it had not ended before.

    Whoever was taken off the list by an import, and presses as well, has left of their
    own: undoing that import does not bring them back.

    Args:
        through: how, in words for colleagues: ``one-click``, ``page``, ``editie 42``.
    """
    with transaction.atomic():
        changed = Subscription.objects.filter(
            ~Q(state=SubscriptionState.UNSUBSCRIBED)
            | Q(unsubscribed_through__startswith=BY_IMPORT),
            pk=subscription.pk,
        ).update(
            state=SubscriptionState.UNSUBSCRIBED,
            unsubscribed_at=now,
            unsubscribed_through=through,
            paused_until=None,
            leaving_reason="",
        )
        if changed:
            record(
                subscription,
                ConsentAct.WITHDRAWN,
                channel=through,
                evidence=evidence,
                now=now,
            )
        if now_is := _place_of_who_they_are_now(subscription):
            # A link in a mail to the address they had before ends what they get now.
            changed += unsubscribe(now_is, through=through, evidence=evidence, now=now)
    return bool(changed)


def _place_of_who_they_are_now(subscription: Subscription) -> Subscription | None:
    who = Subscriber.objects.filter(merged=subscription.subscriber_id)
    return Subscription.objects.filter(
        subscriber__in=who, mailing_list=subscription.mailing_list_id
    ).first()


def resubscribe(
    subscription: Subscription,
    *,
    wording: str,
    channel: str,
    evidence: Evidence = NO_EVIDENCE,
    now: datetime,
) -> bool:
    """Take back someone who left, at their own press on their own page.

    Raises:
        CannotResubscribe: they are blocked for a reason that only we can lift, never
            confirmed that the address is theirs, or read at another one by now.
    """
    blocked = is_lastingly_suppressed(subscription.subscriber.address_hash)
    is_another_now = subscription.subscriber.merged_into_id is not None
    if blocked or is_another_now or subscription.confirmed_at is None:
        raise CannotResubscribe
    with transaction.atomic():
        changed = Subscription.objects.filter(
            pk=subscription.pk,
            state=SubscriptionState.UNSUBSCRIBED,
            confirmed_at__isnull=False,
            subscriber__erased_at__isnull=True,
        ).update(
            state=SubscriptionState.CONFIRMED,
            confirmed_at=now,
            unsubscribed_at=None,
            unsubscribed_through="",
            leaving_reason="",
        )
        if changed:
            record(
                subscription,
                ConsentAct.CONFIRMED,
                channel=channel,
                wording=wording,
                evidence=evidence,
                now=now,
            )
    return bool(changed)
