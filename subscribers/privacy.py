"""Being forgotten: here, in the outbox, and wherever else something is kept."""

from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When

from newsletter.audit.recording import record_act
from newsletter.outbox.forgetting import forget_mail_to, forget_mail_to_hash
from subscribers.addresses import address_hash
from subscribers.importing.forgetting import forget_rows_of
from subscribers.models import (
    AddressChange,
    Consent,
    ConsentAct,
    ConsentEvidence,
    ImportTag,
    PrivacyRequest,
    Rhythm,
    Subscriber,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)
from subscribers.registry import Leaving, erase_elsewhere
from subscribers.suppression import suppress
from subscribers.telling import tell_of_act

EMPTY_REQUEST = dict.fromkeys(
    ("address", "name", "asked", "answer", "outcome_note"), ""
)


def erase(
    subscriber: Subscriber,
    *,
    channel: str,
    now: datetime,
    by: AbstractBaseUser | None = None,
) -> bool:
    """Forget a person everywhere; return whether there was anything to forget.

    The row stays, empty, so that counts and consents keep their place; so does the
    keyed hash, so that no import brings the address back. The links in old mails go
    on answering, without knowing anyone.
    """
    with transaction.atomic():
        # Whoever had two addresses with us, by now, is forgotten with both.
        who = Subscriber.objects.get(pk=subscriber.pk)
        forgotten = [
            _erase_row(one, channel=channel, now=now, by=by) for one in who.rows
        ]
    return any(forgotten)


def _erase_row(
    subscriber: Subscriber,
    *,
    channel: str,
    now: datetime,
    by: AbstractBaseUser | None,
) -> bool:
    with transaction.atomic():
        # As stored now: an outdated instance would leave a newer address behind.
        current = Subscriber.objects.filter(pk=subscriber.pk, erased_at=None).first()
        if current is None or not _empty(current, now=now):
            return False
        _end_subscriptions(current, now=now)
        Consent.objects.create(
            subscriber=current, act=ConsentAct.ERASED, at=now, channel=channel
        )
        ConsentEvidence.objects.filter(consent__subscriber=current).delete()
        _forget_what_colleagues_kept(current)
        suppress(current.address_hash, SuppressionReason.ERASURE, now)
        forget_mail_to(
            address=current.address,
            to_hash=current.address_hash,
            is_same=lambda other: address_hash(other) == current.address_hash,
        )
        former = _forget_former_addresses(current, now=now)
        forget_rows_of(current.address_hash)
        erase_elsewhere(
            Leaving(
                subscriber_id=current.pk,
                address=current.address,
                address_hash=current.address_hash,
                now=now,
                former_hashes=former,
            )
        )
        record_act("erased", current, by=by, now=now, channel=channel)
    return True


def _forget_former_addresses(
    subscriber: Subscriber, *, now: datetime
) -> tuple[str, ...]:
    """Forget what came from where they were before; return those hashes.

    An old list may have them still, and must not bring them back by it.
    """
    former = tuple(subscriber.former_addresses.values_list("address_hash", flat=True))
    for hashed in former:
        forget_mail_to_hash(hashed)
        forget_rows_of(hashed)
        # Somebody else may be reached there by now.
        if not Subscriber.objects.filter(address_hash=hashed, erased_at=None).exists():
            suppress(hashed, SuppressionReason.ERASURE, now)
    subscriber.former_addresses.all().delete()
    return former


def forget_stranger(address: str, *, now: datetime) -> None:
    """Forget who only wrote to us, and is no subscriber of that address (any more)."""
    hashed = address_hash(address)
    with transaction.atomic():
        forget_mail_to(
            address=address,
            to_hash=hashed,
            is_same=lambda other: address_hash(other) == hashed,
        )
        _forget_requests_from(address)
        erase_elsewhere(
            Leaving(subscriber_id=0, address=address, address_hash=hashed, now=now)
        )


def _empty(subscriber: Subscriber, *, now: datetime) -> bool:
    changed = Subscriber.objects.filter(
        pk=subscriber.pk, erased_at=None, address=subscriber.address
    ).update(address="", address_key=None, first_name="", time_zone="", erased_at=now)
    return bool(changed)


def _forget_what_colleagues_kept(subscriber: Subscriber) -> None:
    subscriber.notes.all().delete()
    subscriber.tags.clear()
    ImportTag.objects.filter(subscriber=subscriber).delete()
    _forget_requests_from(subscriber.address, subscriber.pk)
    _forget_saved_pages(subscriber)


def _forget_requests_from(address: str, subscriber_id: int = 0) -> None:
    """Empty whom privacy requests were about; what was asked and done stays."""
    hashed = address_hash(address)
    local_part = address.rpartition("@")[0]
    near = PrivacyRequest.objects.filter(
        Q(subscriber=subscriber_id) | Q(address__istartswith=f"{local_part}@")
    )
    theirs = [
        one.pk
        for one in near
        if one.subscriber_id == subscriber_id or address_hash(one.address) == hashed
    ]
    empty_requests(PrivacyRequest.objects.filter(pk__in=theirs))


def empty_requests(requests: "QuerySet[PrivacyRequest]", **more: Any) -> None:
    """Take every word of and about the person out of privacy requests.

    Args:
        more: columns to be changed along with it.
    """
    requests.update(
        # What was filled in has to stay so: a constraint says why.
        identity_how=_without_words("identity_how"),
        extension_reason=_without_words("extension_reason"),
        **EMPTY_REQUEST,
        **more,
    )


def _forget_saved_pages(subscriber: Subscriber) -> None:
    """Empty how colleagues' saved pages call this person: by the address."""
    log = LogEntry.objects.filter(
        Q(content_type__model="subscriber", object_id=str(subscriber.pk))
        | Q(object_repr__icontains=subscriber.address)
    )
    log.update(object_repr="…")


def _without_words(column: str) -> Case:
    return Case(When(**{column: ""}, then=Value("")), default=Value("…"))


def _end_subscriptions(subscriber: Subscriber, *, now: datetime) -> None:
    subscriptions = Subscription.objects.filter(subscriber=subscriber)
    standing = subscriptions.exclude(state=SubscriptionState.UNSUBSCRIBED)
    for one in standing.select_related("subscriber", "mailing_list"):
        tell_of_act(one, ConsentAct.WITHDRAWN, how="erased", now=now)
    standing.update(
        state=SubscriptionState.UNSUBSCRIBED,
        unsubscribed_at=now,
        unsubscribed_through="erased",
    )
    subscriptions.update(
        source="", paused_until=None, leaving_reason="", rhythm=Rhythm.EVERY_ISSUE
    )
    Subscription.topics.through.objects.filter(subscription__in=subscriptions).delete()
    # Their own wish to move, and anybody's to move to where they were.
    AddressChange.objects.filter(
        Q(subscriber=subscriber) | Q(address__iexact=subscriber.address)
    ).delete()
