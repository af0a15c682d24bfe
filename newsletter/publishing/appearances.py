"""Which article is in which issue of a list: so that none is sent twice unseen.

What left is asked of the mail as it was frozen: the blocks of an issue may have been
changed since.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsletter.articles.models import Article
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.issues.blocks import CardBlock, HeroBlock, MustReadBlock
from newsletter.issues.models import Issue
from newsletter.publishing.calendar import local_time
from newsletter.rendering.models import Link
from subscribers.models import MailingList

# Two months of Sundays: what readers may still remember.
LOOKED_BACK = 8


@dataclass(frozen=True)
class Appearance:
    """An article stands in an issue.

    Attributes:
        is_draft: nothing of that issue has left, and it has no moment to leave yet.
    """

    number: int
    day: date | None
    is_draft: bool


def unsent(
    articles: "QuerySet[Article]", mailing_list: MailingList
) -> "QuerySet[Article]":
    """Return those in no issue of the list that has left or is scheduled."""
    links = Link.objects.filter(
        article=OuterRef("pk"), rendition__in=_told(mailing_list).values("rendition")
    )
    return articles.filter(~Exists(links))


def appearances(
    articles: Collection[int],
    mailing_list: MailingList,
    *,
    besides: Issue,
    now: datetime,
) -> dict[int, list[Appearance]]:
    """Return where articles were lately or will be, the latest issue first.

    Looked at are the last eight issues that have left or are scheduled, and the drafts
    of the coming Sundays.

    Args:
        articles: their keys.
        besides: the issue that is being made, which does not count.
    """
    told = _told_issues(mailing_list, besides)
    drafts = _drafts(mailing_list, besides, now=now)
    known = {issue.pk: issue for issue in (*told, *drafts)}
    places = {
        *_in_frozen(articles, mailing_list, told),
        *_in_blocks(articles, drafts),
    }
    found: dict[int, list[Appearance]] = defaultdict(list)
    for article_id, issue_id in places:
        issue = known[issue_id]
        found[article_id].append(
            Appearance(issue.number, issue.publication_date, issue in drafts)
        )
    for theirs in found.values():
        theirs.sort(key=lambda one: (one.day or date.min, one.number), reverse=True)
    return dict(found)


def place_in_words(place: Appearance) -> str:
    """Say in which issue an article stands, and of which day that is."""
    if place.day is None:
        return _("in issue %(number)s") % {"number": place.number}
    words = {"number": place.number, "day": date_format(place.day, _("F j"))}
    if place.is_draft:
        return _("in the draft of issue %(number)s, %(day)s") % words
    return _("in issue %(number)s, %(day)s") % words


def _told(mailing_list: MailingList) -> "QuerySet[Dispatch]":
    """Return what has left, wholly or in part, or has a moment to leave."""
    of_list = Dispatch.objects.filter(issue__mailing_list=mailing_list)
    return of_list.filter(
        ~Q(state=DispatchState.CANCELLED) | Q(started_at__isnull=False)
    )


def _told_issues(mailing_list: MailingList, besides: Issue) -> list[Issue]:
    others = Issue.objects.of(mailing_list).exclude(pk=besides.pk)
    told = others.filter(pk__in=_told(mailing_list).values("issue"))
    latest = told.order_by(F("publication_date").desc(nulls_last=True), "-number")
    return list(latest[:LOOKED_BACK])


def _drafts(mailing_list: MailingList, besides: Issue, *, now: datetime) -> list[Issue]:
    today = local_time(now, mailing_list.zone).date()
    coming = Issue.objects.of(mailing_list).filter(publication_date__gte=today)
    drafts = coming.exclude(pk=besides.pk)
    return list(drafts.exclude(pk__in=_told(mailing_list).values("issue")))


def _in_frozen(
    articles: Collection[int], mailing_list: MailingList, issues: list[Issue]
) -> "QuerySet[Link, tuple[int, int]]":
    told = _told(mailing_list).filter(issue__in=issues)
    links = Link.objects.filter(
        article__in=articles, rendition__in=told.values("rendition")
    )
    return links.values_list("article", "rendition__issue").order_by().distinct()


def _in_blocks(articles: Collection[int], issues: list[Issue]) -> set[tuple[int, int]]:
    rows, *others = (
        model._default_manager.filter(article__in=articles, parent__in=issues)
        .order_by()
        .values_list("article", "parent")
        for model in (HeroBlock, CardBlock, MustReadBlock)
    )
    return set(rows.union(*others))
