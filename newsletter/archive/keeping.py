"""Keeping what search knows up with what is public: the clock looks every minute.

Nothing has to tell it: an article that was saved, an issue that left and a page that
was taken back are all found by asking for the difference. Who searches meanwhile is
never shown a page that is not public (``ArchiveEntry.objects.public``).
"""

from datetime import datetime, timedelta
from html import unescape

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.html import strip_tags

from newsletter.archive.models import ArchiveEntry
from newsletter.archive.words import folded
from newsletter.articles.models import Article, ArticleState
from newsletter.delivery.models import Dispatch
from newsletter.rendering.personal import replace_slots
from newsletter.rendering.withdrawn_lines import lines_about, text_without_withdrawn

# Of one page; PostgreSQL's index takes a megabyte of words at most.
LONGEST_TEXT = 200_000
IN_ONE_LOOK = 500
_LATELY = timedelta(days=1)


@transaction.atomic
def keep_up(now: datetime) -> int:
    """Read what is new or changed, forget what is gone; return how many were read."""
    gone = ArchiveEntry.objects.exclude(pk__in=ArchiveEntry.objects.public())
    gone.delete()
    _read_anew_what_told_of_withdrawn(now)
    entries = [_of_article(article, now) for article in _changed_articles()]
    entries += [_of_issue(dispatch, now) for dispatch in _new_issues()]
    ArchiveEntry.objects.filter(
        Q(article__in=[entry.article_id for entry in entries if entry.article_id])
        | Q(issue__in=[entry.issue_id for entry in entries if entry.issue_id])
    ).delete()
    # Another look may be at it in this moment; both read the same.
    ArchiveEntry.objects.bulk_create(entries, ignore_conflicts=True)
    return len(entries)


def _read_anew_what_told_of_withdrawn(now: datetime) -> None:
    """Forget issues that put right what was taken off, or shown again, since."""
    was_off = Q(state=ArticleState.WITHDRAWN) | Q(takedowns__isnull=False)
    lately = Article.objects.filter(was_off, updated_at__gt=now - _LATELY)
    for article in lately.only("slug", "updated_at").distinct():
        ArchiveEntry.objects.filter(
            issue__in=lines_about(article).values("rendition__issue"),
            read_at__lt=article.updated_at,
        ).delete()


def _changed_articles() -> "QuerySet[Article]":
    read = ArchiveEntry.objects.filter(
        article=OuterRef("pk"),
        read_at__gt=OuterRef("updated_at"),
    )
    return Article.objects.public().filter(~Exists(read)).order_by("pk")[:IN_ONE_LOOK]


def _new_issues() -> "QuerySet[Dispatch]":
    read = ArchiveEntry.objects.filter(
        issue=OuterRef("issue"), read_at__gte=OuterRef("started_at")
    )
    left = Dispatch.objects.started().filter(~Exists(read)).order_by("pk")
    return left.select_related("rendition")[:IN_ONE_LOOK]


def _of_article(article: Article, now: datetime) -> ArchiveEntry:
    # A space for each tag: the last word of a paragraph is not the first of the next.
    body = unescape(strip_tags(article.body.replace("<", " <")))
    return _entry(
        title=article.title,
        text=f"{article.lead} {body}",
        article=article,
        day=article.published_on or article.created_at.date(),
        read_at=now,
    )


def _of_issue(dispatch: Dispatch, now: datetime) -> ArchiveEntry:
    text = text_without_withdrawn(dispatch.rendition, dispatch.rendition.text)
    text = replace_slots(text, lambda slot: "")
    started_at = dispatch.started_at or now
    return _entry(
        title=dispatch.rendition.subject,
        text=" ".join(word for word in text.split() if "://" not in word),
        issue_id=dispatch.issue_id,
        day=started_at.date(),
        read_at=max(now, started_at),
    )


def _entry(*, title: str, text: str, **columns: object) -> ArchiveEntry:
    text = " ".join(text.split())[:LONGEST_TEXT]
    return ArchiveEntry(
        title=title,
        text=text,
        folded_title=folded(title),
        folded_text=folded(text),
        **columns,
    )
