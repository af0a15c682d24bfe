"""Two subscribers who are one person: found by how addresses are alike, and merged.

What somebody refused anywhere counts everywhere: whoever left, or complained, at one
address is not mailed at the other. What they agreed to and were sent stays with the row
where it happened; that row is kept, points at the other, and gets no mail any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from subscribers.consent import unsubscribe
from subscribers.models import (
    AddressChange,
    Consent,
    ConsentAct,
    ImportTag,
    Note,
    PrivacyRequest,
    Rhythm,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from subscribers.proof import record
from subscribers.registry import merge_elsewhere
from subscribers.suppression import suppress

CHANNEL = "merged"
# There a full stop before the @ makes no difference, and both names are one house.
_WITHOUT_STOPS = ("gmail.com", "googlemail.com")
# What a person said themselves, or we about them. That a mailbox does not exist says
# nothing of the other one.
_OF_THE_PERSON = (SuppressionReason.COMPLAINT, SuppressionReason.STAFF)
_AGREED_AT_THE_OTHER = (SubscriptionState.CONFIRMED, SubscriptionState.PENDING)
MOST_SUGGESTED = 50
_LOOKED_AT, _AT_ONCE = 3_000, 500


class CannotMerge(Exception):
    """These two cannot be made one; the text says why."""


def plain_form(key: str) -> str:
    """Return an address without what often changes in it: a ``+tag``, Gmail's stops.

    >>> plain_form("s.bos+nieuws@googlemail.com"), plain_form("s.bos@example.nl")
    ('sbos@gmail.com', 's.bos@example.nl')
    """
    local_part, _at, domain = key.rpartition("@")
    local_part = local_part.partition("+")[0] or local_part
    if domain in _WITHOUT_STOPS:
        return f"{local_part.replace('.', '')}@gmail.com"
    return f"{local_part}@{domain}"


def alike(subscriber: Subscriber) -> list[Subscriber]:
    """Return who else may be the same person, by their address."""
    if not subscriber.address_key:
        return []
    plain = plain_form(subscriber.address_key)
    local_part, _at, domain = plain.rpartition("@")
    near = Q(address_key=plain) | Q(address_key__startswith=f"{local_part}+")
    if domain in _WITHOUT_STOPS:
        near = Q(address_key__startswith=local_part[0]) & (
            Q(address_key__endswith="@gmail.com")
            | Q(address_key__endswith="@googlemail.com")
        )
    others = _whole().filter(near).exclude(pk=subscriber.pk).order_by("pk")
    same = (one for one in others if plain_form(str(one.address_key)) == plain)
    return list(islice(same, MOST_SUGGESTED))


def pairs_alike() -> list[tuple[Subscriber, Subscriber]]:
    """Return pairs who may be one person: the plain form of an address, and others.

    Where nobody has the plain form, the first who came stands in its place. Looks among
    the newest addresses that have a plain form, so that it takes no longer with a
    million readers.
    """
    with_stops = Q(address_key__endswith="@gmail.com", address_key__regex=r"^[^@]*\.")
    unlike = Q(address_key__contains="+") | with_stops
    unlike |= Q(address_key__endswith="@googlemail.com")
    by_plain_form: dict[str, list[Subscriber]] = {}
    for one in _whole().filter(unlike).order_by("-pk")[:_LOOKED_AT]:
        by_plain_form.setdefault(plain_form(str(one.address_key)), []).append(one)
    forms = list(by_plain_form)
    pairs: list[tuple[Subscriber, Subscriber]] = []
    for start in range(0, len(forms), _AT_ONCE):
        some = forms[start : start + _AT_ONCE]
        pairs += _pairs_among({form: by_plain_form[form] for form in some})
        if len(pairs) >= MOST_SUGGESTED:
            break
    return pairs[:MOST_SUGGESTED]


def _pairs_among(
    by_plain_form: dict[str, list[Subscriber]],
) -> Iterator[tuple[Subscriber, Subscriber]]:
    plain = (
        _whole().filter(address_key__in=by_plain_form).in_bulk(field_name="address_key")
    )
    for form, some in by_plain_form.items():
        first = plain.get(form) or min(some, key=lambda one: one.pk)
        yield from ((first, one) for one in some if one.pk != first.pk)


def merge(
    kept: Subscriber, other: Subscriber, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Make two subscribers one; the other row stays, and is never mailed again.

    Raises:
        CannotMerge: they are one already, or one of them was forgotten.
    """
    with transaction.atomic():
        kept, other = _held(kept, other)
        for place in other.subscriptions.select_related("mailing_list"):
            _take_over(place, kept, by=by, now=now)
            unsubscribe(place, through=CHANNEL, now=now)
        _carry_blocks(other, kept, by=by, now=now)
        _carry_the_rest(other, kept)
        merge_elsewhere(kept, other)
        Subscriber.objects.filter(Q(pk=other.pk) | Q(merged_into=other)).update(
            merged_into=kept
        )
        for one, with_whom in ((kept, other), (other, kept)):
            record_act("merged", one, by=by, now=now, other=with_whom.pk)


@dataclass(frozen=True)
class Outcome:
    """What a merge would make of one newsletter, to be read before pressing."""

    mailing_list: str
    state: SubscriptionState


def outcome_of(kept: Subscriber, other: Subscriber) -> list[Outcome]:
    """Return where the person would stand with each newsletter."""
    states: dict[str, list[str]] = {}
    for person in (kept, other):
        for place in person.subscriptions.select_related("mailing_list"):
            states.setdefault(place.mailing_list.name, []).append(place.state)
    return [Outcome(name, _strongest(found)) for name, found in states.items()]


