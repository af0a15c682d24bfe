"""What an issue could be made of: last week's composition, and what is fresh.

Suggested is only what readers can open and what was in no issue of the list: the
newest, from as many categories as there are. An advertorial is never suggested.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Sum
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from newsletter.articles.models import Article, ArticleState, MustRead
from newsletter.delivery.models import Dispatch
from newsletter.issues.block import Block
from newsletter.issues.blocks import CardBlock, HeroBlock, MustReadBlock, blocks_of
from newsletter.issues.composing import Place
from newsletter.issues.models import Issue
from newsletter.publishing.appearances import LOOKED_BACK, appearances, unsent
from newsletter.publishing.calendar import local_time
from newsletter.rendering.models import LinkDay
from subscribers.models import MailingList

# So many fresh pieces are looked at for each one that is needed: enough to vary in,
# too few to dig up last year's for the sake of a category.
LOOKED_AT = 4
# What is younger is news, not a piece of the archive.
ARCHIVE_AGE = timedelta(days=60)
ARCHIVE_LOOKED_AT = 20


@dataclass(frozen=True)
class Choice:
    """An article that was chosen, and why, in words of the desk."""

    article: Article
    why: str


@dataclass(frozen=True)
class Suggestion:
    """Places with articles in them.

    Attributes:
        choices: in the order of the places.
        empty: how many places for an article found none.
    """

    places: list[Place]
    choices: list[Choice]
    empty: int


STORIES = (HeroBlock, CardBlock)


# --- The issue to follow ---


def issue_to_follow(
    mailing_list: MailingList, *, before: Issue | None = None
) -> Issue | None:
    """Return the last issue of a list that left, else the newest that has blocks.

    Args:
        before: the issue that is being made, if it is there already.
    """
    others = Issue.objects.of(mailing_list)
    if before:
        others = others.exclude(pk=before.pk)
    started = Dispatch.objects.started().filter(issue__in=others)
    left = [
        one.issue for one in started.select_related("issue").order_by("-started_at")[:1]
    ]
    earlier = others.filter(number__lt=before.number) if before else others
    candidates = (*left, *earlier[:LOOKED_BACK])
    return next((one for one in candidates if blocks_of(one)), None)


# --- What to put in ---


def suggest(places: Sequence[Place], issue: Issue, *, now: datetime) -> Suggestion:
    """Return the places with an article in each that is for one, as far as there are.

    Args:
        issue: the one that is being made.
    """
    wanted = [place.kind for place in places]
    fresh = _fresh(issue, LOOKED_AT * _count(wanted, *STORIES), now=now)
    found = choose_stories(wanted, fresh)
    stories = [choice.article for choice in found.values()]
    loved = _archive(issue, stories, now=now)
    numbers = (number for number, kind in enumerate(wanted) if kind is MustReadBlock)
    found |= dict(zip(numbers, loved, strict=False))
    return Suggestion(
        places=[
            _filled(place, found.get(number), issue)
            for number, place in enumerate(places)
        ],
        choices=[found[number] for number in sorted(found)],
        empty=_count(wanted, *STORIES, MustReadBlock) - len(found),
    )


def choose_stories(
    wanted: Sequence[type[Block]], fresh: Sequence[Article]
) -> dict[int, Choice]:
    """Return what goes where: varied in category, with a picture for the main story.

    Args:
        wanted: the kinds of all blocks, in order.
        fresh: the newest first.
    """
    numbers = [number for number, kind in enumerate(wanted) if kind in STORIES]
    numbers.sort(key=lambda number: wanted[number] is not HeroBlock)
    left, had, found = list(fresh), Counter[int | None](), {}
    for number in numbers[: len(fresh)]:
        is_main = wanted[number] is HeroBlock
        best = min(
            left,
            key=lambda one: (is_main and one.picture_id is None, had[one.category_id]),
        )
        left.remove(best)
        found[number] = Choice(best, _why(best, is_main, had))
        had[best.category_id] += 1
    return found


def _count(wanted: Iterable[type[Block]], *kinds: type[Block]) -> int:
    return sum(kind in kinds for kind in wanted)


def _filled(place: Place, choice: Choice | None, issue: Issue) -> Place:
    if choice is None:
        return place
    filled = place.saying(article=choice.article)
    day = choice.article.published_on
    if place.kind is not MustReadBlock or day is None:
        return filled
    with translation.override(issue.mailing_list.language):
        note = _("published earlier: %(month)s") % {"month": date_format(day, "F Y")}
    return filled.saying(note=note)


def _fresh(issue: Issue, count: int, *, now: datetime) -> list[Article]:
    public = Article.objects.public().exclude(pk__in=_standing(issue))
    newest = unsent(public.in_order_of_age(), issue.mailing_list)
    newest = newest.select_related("category")
    # As many again: some of them may stand in the draft of another Sunday.
    found = list(newest[: 2 * count])
    return _without_another_place(found, issue, now=now)[:count]


def _standing(issue: Issue) -> set[int]:
    articles = (getattr(block, "article_id", None) for block in blocks_of(issue))
    return {article for article in articles if article is not None}


def _without_another_place(
    articles: list[Article], issue: Issue, *, now: datetime
) -> list[Article]:
    keys = [article.pk for article in articles]
    taken = appearances(keys, issue.mailing_list, besides=issue, now=now)
    return [article for article in articles if article.pk not in taken]


def _why(article: Article, is_main: bool, had: "Counter[int | None]") -> str:
    day = article.published_on or article.created_at.date()
    words = {"day": date_format(day, _("F j")), "category": article.category}
    if is_main and article.picture_id:
        return _("%(day)s: the newest with a picture") % words
    if article.category and not had[article.category_id]:
        return _("%(day)s: the newest of %(category)s") % words
    return _("%(day)s: the newest of what was left") % words


# --- The archive ---


def _archive(issue: Issue, stories: list[Article], *, now: datetime) -> list[Choice]:
    """Return older pieces: recommended in these, loved by readers, or never sent."""
    before = local_time(now, issue.mailing_list.zone).date() - ARCHIVE_AGE
    choices = [
        *_recommended(stories),
        *_loved(issue, before),
        *_never_sent(issue, before),
    ]
    # The first reason counts.
    by_article = {choice.article.pk: choice for choice in reversed(choices)}
    seen = {article.pk for article in stories} | _standing(issue)
    articles = list(dict.fromkeys(choice.article for choice in choices))
    free = _without_another_place(articles, issue, now=now)
    return [by_article[one.pk] for one in free if one.pk not in seen]


def _recommended(stories: list[Article]) -> Iterable[Choice]:
    links = MustRead.objects.filter(
        article__in=stories, target__state=ArticleState.PUBLISHED
    )
    for link in links.select_related("article", "target"):
        if link.target:
            why = _("recommended in “%(title)s”") % {"title": link.article}
            yield Choice(link.target, why)


def _loved(issue: Issue, before: date) -> Iterable[Choice]:
    pressed = (
        LinkDay.objects.filter(
            link__rendition__issue__mailing_list=issue.mailing_list,
            link__article__state=ArticleState.PUBLISHED,
            link__article__published_on__lt=before,
        )
        .values("link__article")
        .annotate(times=Sum("presses"))
        .order_by("-times", "-link__article")
    )
    times = dict(pressed.values_list("link__article", "times")[:ARCHIVE_LOOKED_AT])
    articles = Article.objects.in_bulk(times)
    for key, count in times.items():
        why = _("pressed %(times)s times in earlier issues") % {"times": count}
        yield Choice(articles[key], why)


def _never_sent(issue: Issue, before: date) -> Iterable[Choice]:
    public = Article.objects.public().filter(published_on__lt=before)
    newest = unsent(public.in_order_of_age(), issue.mailing_list)
    for article in newest[:ARCHIVE_LOOKED_AT]:
        month = date_format(article.published_on or before, "F Y")
        why = _("from the archive, never sent: %(month)s") % {"month": month}
        yield Choice(article, why)
