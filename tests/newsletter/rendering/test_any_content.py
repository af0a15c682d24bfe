"""Whatever editors type, in whatever order: a whole mail with all of it in it."""

from html import escape

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.articles.models import Expert
from newsletter.issues.blocks import (
    AdvertorialBlock,
    ButtonBlock,
    CardBlock,
    CorrectionsBlock,
    DividerBlock,
    ExpertBlock,
    HelpLine,
    HelpLineBlock,
    HeroBlock,
    ImageBlock,
    MustReadBlock,
    OpeningBlock,
    PauseMomentBlock,
    QuestionBlock,
    QuoteBlock,
    TextBlock,
    TipsBlock,
)
from newsletter.rendering.email import render
from tests.newsletter.rendering.content import SANNE, a_picture, an_issue
from tests.newsletter.rendering.reading import (
    as_old_outlook_reads,
    faults_of,
    words,
)

NASTY = [
    "{{7*7}}",
    "{% load x %}",
    "<script>alert(1)</script>",
    "</mj-text></mjml>",
    "]]><!--",
    "%recipient.x%",
    "[[var:x]]",
    "*|FNAME|*",
    '"onmouseover="x',
    "'single'",
    "a & b &amp; c &#60;",
    "back\\slash \\u{e9}",
    "👩‍👩‍👧‍👦 🏳️‍🌈",
    "e\u0301 n\u0303",
    "שלום עולם",
    "مرحبا",
    "zacht\u00adafbreken",
    "3 < 5 > 2",
]
plain = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=12
)
phrase = (
    st.lists(st.sampled_from(NASTY) | plain, min_size=1, max_size=4)
    .map(lambda parts: words(" ".join(parts)))
    .filter(bool)
)
prose = phrase.map(lambda text: f"<p>{escape(text)}</p>")
address = st.sampled_from(
    ["", "https://a.example/?a=1&b=%22", "mailto:a@b.example", "javascript:alert(1)"]
)
picture = st.none() | st.builds(a_picture, alt=phrase, credit=phrase)
story = {
    "title": phrase,
    "teaser": phrase,
    "picture": picture,
    "url": address,
    "button_label": phrase,
}
block = st.one_of(
    st.builds(
        OpeningBlock, greeting=phrase, body=prose, signed_by=phrase, portrait=picture
    ),
    st.builds(HeroBlock, **story),
    st.builds(CardBlock, **story),
    st.builds(TextBlock, heading=phrase, body=prose),
    st.builds(QuoteBlock, text=phrase, speaker=phrase),
    st.builds(TipsBlock, heading=phrase, tips=phrase),
    st.builds(
        ImageBlock,
        picture=st.builds(a_picture, alt=phrase, credit=phrase),
        caption=phrase,
        url=address,
    ),
    st.builds(ButtonBlock, label=phrase, url=address),
    st.builds(ExpertBlock, expert=st.builds(Expert, name=phrase), text=phrase),
    st.builds(MustReadBlock, title=phrase, url=address, note=phrase),
    st.builds(
        QuestionBlock,
        heading=phrase,
        question=phrase,
        answer=phrase,
        answered_by=phrase,
    ),
    st.builds(PauseMomentBlock, heading=phrase, text=phrase),
    st.builds(
        AdvertorialBlock, advertiser=phrase, title=phrase, body=prose, picture=picture
    ),
    st.builds(HelpLineBlock, help_line=st.sampled_from(HelpLine.values), text=phrase),
    st.builds(CorrectionsBlock, body=prose),
    st.builds(DividerBlock),
)
TYPED = ("title", "teaser", "heading", "text", "tips", "caption", "speaker", "question")


def _typed_in(one):
    for name in (*TYPED, "answer", "answered_by", "advertiser", "note", "greeting"):
        if value := getattr(one, name, ""):
            yield words(value)
    if body := getattr(one, "body", ""):
        yield words(BeautifulSoup(body, "html.parser").get_text())


@given(st.lists(block, max_size=10), phrase, phrase)
@settings(max_examples=30)
def test_any_blocks_in_any_order_make_a_whole_mail(blocks, subject, preheader):
    issue = an_issue(subject=subject, preheader=preheader)
    rendered = render(issue, blocks, strict=True)
    html, text = rendered.preview(SANNE)

    assert faults_of(html) == []
    assert as_old_outlook_reads(html).count("<table") == as_old_outlook_reads(
        html
    ).count("</table")
    soup = BeautifulSoup(html, "html.parser")
    assert [words(title.get_text()) for title in soup.select("title")] == [subject]
    assert soup.select("script, iframe, form") == []
    assert not any("javascript:" in link["href"] for link in soup.select("a[href]"))
    seen, read = words(soup.get_text()), words(text)
    for typed in (one for each in blocks for one in _typed_in(each)):
        assert typed in seen
        assert typed in read


@given(st.lists(block, max_size=4))
@settings(max_examples=20)
def test_every_line_of_text_fits_unless_it_is_one_word(blocks):
    text = render(an_issue(), blocks, strict=True).text
    assert [
        line
        for line in text.splitlines()
        if len(line) > 78 and len(line.strip("“”-–:>[]() ").split()) > 1
    ] == []
