"""Telling people and other systems of what asks for a person: when it begins and ends.

A row per cause: whoever wrote it tells of it, so that two clocks tell once.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.delivery.proofs import colleagues_who
from newsletter.hooks.announcing import announce
from newsletter.hooks.models import Happening
from newsletter.links import absolute_url
from newsletter.outbox.writing import write_mail
from newsletter.reports.alert_models import Alert, AlertKind
from newsletter.reports.watching import LOOKED_BACK, Cause, causes

PURPOSE = "alert"
# What comes and goes within this time is one alert.
CALM = timedelta(minutes=2)
# An issue drops out of sight after so long: that is no good news to be mailed.
_TOO_OLD_TO_TELL = LOOKED_BACK - timedelta(days=1)

# Publishers hear everything, who keeps the house running all but what readers write.
_PUBLISHERS, _HOUSE = "control_dispatch", "view_outgoingmail"


def watch(now: datetime) -> tuple[int, int]:
    """Begin and end alerts as things stand now; return how many of each."""
    with override(settings.LANGUAGE_CODE):
        there = {(one.kind.value, one.about): one for one in causes(now)}
        known = {(one.kind, one.about): one for one in Alert.objects.open()}
        still = [known[key].pk for key in there.keys() & known.keys()]
        Alert.objects.filter(pk__in=still).update(seen_at=now)
        begun = [_begin(there[key], now=now) for key in there.keys() - known.keys()]
        gone = [known[key] for key in known.keys() - there.keys()]
        ended = [_end(one, now=now) for one in gone if one.seen_at <= now - CALM]
    return sum(begun), sum(ended)


def _begin(cause: Cause, *, now: datetime) -> bool:
    with transaction.atomic():
        alert, is_new = Alert.objects.get_or_create(
            kind=cause.kind,
            about=cause.about,
            ended_at=None,
            defaults={
                "words": cause.words[:400],
                "page": cause.page,
                "dispatch": cause.dispatch,
                "began_at": now,
                "seen_at": now,
            },
        )
        if is_new:
            _tell(alert, is_over=False, now=now)
    return is_new


def _end(alert: Alert, *, now: datetime) -> bool:
    with transaction.atomic():
        is_ours = Alert.objects.open().filter(pk=alert.pk).update(ended_at=now)
        if is_ours and now - alert.began_at < _TOO_OLD_TO_TELL:
            _tell(alert, is_over=True, now=now)
    return bool(is_ours)


def _tell(alert: Alert, *, is_over: bool, now: datetime) -> None:
    stage = "over" if is_over else "began"
    for person in who_hears(alert.kind) if _is_worth_a_mail(alert) else ():
        _write(alert, person, stage, is_over=is_over, now=now)
    dispatch = alert.dispatch
    announce(
        Happening.ALERT,
        key=f"alert {alert.pk} {stage}",
        alert=alert.pk,
        about=alert.kind,
        state=stage,
        issue=dispatch.issue.number if dispatch else None,
        mailing_list=dispatch.issue.mailing_list.slug if dispatch else None,
        url=f"{settings.SITE_URL}{alert.page}",
        now=now,
    )


def _is_worth_a_mail(alert: Alert) -> bool:
    """Tell whether it is mailed: of mistakes that wait only the first of each day.

    A hundred reports that nobody looked at are one piece of news; all of them are
    counted on the front page.
    """
    if alert.kind != AlertKind.MISTAKE:
        return True
    day = timezone.localtime(alert.began_at).replace(hour=0, minute=0, second=0)
    earlier = Alert.objects.filter(kind=alert.kind, pk__lt=alert.pk)
    return not earlier.filter(began_at__gte=day.replace(microsecond=0)).exists()


def who_hears(kind: str) -> "QuerySet[User]":
    """Return the colleagues with an address who are told of a kind of alert."""
    if kind == AlertKind.MISTAKE:
        return colleagues_who(_PUBLISHERS)
    return colleagues_who(_PUBLISHERS, _HOUSE)


def _page_for(person: User, alert: Alert) -> str:
    """Return where it is seen to; who may not go there sees at least that it is so."""
    if alert.dispatch and not person.has_perm("newsletter.view_dispatch"):
        return absolute_url("admin:newsletter_alert_changelist")
    return f"{settings.SITE_URL}{alert.page}"


def _write(
    alert: Alert, person: User, stage: str, *, is_over: bool, now: datetime
) -> None:
    dispatch = alert.dispatch
    mailing_list = dispatch.issue.mailing_list if dispatch else None
    what = alert.get_kind_display()
    about = f"{what} ({dispatch.issue})" if dispatch else what
    subject = _("In order again: %(what)s") if is_over else _("Look at this: %(what)s")
    write_mail(
        purpose=PURPOSE,
        key=f"{PURPOSE}-{alert.pk}-{stage}-{person.pk}",
        to=person.email,
        subject=subject % {"what": about},
        template=f"newsletter/email/{PURPOSE}",
        context={
            "alert": alert,
            "is_over": is_over,
            "began_at": alert.began_at,
            "address": _page_for(person, alert),
        },
        from_header=mailing_list.from_header
        if mailing_list
        else settings.DEFAULT_FROM_EMAIL,
        mailing_list=mailing_list,
        now=now,
    )
