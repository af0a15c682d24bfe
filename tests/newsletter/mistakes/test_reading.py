"""Reading whatever comes over the wire: nothing fails, nothing forbidden is left."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsletter.characters import FORBIDDEN_IN_TEXT
from newsletter.mistakes.decoding import as_text
from newsletter.mistakes.plain_words import plain_words
from newsletter.mistakes.reading import LARGEST_TEXT, read
from newsletter.mistakes.returned import address_concerned
from newsletter.mistakes.sorting import sort
from newsletter.mistakes.trimming import part
from tests.newsletter.mistakes.samples import samples


def understood(raw):
    letter = read(raw)
    parted = part(letter.words)
    sort(letter, parted)
    return letter, parted


@settings(max_examples=40)
@given(st.data())
def test_a_mail_that_was_damaged_on_the_way_is_read_all_the_same(data):
    raw = bytearray(data.draw(st.sampled_from(samples())).raw()[:3000])
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))

    letter, parted = understood(bytes(raw))

    for text in (letter.subject, letter.text, letter.from_name, parted.said):
        assert not FORBIDDEN_IN_TEXT.search(text)


@given(st.binary(max_size=60), st.sampled_from(["", "utf-7", "gb2312", "x-\0", "é"]))
def test_any_bytes_are_text_whatever_they_are_called(payload, charset):
    assert isinstance(as_text(payload, charset), str)


@pytest.mark.parametrize("charset", ["idna", "undefined", "punycode", "a\0b"])
def test_who_wrote_is_known_whatever_charset_their_program_claims(charset):
    head = f"From: sanne@example.nl\nContent-Type: text/plain; charset={charset}\n\n"
    letter = read(head.encode() + b"\xc9\xe9n fout")
    assert (letter.from_address, letter.words) == ("sanne@example.nl", "Één fout")


def test_an_empty_line_before_a_mail_hides_nobody():
    assert read(b"\r\nFrom: sanne@example.nl\n\nHoi").from_address


def test_codecs_that_are_no_charset_do_nothing():
    for name in ("zlib", "rot13", "base64", "unicode_escape", "undefined", "a\0b"):
        assert as_text("café".encode(), name)


def test_more_layers_than_anybody_opens_are_kept_as_they_are():
    raw = b"Content-Type: message/rfc822\n\n" * 3000 + b"Foutje."

    assert read(raw).text.endswith("Foutje.")


def test_a_book_is_cut_and_read_at_once():
    raw = b"Content-Type: text/plain\n\n" + b"Op en neer schreef de wind. " * 40_000

    assert len(understood(raw)[0].text) == LARGEST_TEXT


def test_a_reader_with_a_hundred_thousand_quotes_is_read_at_once():
    raw = b"Content-Type: text/plain\n\n" + b"> > > Op 1-1-2026 schreef\n" * 8000

    assert understood(raw)[1].said == ""


def test_what_is_meant_to_take_hours_is_read_at_once():
    markup = b"Content-Type: text/html\n\n" + b"<div>" * 100_000 + b"Foutje."

    assert understood(markup)[0].text == "Foutje."
    assert understood(b"Subject: " + b"=?utf-8?q?" * 100_000 + b"\n\n.")
    assert understood(b"To: " + b"a" * 1_000_000 + b"\n\n.")[0].recipients == ()


def test_markup_becomes_lines_with_the_quote_marked():
    markup = "<p>Ja<br>graag</p><script>x</script><blockquote>oud<blockquote>ouder"

    assert plain_words(markup)[0] == "Ja\ngraag\n\n> oud\n>> ouder"


def test_a_bounce_names_whose_mail_came_back():
    told = {one.name: one for one in samples()}

    for name in ("bounce-postfix", "bounce-exim", "complaint-arf"):
        assert address_concerned(read(told[name].raw()).message) == "weg@example.org"


def test_a_message_id_that_is_too_long_for_a_header_is_left_alone():
    raw = b"Message-ID: <" + b"x" * 300 + b"@example.nl>\nReferences: <a b> <c@d>\n\n."

    letter = read(raw)

    assert (letter.message_id, letter.thread) == ("", ("<c@d>",))


def test_of_endless_headers_of_recipients_the_first_are_read():
    raw = b"".join(b"To: ben%d@example.nl\n" % number for number in range(30))

    assert len(read(raw + b"\n.").recipients) == 20
