"""What is compared between two engines: what a reader gets, and nothing else."""

import pytest

from tools.compare_mjml.structure import Structure

MAIL = (
    '<html lang="nl" dir="ltr"><body><div role="article" lang="nl" dir="ltr">'
    "<!--[if mso]><table><tr><td>Outlook</td></tr></table><![endif]--><table role="
    '"presentation"><tr><td><h1>Zondag</h1><a href="https://a.example/">Lees <b>het'
    '</b></a><img src="a.jpg" alt="Een stoel" width="600"></td></tr></table></div>'
    "</body></html>"
)


def apart(html):
    return Structure.of(MAIL).differences(Structure.of(html))


def test_the_same_mail_does_not_differ_from_itself():
    assert apart(MAIL) == []


def test_how_many_tables_it_takes_is_no_difference():
    more = MAIL.replace("<h1>", '<table role="presentation"></table><h1>')
    assert apart(more) == []


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("Lees", "Kijk", "words"),
        ("<h1>Zondag</h1>", "<h2>Zondag</h2>", "headings"),
        ("a.example", "b.example", "links"),
        ('alt="Een stoel"', "", "pictures"),
        ('width="600"', 'width="60"', "pictures"),
        ('role="presentation"', "", "roles"),
        ('<html lang="nl"', '<html lang="und"', "language"),
    ],
)
def test_what_a_reader_would_notice_is_said(before, after, kind):
    (line,) = apart(MAIL.replace(before, after))
    assert line.startswith(f"{kind}: ")


def test_the_first_place_where_they_part_is_named():
    (line,) = apart(MAIL.replace("Zondag", "Maandag").replace("<h1>", "<h1 id='a'>"))[
        :1
    ]
    assert line == "words: at 0, ours 'Zondag', theirs 'Maandag'"
