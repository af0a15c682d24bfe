"""A story takes from its article what the issue does not say otherwise."""

import pytest
from bs4 import BeautifulSoup

from newsletter.articles.authorship import name_authors
from newsletter.issues.blocks import CardBlock, HeroBlock, MustReadBlock, blocks_of
from newsletter.rendering.email import reading_minutes, render
from newsletter.rendering.freezing import freeze
from tests.factories import ArticleFactory, AuthorFactory, IssueFactory
from tests.newsletter.rendering.content import SANNE, an_article, an_issue

BOTH = pytest.mark.parametrize("model", [HeroBlock, CardBlock])


def mail_of(*blocks):
    html, text = render(an_issue(), blocks, strict=True).preview(SANNE)
    return BeautifulSoup(html, "html.parser"), text


def links_in(*blocks):
    return render(an_issue(), blocks, strict=True).links


@BOTH
def test_what_is_empty_comes_from_the_article(model):
    soup, text = mail_of(model(article=an_article()))

    for words in (
        "Brood dat een nacht mag slapen",
        "Bakker Hidde laat de nacht het werk doen",
        "Door Fenna Roodhuizen en Sam Wolters",
        "4 minuten",
    ):
        assert words in soup.get_text()
        assert words in text


@BOTH
def test_what_the_issue_says_goes_before_the_article(model):
    block = model(
        article=an_article(),
        title="Slapend deeg",
        teaser="Doe niets.",
        authors="de redactie",
        minutes=9,
    )
    soup, text = mail_of(block)

    for words in ("Slapend deeg", "Doe niets.", "Door de redactie", "9 minuten"):
        assert words in soup.get_text()
        assert words in text
    assert "Fenna" not in text


@BOTH
def test_authors_and_reading_time_can_be_left_out(model):
    soup, text = mail_of(
        model(article=an_article(), with_authors=False, with_minutes=False)
    )

    assert "Door " not in text
    assert "4 minuten" not in text
    assert "4 minuten" not in soup.get_text()


@BOTH
def test_a_teaser_has_no_text_of_the_article(model):
    assert "ruime kom" not in mail_of(model(article=an_article()))[1]


@BOTH
def test_the_whole_text_stands_under_its_title_with_its_headings(model):
    soup, text = mail_of(model(article=an_article(), extent="whole"))

    heads = [(one.name, one.get_text()) for one in soup.select("h2, h3, h4")]
    assert heads == [
        ("h2", "Brood dat een nacht mag slapen"),
        ("h3", "De kom"),
        ("h4", "De doek"),
    ]
    assert "Meng alles in een ruime kom." in text
    assert soup.select_one(".prose strong").get_text() == "ruime"


def test_links_of_the_whole_text_are_counted_for_the_article():
    title, in_text = links_in(CardBlock(article=an_article(), extent="whole"))

    assert in_text.target == "https://www.rockjouwmagazine.example/doek"
    assert (title.article_id, in_text.article_id) == (7, 7)
    assert in_text.block_kind == "card"


def test_who_read_all_of_it_gets_no_button_unless_it_was_given_words():
    story = an_article()
    plain, _ = mail_of(HeroBlock(article=story, extent="whole"))
    worded, _ = mail_of(
        HeroBlock(article=story, extent="whole", button_label="Bak mee")
    )

    assert plain.select(".button") == []
    assert worded.select_one(".button").get_text(strip=True) == "Bak mee"


@BOTH
def test_compact_is_a_title_one_line_and_a_small_picture(model):
    story = an_article()
    story.lead = "Bloem, water en zout.\n" * 20
    soup, text = mail_of(model(article=story, extent="compact"))

    line = soup.select_one(".one-line").get_text()
    assert len(line) <= 110
    assert line.endswith("…")
    assert soup.select_one("img")["width"] == "120"
    assert soup.select(".button") == []
    assert "ruime kom" not in text


def test_the_reading_time_of_the_mail_counts_the_text_that_is_in_it():
    story = an_article()
    story.body = "<p>woord </p>" * 660

    assert reading_minutes([CardBlock(article=story)]) == 1
    assert reading_minutes([CardBlock(article=story, extent="whole")]) == 3


def test_a_must_read_says_when_it_appeared_unless_it_has_a_note(mailing_list):
    story = ArticleFactory.build()

    assert MustReadBlock(article=story).shown_note == (
        "eerder verschenen: november 2026"
    )
    assert MustReadBlock(article=story, note="nog altijd waar").shown_note == (
        "nog altijd waar"
    )
    story.published_on = None
    assert MustReadBlock(article=story).shown_note == ""


def test_a_change_of_the_article_is_in_the_mail_until_it_is_frozen(mailing_list, now):
    issue = IssueFactory.create(mailing_list=mailing_list)
    story = ArticleFactory.create(body="<p>Eerst dit.</p>")
    name_authors(story, [AuthorFactory.create(name="Sam Wolters")])
    CardBlock.objects.create(parent=issue, article=story, extent="whole")
    frozen = freeze(issue, by=None, now=now)

    story.title, story.body = "Anders", "<p>Nu dat.</p>"
    story.save()
    name_authors(story, [AuthorFactory.create(name="Fenna Roodhuizen")])

    later = render(issue, strict=True)
    for words in ("Anders", "Nu dat.", "Door Fenna Roodhuizen"):
        assert words in later.text
        assert words not in frozen.text
    assert "Eerst dit." in frozen.text
    frozen.refresh_from_db()
    assert "Door Sam Wolters" in frozen.text


def test_authors_of_all_stories_are_asked_for_at_once(
    mailing_list, django_assert_num_queries
):
    issue = IssueFactory.create(mailing_list=mailing_list)
    for place in range(4):
        story = ArticleFactory.create()
        name_authors(story, [AuthorFactory.create(name=f"Auteur {place}")])
        CardBlock.objects.create(parent=issue, article=story, ordering=place)
    blocks = blocks_of(issue)
    for block in blocks:
        assert block.article.category

    # The authors; and whether the list is the first, for its address.
    with django_assert_num_queries(2):
        text = render(issue, blocks, strict=True).text

    assert text.index("Auteur 0") < text.index("Auteur 3")
