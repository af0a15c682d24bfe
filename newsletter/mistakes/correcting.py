"""Putting right what a reader pointed at: in the article, and in a sentence."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from newsletter.articles.models import Article
from newsletter.articles.prose_text import Prose, Span, find, plain, read
from newsletter.articles.sanitising import clean_prose
from newsletter.audit.recording import record_act
from newsletter.issues.models import Issue
from newsletter.mistakes.correction_models import Correction
from newsletter.mistakes.models import MistakeReport, MistakeReportState
from newsletter.mistakes.road import take_step

# Around words that stand in an article more than once, so that one can be chosen.
_AROUND = 40
LONGEST_TITLE = 200  # As Article.title.
_FIELDS = ("title", "lead", "body")


class CannotCorrect(Exception):
    """This cannot be put right so; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """Where words stand in an article.

    Attributes:
        field: ``title``, ``lead`` or ``body``.
        before: what stands before them there, and ``after`` what follows, in short.
    """

    field: str
    span: Span
    before: str
    words: str
    after: str


class StandsMoreThanOnce(CannotCorrect):
    """The words stand in more than one place; ``places`` are to be chosen from."""

    def __init__(self, places: list[Place]) -> None:
        """Keep the places."""
        super().__init__(
            _("These words stand in the article more than once. Choose which you mean.")
        )
        self.places = places


@dataclass(frozen=True)
class Wording:
    """What is put right, as the editor wants it.

    Attributes:
        before: the words as they stand; "" changes no text and only tells.
        place: which of the places where they stand (from 0); None if there is one.
        sentence: what readers read of it.
    """

    sentence: str
    before: str = ""
    after: str = ""
    place: int | None = None
    is_public: bool = True
    waits: bool = True


def field_as_prose(article: Article, field: str) -> Prose:
    """Return a field of an article as people read it."""
    value = getattr(article, field)
    return read(value) if field == "body" else plain(value)


def places_of(article: Article, words: str) -> list[Place]:
    """Return where words stand in an article, in the order of reading."""
    return [
        _place(prose, field, span)
        for field in _FIELDS
        for prose in [field_as_prose(article, field)]
        for span in find(words, prose.text)
    ]


def _place(prose: Prose, field: str, span: Span) -> Place:
    start, end = span
    return Place(
        field,
        span,
        before=prose.text[max(0, start - _AROUND) : start].rpartition("\n")[2],
        words=prose.text[start:end],
        after=prose.text[end : end + _AROUND].partition("\n")[0],
    )


def sentence_for(before: str, after: str) -> str:
    """Return the line that tells readers, in the language active now."""
    return _("An earlier version said “%(before)s”. That has to be “%(after)s”.") % {
        "before": before.strip().rstrip("."),
        "after": after.strip().rstrip("."),
    }


def correct(
    report: MistakeReport,
    wording: Wording,
    *,
    seen: str,
    by: AbstractBaseUser,
    now: datetime,
) -> Correction:
    """Put right what a report points at, and bring the report there.

    Args:
        seen: where the report stood on the page from which it is done.

    Raises:
        CannotCorrect: nothing to change it in, or the words are not there exactly once.
        ChangedMeanwhile: a colleague was quicker with the report; nothing was changed.
    """
    issue = report.reader_mail.issue
    with transaction.atomic():
        correction = put_right(report.article, issue, wording, by=by, now=now)
        take_step(
            report,
            MistakeReportState.CORRECTED,
            seen=seen,
            by=by,
            now=now,
            correction=correction,
        )
    return correction


def put_right(
    article: Article | None,
    issue: Issue | None,
    wording: Wording,
    *,
    by: AbstractBaseUser,
    now: datetime,
) -> Correction:
    """Change the words of an article, and write down what readers are told of it.

    Without an article it is about the issue's own words, which have left: it is told.

    Raises:
        CannotCorrect: nothing to change it in, or the words are not there exactly once.
    """
    if article is None and issue is None:
        raise CannotCorrect(_("Say first which article it is about."))
    with transaction.atomic():
        if article is not None:
            _change(article, wording, now=now)
        correction = Correction.objects.create(
            article=article,
            issue=issue,
            before=wording.before,
            after=wording.after,
            sentence=wording.sentence.strip(),
            is_public=wording.is_public,
            waits=wording.is_public and wording.waits,
            made_at=now,
            made_by_id=by.pk,
        )
        record_act(
            "text put right",
            article or correction,
            by=by,
            now=now,
            before=wording.before,
            after=wording.after,
        )
    return correction


def tell_otherwise(
    correction: Correction, changed: Collection[str], *, now: datetime
) -> None:
    """Keep what readers are told of a correction; the page of its article is made anew.

    Args:
        changed: the names of the columns that were changed on the page. Not the whole
            row: a mail about it may have been begun in this moment.
    """
    if not changed:
        return
    columns = {name: getattr(correction, name) for name in changed}
    Correction.objects.filter(pk=correction.pk).update(**columns)
    Article.objects.filter(corrections=correction).update(updated_at=now)


def _change(article: Article, wording: Wording, *, now: datetime) -> None:
    """Change the words if there are any to change; the page is made anew either way."""
    columns: dict[str, object] = {"updated_at": now}
    unchanged = Article.objects.filter(pk=article.pk)
    if wording.before.strip():
        field, value = _with_new_words(article, wording)
        # Only over the text that was looked at: nobody's work is written over.
        unchanged = unchanged.filter(**{field: getattr(article, field)})
        columns[field] = value
    if not unchanged.update(**columns):
        raise CannotCorrect(
            _("Somebody is changing this article in this moment. Try it once more.")
        )
    article.refresh_from_db()


def _with_new_words(article: Article, wording: Wording) -> tuple[str, str]:
    if wording.before == wording.after:
        raise CannotCorrect(_("Both are the same. What does it have to be?"))
    place = _chosen(places_of(article, wording.before), wording.place)
    # A line that ends in the form does not end in the sentence.
    words = " ".join(wording.after.split())
    prose = field_as_prose(article, place.field)
    if place.field == "body" and not prose.is_one_line(place.span):
        raise CannotCorrect(
            _("These words stand in two paragraphs. Put right one at a time.")
        )
    if place.field != "body":
        text = prose.text
        value = text[: place.span[0]] + words + text[place.span[1] :]
        return place.field, _fitting(place.field, value)
    return "body", clean_prose(prose.with_words(place.span, words))


def _fitting(field: str, value: str) -> str:
    if field == "title" and not 0 < len(value.strip()) <= LONGEST_TITLE:
        raise CannotCorrect(_("So the title would be empty or too long."))
    return value


def _chosen(places: list[Place], number: int | None) -> Place:
    if not places:
        raise CannotCorrect(
            _(
                "These words do not stand in the article. Copy them from it, letter by "
                "letter."
            )
        )
    if number is not None and 0 <= number < len(places):
        return places[number]
    if len(places) > 1:
        raise StandsMoreThanOnce(places)
    return places[0]
