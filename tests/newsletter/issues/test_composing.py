"""Building an issue at once: ready-made, or as the one before; all of it or nothing."""

import pytest

from newsletter.issues.blocks import (
    BLOCK_MODELS,
    CardBlock,
    CorrectionsBlock,
    DividerBlock,
    HelpLineBlock,
    HeroBlock,
    OpeningBlock,
    PauseMomentBlock,
    QuoteBlock,
    TextBlock,
    TipsBlock,
    blocks_of,
)
from newsletter.issues.composing import (
    READY_MADE,
    CannotCompose,
    Composition,
    Place,
    compose,
    opened_as,
    places_of,
    take_out,
)
from newsletter.issues.models import Issue
from newsletter.rendering.email import render
from newsletter.tints import Tint
from tests.factories import ArticleFactory, IssueFactory, UserFactory

CALM = READY_MADE[Composition.CALM]


@pytest.fixture
def issue(mailing_list):
    return IssueFactory.create(mailing_list=mailing_list)


@pytest.fixture
def els(db):
    return UserFactory.create()


def kinds(issue):
    return [block.KIND for block in blocks_of(issue)]


@pytest.mark.parametrize("composition", Composition)
def test_a_ready_made_composition_is_put_in_in_its_order(issue, els, now, composition):
    places = READY_MADE[composition]
    compose(issue, places, by=els, now=now)
    assert kinds(issue) == [place.kind.KIND for place in places]


@pytest.mark.parametrize("composition", Composition)
def test_the_mail_of_a_composition_without_words_can_be_looked_at(
    issue, els, now, composition
):
    compose(issue, READY_MADE[composition], by=els, now=now)
    assert render(issue).failures == ()


def test_whoever_composes_changed_the_issue(issue, els, now):
    compose(issue, CALM, by=els, now=now)
    saved = Issue.objects.get()
    assert (saved.version, saved.updated_by, saved.updated_at) == (2, els, now)
    assert issue.version == 2


def test_nothing_is_put_in_where_blocks_stand(issue, els, now):
    QuoteBlock.objects.create(parent=issue, text="Rust", ordering=10)
    with pytest.raises(CannotCompose, match="staan al blokken"):
        compose(issue, CALM, by=els, now=now)
    assert kinds(issue) == ["quote"]
    assert Issue.objects.get().version == 1


def test_on_request_it_comes_after_the_blocks_that_stand_there(issue, els, now):
    QuoteBlock.objects.create(parent=issue, text="Rust", ordering=70)
    compose(issue, [Place(DividerBlock), Place(CardBlock)], add=True, by=els, now=now)
    assert kinds(issue) == ["quote", "divider", "card"]


def test_nothing_is_put_in_when_somebody_saved_meanwhile(issue, els, now):
    Issue.objects.filter(pk=issue.pk).update(version=7)
    with pytest.raises(CannotCompose, match="Iemand anders"):
        compose(issue, CALM, by=els, now=now)
    assert kinds(issue) == []


def test_of_a_block_that_cannot_be_put_in_nothing_remains(issue, els, now):
    broken = Place(CardBlock, {"title": None})
    with pytest.raises(Exception, match="title"):
        compose(issue, [Place(QuoteBlock), broken], by=els, now=now)
    assert kinds(issue) == []
    assert Issue.objects.get().version == 1


def test_headings_are_in_the_language_of_the_list(issue, els, now):
    compose(issue, READY_MADE[Composition.FESTIVE], by=els, now=now)
    assert TipsBlock.objects.get().heading == "Maak er iets van"


# --- As the issue before ---


def test_what_stays_the_same_every_week_comes_along(issue):
    OpeningBlock.objects.create(
        parent=issue,
        ordering=10,
        greeting="Dag",
        signed_by="Els",
        body="<p>Vorige week.</p>",
    )
    PauseMomentBlock.objects.create(
        parent=issue, ordering=20, heading="Adempauze", text="Adem in."
    )
    HelpLineBlock.objects.create(
        parent=issue, ordering=30, help_line="113", text="Praat erover."
    )
    opening, pause, help_line = places_of(blocks_of(issue))
    assert opening.says == {"greeting": "Dag", "signed_by": "Els", "portrait": None}
    assert pause.says == {"heading": "Adempauze"}
    assert help_line.says == {"help_line": "113", "text": "Praat erover."}


