"""What on the front page asks for a person: one line each, leading to its cure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.delivery.sweeping import last_sweep
from newsletter.events.models import ProviderCall
from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from newsletter.reports.alert_models import Alert, AlertKind
from newsletter.reports.recent import Account
from subscribers.models import MailingList, PrivacyRequest

# A worker that starts anew is silent for less.
SILENCE = timedelta(minutes=2)
# Older failures are no news any more.
NEWS = timedelta(days=14)
# The law gives a month; the last week of it is pressing.
PRESSING = timedelta(days=7)


@dataclass(frozen=True)
class Call:
    """One thing that asks for a person; ``address`` is "" where only telling helps."""

    words: str
    more: str = ""
    address: str = ""


def calls(
    request: HttpRequest,
    mailing_list: MailingList,
    accounts: Iterable[Account],
    *,
    now: datetime,
) -> list[Call]:
    """Return what asks for whoever looks, the most pressing first."""
    found: list[Call] = []
    if request.user.has_perm("newsletter.view_dispatch"):
        found += _clock(now)
        found += _missed(mailing_list, now)
        found += _paused(mailing_list)
        found += _uncertain(accounts)
    if request.user.has_perm("newsletter.view_alert"):
        found += _alerts(request, mailing_list, now)
    if request.user.has_perm("newsletter.view_mistakereport"):
        found += _waiting_mistakes()
    if request.user.has_perm("subscribers.view_privacyrequest"):
        found += _privacy_requests(now)
    if request.user.has_perm("newsletter.view_providercall"):
        found += _unread_calls()
    if _may_know_of_mail(request):
        found += _failed_mail(request, now)
    return found


def _may_know_of_mail(request: HttpRequest) -> bool:
    return any(
        request.user.has_perm(permission)
        for permission in (
            "newsletter.view_outgoingmail",
            "newsletter.control_dispatch",
        )
    )


def _clock(now: datetime) -> Iterator[Call]:
    last = last_sweep()
    if last is not None and now - last < SILENCE:
        return
    yield Call(
        _("Nothing leaves at the moment"),
        _("The machine that sends stands still. Tell the administrator."),
    )


def _missed(mailing_list: MailingList, now: datetime) -> Iterator[Call]:
    theirs = Dispatch.objects.filter(issue__mailing_list=mailing_list)
    for dispatch in theirs.missed(now).select_related("issue"):
        yield Call(
            _("%(issue)s did not leave when it should have")
            % {"issue": dispatch.issue},
            _("Decide what happens now."),
            reverse("admin:newsletter_issue_publish", args=[dispatch.issue_id]),
        )


def _paused(mailing_list: MailingList) -> Iterator[Call]:
    theirs = Dispatch.objects.filter(issue__mailing_list=mailing_list)
    for dispatch in theirs.filter(state=DispatchState.PAUSED).select_related("issue"):
        yield Call(
            _("%(issue)s is paused") % {"issue": dispatch.issue},
            dispatch.pause_reason,
            reverse("admin:newsletter_dispatch_change", args=[dispatch.pk]),
        )


def _uncertain(accounts: Iterable[Account]) -> Iterator[Call]:
    for account in accounts:
        count = account.progress.unknown
        if not count:
            continue
        words = ngettext(
            "%(issue)s: of %(count)s reader nobody knows whether it arrived",
            "%(issue)s: of %(count)s readers nobody knows whether it arrived",
            count,
        )
        yield Call(
            words % {"issue": account.dispatch.issue, "count": count},
            _("See who they are and decide."),
            reverse(
                "admin:newsletter_dispatch_people",
                args=[account.dispatch.pk, "unknown"],
            ),
        )


# What has a line of its own above.
_TOLD_ABOVE = (AlertKind.PAUSED, AlertKind.UNKNOWN, AlertKind.MISTAKE)


def _alerts(
    request: HttpRequest, mailing_list: MailingList, now: datetime
) -> Iterator[Call]:
    """Call for what was mailed about as well, until it is over."""
    theirs = Alert.objects.open().filter(dispatch__issue__mailing_list=mailing_list)
    if request.user.has_perm("newsletter.view_dispatch"):
        missed = Dispatch.objects.missed(now)
        theirs = theirs.exclude(kind__in=_TOLD_ABOVE).exclude(dispatch__in=missed)
        yield from (Call(alert.words, address=alert.page) for alert in theirs)
    else:
        # Who keeps the house running sees no issue, and is told all of it here.
        address = reverse("admin:newsletter_alert_changelist")
        yield from (Call(alert.words, address=address) for alert in theirs)


def _waiting_mistakes() -> Iterator[Call]:
    waiting = Alert.objects.open().filter(kind=AlertKind.MISTAKE)
    if count := waiting.count():
        words = ngettext(
            "%(count)d mistake waits for more than a day",
            "%(count)d mistakes wait for more than a day",
            count,
        )
        address = reverse("admin:newsletter_mistakereport_changelist")
        yield Call(
            words % {"count": count},
            _("Whoever takes the trouble to write hopes to be heard."),
            f"{address}?state__exact=new",
        )


def _privacy_requests(now: datetime) -> Iterator[Call]:
    """Call for what the law wants answered soon, or wanted answered before."""
    today = localdate(now)
    pressing = list(PrivacyRequest.objects.due_by(today + PRESSING))
    late = sum(one.answer_by < today for one in pressing)
    address = reverse("admin:subscribers_privacyrequest_changelist")
    if late:
        words = ngettext(
            "%(count)d privacy request should have been answered",
            "%(count)d privacy requests should have been answered",
            late,
        )
        why = _("The law gives a month. Answer today.")
        yield Call(words % {"count": late}, why, f"{address}?stand=open")
    if soon := [one for one in pressing if one.answer_by >= today]:
        words = ngettext(
            "%(count)d privacy request asks for an answer",
            "%(count)d privacy requests ask for an answer",
            len(soon),
        )
        day = date_format(soon[0].answer_by, "l j F")
        why = _("On %(day)s at the latest.") % {"day": day}
        yield Call(words % {"count": len(soon)}, why, f"{address}?stand=open")


def _unread_calls() -> Iterator[Call]:
    if count := ProviderCall.objects.stuck().count():
        words = ngettext(
            "%(count)d message of a mail provider cannot be read",
            "%(count)d messages of mail providers cannot be read",
            count,
        )
        yield Call(
            words % {"count": count},
            _("Bounces and complaints may be among them."),
            reverse("admin:newsletter_providercall_changelist"),
        )


def _failed_mail(request: HttpRequest, now: datetime) -> Iterator[Call]:
    failed = OutgoingMail.objects.filter(
        # What was never tried was emptied because its reader is forgotten.
        state=OutgoingMailState.FAILED,
        tries__gt=0,
        created_at__gte=now - NEWS,
    )
    if not (count := failed.count()):
        return
    may_look = request.user.has_perm("newsletter.view_outgoingmail")
    address = reverse("admin:newsletter_outgoingmail_changelist")
    yield Call(
        ngettext(
            "%(count)d single mail could not be delivered",
            "%(count)d single mails could not be delivered",
            count,
        )
        % {"count": count},
        _("Confirmations, reminders and the like of the last two weeks."),
        f"{address}?state__exact={OutgoingMailState.FAILED}" if may_look else "",
    )
