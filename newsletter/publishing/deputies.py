"""Standing in for a publisher who is ill or on holiday, from one day to another.

A deputy may approve and schedule in the publisher's place, and nothing else: what
either of them may do besides stays as it is. It ends by itself.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.publishing.models import Deputyship

# What is handed over; each is asked by this name wherever it is needed.
APPROVING, SCHEDULING = "newsletter.add_approval", "newsletter.add_dispatch"
HANDED_OVER = (APPROVING, SCHEDULING)
LOOKING = "newsletter.view_issue"
LONGEST = timedelta(days=60)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


class CannotDeputise(Exception):
    """Why this colleague does not stand in, and what to do about it."""


# --- Who may ---


def may(person: User, permission: str, *, now: datetime) -> bool:
    """Tell whether somebody may do this, of their own or in a publisher's place."""
    return person.has_perm(permission) or bool(
        in_whose_place(person, permission, now=now)
    )


def in_whose_place(person: User, permission: str, *, now: datetime) -> User | None:
    """Return the publisher for whom somebody does what they may not do themselves.

    None for who may do it without, and where the publisher may not do it either.
    """
    if permission not in HANDED_OVER or person.has_perm(permission):
        return None
    standing = Deputyship.objects.standing(day_of(now)).filter(deputy=person)
    for deputyship in standing.select_related("publisher"):
        if deputyship.publisher.has_perm(permission):
            return deputyship.publisher
    return None


def may_name_a_deputy(person: User) -> bool:
    """Tell whether somebody has in their own name what a deputy would do."""
    return person.has_perms(HANDED_OVER)


def approvers() -> "QuerySet[User]":
    """Return who may approve because it is their work.

    A superuser passes every check, for emergencies; that makes nobody a publisher.
    """
    allowed = User.objects.with_perm(
        APPROVING, include_superusers=False, backend=_BACKEND
    )
    return allowed.order_by("pk")


def schedulers(*, now: datetime) -> list[User]:
    """Return who may schedule today: publishers, superusers and deputies."""
    theirs = User.objects.with_perm(SCHEDULING, backend=_BACKEND).order_by("pk")
    either = {one.pk: one for one in (*theirs, *deputies_of(theirs, now=now))}
    return list(either.values())


def possible_deputies(publisher: User) -> "QuerySet[User]":
    """Return the colleagues who know the desk: they may look at issues."""
    colleagues = User.objects.with_perm(
        LOOKING, include_superusers=False, backend=_BACKEND
    )
    return colleagues.exclude(pk=publisher.pk).order_by("first_name", "username")


def deputies_of(publishers: Iterable[User], *, now: datetime) -> list[User]:
    """Return who stands in for any of these people today."""
    standing = Deputyship.objects.standing(day_of(now)).filter(publisher__in=publishers)
    return [one.deputy for one in standing.select_related("deputy")]


def on_record(publisher: User | None) -> dict[str, str]:
    """Return what an act on record says of whose place it was done in."""
    return {"in_place_of": publisher.get_username()} if publisher else {}


def day_of(now: datetime) -> date:
    """Return the day it is at the desk."""
    return timezone.localdate(now)


# --- Acts ---


def name_deputy(
    publisher: User, deputy: User, *, first_day: date, last_day: date, now: datetime
) -> Deputyship:
    """Let a colleague stand in for a publisher; pressing twice names them once.

    Args:
        first_day, last_day: both included, by the clock of the desk.

    Raises:
        CannotDeputise: not theirs to give, not to this colleague, or not these days.
    """
    _refuse_unless_theirs(publisher, deputy)
    _refuse_days(first_day, last_day, now=now)
    with transaction.atomic():
        deputyship, is_new = Deputyship.objects.get_or_create(
            publisher=publisher,
            deputy=deputy,
            first_day=first_day,
            last_day=last_day,
            ended_at=None,
            defaults={"created_at": now},
        )
        if is_new:
            record_act(
                "deputy named",
                deputyship,
                by=publisher,
                now=now,
                deputy=deputy.get_username(),
                first_day=first_day.isoformat(),
                last_day=last_day.isoformat(),
            )
    return deputyship


@transaction.atomic
def end_deputyship(deputyship: Deputyship, *, by: User, now: datetime) -> None:
    """End it before its last day; a second press changes nothing.

    Raises:
        CannotDeputise: only a publisher does that.
    """
    if not may_name_a_deputy(by):
        raise CannotDeputise(_("Only a publisher ends this."))
    open_still = Deputyship.objects.filter(pk=deputyship.pk, ended_at=None)
    if open_still.update(ended_at=now):
        record_act("deputy not needed any more", deputyship, by=by, now=now)


def _refuse_unless_theirs(publisher: User, deputy: User) -> None:
    if not may_name_a_deputy(publisher):
        raise CannotDeputise(
            _("You cannot hand over what is not yours: ask a publisher.")
        )
    if not possible_deputies(publisher).filter(pk=deputy.pk).exists():
        raise CannotDeputise(_("Choose a colleague who works on the issues."))


def _refuse_days(first_day: date, last_day: date, *, now: datetime) -> None:
    if last_day < first_day:
        raise CannotDeputise(_("The last day lies before the first. Turn them round."))
    if last_day < day_of(now):
        raise CannotDeputise(_("These days have gone by. Choose later ones."))
    if last_day - first_day >= LONGEST:
        raise CannotDeputise(
            _("At most %(count)d days at a time. Name somebody again after that.")
            % {"count": LONGEST.days}
        )
