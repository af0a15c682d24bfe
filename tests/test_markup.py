"""MJML to HTML: what an editor types arrives as typed."""

import pytest
from bs4 import BeautifulSoup
from django.utils.translation import gettext

from newsletter.markup import CannotRender, html_from_mjml

PAGE = (
    "<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{body}"
    "</mj-column></mj-section></mj-body></mjml>"
)


def compiled(body="", head="", css=""):
    return html_from_mjml(PAGE.format(body=body, head=head), css=css)


@pytest.mark.parametrize(
    "alt",
    ["Zoe\u0308", "👩‍👩‍👧", "terug\\slash", "a\u00a0b", "\ue000naam\ue001", "“stil”"],
    ids=["combining", "joined", "backslash", "no-break", "marks", "quotes"],
)
@pytest.mark.parametrize("css", ["", "p { margin: 0 }"], ids=["plain", "inlined"])
def test_every_sign_in_an_attribute_arrives_as_typed(alt, css):
    html = compiled(f'<mj-image src="https://x.nl/a.jpg" alt="{alt}" />', css=css)
    image = BeautifulSoup(html, "html.parser").find("img")
    assert image is not None
    assert image["alt"] == alt


def test_a_quote_in_the_title_stays_inside_its_attribute():
    title = "x&quot; onmouseover=&quot;alert(1)"
    html = compiled("<mj-text>a</mj-text>", f"<mj-title>{title}</mj-title>")
    body = BeautifulSoup(html, "html.parser").find(attrs={"aria-label": True})
    assert body is not None
    assert not body.has_attr("onmouseover")


def test_outlooks_conditions_survive():
    assert "<!--[if mso" in compiled("<mj-text>a</mj-text>", css="p { margin: 0 }")


def test_broken_markup_is_an_error_with_words():
    with pytest.raises(CannotRender):
        compiled("<mj-text><p></mj-text>")


def test_a_control_character_is_no_traceback():
    with pytest.raises(CannotRender):
        compiled("<mj-text>\x0b</mj-text>")


def test_what_cannot_be_mailed_is_said_without_the_engines_words(caplog):
    for body in ("<mj-text><p></mj-text>", "<mj-text>\x0b</mj-text>"):
        with pytest.raises(CannotRender) as refused:
            compiled(body)
        assert str(refused.value) == gettext(
            "Something in it has no place in a mail. Look for a strange sign."
        )
    assert len(caplog.records) == 2
