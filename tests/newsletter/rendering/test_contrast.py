"""Every word on its ground, as the compiled mail colours them, light and dark."""

import re

import pytest
from bs4 import BeautifulSoup

from newsletter.colours import (
    PAPER,
    READABLE,
    SAGE,
    TERRACOTTA,
    contrast,
)
from newsletter.rendering.email import render
from newsletter.tints import Tint
from tests.newsletter.rendering.content import SANNE, an_issue, every_kind
from tests.newsletter.rendering.reading import strings_of

_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")


def _declared(style):
    found = {}
    for name, value in _DECLARATION.findall(style or ""):
        colour = re.search(r"#[0-9A-Fa-f]{6}", value)
        if name in ("background", "background-color") and colour:
            found["ground"] = colour[0]
        if name == "color" and colour:
            found["ink"] = colour[0]
    return found


def _dark_rules(soup):
    sheet = "".join(style.get_text() for style in soup.select("style"))
    start = sheet.index("{", sheet.index("prefers-color-scheme: dark")) + 1
    for selectors, style in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet[start:]):
        for selector in selectors.split(","):
            if "::" not in selector and "!important" in style:
                yield selector.strip(), _declared(style)
        if sheet[start:].split("}\n      }")[0].endswith(style):
            return


def _weight(rule):
    selector, _style = rule
    return selector.count("."), len(re.findall(r"(?:^|[\s>])[a-z]", selector))


def _colours(soup, *, dark):
    colours = {id(tag): _declared(tag.get("style")) for tag in soup.find_all(True)}
    if dark:
        for selector, declared in sorted(_dark_rules(soup), key=_weight):
            for tag in soup.select(selector):
                colours[id(tag)] = colours[id(tag)] | declared
    return colours


def _pairs(html, *, dark):
    soup = BeautifulSoup(html, "html.parser")
    colours = _colours(soup, dark=dark)

    def nearest(tag, which):
        tags = [tag, *tag.parents]
        return next(colours[id(t)][which] for t in tags if which in colours[id(t)])

    colours[id(soup)] = {"ink": "#000000", "ground": "#FFFFFF"}
    for text in strings_of(soup.body):
        hidden = any("display:none" in (t.get("style") or "") for t in text.parents)
        if not hidden:
            tag = text.parent
            yield nearest(tag, "ink"), nearest(tag, "ground"), text.strip()[:40]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_word_stands_out_from_its_ground(for_sanne, dark):
    pairs = list(_pairs(for_sanne[0], dark=dark))
    assert len(pairs) > 60
    assert [pair for pair in pairs if contrast(*pair[:2]) < READABLE] == []


def test_dark_is_really_dark(for_sanne):
    light, dark = (
        {ground for _ink, ground, _text in _pairs(for_sanne[0], dark=dark)}
        for dark in (False, True)
    )
    assert PAPER in light
    assert all(
        contrast(ground, "#FFFFFF") > 9 or ground == "#E6A98F" for ground in dark
    )


def unreadable(of_list, **of_issue):
    """Words that hardly stand out, by day or by night."""
    issue = an_issue(of_list=of_list, **of_issue)
    html, _text = render(issue, every_kind(), strict=True).preview(SANNE)
    pairs = {*_pairs(html, dark=False), *_pairs(html, dark=True)}
    return [pair for pair in pairs if contrast(*pair[:2]) < READABLE]


@pytest.mark.parametrize(
    ("accent", "second"),
    [
        ("#FFFF00", ""),
        ("#FFFF00", "#23304F"),
        ("#C9A08F", "#FFE08A"),
        ("#C9A08F", "#FFFFFF"),
        ("#2F5D73", "#FFE08A"),
        ("#2F5D73", "#23304F"),
        ("#000000", ""),
        ("#000000", "#FFFFFF"),
    ],
)
def test_every_word_is_read_whatever_the_colours_of_the_list(accent, second):
    assert unreadable({"accent_colour": accent, "second_colour": second}) == []


@pytest.mark.parametrize(
    ("accent", "second"),
    [("#9A4A32", ""), ("#FFFF00", "#23304F"), ("#2F5D73", "#FFE08A")],
)
@pytest.mark.parametrize("tint", Tint)
def test_every_word_is_read_in_every_tint(tint, accent, second):
    of_list = {"accent_colour": accent, "second_colour": second}
    assert unreadable(of_list, tint=tint) == []


def test_the_colours_of_the_list_are_used():
    of_list = {"accent_colour": "#2F5D73", "second_colour": "#7A3E9D"}
    html = render(an_issue(of_list=of_list), every_kind(), strict=True).html
    assert "#2F5D73" in html
    assert "#7A3E9D" in html
    assert TERRACOTTA not in html
    assert SAGE not in html
