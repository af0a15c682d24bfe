"""How long we keep what, and letting go of it after that.

Each rule names what it is about, for how many days it is kept (a setting of the
installation) and what lies longer than that. Every other app adds its own rules when it
is ready::

    keeping.register(Rule("reader mail", ...))

What somebody agreed to and which issues they were sent stays with them until they are
forgotten: neither holds an address.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from newsletter.outbox.models import OutgoingMail, OutgoingMailState
from subscribers.lapsing import let_lapse
from subscribers.models import (
    Consent,
    ConsentAct,
    ConsentEvidence,
    PrivacyRequest,
    Subscription,
    SubscriptionState,
)
from subscribers.privacy import EMPTY_REQUEST, empty_requests

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Rule:
    """For how long one kind of thing is kept.

    Attributes:
        setting: the name of its days in ``settings.KEEP_DAYS``.
        what: in words for who looks at the table.
        older_than: what came before a moment and lies there still.
        let_go: does away with those rows, or with what is personal in them.
    """

    setting: str
    what: str | Promise
    older_than: Callable[[datetime], Rows]
    let_go: Callable[[Rows, datetime], object] = lambda rows, now: rows.delete()

    @property
    def days(self) -> int:
        """For how many days it is kept."""
        return int(settings.KEEP_DAYS[self.setting])

    def overdue(self, now: datetime) -> Rows:
        """Return what is kept for longer than that."""
        return self.older_than(now - timedelta(days=self.days))


def register(*rules: Rule) -> None:
    """Add rules of another app; the same setting twice is one rule."""
    _rules.update({rule.setting: rule for rule in rules})


def rules() -> Iterable[Rule]:
    """Return every rule."""
    return _rules.values()


def let_go_of_everything(now: datetime) -> dict[str, int]:
    """Do away with all that is kept too long; return how much, by setting."""
    return {rule.setting: _let_go(rule, now) for rule in rules()}


def _let_go(rule: Rule, now: datetime) -> int:
    rows = rule.overdue(now)
    count = rows.count()
    if count:
        rule.let_go(rows, now)
    return count


def _never_confirmed(before: datetime) -> "QuerySet[Subscription]":
    asked = Consent.objects.filter(
        subscriber=OuterRef("subscriber"),
        mailing_list=OuterRef("mailing_list"),
        act=ConsentAct.REQUESTED,
    )
    # Who never asked waits for another reason, such as an import that was undone.
    return Subscription.objects.filter(
        Exists(asked),
        ~Exists(asked.filter(at__gte=before)),
        state=SubscriptionState.PENDING,
        created_at__lt=before,
    )


def _let_all_lapse(rows: Rows, now: datetime) -> None:
    for pk in list(rows.values_list("pk", flat=True)):
        let_lapse(pk, now=now)


_LEFT = (OutgoingMailState.ACCEPTED, OutgoingMailState.FAILED)

_rules: dict[str, Rule] = {
    rule.setting: rule
    for rule in (
        Rule(
            "CONSENT_EVIDENCE",
            _("network address and browser behind a consent"),
            lambda before: ConsentEvidence.objects.filter(consent__at__lt=before),
        ),
        Rule(
            "UNCONFIRMED",
            _("sign-ups that nobody confirmed"),
            _never_confirmed,
            _let_all_lapse,
        ),
        Rule(
            "OUTGOING_MAIL",
            _("to whom a single mail went"),
            lambda before: OutgoingMail.objects.filter(
                ~Q(to_hash=""), state__in=_LEFT, created_at__lt=before
            ),
            lambda rows, now: rows.update(to_hash=""),
        ),
        Rule(
            "PRIVACY_REQUESTS",
            _("who asked something under the privacy law, after it was closed"),
            lambda before: PrivacyRequest.objects.filter(closed_at__lt=before).exclude(
                subscriber=None, **EMPTY_REQUEST
            ),
            lambda rows, now: empty_requests(rows, subscriber=None),
        ),
        Rule(
            "ADMIN_LOG",
            _("which page of the desk a colleague saved"),
            lambda before: LogEntry.objects.filter(action_time__lt=before),
        ),
    )
}
