import pytest

from newsletter.issues.blocks import ButtonBlock, HeroBlock, ImageBlock, TextBlock
from newsletter.markup import CannotRender
from newsletter.rendering.email import render
from newsletter.rendering.links import LinkBook
from tests.newsletter.rendering.content import SANNE, a_picture, an_issue
from tests.newsletter.rendering.reading import addresses_in

BAD = [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "data:text/html,x",
    "//a",
    "ftp:x",
]


@pytest.mark.parametrize("target", BAD)
def test_an_address_that_runs_something_is_dropped(target):
    blocks = [
        HeroBlock(title="Titel", url=target, picture=a_picture()),
        ButtonBlock(label="Knop", url=target),
        ImageBlock(picture=a_picture(), url=target),
        TextBlock(body=f'<p><a href="{target}">woord</a></p>'),
    ]
    rendered = render(an_issue(), blocks, strict=True)
    assert rendered.links == ()
    assert target.strip() not in rendered.html
    assert target.strip() not in rendered.text.split()
    assert "woord" in rendered.html
    assert "Knop" in rendered.html


@pytest.mark.parametrize("target", ["mailto:els@example.nl", "tel:113"])
def test_mail_and_telephone_are_not_counted(target):
    rendered = render(an_issue(), [TextBlock(body=f'<a href="{target}">x</a>')])
    assert rendered.links == ()
    assert f'href="{target}"' in rendered.html


def test_an_address_comes_out_as_it_went_in():
    target = "https://a.example/?a=1&b=%C3%A9&c='x'#d"
    body = f'<p><a href="{target.replace("&", "&amp;")}">x</a></p>'
    rendered = render(an_issue(), [TextBlock(body=body)], strict=True)
    html, text = rendered.preview(SANNE)
    assert target in addresses_in(html)
    assert target in text.splitlines()


def test_one_story_is_one_link_with_its_article(whole):
    brood = [link for link in whole.links if "/brood?" in link.target]
    assert [(link.block_kind, link.article_id) for link in brood] == [("card", 7)]


def test_a_link_without_words_in_it_keeps_what_it_had():
    book = LinkBook()
    assert book.in_prose('<a href="javascript:x">a <em>b</em></a>', kind="text") == (
        "a <em>b</em>"
    )
    assert book.links == []


def test_an_address_too_long_to_keep_is_named_before_it_is_frozen():
    body = f'<p><a href="https://a.example/{"x" * 2000}">de heg</a></p>'
    with pytest.raises(CannotRender, match="Blok 1.*de heg"):
        render(an_issue(), [TextBlock(body=body)], strict=True)
    longest = "https://a.example/".ljust(2000, "x")
    rendered = render(an_issue(), [ButtonBlock(label="a", url=longest)], strict=True)
    assert [link.target for link in rendered.links] == [longest]
