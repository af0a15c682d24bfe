from newsletter.rendering.email import render
from newsletter.rendering.personal import Personal, Segments, Slot
from tests.newsletter.rendering.content import SANNE, an_issue, every_kind

PIET = Personal("Piet", "http://localhost:8000/u/piet/", "http://localhost:8000/v/p/")


def _with_marks_for(body, personal):
    for value in (
        personal.unsubscribe_url,
        personal.preferences_url,
        f" {personal.first_name}",
    ):
        assert value in body
        body = body.replace(value, "*")
    return body


def test_two_readers_mails_differ_in_their_slots_only(whole):
    for sannes, piets in zip(whole.preview(SANNE), whole.preview(PIET), strict=True):
        assert sannes != piets
        assert _with_marks_for(sannes, SANNE) == _with_marks_for(piets, PIET)


def test_cutting_and_joining_gives_what_the_preview_shows():
    rendered = render(an_issue(), [], strict=True)
    joined = Segments.of(rendered.html).join(SANNE.values())
    assert joined == rendered.preview(SANNE)[0]


def test_a_name_with_markup_is_escaped_in_html_and_literal_in_text(whole):
    html, text = whole.preview(Personal('<b>"&', "http://localhost:8000/u", "http://x"))
    assert "&lt;b&gt;&quot;&amp;" in html
    assert "<b>" not in html
    assert 'Goedemorgen <b>"&,' in text


def test_without_a_name_the_greeting_stands_alone(whole):
    html, text = whole.preview(Personal("", "http://localhost:8000/u", "http://x"))
    assert "Goedemorgen<bdi></bdi>," in html
    assert "Goedemorgen,\n" in text


def test_the_only_slots_in_html_are_name_and_the_two_ways_out():
    slots = set(
        Segments.of(
            render(an_issue(), every_kind()[:1]).html.replace("\ue000link.0\ue001", "")
        ).slots
    )
    assert slots == {Slot.NAME_HTML, Slot.UNSUBSCRIBE_URL, Slot.PREFERENCES_URL}
