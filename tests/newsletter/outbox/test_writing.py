"""Writing a mail down: once per key, in the list's look, with nothing smuggled in."""

import pytest
from django.utils.translation import gettext

from newsletter.outbox.guarding import UnsafeMessage, refuse_unsafe
from newsletter.outbox.messages import message_of
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import write_mail

pytestmark = pytest.mark.django_db


def write(now, mailing_list=None, **changes):
    return write_mail(
        **{
            "purpose": "confirm",
            "key": "confirm-1",
            "to": "sanne@example.nl",
            "subject": "Nog één klik",
            "template": "subscribers/email/confirm",
            "context": {"confirm_url": "http://localhost:8000/x/", "days": 7},
            "from_header": "Rock jouw inbox <zondag@nieuws.example.nl>",
            "mailing_list": mailing_list,
            "now": now,
            **changes,
        }
    )


def test_a_mail_is_a_row_that_waits(now, mailing_list):
    mail = write(now, mailing_list)
    assert list(OutgoingMail.objects.due(now)) == [mail]


def test_the_same_key_twice_is_one_mail(now, mailing_list):
    first = write(now, mailing_list)
    second = write(now, mailing_list, subject="Iets anders")
    assert second == first
    assert second.subject == "Nog één klik"


def test_text_and_html_carry_the_same_link_and_the_postal_address(now, mailing_list):
    mail = write(now, mailing_list)
    for body in (mail.text, mail.html):
        assert "http://localhost:8000/x/" in body
        assert mailing_list.postal_address in body


def test_the_html_says_its_language_and_calls_nobody_outside(now, mailing_list):
    html = write(now, mailing_list).html
    assert 'lang="nl"' in html
    assert "<h1" in html
    assert "fonts.googleapis" not in html
    assert "prefers-color-scheme: dark" in html


def test_the_html_has_the_colours_of_the_list(now, mailing_list):
    mailing_list.accent_colour = "#2F5D73"
    html = write(now, mailing_list).html
    assert "#2F5D73" in html
    assert "#9A4A32" not in html
    assert "#E6A98F" not in html


def test_the_text_has_no_markup_and_no_long_line_but_a_link(now, mailing_list):
    text = write(now, mailing_list).text
    assert "&" not in text
    assert "<" not in text
    long = [line for line in text.splitlines() if len(line) > 78]
    assert all("http" in line for line in long)


def test_a_mail_without_mjml_of_its_own_sets_its_text_in_the_frame(
    now, mailing_list, settings, tmp_path
):
    (tmp_path / "note.txt").write_text("Dag {{ who }},\n\nKijk op https://x.nl/a\n")
    templates = {
        **settings.TEMPLATES[0],
        "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path],
    }
    settings.TEMPLATES = [templates]
    mail = write(now, mailing_list, template="note", context={"who": "<b>Els</b> & co"})
    assert mail.text.startswith("Dag <b>Els</b> & co,\n")
    assert "&lt;b&gt;Els&lt;/b&gt; &amp; co" in mail.html
    assert 'href="https://x.nl/a"' in mail.html


def test_a_machine_wrote_it_and_says_so(now, mailing_list):
    message = message_of(write(now, mailing_list, headers={"X-Extra": "1"}))
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert message.extra_headers["X-Extra"] == "1"


def test_every_try_of_a_mail_has_the_same_message_id_in_our_domain(now, mailing_list):
    mail = write(now, mailing_list)
    again = OutgoingMail.objects.get(pk=mail.pk)
    message_id = message_of(mail).extra_headers["Message-ID"]
    assert message_id == message_of(again).extra_headers["Message-ID"]
    assert message_id.endswith("@nieuws.example.nl>")


HOSTILE = [
    "\r\nBcc: x@y.nl",
    "\n",
    "\x00",
    "\x0b",
    "\x85",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\ud800",
]


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
@pytest.mark.parametrize("field", ["subject", "to", "from_header", "reply_to"])
def test_a_control_character_reaches_no_header(field, hostile, now, mailing_list):
    with pytest.raises(UnsafeMessage):
        write(now, mailing_list, **{field: f"Hoi{hostile}@x.nl"})
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("hostile", HOSTILE, ids=ascii)
def test_a_control_character_reaches_no_extra_header(hostile, now, mailing_list):
    mail = write(now, mailing_list)
    mail.headers = {f"X-{hostile}": "1"}
    with pytest.raises(UnsafeMessage):
        refuse_unsafe(message_of(mail))
    mail.headers = {"X-Extra": hostile}
    with pytest.raises(UnsafeMessage):
        refuse_unsafe(message_of(mail))


def test_an_extra_header_is_plain_ascii(now, mailing_list):
    with pytest.raises(UnsafeMessage, match="X-Extra"):
        write(now, mailing_list, headers={"X-Extra": "één"})


@pytest.mark.parametrize("hostile", ["\x00", "\x85", "\u202e", "\ue000"], ids=ascii)
def test_a_control_character_reaches_no_body(hostile, now, mailing_list):
    mail = write(now, mailing_list)
    mail.text = f"Dag {hostile}"
    with pytest.raises(UnsafeMessage) as refused:
        refuse_unsafe(message_of(mail))
    assert str(refused.value) == gettext(
        "The text of this mail holds a sign that no mail may carry."
    )


@pytest.mark.parametrize("name", ['Jan "de" Vries', "Naam, B.V.", "a@b", "(x)", "Zoë"])
def test_a_senders_name_arrives_as_it_is_written(name, now, mailing_list):
    mailing_list.sender_name, mailing_list.sender_address = name, "a@x.nl"
    mail = write(now, mailing_list, from_header=mailing_list.from_header)
    wire = message_of(mail).message()
    from email.header import decode_header, make_header
    from email.utils import parseaddr

    shown, address = parseaddr(wire["From"])
    assert str(make_header(decode_header(shown))) == name
    assert address == "a@x.nl"
