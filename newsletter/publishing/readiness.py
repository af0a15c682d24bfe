"""The look over an issue before it leaves: what stops it, what to look at, advice.

Only what no reader should ever get stops an issue; a Sunday is not lost by a comma.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.utils import timezone

from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.publishing.block_checks import check_blocks
from newsletter.publishing.calendar import local_time
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.mail_checks import check_mail
from newsletter.publishing.picture_checks import check_pictures
from newsletter.publishing.sending_checks import check_sending
from newsletter.publishing.wording_checks import check_wording

_ORDER = list(Severity)


def preflight(
    issue: Issue, *, now: datetime | None = None, on: date | None = None
) -> list[Finding]:
    """Return all findings, the ones that stop the issue first.

    Args:
        now: the moment of looking; None is this one.
        on: the day it is to leave, if that is another than the day of the issue.
    """
    now = now or timezone.now()
    content = content_findings(issue, now=now, on=on)
    return in_order([*content, *check_sending(issue, now=now)])


def content_findings(
    issue: Issue, *, now: datetime | None = None, on: date | None = None
) -> list[Finding]:
    """Return what is to be said about the issue itself, whoever it goes to."""
    today = local_time(now or timezone.now(), issue.mailing_list.zone).date()
    return in_order(_of_content(issue, on or _day_of(issue, today)))


def _day_of(issue: Issue, today: date) -> date:
    """Return when it leaves: on its own day, or today when that lies behind us."""
    return max(issue.publication_date or today, today)


def _of_content(issue: Issue, day: date) -> Iterator[Finding]:
    blocks = blocks_of(issue)
    yield from check_wording(issue, blocks)
    yield from check_blocks(issue, blocks)
    yield from check_pictures(blocks, day=day)
    yield from check_mail(issue, blocks)


def in_order(findings: Iterator[Finding] | list[Finding]) -> list[Finding]:
    """Return the findings that stop first, then warnings, then advice."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.severity))


def stops(findings: list[Finding]) -> list[Finding]:
    """Return those that have to be put right."""
    return [finding for finding in findings if finding.severity == Severity.STOP]


__all__ = ["Finding", "Severity", "content_findings", "in_order", "preflight", "stops"]
