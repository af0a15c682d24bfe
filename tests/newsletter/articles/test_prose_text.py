"""Words found, changed and marked in prose, whatever tags stand around them."""

import pytest

from newsletter.articles.prose_text import find, read

PROSE = "<p>Rust <em>een</em> kwartier &amp; adem.</p><p>Een kwartier is genoeg.</p>"


def changed(html, words, instead):
    prose = read(html)
    return prose.with_words(find(words, prose.text)[0], instead)


def test_prose_is_read_without_tags_a_line_for_each_paragraph():
    assert read(PROSE).text == "Rust een kwartier & adem.\nEen kwartier is genoeg.\n"


@pytest.mark.parametrize(
    "words, count",
    [("een kwartier", 1), ("kwartier", 2), ("een  \n kwartier", 1), ("uur", 0)],
)
def test_words_are_found_across_tags_and_blanks(words, count):
    assert len(find(words, read(PROSE).text)) == count


def test_a_reader_may_type_other_quotes_and_dashes_than_the_article_has():
    text = "Hidde’s „brood” – gisteren"
    assert find('Hidde\'s "brood" - gisteren', text) == [(0, len(text))]


@pytest.mark.parametrize(
    "html, words, instead, expected",
    [
        ("<p>een kwartier rust</p>", "kwartier", "uur", "<p>een uur rust</p>"),
        (
            "<p>een <b>kwartier</b></p>",
            "een kwartier",
            "een uur",
            "<p>een <b>uur</b></p>",
        ),
        ("<p>a &amp; b</p>", "a & b", "a < b", "<p>a &lt; b</p>"),
        ("<p>De man lief</p>", "man lief", "man is lief", "<p>De man is lief</p>"),
        ("<p>is is goed</p>", "is is", "is", "<p>is goed</p>"),
        ("<p>dat <em>wat</em> mooi</p>", "dat wat mooi", "die lief", "<p>die lief</p>"),
        ("<p>goed<br>zo</p>", "zo", "zoo", "<p>goed<br>zoo</p>"),
    ],
)
def test_only_the_words_change_and_the_tags_stay_whole(html, words, instead, expected):
    assert changed(html, words, instead) == expected


def test_a_mark_never_crosses_a_tag():
    prose = read(PROSE)
    marked = prose.marked(find("een kwartier", prose.text)[0], name="zin")
    assert '<em><mark id="zin">een</mark></em><mark> kwartier</mark>' in marked


def test_words_of_two_paragraphs_are_not_one_line():
    prose = read(PROSE)
    assert not prose.is_one_line(find("adem. Een", prose.text)[0])
    assert prose.is_one_line(find("kwartier & adem", prose.text)[0])
