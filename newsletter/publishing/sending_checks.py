"""Checks of the moment, the sender and the audience."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery.audience import surprise_at
from newsletter.delivery.months_best import readers_of
from newsletter.installation import is_loopback
from newsletter.issues.aiming import Aim, aim_in_words, aim_of
from newsletter.issues.models import Issue
from newsletter.issues.numbering import last_day_gone, next_free_day
from newsletter.publishing.calendar import local_time, planned_time
from newsletter.publishing.findings import Check, Finding, Mend, Severity
from newsletter.publishing.mends import setting
from subscribers.models import MailingList

DAY = Check("day", gettext_lazy("The issue stands on its day, which is to come."))
POSTAL_ADDRESS = Check(
    "postal address",
    gettext_lazy("The postal address is in the mail."),
    is_final=True,
    is_quick=False,
)
SENDER = Check(
    "sender",
    gettext_lazy("The sender's address is one that others can reach."),
    is_final=True,
    is_quick=False,
)
PROVIDER = Check(
    "provider",
    gettext_lazy("A mail provider is connected, or all mail stays here to be tried."),
    is_final=True,
    is_quick=False,
)
READERS = Check(
    "readers",
    gettext_lazy("There are readers to get it."),
    is_final=True,
    is_quick=False,
)
AUDIENCE = Check(
    "audience",
    gettext_lazy("There are about as many readers as last time."),
    is_quick=False,
)
CHECKS = (DAY, POSTAL_ADDRESS, SENDER, PROVIDER, READERS, AUDIENCE)

# Their owners let nobody else send in their name: such mail is refused everywhere.
FREE_MAIL = frozenset(
    [
        "gmail.com",
        "hotmail.com",
        "hotmail.nl",
        "outlook.com",
        "live.nl",
        "yahoo.com",
        "icloud.com",
        "ziggo.nl",
        "kpnmail.nl",
    ]
)
_NO_DOMAIN_OF_OURS = (".localdomain", ".local", ".invalid", ".test", ".example")


def check_sending(issue: Issue, *, now: datetime) -> Iterator[Finding]:
    """Look at when it leaves, from whom, and to how many."""
    yield from check_day(issue, now)
    yield from _check_sender(issue.mailing_list)
    yield from _check_provider(issue)
    planned = planned_time(issue) or local_time(now, issue.mailing_list.zone)
    readers = audience_size(issue, on=planned.date())
    if readers == 0:
        yield _nobody(issue)
    elif surprise := surprise_at(issue, readers):
        yield AUDIENCE.finds(Severity.WARN, surprise, issue.mailing_list)


def _nobody(issue: Issue) -> Finding:
    if aim := aim_in_words(aim_of(issue)):
        message = _(
            "Nobody would get this issue: it is only for %(aim)s, and no reader is."
        )
        field = "id_segment" if issue.segment_id else "id_topic"
        return READERS.finds(Severity.STOP, message % {"aim": aim}, issue, field)
    message = _(
        "Nobody would get this issue: the newsletter has no confirmed subscribers."
    )
    return READERS.finds(Severity.STOP, message, issue.mailing_list)


def audience_size(issue: Issue, *, on: date, aim: Aim | None = None) -> int:
    """Count who would get the issue, were it to leave on that day of its list.

    Args:
        aim: for whom it is, as it was approved; None is as the issue says now.
    """
    return readers_of(issue, on, aim=aim).count()


def check_day(
    issue: Issue, now: datetime, *, is_typed: bool = False
) -> Iterator[Finding]:
    """Look at the day above the issue.

    Args:
        is_typed: nothing is asked of the database, so no other day is offered.
    """
    day = issue.publication_date
    severity = Severity.WARN
    if day is None:
        message = _("This issue has no day yet. Choose one.")
    elif day < local_time(now, issue.mailing_list.zone).date():
        message = _("The day above the issue has gone by. Choose another.")
    elif day.weekday() != issue.mailing_list.weekday:
        message = _("This is another day than readers are used to.")
        severity = Severity.HINT
    else:
        return
    yield DAY.finds(
        severity,
        message,
        issue,
        "id_publication_date",
        mend=None if is_typed else _next_day(issue, now),
    )


def _next_day(issue: Issue, now: datetime) -> Mend:
    mailing_list = issue.mailing_list
    day = next_free_day(mailing_list, after=last_day_gone(mailing_list, now=now))
    label = _("Take %(day)s") % {"day": date_format(day, _("l F j"))}
    return setting(issue, label, publication_date=day)


def _check_sender(mailing_list: MailingList) -> Iterator[Finding]:
    if not mailing_list.postal_address.strip():
        message = _("The postal address is missing. The law asks for it in every mail.")
        yield POSTAL_ADDRESS.finds(
            Severity.STOP, message, mailing_list, "id_postal_address"
        )
    domain = mailing_list.sender_domain
    if not can_be_ours(domain):
        message = _(
            "The sender's address (%(address)s) is no address that others can reach, "
            "so the mail would be refused. Use the domain of the magazine."
        ) % {"address": mailing_list.sender_address}
        yield SENDER.finds(Severity.STOP, message, mailing_list, "id_sender_address")
    elif domain in FREE_MAIL:
        message = _(
            "%(domain)s does not let others send in its name, so the mail would be "
            "refused or end up as spam. Use the domain of the magazine."
        ) % {"domain": domain}
        yield SENDER.finds(Severity.STOP, message, mailing_list, "id_sender_address")


def can_be_ours(domain: str) -> bool:
    """Tell whether mail of that domain can reach anyone at all."""
    if settings.EMAIL_PROVIDER == "local":
        return bool(domain)
    return "." in domain and not domain.endswith(_NO_DOMAIN_OF_OURS)


def _check_provider(issue: Issue) -> Iterator[Finding]:
    if settings.EMAIL_PROVIDER == "local" and not is_loopback(settings.SITE_URL):
        message = _(
            "This installation keeps all mail in its own mailbox, so no reader would "
            "get it. Ask the administrator to connect a mail provider."
        )
        yield PROVIDER.finds(Severity.STOP, message, issue)
