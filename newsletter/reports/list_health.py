"""How a list is: whom its last issues reached, and what came back of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from newsletter.reports.issue_models import Outcome
from newsletter.reports.issue_numbers import (
    COMPARED,
    Domain,
    Numbers,
    dispatches_of,
    domains_of,
    numbers_of,
)
from newsletter.reports.models import GrowthCount
from subscribers.models import MailingList


@dataclass(frozen=True)
class Health:
    """The last issues of a list together, those for a part of its readers included.

    Attributes:
        issues: their numbers, the oldest first.
        domains: their readers by domain.
        readers: who read the list when it was counted last; None before that.
        quiet: of them, let nothing be heard for half a year.
    """

    issues: tuple[Numbers, ...]
    domains: tuple[Domain, ...]
    readers: int | None = None
    quiet: int | None = None

    @property
    def outcomes(self) -> Counter[str]:
        """Readers of all these issues by outcome."""
        total = Counter[str]()
        for one in self.issues:
            total += one.outcomes
        return total

    @property
    def taken(self) -> int:
        """How many mails were taken by the provider."""
        return sum(one.taken for one in self.issues)

    @property
    def reach(self) -> float | None:
        """Return how many of a hundred readers it was for were reached."""
        audience = sum(one.audience for one in self.issues)
        reached = sum(one.reached for one in self.issues)
        return 100 * reached / audience if audience else None

    @property
    def is_told(self) -> bool:
        """Whether any of it was told by a provider."""
        return any(one.is_told for one in self.issues)

    @property
    def bounced(self) -> float | None:
        """Return how many of a hundred mails came back, or were refused at once."""
        return self._share(Outcome.BOUNCED, Outcome.REJECTED)

    @property
    def complained(self) -> float | None:
        """Return how many of a hundred mails were reported as spam."""
        return self._share(Outcome.COMPLAINED)

    @property
    def left(self) -> float | None:
        """Return how many of a hundred readers of an issue left after it."""
        left = sum(one.left for one in self.issues)
        return 100 * left / self.taken if self.taken else None

    @property
    def share_quiet(self) -> float | None:
        """Return how many of a hundred readers are quiet."""
        if not self.readers or self.quiet is None:
            return None
        return 100 * self.quiet / self.readers

    def _share(self, *outcomes: str) -> float | None:
        """Return a share of what was taken where anybody tells what came back."""
        told = [one for one in self.issues if one.is_heard_of]
        taken = sum(one.taken for one in told)
        readers = sum(one.outcomes[outcome] for one in told for outcome in outcomes)
        return 100 * readers / taken if taken else None


def health_of(mailing_list: MailingList, *, now: datetime) -> Health:
    """Return how a list is, by its last ten issues that were counted."""
    counted = dispatches_of(mailing_list).filter(issue_count__isnull=False)
    dispatches = list(counted[:COMPARED])
    count = GrowthCount.objects.of(mailing_list).first()
    newest_first = numbers_of(mailing_list, dispatches, until=now)
    return Health(
        issues=tuple(newest_first[::-1]),
        domains=tuple(domains_of(dispatches)),
        readers=count.readers if count else None,
        quiet=count.quiet if count else None,
    )
