import pytest
from django.utils.translation import gettext

from newsletter.issues.blocks import HelpLineBlock, QuoteBlock, TextBlock
from newsletter.markup import CannotRender, html_from_mjml
from newsletter.rendering import block_values, email
from newsletter.rendering.email import render
from tests.newsletter.rendering.content import an_issue

GOOD = QuoteBlock(text="Stilte is ook een geluid.")
BROKEN = HelpLineBlock(help_line="unknown")
LINKED = TextBlock(body='<p><a href="https://a.example/">a</a></p>')


def test_the_preview_shows_a_notice_and_everything_else():
    rendered = render(an_issue(), [GOOD, BROKEN, LINKED])
    assert "Dit blok (hulplijn) kan niet worden getoond." in rendered.html
    assert "Stilte is ook een geluid." in rendered.html
    assert [(f.kind, f.place) for f in rendered.failures] == [("help_line", 2)]
    assert [link.position for link in rendered.links] == [0]


def test_the_notice_can_be_found_by_its_place():
    assert "block-2" in render(an_issue(), [GOOD, BROKEN]).html


def test_a_strict_rendering_names_the_broken_block():
    with pytest.raises(CannotRender, match=r"Blok 2 \(hulplijn\)"):
        render(an_issue(), [GOOD, BROKEN], strict=True)


def test_links_of_a_block_that_broke_half_way_are_forgotten(monkeypatch):
    def broken(block, issue, book):
        book.add("https://lost.example/", label="x", kind="quote")
        raise RuntimeError("half way")

    whole = block_values.values_of
    monkeypatch.setattr(
        email, "values_of", lambda b, i, k: (broken if b is GOOD else whole)(b, i, k)
    )
    rendered = render(an_issue(), [GOOD, LINKED])
    assert [link.target for link in rendered.links] == ["https://a.example/"]
    # Its own words are for the log; an editor gets a sentence.
    assert rendered.failures[0].reason == gettext(
        "Something in this block is not right."
    )


def test_source_that_is_no_mjml_is_refused_in_words():
    with pytest.raises(CannotRender):
        html_from_mjml("<mjml><mj-body><p>3 < 5")
