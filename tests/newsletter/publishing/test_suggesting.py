"""What an issue could be made of: what is fresh, varied, and never sent before."""

from datetime import date, timedelta

import pytest

from newsletter.articles.models import (
    Article,
    ArticleState,
    Category,
    MustRead,
    Picture,
)
from newsletter.issues.blocks import (
    CardBlock,
    HeroBlock,
    MustReadBlock,
    QuoteBlock,
)
from newsletter.issues.composing import READY_MADE, Composition, Place
from newsletter.publishing.approval import approve
from newsletter.publishing.scheduling import schedule
from newsletter.publishing.suggesting import choose_stories, issue_to_follow, suggest
from newsletter.rendering.models import Link, LinkDay
from tests.factories import ArticleFactory, CategoryFactory, IssueFactory
from tests.newsletter.admin.front_page import a_dispatch_that_left
from tests.newsletter.publishing.issues import add_card, issue_in_order

HERO, CARD, MUST_READ = Place(HeroBlock), Place(CardBlock), Place(MustReadBlock)


@pytest.fixture
def being_made(mailing_list):
    return IssueFactory.create(
        mailing_list=mailing_list, number=70090, publication_date=date(2026, 12, 20)
    )


def piece(title, *, day=20, category="Welzijn", **fields):
    return ArticleFactory.create(
        title=title,
        published_on=date(2026, 11, day),
        category=CategoryFactory.create(name=category),
        **fields,
    )


def titles(suggestion):
    return [
        place.says["article"].title if "article" in place.says else ""
        for place in suggestion.places
    ]


# --- Which stories: a calculation ---


def unsaved(title, category, *, picture=None):
    return Article(
        title=title,
        published_on=date(2026, 11, 20),
        category=Category(pk=category, name=f"Rubriek {category}"),
        picture=Picture(pk=picture) if picture else None,
    )


def chosen(wanted, fresh):
    found = choose_stories(wanted, fresh)
    return [found[number].article.title for number in sorted(found)]


def test_the_main_story_is_the_newest_with_a_picture():
    fresh = [unsaved("Nieuw", 1), unsaved("Met beeld", 1, picture=5)]
    assert chosen([HeroBlock], fresh) == ["Met beeld"]


def test_without_any_picture_it_is_the_newest():
    assert chosen([HeroBlock], [unsaved("Nieuw", 1), unsaved("Oud", 1)]) == ["Nieuw"]


def test_each_category_has_its_turn_before_one_comes_twice():
    fresh = [
        unsaved("Rust 1", 1),
        unsaved("Rust 2", 1),
        unsaved("Brood", 2),
        unsaved("Tuin", 3),
    ]
    assert chosen([CardBlock] * 4, fresh) == ["Rust 1", "Brood", "Tuin", "Rust 2"]


def test_the_main_story_chooses_first_wherever_it_stands():
    fresh = [unsaved("Rust", 1, picture=5), unsaved("Brood", 2)]
    assert chosen([CardBlock, HeroBlock], fresh) == ["Brood", "Rust"]


def test_other_blocks_get_no_article():
    assert chosen([QuoteBlock, CardBlock], [unsaved("Rust", 1)]) == ["Rust"]


def test_each_choice_says_why():
    fresh = [unsaved("Rust", 1, picture=5), unsaved("Brood", 2), unsaved("Soep", 2)]
    found = choose_stories([HeroBlock, CardBlock, CardBlock], fresh)
    assert [found[number].why for number in range(3)] == [
        "20 november: het nieuwste met beeld",
        "20 november: het nieuwste uit Rubriek 2",
        "20 november: het nieuwste van wat er nog was",
    ]


# --- From the rows ---


def test_the_freshest_fill_the_places_and_the_rest_stays_empty(being_made, now):
    piece("Oud", day=2)
    piece("Nieuw", day=25)
    suggestion = suggest(
        [QUOTE := Place(QuoteBlock), HERO, CARD, CARD], being_made, now=now
    )
    assert titles(suggestion) == ["", "Nieuw", "Oud", ""]
    assert suggestion.places[0] == QUOTE
    assert suggestion.empty == 1


def test_what_was_sent_stands_elsewhere_or_cannot_be_opened_is_not_suggested(
    mailing_list, being_made, els, now
):
    sent, elsewhere, here = piece("Gehad"), piece("Elders"), piece("Hier al")
    piece("Concept", state=ArticleState.DRAFT)
    piece("Ingetrokken", state=ArticleState.WITHDRAWN)
    left = issue_in_order(mailing_list, number=70041)
    add_card(left, sent)
    approve(left, by=els, now=now)
    schedule(left, by=els, now=now)
    add_card(
        IssueFactory.create(
            mailing_list=mailing_list, publication_date=date(2026, 12, 6)
        ),
        elsewhere,
    )
    add_card(being_made, here)
    assert titles(suggest([CARD], being_made, now=now)) == [""]


