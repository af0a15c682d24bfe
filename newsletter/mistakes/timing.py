"""How soon readers hear from us, and how often we have to put something right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import F

from newsletter.articles.models import Article
from newsletter.mistakes.models import (
    KINDS_OF_MACHINES,
    Correction,
    ReaderMail,
    ReaderMailState,
)

QUARTER = timedelta(days=90)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class HowWeDo:
    """A few honest numbers.

    Attributes:
        first_answer: half of the readers of the last 90 days waited no longer for
            their first answer; None while nobody was answered.
        answered: how many of these readers had an answer.
        oldest: how long the oldest mail waits now; None when none does.
        corrections: of the last year; ``corrected_articles`` of how many articles, of
            ``articles`` that appeared then.
    """

    first_answer: timedelta | None
    answered: int
    oldest: timedelta | None
    corrections: int
    corrected_articles: int
    articles: int


def how_we_do(*, now: datetime) -> HowWeDo:
    """Count from the rows themselves."""
    people = ReaderMail.objects.exclude(kind__in=KINDS_OF_MACHINES)
    answered = people.filter(
        received_at__gte=now - QUARTER, first_answered_at__isnull=False
    )
    waits = answered.annotate(wait=F("first_answered_at") - F("received_at"))
    seconds = [one.total_seconds() for one in waits.values_list("wait", flat=True)]
    waiting = people.filter(state=ReaderMailState.NEW).order_by("received_at")
    oldest = waiting.values_list("received_at", flat=True).first()
    corrections = Correction.objects.filter(made_at__gte=now - YEAR)
    corrected = corrections.filter(article__isnull=False).values("article").distinct()
    return HowWeDo(
        first_answer=timedelta(seconds=median(seconds)) if seconds else None,
        answered=len(seconds),
        oldest=now - oldest if oldest else None,
        corrections=corrections.count(),
        corrected_articles=corrected.count(),
        articles=Article.objects.filter(created_at__gte=now - YEAR).count(),
    )
