"""Checks of the moment, the sender and the audience."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings
from django.utils.translation import gettext as _

from newsletter.delivery.audience import surprise_at
from newsletter.installation import is_loopback
from newsletter.issues.models import Issue
from newsletter.publishing.calendar import local_time, planned_time
from newsletter.publishing.findings import Finding, Severity
from subscribers.models import MailingList, Subscription

# Their owners let nobody else send in their name: such mail is refused everywhere.
_FREE_MAIL = frozenset(
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
    yield from _check_day(issue, now)
    yield from _check_sender(issue.mailing_list)
    yield from _check_provider(issue)
    planned = planned_time(issue) or local_time(now, issue.mailing_list.zone)
    readers = audience_size(issue, on=planned.date())
    if readers == 0:
        message = _(
            "Nobody would get this issue: the newsletter has no confirmed subscribers."
        )
        yield Finding(Severity.STOP, message, issue.mailing_list)
    elif surprise := surprise_at(issue, readers):
        yield Finding(Severity.WARN, surprise, issue.mailing_list)


def audience_size(issue: Issue, *, on: date) -> int:
    """Count who would get the issue, were it to leave on that day of its list."""
    subscriptions = Subscription.objects.filter(mailing_list=issue.mailing_list)
    return subscriptions.mailable(on).count()


def _check_day(issue: Issue, now: datetime) -> Iterator[Finding]:
    day = issue.publication_date
    if day is None:
        message = _("This issue has no day yet. Choose one.")
        yield Finding(Severity.WARN, message, issue, "id_publication_date")
        return
    if day < local_time(now, issue.mailing_list.zone).date():
        message = _("The day above the issue has gone by. Choose another.")
        yield Finding(Severity.WARN, message, issue, "id_publication_date")
    if day.weekday() != issue.mailing_list.weekday:
        message = _("This is another day than readers are used to.")
        yield Finding(Severity.HINT, message, issue, "id_publication_date")


def _check_sender(mailing_list: MailingList) -> Iterator[Finding]:
    if not mailing_list.postal_address.strip():
        message = _("The postal address is missing. The law asks for it in every mail.")
        yield Finding(Severity.STOP, message, mailing_list, "id_postal_address")
    domain = mailing_list.sender_address.rpartition("@")[2].lower()
    if not _can_be_ours(domain):
        message = _(
            "The sender's address (%(address)s) is no address that others can reach, "
            "so the mail would be refused. Use the domain of the magazine."
        ) % {"address": mailing_list.sender_address}
        yield Finding(Severity.STOP, message, mailing_list, "id_sender_address")
    elif domain in _FREE_MAIL:
        message = _(
            "%(domain)s does not let others send in its name, so the mail would be "
            "refused or end up as spam. Use the domain of the magazine."
        ) % {"domain": domain}
        yield Finding(Severity.STOP, message, mailing_list, "id_sender_address")


def _can_be_ours(domain: str) -> bool:
    if settings.EMAIL_PROVIDER == "local":
        return bool(domain)
    return "." in domain and not domain.endswith(_NO_DOMAIN_OF_OURS)


def _check_provider(issue: Issue) -> Iterator[Finding]:
    if settings.EMAIL_PROVIDER == "local" and not is_loopback(settings.SITE_URL):
        message = _(
            "This installation keeps all mail in its own mailbox, so no reader would "
            "get it. Ask the administrator to connect a mail provider."
        )
        yield Finding(Severity.STOP, message, issue)
