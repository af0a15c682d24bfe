"""The finished mail: readable, drawable and told in plain text; a careless template
is noticed."""

import pytest

from newsletter.colours import TERRACOTTA
from newsletter.issues.blocks import AdvertorialBlock
from newsletter.publishing import mail_checks
from newsletter.publishing.contrast_checks import check_contrast
from newsletter.publishing.css_checks import check_css
from newsletter.publishing.findings import Severity
from newsletter.publishing.html_checks import check_html
from newsletter.publishing.mail_checks import LABEL
from newsletter.publishing.readiness import preflight
from newsletter.publishing.text_checks import check_text
from newsletter.rendering import email
from tests.newsletter.rendering.content import SANNE, an_issue, every_kind


@pytest.fixture(scope="module")
def mail():
    issue = an_issue()
    html, text = email.render(issue, every_kind(), strict=True).preview(SANNE)
    return issue, html, text


def test_a_mail_of_every_kind_of_block_is_in_order(mail):
    issue, html, text = mail

    assert list(check_html(issue, html)) == []
    assert list(check_css(issue, html)) == []
    assert list(check_text(issue, html, text)) == []
    assert list(check_contrast(issue, html)) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('lang="nl"', "", "welke taal"),
        ('dir="ltr"', "", "welke richting"),
        ("<h1", "<h2", "hoofdkop"),
        ("<h2", "<h4", "niveau van koppen"),
        ('role="presentation"', "", "tabel"),
        ('alt="De zee bij avond"', "", "een foto zegt niets"),
        ("<title>", "<title>Niet ", "titel"),
        ("font-size:13px", "font-size:11px", "kleiner dan 13"),
        ("width=device-width", "width=device-width,user-scalable=no", "vergroten"),
        ("Word vriend</a>", "</a>", "geen woorden"),
    ],
)
def test_what_keeps_someone_from_reading_is_told(mail, before, after, words):
    issue, html, _text = mail
    assert before in html

    [finding] = check_html(issue, html.replace(before, after))

    assert words in finding.message


@pytest.mark.parametrize(
    "harm",
    [
        "<script>1</script>",
        '<form action="/">',
        '<a href="javascript:alert(1)">pers</a>',
        '<p onclick="x()">pers</p>',
        '<img src="/a.webp" alt="" width="1">',
    ],
)
def test_what_mail_programs_throw_out_is_told(mail, harm):
    issue, html, _text = mail

    [finding] = check_html(issue, html.replace("</body>", f"{harm}</body>"))

    assert finding.code == "harmless"


@pytest.mark.parametrize(
    ("style", "words"),
    [
        ("display: grid", "display: grid"),
        ("position: absolute", "position"),
        ("filter: blur(2px)", "filter"),
        ("width: calc(100% - 2px)", "calc(…)"),
        ("background: url(x.png)", "url(…)"),
    ],
)
def test_style_that_some_mail_program_does_not_know_is_told(mail, style, words):
    issue, html, _text = mail

    [finding] = check_css(
        issue, html.replace("</body>", f'<p style="{style}">x</p></body>')
    )

    assert words in finding.message


def test_so_much_style_that_gmail_drops_it_is_told(mail):
    issue, html, _text = mail
    padding = "/* */\n.a { color: #000000; }" * 800

    [finding] = check_css(issue, html.replace("</style>", f"{padding}</style>", 1))

    assert "Gmail" in finding.message


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda text: "", "leeg"),
        (lambda text: text[: len(text) // 3], "ontbreekt"),
        (lambda text: text.replace("https://www.rockjouwmagazine", ""), "link"),
        (lambda text: f"{text}<td>", "HTML"),
        (lambda text: f"{text}\n{'woord ' * 20}", "te lang"),
    ],
)
def test_plain_text_that_tells_something_else_is_told(mail, changed, words):
    issue, html, text = mail

    [finding] = check_text(issue, html, changed(text))

    assert words in finding.message


def test_a_colour_that_is_hard_to_read_says_what_the_mail_takes_instead(mail):
    _issue, html, _text = mail
    pale = an_issue(of_list={"accent_colour": "#E0A0A0"})

    [finding] = check_contrast(pale, html)

    assert (finding.severity, finding.field) == (Severity.HINT, "id_accent_colour")
    assert finding.mend is not None


def test_words_that_vanish_at_night_are_told(mail):
    issue, html, _text = mail
    assert "#F1EAE1 !important" in html

    [finding] = check_contrast(
        issue, html.replace("#F1EAE1 !important", "#2A2725 !important")
    )

    assert "#2A2725" in finding.message


def test_the_colour_of_the_house_is_fine_in_any_case(mail):
    _issue, html, _text = mail
    lower = an_issue(of_list={"accent_colour": TERRACOTTA.lower()})

    assert list(check_contrast(lower, html)) == []


def test_an_advertorial_without_its_label_never_leaves(issue, now, monkeypatch):
    AdvertorialBlock.objects.create(
        parent=issue, ordering=90, advertiser="De Linde", title="T", body="<p>Thee</p>"
    )
    assert preflight(issue, now=now) == []
    whole = email.RenderedEmail.preview

    def unlabelled(self, personal):
        html, text = whole(self, personal)
        return html.replace("Advertentie", "Van ons"), text.replace(
            "Advertentie", "Van ons"
        )

    monkeypatch.setattr(mail_checks.RenderedEmail, "preview", unlabelled)

    stop, *_others = preflight(issue, now=now)
    assert (stop.code, stop.is_final) == (LABEL.code, True)
