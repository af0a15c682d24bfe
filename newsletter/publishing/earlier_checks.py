"""Checks beside the issues before this one: what readers had already."""

from collections.abc import Iterator, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.issues.blocks import ArticleBlock, Block, CardBlock, HeroBlock
from newsletter.issues.models import Issue
from newsletter.publishing.block_checks import found_in
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.wording_checks import letters

# Two months of Sundays: who read it then remembers it.
LOOKED_BACK = 8

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
    gettext_lazy("No story was in one of the last eight issues."),
    is_quick=False,
)
CHECKS = (SUBJECT_NEW, PREHEADER_NEW, ARTICLES_NEW)


def check_earlier(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Compare with the issues of the list before this one."""
    before = Issue.objects.of(issue.mailing_list).filter(number__lt=issue.number)
    earlier = list(before[:LOOKED_BACK])
    if not earlier:
        return
    yield from _check_lines(issue, earlier[0])
    yield from _check_stories(blocks, {one.pk: one for one in earlier})


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
    blocks: Sequence[Block], earlier: dict[int, Issue]
) -> Iterator[Finding]:
    stories = [
        (place, block)
        for place, block in enumerate(blocks, 1)
        if isinstance(block, ArticleBlock) and block.article_id
    ]
    seen = _stood_in([block.article_id for _place, block in stories], earlier)
    for place, block in stories:
        then = seen.get(block.article_id)
        if then is None:
            continue
        message = _("this article was in %(issue)s%(day)s already.") % {
            "issue": str(then).lower(),
            "day": f" ({date_format(then.publication_date, 'MONTH_DAY_FORMAT')})"
            if then.publication_date
            else "",
        }
        yield found_in(
            ARTICLES_NEW, Severity.WARN, place, block, blocks, message, "article"
        )


def _stood_in(
    article_ids: Sequence[int | None], earlier: dict[int, Issue]
) -> dict[int | None, Issue]:
    """Return of each article the last issue in which it was told as a story."""
    found: dict[int | None, Issue] = {}
    for model in (HeroBlock, CardBlock):
        pairs = model._default_manager.filter(
            parent__in=earlier, article__in=[pk for pk in article_ids if pk]
        ).values_list("article_id", "parent_id")
        for article_id, issue_id in pairs:
            issue = earlier[issue_id]
            if article_id not in found or found[article_id].number < issue.number:
                found[article_id] = issue
    return found
