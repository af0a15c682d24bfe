"""Which issues' links are asked for: those that are still to leave."""

from datetime import datetime, timedelta

from django.db.models import Q

from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.publishing.link_outcomes import addresses_in
from newsletter.publishing.planning import movable
from newsletter.publishing.trying_links import ask_for

# How long after its last change an issue is looked through for new links.
JUST_CHANGED = timedelta(minutes=2)


def ask_for_links(issue: Issue, *, now: datetime) -> None:
    """Ask anew for every link of an issue: a press of an editor."""
    ask_for(addresses_in(blocks_of(issue)), now=now, anew=True)


def ask_for_coming(now: datetime, *, changed_since: datetime | None = None) -> None:
    """Ask for the links of the issues that are still to leave.

    Args:
        changed_since: only of issues that were saved since; None takes them all.
    """
    coming = movable(Issue.objects.filter(_is_to_come(now)))
    if changed_since is not None:
        coming = coming.filter(updated_at__gte=changed_since)
    addresses = {
        address for issue in coming for address in addresses_in(blocks_of(issue))
    }
    if addresses:
        ask_for(addresses, now=now)


def _is_to_come(now: datetime) -> Q:
    today = now.date() - timedelta(days=1)
    return Q(publication_date__gte=today) | Q(publication_date__isnull=True)
