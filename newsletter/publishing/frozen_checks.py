"""What was approved, beside what the same issue would be now.

An article, the newsletter's own details or the design may change after the yes. What
was approved leaves as it is; whoever looks is told, and may approve anew.
"""

import html
import re
from collections.abc import Iterator, Sequence

from django.db import models
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.articles.models import Article
from newsletter.delivery.models import DispatchState
from newsletter.issues.aiming import aim_of
from newsletter.issues.block import ArticleBlock, Block
from newsletter.issues.blocks import MustReadBlock
from newsletter.issues.models import Issue
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.models import Approval
from newsletter.rendering.email import RenderedEmail
from newsletter.rendering.freezing import Frozen, as_rendered
from newsletter.rendering.models import Rendition
from subscribers.models import MailingList, Segment

# The findings of this module are known by this, for the button to approve anew.
BEHIND = "behind"
AS_APPROVED = Check(
    BEHIND,
    gettext_lazy("Nothing around the issue changed since it was approved."),
    is_quick=False,
)
CHECKS = (AS_APPROVED,)
_END_OF_PART = re.compile(r"</(?:p|h2|h3|li|blockquote)>")


def latest_approval(issue: Issue) -> Approval | None:
    """Return the yes to the issue as it is now; any later change made it lapse."""
    return (
        Approval.objects.filter(rendition__issue=issue, for_version=issue.version)
        .select_related("rendition", "approved_by", "in_place_of")
        .order_by("-pk")
        .first()
    )


def is_behind(rendition: Rendition, issue: Issue, rendered: RenderedEmail) -> bool:
    """Tell whether the issue would be another mail now, or one for other readers.

    Args:
        rendered: made of this issue.
    """
    return rendition.aim != aim_of(issue) or as_rendered(rendition) != Frozen.of(
        rendered
    )


def check_frozen(
    issue: Issue, blocks: Sequence[Block], rendered: RenderedEmail
) -> Iterator[Finding]:
    """Say what changed around an issue that was frozen and has not left."""
    if issue.dispatches.standing().exclude(state=DispatchState.SCHEDULED).exists():
        return
    approval = latest_approval(issue)
    rendition = approval.rendition if approval else _scheduled(issue)
    if rendition is None or not is_behind(rendition, issue, rendered):
        return
    words = _since_approved() if approval else _since_scheduled()
    before, after = as_rendered(rendition), Frozen.of(rendered)
    rows = _changed(issue, blocks, before, after)
    if rendition.aim != aim_of(issue) and issue.segment:
        rows.append(issue.segment)
    for row in rows or [issue]:
        yield AS_APPROVED.finds(Severity.WARN, words % {"what": _named(row)}, row)


def _scheduled(issue: Issue) -> Rendition | None:
    """Return what leaves of a list that needs no approval."""
    dispatch = issue.dispatches.standing().select_related("rendition").first()
    if dispatch is None or dispatch.rendition.issue_version != issue.version:
        return None
    return dispatch.rendition


def _since_approved() -> str:
    return _(
        "Since the approval %(what)s was changed. The approved text leaves as it is; "
        "approve again to take the change along."
    )


def _since_scheduled() -> str:
    return _(
        "Since it was scheduled %(what)s was changed. The issue leaves as it was then; "
        "cancel that and schedule again to take the change along."
    )


def _named(row: models.Model) -> str:
    if isinstance(row, Article):
        return _("the article “%(title)s”") % {"title": row.title}
    if isinstance(row, MailingList):
        return _("the newsletter “%(name)s”") % {"name": row.name}
    if isinstance(row, Segment):
        return _("the segment “%(name)s”") % {"name": row.name}
    return _("something in the mail, such as its design,")


def _changed(
    issue: Issue, blocks: Sequence[Block], before: Frozen, after: Frozen
) -> list[models.Model]:
    """Return whose words or links are in the mail now and were not before."""
    rows: list[models.Model] = []
    for block in blocks:
        if not isinstance(block, ArticleBlock | MustReadBlock) or not block.article:
            continue
        article = block.article
        if article not in rows and (
            after.has_new(_shown_of(block, article), before)
            or after.links_of(article.pk) != before.links_of(article.pk)
        ):
            rows.append(article)
    if after.has_new(_details_of(issue), before):
        rows.append(issue.mailing_list)
    return rows


def _shown_of(block: ArticleBlock | MustReadBlock, article: Article) -> list[str]:
    shown = [article.title, article.shown_credit]
    if isinstance(block, ArticleBlock):
        shown += [block.shown_teaser, block.shown_authors]
        shown += _paragraphs(block.shown_body)
    if article.category:
        shown.append(article.category.name)
    if article.picture:
        # The file's name is made of its content.
        name = str(article.picture.image.name)
        shown += [article.picture.alt, name.rpartition("/")[2].rpartition(".")[0]]
    return shown


def _paragraphs(body: str) -> list[str]:
    return [html.unescape(strip_tags(part)) for part in _END_OF_PART.split(body)]


def _details_of(issue: Issue) -> list[str]:
    mailing_list, palette = issue.mailing_list, issue.palette
    return [
        mailing_list.name,
        mailing_list.promise,
        mailing_list.organisation,
        mailing_list.postal_address,
        mailing_list.registration,
        mailing_list.website,
        mailing_list.sender_domain,
        palette.accent,
        palette.second,
        str(mailing_list.logo.name).rpartition("/")[2],
    ]
