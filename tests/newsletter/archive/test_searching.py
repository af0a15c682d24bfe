"""Readers find what anyone may read, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter.archive.keeping import keep_up
from newsletter.archive.models import ArchiveEntry
from newsletter.archive.searching import entries_of, find
from newsletter.archive.words import excerpt, folded, stem, words_of
from newsletter.articles.models import Article, ArticleState
from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.rendering.models import Link, Rendition
from tests.factories import ArticleFactory, IssueFactory


def left(issue, now, **columns):
    """An issue that has left, on paper."""
    rendition = Rendition.objects.create(
        issue=issue,
        number=1,
        issue_version=1,
        subject=issue.subject,
        preheader=issue.preheader,
        html="<html><head></head><body><p>Dag</p></body></html>",
        text=columns.pop("text", "Goedemorgen"),
        aim=columns.pop("aim", {}),
        sha256="0" * 64,
        engine="none",
        created_at=now,
    )
    values = {
        "state": DispatchState.SENT,
        "due_local": "2026-11-29T08:00:00",
        "time_zone": "Europe/Amsterdam",
        "due_at": now,
        "start_before": now,
        "created_at": now,
        "started_at": now,
    }
    return Dispatch.objects.create(
        issue=issue, rendition=rendition, **(values | columns)
    )


def titles(question):
    return [entry.title for entry in entries_of(find(question))]


@pytest.fixture
def later():
    """Articles are saved at the time of the machine."""
    return timezone.now() + timedelta(minutes=1)


def test_an_article_is_found_by_a_word_of_its_text(db, later):
    ArticleFactory(title="De wandeling", body="<p>Langs de <b>rivier</b>oever</p>")
    ArticleFactory(title="Stilte")
    keep_up(later)
    assert titles("rivier") == ["De wandeling"]


def test_an_issue_is_found_by_what_it_said(db, now):
    left(IssueFactory(subject="Op reis"), now, text="Een koffer vol rust")
    keep_up(now)
    assert titles("koffer") == ["Op reis"]


def test_all_words_have_to_be_there(db, later):
    ArticleFactory(title="Thee met honing")
    ArticleFactory(title="Thee met citroen")
    keep_up(later)
    assert titles("thee honing") == ["Thee met honing"]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Wandelen", "wandeling"),
        ("Een wandeling", "wandelingen"),
        ("De grote wandelroute", "WANDELROUTE"),
        ("In het café", "cafe"),
        ("Zoë vertelt", "zoë"),
    ],
)
def test_another_form_of_a_word_is_found_as_well(db, later, written, asked):
    ArticleFactory(title=written, body="", lead="")
    keep_up(later)
    assert titles(asked) == [written]


def test_a_word_of_the_title_weighs_more_than_one_of_the_text(db, later):
    ArticleFactory(title="Iets anders", body="<p>slaap komt vanzelf</p>")
    ArticleFactory(title="Slaap", body="<p>goed</p>")
    keep_up(later)
    assert titles("slaap") == ["Slaap", "Iets anders"]


def test_the_words_of_a_tag_are_no_words(db, later):
    ArticleFactory(title="Vet", body='<p><strong class="zwart">druk</strong></p>')
    keep_up(later)
    assert titles("strong") == titles("zwart") == []


def test_what_is_no_longer_public_is_not_found_even_before_the_clock_looks(db, later):
    article = ArticleFactory(title="Weg")
    keep_up(later)
    Article.objects.filter(pk=article.pk).update(state=ArticleState.WITHDRAWN)
    assert titles("weg") == []
    keep_up(later)
    assert not ArchiveEntry.objects.exists()


def test_an_issue_that_was_taken_back_is_not_found(db, now):
    dispatch = left(IssueFactory(subject="Op reis"), now)
    keep_up(now)
    Dispatch.objects.filter(pk=dispatch.pk).update(withdrawn_at=now)
    assert titles("reis") == []


def test_an_issue_that_waits_is_not_read(db, now):
    left(IssueFactory(), now, started_at=None, state=DispatchState.SCHEDULED)
    assert keep_up(now) == 0


def test_a_changed_article_is_found_by_its_new_words_only(db, later):
    ArticleFactory(title="Oud")
    keep_up(later)
    changed_at = later + timedelta(minutes=1)
    Article.objects.update(title="Nieuw", updated_at=changed_at)
    keep_up(later + timedelta(minutes=2))
    assert (titles("oud"), titles("nieuw")) == ([], ["Nieuw"])


def test_what_did_not_change_is_not_read_again(db, later):
    ArticleFactory()
    assert keep_up(later) == 1
    assert keep_up(later + timedelta(minutes=1)) == 0


@pytest.mark.parametrize(
    "question", ["", "   ", "'; DROP TABLE", '"', "* OR NEAR(", "a:b", "-", "x" * 5000]
)
def test_whatever_is_typed_is_only_looked_for(db, question):
    assert find(question) == []


def test_accents_and_capitals_fold_letter_for_letter():
    assert folded("Café ÉÉN Łódź İ") == "cafe een łodz i"
    assert len(folded("ﬁets ½ ß")) == len("ﬁets ½ ß")


def test_words_are_said_once_and_not_without_end():
    assert words_of("thee, THEE en één " + "x y z a b c d e f") == [
        *("thee", "en", "een"),
        *("x", "y", "z", "a", "b"),
    ]


@pytest.mark.parametrize(
    ("word", "beginning"),
    [("rennende", "ren"), ("wandelingen", "wandel"), ("rust", "rust"), ("en", "en")],
)
def test_a_stem_is_what_forms_of_a_word_share(word, beginning):
    assert stem(word).startswith(beginning[:3])
    assert beginning.startswith(stem(word)) or stem(word).startswith(beginning)


def test_an_excerpt_marks_what_was_looked_for():
    pieces = excerpt("Een kopje thee in het Café om de hoek", ["cafe"])
    assert [piece.text for piece in pieces if piece.is_found] == ["Café"]
    assert "".join(piece.text for piece in pieces) == (
        "Een kopje thee in het Café om de hoek"
    )


def test_an_excerpt_of_a_long_text_begins_and_ends_at_words():
    text = "woord " * 200 + "doelwit " + "woord " * 200
    whole = "".join(piece.text for piece in excerpt(text, ["doelwit"]))
    assert "doelwit" in whole
    assert whole.startswith("… woord ")
    assert whole.endswith("woord …")
    assert len(whole) < 280


def test_what_is_read_anew_while_somebody_searches_is_left_out(db, later):
    ArticleFactory(title="De rivier")
    keep_up(later)
    found = find("rivier")
    ArchiveEntry.objects.all().delete()
    assert entries_of(found) == []


@pytest.fixture
def told_of_bread(db, now):
    """An article, and an issue that put something of it right: half, not whole."""
    article = ArticleFactory(slug="brood", title="Brood dat slaapt")
    dispatch = left(
        IssueFactory(subject="Zondag"), now, text="Dag\n\nBrood\n/l/one/\nhalf."
    )
    Link.objects.create(
        rendition=dispatch.rendition,
        position=0,
        token="one",
        target="https://e.nl/artikelen/brood/#rechtzetting-1",
        block_kind="corrections",
    )
    return article


def test_an_issue_that_put_right_what_is_taken_off_now_is_read_anew(
    told_of_bread, now, later
):
    keep_up(later)
    assert titles("half") == ["Zondag"]

    told_of_bread.state = ArticleState.WITHDRAWN
    told_of_bread.save()
    ArchiveEntry.objects.update(read_at=now)
    keep_up(later)

    assert titles("half") == []
    assert titles("dag") == ["Zondag"]


def test_an_issue_that_put_right_what_is_back_is_read_anew(told_of_bread, now, later):
    told_of_bread.takedowns.create(reason="Op verzoek", evidence=b"", made_at=now)
    told_of_bread.state = ArticleState.WITHDRAWN
    told_of_bread.save()
    keep_up(later)
    assert titles("half") == []

    told_of_bread.state = ArticleState.PUBLISHED
    told_of_bread.save()
    ArchiveEntry.objects.update(read_at=now)
    keep_up(later)

    assert titles("half") == ["Zondag"]
