"""The proof: what readers are about to get, to those who can still stop it."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.trial import mail_to_a_colleague
from newsletter.issues.aiming import aim_in_words
from newsletter.links import absolute_url
from newsletter.outbox.guarding import refuse_unsafe
from newsletter.outbox.messages import message_of
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.models import Rendition
from newsletter.rendering.personal import Personal, Segments

PURPOSE = "proof of an issue"


def send_proofs(now: datetime) -> int:
    """Put the proofs that are due in the outbox; return of how many dispatches.

    A dispatch that begins at once, or whose moment has come, has none: too late to
    look at it before the readers do.
    """
    return sum(_send_proof(dispatch, now=now) for dispatch in _due(now))


def _due(now: datetime) -> "QuerySet[Dispatch]":
    wanted = Dispatch.objects.filter(
        state=DispatchState.SCHEDULED,
        proof_at=None,
        due_at__gt=now,
        issue__mailing_list__proof_minutes__gt=0,
    ).select_related("issue__mailing_list", "rendition")
    begun = [
        dispatch.pk for dispatch in wanted if dispatch.due_at - _before(dispatch) <= now
    ]
    return wanted.filter(pk__in=begun)


def _before(dispatch: Dispatch) -> timedelta:
    return timedelta(minutes=dispatch.issue.mailing_list.proof_minutes)


def _send_proof(dispatch: Dispatch, *, now: datetime) -> bool:
    with transaction.atomic():
        if not Dispatch.objects.filter(pk=dispatch.pk, proof_at=None).update(
            proof_at=now
        ):
            return False
        mails = [_proof(dispatch, colleague, now=now) for colleague in colleagues()]
        OutgoingMail.objects.bulk_create(mails, ignore_conflicts=True)
    return True


def colleagues() -> "QuerySet[User]":
    """Return everyone with an address who may pause a dispatch."""
    return colleagues_who("pause_dispatch")


def colleagues_who(*acts: str) -> "QuerySet[User]":
    """Return everyone with an address who has any of these permissions, by codename."""
    may = Q(groups__permissions__codename__in=acts) | Q(
        user_permissions__codename__in=acts
    )
    return (
        User.objects.filter(may | Q(is_superuser=True), is_active=True)
        .exclude(email="")
        .distinct()
        .order_by("pk")
    )


def _subject(rendition: Rendition) -> str:
    aim = aim_in_words(rendition.aim)
    if not aim:
        return _("[PROOF] %(subject)s") % {"subject": rendition.subject}
    words = _("[PROOF, only for %(aim)s] %(subject)s")
    return words % {"aim": aim, "subject": rendition.subject}


def _proof(dispatch: Dispatch, colleague: User, *, now: datetime) -> OutgoingMail:
    # As for a reader without a name; its links lead to the page for signing up.
    values = Personal("", absolute_url("sign_up"), absolute_url("sign_up")).values()
    rendition = dispatch.rendition
    mail = mail_to_a_colleague(
        dispatch.issue,
        to=colleague.email,
        key=f"proof-{dispatch.pk}-{colleague.pk}",
        purpose=PURPOSE,
        subject=_subject(rendition),
        text=Segments.of(rendition.text).join(values),
        html=Segments.of(rendition.html).join(values),
        now=now,
    )
    refuse_unsafe(message_of(mail))
    return mail
