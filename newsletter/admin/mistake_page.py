"""What the desk of one mistake shows."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import escape, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from newsletter.articles.models import Article
from newsletter.audit.models import AuditEntry
from newsletter.delivery.models import Dispatch
from newsletter.mistakes.correcting import field_as_prose, places_of
from newsletter.mistakes.finding import MeantPlace, others_like, place_meant
from newsletter.mistakes.letters import why_not
from newsletter.mistakes.models import MistakeReport
from newsletter.mistakes.models import MistakeReportState as State
from newsletter.mistakes.quoting import Meant
from newsletter.mistakes.road import STEPS, steps_taken
from newsletter.mistakes.telling import has_two_texts
from newsletter.mistakes.thanking import to_be_thanked, words_of_thanks
from newsletter.rendering.models import Link

MAY_HANDLE = "newsletter.change_mistakereport"
MAY_CORRECT = "newsletter.add_correction"
MAY_BEGIN = "newsletter.add_issue"
_NEWEST_ARTICLES = 100
SENTENCE = "zin"

# The road as the page draws it; "not a mistake" is a way off it.
_MILESTONES = tuple(state for state in State if state != State.NOT_A_MISTAKE)
_PRESSES = {
    State.LOOKING: gettext_lazy("I am looking at it"),
    State.CONFIRMED: gettext_lazy("Yes, this is wrong"),
    State.NOT_A_MISTAKE: gettext_lazy("No mistake"),
    State.CORRECTED: gettext_lazy("It is put right already"),
}
_ONCE_MORE = pgettext_lazy("a report", "Look at it once more")


@dataclass(frozen=True)
class Milestone:
    """One step of the road, as it is drawn."""

    words: str
    is_done: bool
    is_here: bool


@dataclass(frozen=True)
class Press:
    """One button of the road."""

    to: str
    words: str
    is_main: bool


@dataclass(frozen=True)
class Reading:
    """The article as it is read at the desk, with the sentence meant marked."""

    title: SafeString
    lead: SafeString
    body: SafeString


def desk_context(request: HttpRequest, report: MistakeReport) -> dict[str, Any]:
    """Return all that the page of a report shows."""
    place = _place_of(report)
    may_correct = request.user.has_perms((MAY_HANDLE, MAY_CORRECT))
    waiting = to_be_thanked(report)
    left = left_with(report)
    return {
        "title": _title(report),
        "report": report,
        "letters": list(
            report.joined.select_related("reader_mail__issue").defer("reader_mail__raw")
        ),
        "others": others_like(report),
        "milestones": _road(report),
        "presses": _presses(report),
        "steps": steps_in_words(report),
        "reading": reading_of(report.article, place) if report.article else None,
        "is_found": place is not None,
        "articles": [] if report.article else articles_offered(report),
        "may_correct": may_correct and State.CORRECTED in STEPS[State(report.state)],
        "typed": _wording_to_begin_with(place),
        "left": left,
        "has_two_texts": bool(left and report.correction and has_two_texts(left)),
        "waiting": waiting,
        "reachable": sum(1 for one in waiting if not why_not(one.reader_mail)),
        "why_not": why_not(report.reader_mail),
        "thanks": words_of_thanks(report) if waiting else "",
    }


def _place_of(report: MistakeReport) -> MeantPlace | None:
    """Return what was put right, as it stands now; before that, what is meant."""
    article, correction = report.article, report.correction
    if article is not None and correction is not None and correction.after:
        for place in places_of(article, correction.after):
            return MeantPlace(place.field, place.words, Meant(place.span))
    return place_meant(article, report.reader_mail.words)


def _title(report: MistakeReport) -> str:
    if report.article is None:
        return _("Spotted a mistake")
    return _("Spotted in “%(title)s”") % {"title": report.article.title}


def _road(report: MistakeReport) -> list[Milestone]:
    state = State(report.state)
    is_off = state == State.NOT_A_MISTAKE
    here = 2 if is_off else _MILESTONES.index(state)
    return [
        Milestone(
            words=str(State.NOT_A_MISTAKE.label if is_off and at == 2 else one.label),
            is_done=at < here,
            is_here=at == here,
        )
        for at, one in enumerate(_MILESTONES)
        if not (is_off and one == State.CORRECTED)
    ]


def _presses(report: MistakeReport) -> list[Press]:
    """Return the steps that a button takes; the thanks have a letter of their own."""
    state = State(report.state)
    is_over = state in (State.CORRECTED, State.NOT_A_MISTAKE)
    return [
        Press(
            to,
            str(_ONCE_MORE if is_over else _PRESSES[to]),
            is_main=to == State.CONFIRMED,
        )
        for to in STEPS[state]
        if to in _PRESSES and not (to == State.CORRECTED and state != State.CONFIRMED)
    ]


def steps_in_words(report: MistakeReport) -> list[tuple[AuditEntry, str]]:
    """Return who did what with it, in the order in which it was done."""
    return [(entry, _(entry.act)) for entry in steps_taken(report)]


def reading_of(article: Article, place: MeantPlace | None) -> Reading:
    """Return an article to read, with the words meant marked."""
    shown = {
        "title": escape(article.title),
        "lead": linebreaks(article.lead, autoescape=True),
        "body": article.body,
    }
    if place is not None:
        prose = field_as_prose(article, place.field)
        if place.field != "body":
            shown[place.field] = _marked_line(prose.text, place)
        else:
            shown["body"] = prose.marked(place.meant.span, name=SENTENCE)
    # The body is cleaned whenever it is saved; the others are escaped just now.
    safe = {name: mark_safe(html) for name, html in shown.items()}  # noqa: S308
    return Reading(**safe)


def _marked_line(text: str, place: MeantPlace) -> str:
    start, end = place.meant.span
    words = f'<mark id="{SENTENCE}">{escape(text[start:end])}</mark>'
    return f"{escape(text[:start])}{words}{escape(text[end:])}"


def articles_offered(report: MistakeReport) -> "QuerySet[Article]":
    """Return the articles it may be about: those of its issue, else the newest."""
    issue = report.reader_mail.issue
    links = Link.objects.filter(rendition__issue=issue, article__isnull=False)
    theirs = Article.objects.filter(pk__in=links.values("article"))
    if issue is not None and theirs.exists():
        return theirs.only("title", "slug").order_by("title")
    return Article.objects.in_order_of_age().only("title", "slug")[:_NEWEST_ARTICLES]


def _wording_to_begin_with(place: MeantPlace | None) -> dict[str, Any]:
    if place is None:
        return {"is_public": "on", "waits": "on"}
    return {
        "before": place.words,
        "after": place.meant.instead or place.words,
        "is_public": "on",
        "waits": "on",
    }


def left_with(report: MistakeReport) -> Dispatch | None:
    """Return the sending of the reader's issue, as it arrived with the mistake."""
    issue = report.reader_mail.issue
    if issue is None:
        return None
    return Dispatch.objects.left().filter(issue=issue).first()
