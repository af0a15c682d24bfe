"""Readers of whom nothing was heard for long: asked once to stay, kindly, by mail.

We do not know who reads: there is no picture in our mails, and presses are counted
without who pressed. So silence proves nothing, and a publisher decides twice: to ask,
and, when the weeks to answer are over, to let go of who did not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.signing import BadToken, make_token, read_token
from subscribers import emails
from subscribers.consent import UnknownLink, unsubscribe
from subscribers.models import (
    Consent,
    ConsentAct,
    MailingList,
    StayQuestion,
    StayRound,
    Subscription,
    SubscriptionState,
)
from subscribers.proof import record
from subscribers.registry import heard_of_since, who_was_mailed

CHANNEL = "question to stay"
UNANSWERED = "no answer to the question to stay"
_MONTH = timedelta(days=30.44)
# Confirmations leave by the same door: so many a minute hold up nobody.
_AT_ONCE = 100


class CannotAsk(Exception):
    """This cannot be begun or ended now; the text says why."""


@dataclass(frozen=True)
class Standing:
    """How far a round is, in readers."""

    asked: int
    waiting: int
    stayed: int
    let_go: int


def quiet_readers(
    mailing_list: MailingList, months: int, *, now: datetime
) -> "QuerySet[Subscription]":
    """Return who got mail for so many months and let nothing be heard of them."""
    before = now - months * _MONTH
    heard = Consent.objects.filter(subscriber=OuterRef("subscriber"), at__gte=before)
    asked = StayQuestion.objects.filter(
        subscription=OuterRef("pk"), round__started_at__gte=before
    )
    today = now.astimezone(mailing_list.zone).date()
    readers = Subscription.objects.filter(mailing_list=mailing_list).mailable(today)
    return readers.filter(
        ~Exists(heard),
        ~Exists(asked),
        confirmed_at__lt=before,
        subscriber__in=who_was_mailed(mailing_list),
    ).exclude(subscriber__address_hash__in=heard_of_since(before))


def begin(
    mailing_list: MailingList,
    *,
    quiet_months: int,
    answer_weeks: int,
    by: AbstractBaseUser,
    now: datetime,
) -> StayRound:
    """Write down who is asked; the mails leave by themselves, some in a minute.

    Raises:
        CannotAsk: nobody was quiet for so long.
    """
    with transaction.atomic():
        quiet = quiet_readers(mailing_list, quiet_months, now=now)
        keys = list(quiet.values_list("pk", flat=True))
        if not keys:
            raise CannotAsk(_("Nobody was quiet for so long. There is nobody to ask."))
        asking = StayRound.objects.create(
            mailing_list=mailing_list,
            quiet_months=quiet_months,
            answer_weeks=answer_weeks,
            started_at=now,
            started_by=by.get_username(),
        )
        questions = (StayQuestion(round=asking, subscription_id=key) for key in keys)
        StayQuestion.objects.bulk_create(questions, batch_size=1000)
        record_act("asked to stay", asking, by=by, now=now, readers=len(keys))
    return asking


def go_on(now: datetime) -> None:
    """Ask the next few, and let the next few go, of every round."""
    _ask_some(now)
    _let_some_go(now)


def question_behind(token: str) -> StayQuestion:
    """Return the question that a link was mailed with, without changing anything.

    Raises:
        UnknownLink: not ours, or of somebody who is gone.
    """
    try:
        number = read_token("stay", token)
    except BadToken as bad:
        raise UnknownLink from bad
    questions = StayQuestion.objects.select_related(
        "subscription__subscriber", "subscription__mailing_list"
    )
    question = questions.filter(pk=number).first()
    if question is None or question.subscription.subscriber.erased_at:
        raise UnknownLink
    return question


def stay(question: StayQuestion, *, now: datetime) -> bool:
    """Write down that somebody wants to stay; False when they left already."""
    place = question.subscription
    with transaction.atomic():
        reads = Subscription.objects.filter(
            pk=place.pk, state=SubscriptionState.CONFIRMED
        )
        if not reads.exists():
            return False
        if StayQuestion.objects.filter(pk=question.pk, stayed_at=None).update(
            stayed_at=now, settled_at=now
        ):
            words = "wants to stay"
            record(place, ConsentAct.CHANGED, channel=CHANNEL, wording=words, now=now)
    return True


def let_go(asking: StayRound, *, by: AbstractBaseUser, now: datetime) -> None:
    """Begin to end the subscriptions of who did not answer in time.

    Raises:
        CannotAsk: the weeks to answer are not over for everybody, or it was begun.
    """
    if may_let_go_from(asking) > now:
        raise CannotAsk(_("The time to answer is not over yet."))
    begun = StayRound.objects.filter(pk=asking.pk, letting_go_at=None).update(
        letting_go_at=now, letting_go_by=by.get_username()
    )
    if not begun:
        raise CannotAsk(_("A colleague was quicker: this has begun already."))
    record_act("let go of who did not answer", asking, by=by, now=now)


def may_let_go_from(asking: StayRound) -> datetime:
    """Return when the weeks to answer are over for who was asked last."""
    last = asking.questions.order_by("-asked_at").exclude(asked_at=None).first()
    begun = last.asked_at if last and last.asked_at else asking.started_at
    if asking.questions.filter(asked_at=None, settled_at=None).exists():
        # Whoever is asked tomorrow has as long as who was asked today.
        begun += timedelta(days=1)
    return begun + timedelta(weeks=asking.answer_weeks)


def standing(asking: StayRound) -> Standing:
    """Return how far a round is."""
    questions = asking.questions.all()
    asked = questions.exclude(asked_at=None)
    stayed = questions.exclude(stayed_at=None).count()
    settled = asked.exclude(settled_at=None).filter(stayed_at=None)
    gone = settled.filter(subscription__unsubscribed_through=UNANSWERED).count()
    waiting = asked.filter(settled_at=None).count()
    return Standing(asked.count(), waiting, stayed, gone)


def _ask_some(now: datetime) -> None:
    # Whoever was not asked before the end has had no time to answer.
    waiting = StayQuestion.objects.filter(
        round__letting_go_at=None, asked_at=None, settled_at=None
    )
    some = waiting.select_related("subscription__subscriber", "round__mailing_list")
    for question in some.order_by("pk")[:_AT_ONCE]:
        _ask(question, now=now)


def _ask(question: StayQuestion, *, now: datetime) -> None:
    place = question.subscription
    today = now.astimezone(question.round.mailing_list.zone).date()
    with transaction.atomic():
        mine = StayQuestion.objects.filter(
            pk=question.pk, asked_at=None, settled_at=None
        )
        if not Subscription.objects.filter(pk=place.pk).mailable(today).exists():
            # They left, paused or were blocked since the round began.
            mine.update(settled_at=now)
        elif mine.update(asked_at=now):
            token = make_token("stay", question.pk)
            weeks = question.round.answer_weeks
            emails.ask_to_stay(place, token, weeks=weeks, now=now)


def _let_some_go(now: datetime) -> None:
    unanswered = StayQuestion.objects.filter(
        round__letting_go_at__isnull=False, asked_at__isnull=False, settled_at=None
    ).select_related("subscription__mailing_list")
    for question in unanswered.order_by("pk")[:_AT_ONCE]:
        with transaction.atomic():
            mine = StayQuestion.objects.filter(pk=question.pk, settled_at=None)
            if mine.update(settled_at=now) and not _was_heard(question):
                unsubscribe(question.subscription, through=UNANSWERED, now=now)


def _was_heard(question: StayQuestion) -> bool:
    """Tell whether somebody answered in another way: on their page, or by mail."""
    place = question.subscription
    since = question.asked_at or question.round.started_at
    changed = Consent.objects.filter(subscriber=place.subscriber_id, at__gte=since)
    return changed.exists() or place.subscriber.address_hash in heard_of_since(since)
