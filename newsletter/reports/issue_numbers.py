"""The numbers of an issue, and of the issues before it, from what was counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import QuerySet, Sum

from newsletter.delivery.models import Dispatch, DispatchQuerySet
from newsletter.rendering.models import LinkDay
from newsletter.reports.issue_models import TAKEN, IssueCount, Outcome, OutcomeCount
from newsletter.reports.recent import tells_what_comes_back, who_left_after
from subscribers.models import MailingList

COMPARED = 10


@dataclass(frozen=True)
class Numbers:
    """What became of the readers of one dispatch; the outcomes add up to everyone.

    Attributes:
        counted_at: when; None before the first count.
        outcomes: readers by outcome.
        skipped: who was skipped, by reason.
        left: unsubscribed between this issue and the next, by whatever way. They
            stand among the outcomes as well.
        presses: on links, by people; one may press more than once.
        elsewhere: whom the same issue reached besides, by another dispatch: their
            presses are among these.
    """

    dispatch: Dispatch
    counted_at: datetime | None = None
    outcomes: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    left: int = 0
    presses: int = 0
    elsewhere: int = 0

    @property
    def audience(self) -> int:
        """Everyone it was for."""
        return self.dispatch.audience_count

    @property
    def balances(self) -> bool:
        """Whether everyone is accounted for exactly once."""
        return self.outcomes.total() == self.audience

    @property
    def taken(self) -> int:
        """For whom the provider took the mail, whatever it told afterwards."""
        return sum(self.outcomes[outcome] for outcome in TAKEN)

    @property
    def is_told(self) -> bool:
        """Whether anybody told who has it: of many no more than bounces come back.

        A webhook may be set up for bounces alone or not at all, and a plain mail server
        reports them by mail.
        """
        return bool(self.outcomes[Outcome.DELIVERED])

    @property
    def provider_tells(self) -> bool:
        """Whether the provider can tell what becomes of a mail."""
        return tells_what_comes_back(self.dispatch.provider)

    @property
    def is_heard_of(self) -> bool:
        """Whether anything is known of what came back, by whatever way."""
        return self.taken > self.outcomes[Outcome.ACCEPTED]

    @property
    def reached(self) -> int:
        """Who has it as far as anybody knows: delivered, or taken where none tells.

        Whoever reported it as spam had it in their mailbox.
        """
        if not self.is_told:
            return self.taken - self.outcomes[Outcome.BOUNCED]
        return self.outcomes[Outcome.DELIVERED] + self.outcomes[Outcome.COMPLAINED]

    @property
    def pressed(self) -> float | None:
        """How often was pressed for a hundred of those who have the issue."""
        had_it = self.reached + self.elsewhere
        return 100 * self.presses / had_it if had_it else None

    def share(self, readers: int) -> float | None:
        """Return how many of a hundred that is, of whom the mail was taken for."""
        return 100 * readers / self.taken if self.taken else None

    def share_of(self, outcome: str) -> float | None:
        """Return the share of one outcome; None where nobody tells."""
        return self.share(self.outcomes[outcome]) if self.is_heard_of else None


def numbers_of(
    mailing_list: MailingList, dispatches: Sequence[Dispatch], *, until: datetime
) -> list[Numbers]:
    """Return the numbers of dispatches of a list, in a few queries for all of them.

    Args:
        dispatches: an unbroken row, the newest first.
        until: when the issue after the newest began, or now.
    """
    besides = _of_the_same_issues(dispatches)
    outcomes, skipped = _outcomes([*dispatches, *besides])
    counted = dict(
        IssueCount.objects.filter(dispatch__in=dispatches).values_list(
            "dispatch", "counted_at"
        )
    )
    left = who_left_after(mailing_list, dispatches, now=until)
    presses = presses_of_issues(one.issue_id for one in dispatches)
    reached = Counter[int]()
    for one in (*dispatches, *besides):
        reached[one.issue_id] += Numbers(one, outcomes=outcomes[one.pk]).reached
    found = [
        Numbers(
            dispatch=one,
            counted_at=counted.get(one.pk),
            outcomes=outcomes[one.pk],
            skipped=skipped[one.pk],
            left=left[one.pk],
            presses=presses[one.issue_id],
        )
        for one in dispatches
    ]
    return [
        replace(one, elsewhere=reached[one.dispatch.issue_id] - one.reached)
        for one in found
    ]


def _of_the_same_issues(dispatches: Sequence[Dispatch]) -> "QuerySet[Dispatch]":
    """Return what left besides of these issues: stopped, and sent to the rest."""
    return (
        Dispatch.objects.left()
        .filter(issue__in=[one.issue_id for one in dispatches])
        .exclude(pk__in=[one.pk for one in dispatches])
    )


def numbers_with_those_before(
    dispatch: Dispatch, *, now: datetime
) -> tuple[Numbers, list[Numbers]]:
    """Return the numbers of a dispatch, and of the ten before it, the newest first."""
    mailing_list = dispatch.issue.mailing_list
    left = dispatches_of(mailing_list)
    # One that was taken back stands in no row, and is still looked at by itself.
    others = left.exclude(pk=dispatch.pk)
    before = list(others.filter(started_at__lt=dispatch.started_at)[:COMPARED])
    later = others.filter(started_at__gt=dispatch.started_at)
    following = (later if dispatch.rendition.aim else later.aimed({})).last()
    until = (following and following.started_at) or now
    [these, *those] = numbers_of(mailing_list, [dispatch, *before], until=until)
    return these, those


def dispatches_of(mailing_list: MailingList) -> DispatchQuerySet:
    """Return what left of a list, the newest first."""
    return (
        Dispatch.objects.left()
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue", "rendition")
        .defer("rendition__html", "rendition__text")
        .order_by("-started_at")
    )


def presses_of_issues(issue_ids: Iterable[int]) -> Counter[int]:
    """Return how often people pressed the links of each issue."""
    rows = (
        LinkDay.objects.filter(link__rendition__issue__in=list(issue_ids))
        .order_by()
        .values_list("link__rendition__issue")
        .annotate(Sum("presses"))
    )
    return Counter(dict(rows))


def _outcomes(
    dispatches: Iterable[Dispatch],
) -> tuple[dict[int, Counter[str]], dict[int, Counter[str]]]:
    outcomes: defaultdict[int, Counter[str]] = defaultdict(Counter)
    skipped: defaultdict[int, Counter[str]] = defaultdict(Counter)
    rows = (
        OutcomeCount.objects.filter(dispatch__in=dispatches)
        .order_by()
        .values_list("dispatch", "outcome", "reason")
        .annotate(Sum("readers"))
    )
    for dispatch, outcome, reason, readers in rows:
        outcomes[dispatch][outcome] += readers
        if outcome == Outcome.SKIPPED:
            skipped[dispatch][reason] += readers
    return outcomes, skipped


# --- By domain ---


@dataclass(frozen=True)
class Domain:
    """What became of the readers at one domain; without a name: all smaller ones."""

    name: str
    readers: int
    taken: int
    delivered: int
    bounced: int
    complained: int

    @property
    def share_bounced(self) -> float | None:
        """Return how many of a hundred came back."""
        return 100 * self.bounced / self.taken if self.taken else None


def domains_of(dispatches: Iterable[Dispatch]) -> list[Domain]:
    """Return what became of readers by domain, the largest first, the rest last."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    rows = (
        OutcomeCount.objects.filter(dispatch__in=list(dispatches))
        .order_by()
        .values_list("domain", "outcome")
        .annotate(Sum("readers"))
    )
    for name, outcome, readers in rows:
        told[name][outcome] += readers
    domains = [_domain(name, outcomes) for name, outcomes in told.items()]
    return sorted(domains, key=lambda one: (not one.name, -one.readers, one.name))


def _domain(name: str, outcomes: Counter[str]) -> Domain:
    return Domain(
        name=name,
        readers=outcomes.total(),
        taken=sum(outcomes[outcome] for outcome in TAKEN),
        delivered=outcomes[Outcome.DELIVERED] + outcomes[Outcome.COMPLAINED],
        bounced=outcomes[Outcome.BOUNCED],
        complained=outcomes[Outcome.COMPLAINED],
    )


# --- Beside others ---


def mean(values: Iterable[float | None]) -> float | None:
    """Return the mean of what is known; None when nothing is.

    >>> mean([1.0, None, 3.0]), mean([None])
    (2.0, None)
    """
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
