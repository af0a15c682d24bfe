"""Opening an article at the sentence a reader means; finding who means the same."""

from dataclasses import dataclass

from newsletter.articles.models import Article
from newsletter.mistakes.correcting import field_as_prose
from newsletter.mistakes.models import MistakeReport, MistakeReportState
from newsletter.mistakes.quoting import Meant, meant_by

# The text itself is most likely meant; a title is quoted to say which article.
_IN_THIS_ORDER = ("body", "lead", "title")
_MOST_OTHERS = 20


@dataclass(frozen=True)
class MeantPlace:
    """Where in an article a reader seems to see a mistake."""

    field: str
    words: str
    meant: Meant


@dataclass(frozen=True)
class Other:
    """Another report about the same article, perhaps of the same mistake."""

    report: MistakeReport
    is_alike: bool


def place_meant(article: Article | None, letter: str) -> MeantPlace | None:
    """Return which words of an article a letter is about, if that can be told."""
    if article is None:
        return None
    found = [
        MeantPlace(field, prose.text[slice(*meant.span)], meant)
        for field in _IN_THIS_ORDER
        for prose in [field_as_prose(article, field)]
        if (meant := meant_by(letter, prose.text))
    ]
    quoted = (one for one in found if one.meant.is_quoted)
    return next(quoted, found[0] if found else None)


def others_like(report: MistakeReport) -> list[Other]:
    """Return the open reports about the same article, those of this sentence first."""
    article = report.article
    if article is None:
        return []
    open_ones = MistakeReport.objects.filter(article=article, same_as=None).exclude(
        state__in=(MistakeReportState.THANKED, MistakeReportState.NOT_A_MISTAKE)
    )
    mine = _sentence(article, report)
    others = [
        Other(other, is_alike=mine is not None and _sentence(article, other) == mine)
        for other in open_ones.exclude(pk=report.pk)
        .select_related("reader_mail")
        .defer("reader_mail__raw")
        .order_by("created_at", "pk")[:_MOST_OTHERS]
    ]
    return sorted(others, key=lambda other: not other.is_alike)


def _sentence(article: Article, report: MistakeReport) -> tuple[str, int] | None:
    """Return where the sentence begins that a report is about."""
    place = place_meant(article, report.reader_mail.words)
    if place is None:
        return None
    text = field_as_prose(article, place.field).text
    start = place.meant.span[0]
    ends = [text.rfind(sign, 0, start) for sign in (". ", "! ", "? ", "\n")]
    return place.field, max(ends)
