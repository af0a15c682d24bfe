"""What name servers say of the sender's domain: may we send in its name?

Gmail, Yahoo and Microsoft refuse much mail of a domain without SPF, DKIM and DMARC.
The clock asks, once a day; the look over an issue reads what came out.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import dns.exception
import dns.resolver
from django.conf import settings
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.models import Issue
from newsletter.publishing.finding_models import DomainCheck
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.sending_checks import FREE_MAIL, can_be_ours
from subscribers.models import MailingList

SENDER_DOMAIN = Check(
    "sender domain",
    gettext_lazy("The sender's domain says that we may send in its name."),
    is_quick=False,
)
CHECKS = (SENDER_DOMAIN,)

SECONDS = 4.0
# Returns the texts that stand under a name; raises DNSException when nobody tells.
Texts = Callable[[str], list[str]]


# --- Asking, apart from any page ---


def ask_for_domains(*, now: datetime, anew: bool = False) -> None:
    """Ask for the domains of all lists that nobody asked for today.

    Args:
        anew: also those that were looked up today.
    """
    if settings.EMAIL_PROVIDER == "local":
        return
    domains = {one.sender_domain for one in MailingList.objects.all()} - {""}
    DomainCheck.objects.bulk_create(
        [DomainCheck(domain=domain, asked_at=now) for domain in domains],
        ignore_conflicts=True,
    )
    before = now if anew else now - DomainCheck.KEPT
    DomainCheck.objects.filter(domain__in=domains, tried_at__lt=before).update(
        asked_at=now
    )


def look_up_due(now: datetime, *, texts: Texts | None = None) -> int:
    """Look up what was asked for; return how many domains that were.

    Looking up twice does no harm, so nobody takes a domain for themselves.
    """
    due = DomainCheck.objects.filter(Q(tried_at=None) | Q(tried_at__lt=F("asked_at")))
    rows = list(due)
    for row in rows:
        DomainCheck.objects.filter(pk=row.pk).update(
            **_told(row.domain, texts or texts_under), tried_at=max(now, row.asked_at)
        )
    return len(rows)


def _told(domain: str, texts: Texts) -> dict[str, bool | None]:
    organisation = ".".join(domain.split(".")[-2:])
    dmarc = _any_begins(
        [f"_dmarc.{domain}", f"_dmarc.{organisation}"], "v=dmarc1", texts
    )
    selectors = [f"{name}._domainkey.{domain}" for name in settings.DKIM_SELECTORS]
    return {
        "has_spf": _any_begins([domain], "v=spf1", texts),
        "has_dkim": _any_has(selectors, "p=", texts) if selectors else None,
        "has_dmarc": dmarc,
    }


def _any_begins(names: list[str], begin: str, texts: Texts) -> bool | None:
    return _any(names, lambda text: text.lower().startswith(begin), texts)


def _any_has(names: list[str], part: str, texts: Texts) -> bool | None:
    return _any(names, lambda text: part in text and "p=;" not in text, texts)


def _any(names: list[str], is_it: Callable[[str], bool], texts: Texts) -> bool | None:
    """Tell whether it stands under one of the names; None when nobody tells."""
    try:
        return any(is_it(text) for name in names for text in texts(name))
    except dns.exception.DNSException:
        return None


def texts_under(name: str) -> list[str]:
    """Return the TXT records of a name; none when it has none.

    Raises:
        DNSException: no name server answers.
    """
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]


# --- What came out ---


def check_domain(issue: Issue) -> Iterator[Finding]:
    """Tell what the sender's domain lacks; mail that stays in the house needs none."""
    if settings.EMAIL_PROVIDER == "local":
        return
    mailing_list = issue.mailing_list
    domain = mailing_list.sender_domain
    if not can_be_ours(domain) or domain in FREE_MAIL:
        return
    row = DomainCheck.objects.filter(domain=domain).first()
    if row is None or row.tried_at is None:
        message = _("The sender's domain is still being looked up.")
        yield _found(Severity.HINT, message, mailing_list)
        return
    lacking = [
        name
        for name, is_there in (
            ("SPF", row.has_spf),
            ("DKIM", row.has_dkim),
            ("DMARC", row.has_dmarc),
        )
        if is_there is False
    ]
    if lacking:
        message = _(
            "%(domain)s lacks %(records)s, so Gmail and others may refuse the mail. "
            "Ask whoever looks after the domain to add it."
        ) % {"domain": domain, "records": ", ".join(lacking)}
        yield _found(Severity.WARN, message, mailing_list)
    elif row.has_spf is None or row.has_dmarc is None:
        message = _(
            "The domain %(domain)s could not be looked up from here (SPF, DMARC)."
        ) % {"domain": domain}
        yield _found(Severity.HINT, message, mailing_list)


def _found(severity: Severity, message: str, mailing_list: MailingList) -> Finding:
    return SENDER_DOMAIN.finds(severity, message, mailing_list, "id_sender_address")
