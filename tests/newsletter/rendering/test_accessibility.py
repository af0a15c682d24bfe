"""What the compiled mail must be for every reader, eyes or not."""

import re
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup

from newsletter.issues.blocks import OpeningBlock, TextBlock
from newsletter.rendering.email import render
from tests.newsletter.rendering.content import an_issue, every_kind, ten_blocks
from tests.newsletter.rendering.reading import (
    as_old_outlook_reads,
    faults_of,
    strings_of,
)


@pytest.fixture(scope="module")
def soup(for_sanne):
    return BeautifulSoup(for_sanne[0], "html.parser")


def _levels(html):
    return [
        int(heading.name[1])
        for heading in BeautifulSoup(html, "html.parser").select("h1,h2,h3,h4,h5,h6")
    ]


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        every_kind(),
        every_kind()[::-1],
        [OpeningBlock(body="<p>a</p>"), OpeningBlock(body="<h3>b</h3>")],
        [TextBlock(body="<h3>b</h3><h2>c</h2>")],
    ],
    ids=["nothing", "every kind", "turned round", "two openings", "small heading"],
)
def test_there_is_one_title_and_no_level_is_skipped(blocks):
    levels = _levels(render(an_issue(), blocks, strict=True).html)
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_no_heading_is_empty(soup):
    assert all(heading.get_text(strip=True) for heading in soup.select("h1,h2,h3"))


def test_language_and_direction_stand_on_the_page_and_inside_its_body(soup):
    for tag in (soup.html, soup.body.find(attrs={"lang": True})):
        assert (tag["lang"], tag["dir"]) == ("nl", "ltr")


def test_the_title_is_the_subject(soup):
    assert soup.title.get_text(strip=True) == an_issue().subject


def test_every_picture_has_words_or_says_it_only_decorates(soup):
    assert soup.select("img")
    assert all(picture.has_attr("alt") for picture in soup.select("img"))
    assert all(picture["alt"] for picture in soup.select("a img"))


def test_layout_tables_say_that_they_are_no_tables(soup, for_sanne):
    for html in (for_sanne[0], as_old_outlook_reads(for_sanne[0])):
        tables = BeautifulSoup(html, "html.parser").select("table")
        assert {table.get("role") for table in tables} <= {"presentation", "none"}


def test_tags_close_in_order(for_sanne):
    assert faults_of(for_sanne[0]) == []


def test_every_link_says_where_it_leads(soup):
    for link in soup.select("a"):
        assert link.get_text(strip=True) or link.img["alt"]
        assert link.get_text(strip=True).lower() not in ("hier", "klik hier")


def test_nothing_that_is_read_is_smaller_than_thirteen_pixels(soup):
    for text in strings_of(soup.body):
        styles = [tag.get("style") or "" for tag in text.parents]
        sizes = [re.search(r"font-size:\s*(\d+)px", style) for style in styles]
        size = next((int(found[1]) for found in sizes if found), 16)
        hidden = any("display:none" in style for style in styles)
        assert size >= 13 or hidden, text


def test_the_mail_asks_nothing_of_other_hosts(whole):
    hosts = set(re.findall(r"https?://([^/\"'\s)<]+)", whole.html))
    assert hosts <= {"localhost:8000", "www.w3.org"}
    assert "url(" not in whole.html
    assert "@import" not in whole.html


def test_every_block_can_be_found_by_its_place():
    blocks = ten_blocks()
    soup = BeautifulSoup(render(an_issue(), blocks).html, "html.parser")
    for place in range(1, len(blocks) + 1):
        assert soup.select(f".block-{place}")


def test_a_sunday_of_ten_blocks_stays_small():
    rendered = render(an_issue(), ten_blocks(), strict=True)
    assert rendered.size_in_bytes < 60_000


def test_the_style_sheet_stays_small(soup):
    assert sum(len(style.get_text()) for style in soup.select("style")) < 16_000
