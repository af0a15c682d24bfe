"""The look over an issue before it leaves: what stops it, what to look at, advice.

Only what no reader should ever get stops an issue; a Sunday is not lost by a comma.
"""

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.utils import timezone

from newsletter.issues.block import Block
from newsletter.issues.blocks import blocks_of
from newsletter.issues.models import Issue
from newsletter.publishing.alt_checks import check_alt_texts
from newsletter.publishing.block_checks import check_blocks
from newsletter.publishing.calendar import local_time
from newsletter.publishing.claim_checks import check_claims
from newsletter.publishing.domain_checks import check_domain
from newsletter.publishing.earlier_checks import check_earlier
from newsletter.publishing.finding_models import Waiver
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.link_checks import check_links
from newsletter.publishing.link_outcomes import check_outcomes, known_of
from newsletter.publishing.mail_checks import check_mail, check_rendered
from newsletter.publishing.picture_checks import check_picture_files, check_pictures
from newsletter.publishing.reader_checks import check_names
from newsletter.publishing.sending_checks import check_day, check_sending
from newsletter.publishing.sensitive_checks import check_sensitive
from newsletter.publishing.subject_checks import check_subject, check_tried
from newsletter.publishing.unfilled_checks import check_unfilled
from newsletter.publishing.wording_checks import check_wording
from newsletter.rendering.email import RenderedEmail

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
    blocks = blocks_of(issue)
    day = on or _day_of(issue, now)
    findings = [
        *_of_content(issue, blocks, day, now),
        *check_sending(issue, now=now),
        *check_domain(issue),
        *check_names(issue, blocks, on=day),
    ]
    return in_order(_with_waivers(issue, findings))


def content_findings(
    issue: Issue, *, now: datetime | None = None, on: date | None = None
) -> list[Finding]:
    """Return what is to be said about the issue itself, whoever it goes to."""
    now = now or timezone.now()
    day = on or _day_of(issue, now)
    findings = [*_of_content(issue, blocks_of(issue), day, now)]
    return in_order(_with_waivers(issue, findings))


def _day_of(issue: Issue, now: datetime) -> date:
    """Return when it leaves: on its own day, or today when that lies behind us."""
    today = local_time(now, issue.mailing_list.zone).date()
    return max(issue.publication_date or today, today)


def findings_as_typed(
    issue: Issue, blocks: Sequence[Block], rendered: RenderedEmail, *, now: datetime
) -> list[Finding]:
    """Return what can be told at once of an issue that is being typed.

    Nothing is asked of the database, a name server or another machine.

    Args:
        rendered: made of this issue and these blocks.
    """
    return in_order(
        [
            *_of_words(issue, blocks, is_typed=True),
            *check_links(blocks),
            *check_rendered(issue, blocks, rendered),
            *check_day(issue, now, is_typed=True),
        ]
    )


def _of_content(
    issue: Issue, blocks: Sequence[Block], day: date, now: datetime
) -> Iterator[Finding]:
    known = known_of(blocks)
    yield from _of_words(issue, blocks)
    yield from check_links(blocks, known)
    yield from check_outcomes(issue, blocks, known)
    yield from check_picture_files(blocks)
    yield from check_pictures(blocks, day=day)
    yield from check_tried(issue)
    yield from check_earlier(issue, blocks, now=now)
    yield from check_unfilled(blocks)
    yield from check_mail(issue, blocks)


def _of_words(
    issue: Issue, blocks: Sequence[Block], *, is_typed: bool = False
) -> Iterator[Finding]:
    yield from check_subject(issue)
    yield from check_wording(issue, blocks)
    yield from check_blocks(issue, blocks)
    yield from check_alt_texts(blocks, is_typed=is_typed)
    yield from check_sensitive(issue, blocks)
    yield from check_claims(blocks)


def _with_waivers(issue: Issue, findings: Sequence[Finding]) -> list[Finding]:
    """Note at what a publisher let go that they did, and why."""
    if not stops(findings):
        return list(findings)
    waivers = {waiver.key: waiver for waiver in _waivers_of(issue)}
    return [
        dataclasses.replace(finding, waiver=waivers.get(finding.key))
        if finding.severity == Severity.STOP and not finding.is_final
        else finding
        for finding in findings
    ]


def _waivers_of(issue: Issue) -> Iterable[Waiver]:
    return Waiver.objects.filter(issue=issue).select_related("given_by")


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that stop first, then warnings, then advice."""
    return sorted(findings, key=lambda finding: _ORDER.index(finding.severity))


def stops(findings: Iterable[Finding]) -> list[Finding]:
    """Return those that have to be put right: nobody let them go."""
    return [
        finding
        for finding in findings
        if finding.severity == Severity.STOP and finding.waiver is None
    ]


def waived(findings: Iterable[Finding]) -> list[Finding]:
    """Return those that a publisher let go."""
    return [finding for finding in findings if finding.waiver is not None]


__all__ = [
    "Finding",
    "Severity",
    "content_findings",
    "findings_as_typed",
    "in_order",
    "preflight",
    "stops",
    "waived",
]