def _strongest(states: list[str]) -> SubscriptionState:
    for state in (SubscriptionState.UNSUBSCRIBED, SubscriptionState.CONFIRMED):
        if state in states:
            return state
    return SubscriptionState.PENDING


def _whole() -> "QuerySet[Subscriber]":
    return Subscriber.objects.filter(erased_at=None, merged_into=None)


def _held(kept: Subscriber, other: Subscriber) -> tuple[Subscriber, Subscriber]:
    """Hold both rows, in one order whoever asks, as they are now.

    Raises:
        CannotMerge: there are no two people to be made one.
    """
    rows = _whole().filter(pk__in=(kept.pk, other.pk)).order_by("pk")
    found = {one.pk: one for one in rows.select_for_update()}
    if kept.pk == other.pk or len(found) < 2:
        raise CannotMerge(
            _("These two are one already, or one of them was forgotten. Look again.")
        )
    return found[kept.pk], found[other.pk]


def _take_over(
    place: Subscription, kept: Subscriber, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Let what somebody chose at one address hold at the other, refusals first."""
    theirs = kept.subscriptions.filter(mailing_list=place.mailing_list).first()
    if theirs is None:
        _begin_as(place, kept, by=by, now=now)
        return
    if place.state == SubscriptionState.UNSUBSCRIBED:
        unsubscribe(theirs, through=CHANNEL, now=now)
        return
    if (place.state, theirs.state) == _AGREED_AT_THE_OTHER:
        _agree_as(place, theirs, by=by, now=now)
        return
    calmer: dict[str, Any] = {}
    if place.paused_until and place.paused_until > (theirs.paused_until or now.date()):
        calmer["paused_until"] = place.paused_until
    if place.rhythm == Rhythm.MONTHS_BEST:
        calmer["rhythm"] = place.rhythm
    if calmer and place.state == theirs.state == SubscriptionState.CONFIRMED:
        Subscription.objects.filter(pk=theirs.pk).update(**calmer)
        words = "pause or how often, as at the other address"
        record(theirs, ConsentAct.CHANGED, channel=CHANNEL, wording=words, now=now)


def _begin_as(
    place: Subscription, kept: Subscriber, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Give a place that only the other address had, with the words agreed to there."""
    if place.state == SubscriptionState.PENDING:
        return
    columns = {
        name: getattr(place, name)
        for name in (
            "mailing_list",
            "state",
            "source",
            "created_at",
            "confirmed_at",
            "unsubscribed_at",
            "unsubscribed_through",
            "paused_until",
            "rhythm",
            "first_issue_on",
        )
    }
    new = Subscription.objects.create(subscriber=kept, **columns)
    new.topics.set(place.topics.all())
    _put_on_record(place, new, by=by, now=now)


def _agree_as(
    place: Subscription, theirs: Subscription, *, by: AbstractBaseUser, now: datetime
) -> None:
    """Confirm who asked at one address and confirmed at the other."""
    Subscription.objects.filter(pk=theirs.pk).update(
        state=place.state, confirmed_at=place.confirmed_at
    )
    _put_on_record(place, theirs, by=by, now=now)


def _put_on_record(
    place: Subscription, theirs: Subscription, *, by: AbstractBaseUser, now: datetime
) -> None:
    agreed = place.state == SubscriptionState.CONFIRMED
    record(
        theirs,
        ConsentAct.CONFIRMED if agreed else ConsentAct.WITHDRAWN,
        channel=CHANNEL,
        wording=_words_agreed_to(place) if agreed else "",
        by_name=by.get_username(),
        now=now,
    )


def _words_agreed_to(place: Subscription) -> str:
    acts = Consent.objects.filter(
        subscriber=place.subscriber_id, mailing_list=place.mailing_list_id
    ).exclude(act=ConsentAct.CHANGED)
    last = acts.exclude(wording="").order_by("-at", "-pk").first()
    return last.wording if last else ""


def _carry_blocks(
    other: Subscriber, kept: Subscriber, *, by: AbstractBaseUser, now: datetime
) -> None:
    rows = Suppression.objects.filter(
        address_hash=other.address_hash, reason__in=_OF_THE_PERSON
    )
    for row in rows:
        reason = SuppressionReason(row.reason)
        suppress(kept.address_hash, reason, now, row.note, by=by)


def _carry_what_imports_gave(other: Subscriber, kept: Subscriber) -> None:
    """Let an import take back the tags it gave, unless they had them besides."""
    worn = kept.tags.all()
    # What a colleague took off is not there to be taken back.
    ImportTag.objects.filter(subscriber=kept).exclude(tag__in=worn).delete()
    given = ImportTag.objects.filter(subscriber=other)
    given.filter(tag__in=worn).delete()
    given.update(subscriber=kept)


def _carry_the_rest(other: Subscriber, kept: Subscriber) -> None:
    """Give the one row what colleagues keep, and a name where it has none."""
    Note.objects.filter(subscriber=other).update(subscriber=kept)
    PrivacyRequest.objects.filter(subscriber=other).update(subscriber=kept)
    _carry_what_imports_gave(other, kept)
    kept.tags.add(*other.tags.all())
    other.tags.clear()
    AddressChange.objects.filter(subscriber=other).delete()
    for column in ("first_name", "time_zone"):
        value = getattr(other, column)
        Subscriber.objects.filter(pk=kept.pk, **{column: ""}).update(**{column: value})
