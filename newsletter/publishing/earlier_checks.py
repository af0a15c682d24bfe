"""Checks beside the other issues of a list: what readers had or get already."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.models import Issue
from newsletter.publishing.appearances import appearances, place_in_words
from newsletter.publishing.block_checks import found_in
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.subject_checks import letters

SUBJECT_NEW = Check(
    "subject new", gettext_lazy("The subject is not that of last time."), is_quick=False
)
PREHEADER_NEW = Check(
    "preheader new",
    gettext_lazy("The line under the subject is not that of last time."),
    is_quick=False,
)
ARTICLES_NEW = Check(
    "articles new",
    gettext_lazy(
        "No story was in one of the last eight issues, or is in a coming one."
    ),
    is_quick=False,
)
CHECKS = (SUBJECT_NEW, PREHEADER_NEW, ARTICLES_NEW)


def check_earlier(
    issue: Issue, blocks: Sequence[Block], *, now: datetime
) -> Iterator[Finding]:
    """Compare with the other issues of the list."""
    before = Issue.objects.of(issue.mailing_list).filter(number__lt=issue.number)
    if previous := before.first():
        yield from _check_lines(issue, previous)
    yield from _check_stories(issue, blocks, now)


def _check_lines(issue: Issue, previous: Issue) -> Iterator[Finding]:
    if issue.subject and letters(issue.subject) == letters(previous.subject):
        message = _(
            "The subject is the same as last time. "
            "Readers may take it for a mail they already had."
        )
        yield SUBJECT_NEW.finds(Severity.WARN, message, issue, "id_subject")
    if issue.preheader and letters(issue.preheader) == letters(previous.preheader):
        message = _(
            "The line under the subject is the same as last time. Write a new one."
        )
        yield PREHEADER_NEW.finds(Severity.WARN, message, issue, "id_preheader")


def _check_stories(
    issue: Issue, blocks: Sequence[Block], now: datetime
) -> Iterator[Finding]:
    stories = [
        (place, block, block.article_id)
        for place, block in enumerate(blocks, 1)
        if isinstance(block, ArticleBlock) and block.article_id
    ]
    if not stories:
        return
    elsewhere = appearances(
        [pk for _place, _block, pk in stories],
        issue.mailing_list,
        besides=issue,
        now=now,
    )
    for place, block, pk in stories:
        # The latest comes first, and what readers had counts more than a draft.
        places = sorted(elsewhere.get(pk, []), key=lambda one: one.is_draft)
        for latest in places[:1]:
            severity = Severity.HINT if latest.is_draft else Severity.WARN
            message = _("this article stands %(where)s as well.") % {
                "where": place_in_words(latest)
            }
            yield found_in(
                ARTICLES_NEW, severity, place, block, blocks, message, "article"
            )
