"""Putting right: exactly the words meant, in one place, told to readers."""

import pytest

from newsletter.articles.models import Article, ArticleState
from newsletter.mistakes.correcting import (
    CannotCorrect,
    StandsMoreThanOnce,
    Wording,
    correct,
    put_right,
)
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import Correction, MistakeReport
from newsletter.mistakes.models import MistakeReportState as State
from newsletter.mistakes.road import join
from tests.newsletter.mistakes.left import issue_that_left

HALF_AN_HOUR = Wording(
    "Het is een half uur.", "rijst een kwartier", "rijst een half uur"
)


def test_the_words_change_and_nothing_else(report, article, els, now):
    correct(report, HALF_AN_HOUR, seen="new", by=els, now=now)

    article.refresh_from_db()
    assert article.body == (
        "<p>Het rijst <em>een</em> half uur.</p><p>Een kwartier, zei oma.</p>"
    )
    assert article.updated_at == now


def test_all_who_pointed_at_it_are_corrected_by_one_correction(report_of, els, now):
    first, second = report_of(), report_of("Karel")
    join(second, first, by=els, now=now)

    correction = correct(first, HALF_AN_HOUR, seen="new", by=els, now=now)

    assert set(correction.reports.filter(state=State.CORRECTED)) == {first, second}


@pytest.mark.parametrize(
    "before, after, reason",
    [
        ("een uurtje", "een uur", "niet in het artikel"),
        ("kwartier. Een kwartier", "x", "twee alinea"),
        ("rijst", "rijst", "hetzelfde"),
        ("Brood dat slaapt", "", "titel"),
    ],
)
def test_what_cannot_be_put_right_is_refused_with_a_sentence(
    report, article, els, now, before, after, reason
):
    wording = Wording("Een zin.", before, after)

    with pytest.raises(CannotCorrect, match=reason):
        correct(report, wording, seen="new", by=els, now=now)
    assert not Correction.objects.exists()


def test_words_that_stand_twice_are_chosen_from(report, article, els, now):
    with pytest.raises(StandsMoreThanOnce) as refused:
        put_right(article, None, Wording("z", "Een kwartier", "Zo"), by=els, now=now)
    assert [place.field for place in refused.value.places] == ["lead", "body"]

    second = Wording("z", "Een kwartier", "Een uur", place=1)
    put_right(article, None, second, by=els, now=now)

    article.refresh_from_db()
    assert article.lead == "Een kwartier is genoeg."
    assert article.body.endswith("<p>Een uur, zei oma.</p>")


def test_what_a_colleague_saves_meanwhile_is_not_written_over(article, els, now):
    Article.objects.filter(pk=article.pk).update(body="<p>Heel anders.</p>")

    with pytest.raises(CannotCorrect):
        put_right(article, None, HALF_AN_HOUR, by=els, now=now)
    assert Article.objects.get().body == "<p>Heel anders.</p>"


def test_a_colleague_who_was_quicker_leaves_the_article_alone(report, els, now):
    MistakeReport.objects.update(state=State.CONFIRMED)

    with pytest.raises(ChangedMeanwhile):
        correct(report, HALF_AN_HOUR, seen="new", by=els, now=now)
    assert "kwartier" in Article.objects.get().body


def test_a_line_that_ends_in_the_form_does_not_end_in_the_title(article, els, now):
    wording = Wording("z", "dat slaapt", "dat\r\nrust")

    put_right(article, None, wording, by=els, now=now)

    assert Article.objects.get().title == "Brood dat rust"


def test_markup_in_the_new_words_is_text(report, article, els, now):
    wording = Wording("z", "rijst", "<script>alert(1)</script>")

    correct(report, wording, seen="new", by=els, now=now)

    assert "<script" not in Article.objects.get().body


def test_a_correction_waits_until_an_issue_told_it(article, els, now):
    told = put_right(article, None, Wording("Verteld."), by=els, now=now)
    waits = put_right(article, None, Wording("Wacht."), by=els, now=now)
    put_right(article, None, Wording("Stil.", is_public=False), by=els, now=now)
    put_right(article, None, Wording("Niet mee.", waits=False), by=els, now=now)

    issue_that_left(now, told=[f"http://localhost:8000{told.address}"])

    assert list(Correction.objects.waiting()) == [waits]


def test_of_a_withdrawn_article_nothing_is_told(article, els, now):
    put_right(article, None, Wording("Een zin."), by=els, now=now)
    Article.objects.update(state=ArticleState.WITHDRAWN)

    assert not Correction.objects.public().exists()