def test_last_weeks_stories_and_texts_do_not(issue):
    HeroBlock.objects.create(
        parent=issue, ordering=10, article=ArticleFactory(), title="Oud"
    )
    TextBlock.objects.create(
        parent=issue, ordering=20, heading="Tot slot", body="<p>Oud.</p>"
    )
    QuoteBlock.objects.create(parent=issue, ordering=30, text="Oud", speaker="Joost")
    says = [place.says for place in places_of(blocks_of(issue))]
    assert says == [{}, {"heading": "Tot slot"}, {}]


def test_what_was_put_right_last_week_is_done(issue):
    CorrectionsBlock.objects.create(parent=issue, body="<p>Het was Joost.</p>")
    assert places_of(blocks_of(issue)) == []


def test_a_ready_made_composition_greets_and_signs_as_last_week():
    before = [QuoteBlock(), OpeningBlock(greeting="Dag", signed_by="Els")]
    opening, *others = opened_as(CALM, before)
    assert opening.says == {"greeting": "Dag", "signed_by": "Els", "portrait": None}
    assert others == list(CALM[1:])
    assert opened_as(CALM, []) == list(CALM)


# --- Its tint ---


def test_a_composition_brings_its_tint(issue, els, now):
    compose(issue, CALM, tint=Tint.GLOW, by=els, now=now)
    assert Issue.objects.get().tint == Tint.GLOW


def test_a_tint_that_an_editor_chose_stays(issue, els, now):
    Issue.objects.update(tint=Tint.DEW)
    issue.refresh_from_db()
    compose(issue, CALM, tint=Tint.GLOW, by=els, now=now)
    assert Issue.objects.get().tint == Tint.DEW


def test_the_tint_goes_out_with_the_blocks_it_came_with(issue, els, now):
    blocks = compose(issue, CALM, tint=Tint.GLOW, by=els, now=now)
    take_out(issue, named(blocks), tint="", by=els, now=now)
    assert Issue.objects.get().tint == ""


# --- Out again ---


def named(blocks):
    return [(block.KIND, block.pk) for block in blocks]


def test_what_was_put_in_at_once_is_taken_out_at_once(issue, els, now):
    QuoteBlock.objects.create(parent=issue, text="Rust", ordering=10)
    blocks = compose(issue, CALM, add=True, by=els, now=now)
    take_out(issue, named(blocks), by=els, now=now)
    assert kinds(issue) == ["quote"]
    assert Issue.objects.get().version == 3


def test_nothing_is_taken_out_when_it_was_saved_since(issue, els, now):
    blocks = compose(issue, CALM, by=els, now=now)
    Issue.objects.filter(pk=issue.pk).update(version=9)
    with pytest.raises(CannotCompose):
        take_out(issue, named(blocks), by=els, now=now)
    assert len(kinds(issue)) == len(CALM)


def test_blocks_of_another_issue_are_never_taken_out(issue, els, now):
    other = IssueFactory.create(publication_date=None)
    theirs = QuoteBlock.objects.create(parent=other, text="Rust")
    take_out(issue, [("quote", theirs.pk)], by=els, now=now)
    assert kinds(other) == ["quote"]


# --- What a block cannot do without ---


def test_a_block_says_what_it_cannot_do_without():
    assert [field.name for field in QuoteBlock().missing_fields] == ["text"]
    assert QuoteBlock(text="Rust").missing_fields == []


@pytest.mark.parametrize("model", BLOCK_MODELS)
def test_its_place_in_the_issue_is_nothing_to_fill_in(model):
    assert not {"parent", "region", "ordering"} & {
        field.name for field in model().missing_fields
    }