def test_a_category_is_not_dug_up_from_long_ago(being_made, now):
    for number in range(8):
        piece(f"Rust {number}", day=20)
    piece("Opgegraven", day=1, category="Vergeten rubriek")
    assert "Opgegraven" not in titles(suggest([CARD, CARD], being_made, now=now))


def test_a_must_read_is_what_a_chosen_story_recommends(being_made, now):
    loved = piece("Warme voeten", day=1)
    MustRead.objects.create(
        article=piece("Kou", day=25), title="Warme voeten", target=loved
    )
    suggestion = suggest([CARD, MUST_READ], being_made, now=now)
    assert titles(suggestion) == ["Kou", "Warme voeten"]
    assert suggestion.choices[1].why == "aangeraden in “Kou”"
    assert suggestion.places[1].says["note"] == "eerder verschenen: november 2026"


def test_else_it_is_what_readers_pressed_most_long_ago(mailing_list, being_made, now):
    for title, presses in (("Weinig", 3), ("Veel", 30)):
        article = piece(title)
        Article.objects.filter(pk=article.pk).update(published_on=date(2025, 1, 5))
        pressed(mailing_list, article, presses, at=now - timedelta(days=400))
    # Readers do not remember what they had nine issues ago.
    for week in range(8):
        at = now - timedelta(weeks=week)
        a_dispatch_that_left(mailing_list, readers=1, at=at)
    suggestion = suggest([MUST_READ], being_made, now=now)
    assert titles(suggestion) == ["Veel"]
    assert "30 keer" in suggestion.choices[0].why


def pressed(mailing_list, article, presses, *, at):
    """An article was in an issue, and was pressed so often."""
    issue = IssueFactory.create(mailing_list=mailing_list, publication_date=None)
    dispatch = a_dispatch_that_left(mailing_list, readers=1, at=at, issue=issue)
    link = Link.objects.create(
        rendition=dispatch.rendition, position=1, target="https://a.nl", article=article
    )
    LinkDay.objects.create(link=link, day=at.date(), presses=presses)


def test_else_it_is_a_piece_of_the_archive_that_was_never_sent(being_made, now):
    article = piece("Vergeten")
    Article.objects.filter(pk=article.pk).update(published_on=date(2020, 1, 5))
    suggestion = suggest([MUST_READ], being_made, now=now)
    assert titles(suggestion) == ["Vergeten"]
    assert (
        suggestion.choices[0].why
        == "uit het archief, nog nooit verstuurd: januari 2020"
    )


def test_no_article_is_suggested_twice(being_made, now):
    article = piece("Vergeten")
    Article.objects.filter(pk=article.pk).update(published_on=date(2020, 1, 5))
    assert titles(suggest([CARD, MUST_READ], being_made, now=now)) == ["Vergeten", ""]


def test_suggesting_asks_as_much_of_thousands_as_of_ten(
    being_made, now, django_assert_max_num_queries
):
    for number in range(60):
        piece(f"Rust {number}", day=1 + number % 27)
    with django_assert_max_num_queries(60):
        suggest(READY_MADE[Composition.DOSSIER], being_made, now=now)


# --- The issue to follow ---


def test_the_last_issue_that_left_is_followed(mailing_list, being_made, now):
    issues = []
    for weeks in (3, 1, 2):
        issue = IssueFactory.create(mailing_list=mailing_list, publication_date=None)
        add_card(issue)
        issues.append(issue)
        a_dispatch_that_left(
            mailing_list, readers=1, at=now - timedelta(weeks=weeks), issue=issue
        )
    assert issue_to_follow(being_made.mailing_list, before=being_made) == issues[1]


def test_before_any_left_it_is_the_one_before_that_has_blocks(mailing_list, being_made):
    draft = IssueFactory.create(
        mailing_list=mailing_list, number=70080, publication_date=None
    )
    add_card(draft)
    IssueFactory.create(mailing_list=mailing_list, number=70085, publication_date=None)
    assert issue_to_follow(being_made.mailing_list, before=being_made) == draft


def test_the_first_issue_follows_none(being_made):
    assert issue_to_follow(being_made.mailing_list, before=being_made) is None
