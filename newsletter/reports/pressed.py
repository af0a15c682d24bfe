"""What people pressed in an issue, by article and by link; never who."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from newsletter.issues.models import Issue
from newsletter.rendering.models import Link, LinkDay


@dataclass(frozen=True)
class Pressed:
    """How often something was pressed, by people and by machines."""

    words: str
    people: int
    machines: int
    target: str = ""
    article_id: int | None = None


def links_of(issue: Issue) -> list[Pressed]:
    """Return each link of an issue once, under whichever subject or correction."""
    first: dict[tuple[str, int | None], str] = {}
    people, machines = (
        Counter[tuple[str, int | None]](),
        Counter[tuple[str, int | None]](),
    )
    for target, article, label, by_people, by_machines in _rows(issue):
        key = (target, article)
        first.setdefault(key, label)
        people[key] += by_people
        machines[key] += by_machines
    found = [
        Pressed(words or key[0], people[key], machines[key], *key)
        for key, words in first.items()
    ]
    return sorted(found, key=lambda one: -one.people)


def _rows(issue: Issue) -> "QuerySet[Link, tuple[str, int | None, str, int, int]]":
    links = Link.objects.filter(rendition__issue=issue)
    return (
        links.order_by("rendition", "position")
        .annotate(
            by_people=Coalesce(Sum("days__presses"), 0),
            by_machines=Coalesce(Sum("days__machines"), 0),
        )
        .values_list("target", "article", "label", "by_people", "by_machines")
    )


def articles_among(issue: Issue, links: Iterable[Pressed]) -> list[Pressed]:
    """Return the articles of an issue by how often anything of theirs was pressed."""
    people, machines = Counter[int](), Counter[int]()
    for link in links:
        if link.article_id:
            people[link.article_id] += link.people
            machines[link.article_id] += link.machines
    titles = dict(
        Link.objects.filter(rendition__issue=issue, article__isnull=False)
        .order_by()
        .values_list("article", "article__title")
        .distinct()
    )
    found = [
        Pressed(titles[pk], people[pk], machines[pk], article_id=pk) for pk in titles
    ]
    return sorted(found, key=lambda one: (-one.people, one.words))


def days_of_article(issue: Issue, article_id: int) -> list[tuple[date, int]]:
    """Return on which days people pressed an article of an issue, and how often."""
    days: defaultdict[date, int] = defaultdict(int)
    rows = LinkDay.objects.filter(
        link__rendition__issue=issue, link__article=article_id
    ).values_list("day", "presses")
    for day, presses in rows:
        days[day] += presses
    return sorted(days.items())
