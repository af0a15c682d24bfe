"""A mail spliced from a skeleton is the mail that Django would have built."""

import re
from email import message_from_bytes, policy
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.providers import PROVIDERS
from newsletter.delivery.skeleton import Body, Skeleton, refuse_unsafe_values
from newsletter.outbox.guarding import UnsafeMessage
from newsletter.rendering.personal import Slot, mark

LONG_WORD = "x" * 300


@pytest.fixture
def messages(scheduled):
    rendition = scheduled.rendition
    rendition.text = f".een punt\nHallo{mark('name_text')},\n\n.\n{LONG_WORD}é =20 \n"
    rendition.html += f"<p>Zoë{mark('name_html')}</p>\n.\n..\n{LONG_WORD}\t\n"
    return IssueMessages(rendition)


def reader(first_name):
    return Recipient(1, "sanne@example.nl", first_name, "token", 7, UUID(int=3))


def as_received(wire):
    """Return the mail as a server keeps it: the last dot gone, and the doubled ones."""
    assert wire.endswith(b"\r\n.\r\n")
    return message_from_bytes(
        re.sub(rb"(?m)^\.", b"", wire[:-3]), policy=policy.default
    )


def lines_of(part):
    return part.get_content().replace("\r\n", "\n").rstrip("\n").split("\n")


@pytest.mark.parametrize(
    "name", ["Sanne", "", "Zoë", ".", "=20", "a" * 90, "İ O'Neil <b>", "x ", "👩🏽‍🚀"]
)
def test_it_says_what_the_message_of_django_says(messages, name):
    sanne = reader(name)
    spliced = as_received(Skeleton.of(messages).for_reader(sanne))
    whole = message_from_bytes(
        messages.single(sanne, PROVIDERS["smtp"]).message().as_bytes(),
        policy=policy.default,
    )
    for header, value in whole.items():
        if header not in ("Date", "Content-Type"):
            assert spliced[header] == value
    assert len(spliced.keys()) == len(whole.keys())
    for ours, theirs in zip(spliced.iter_parts(), whole.iter_parts(), strict=True):
        assert lines_of(ours) == lines_of(theirs)
        assert ours.get_content_type() == theirs.get_content_type()


def test_every_line_is_short_and_plain(messages):
    wire = Skeleton.of(messages).for_reader(reader("Zoë"))
    body = wire.partition(b"\r\n\r\n")[2]
    assert wire.isascii()
    # A doubled dot is not part of the line (RFC 5321 section 4.5.2).
    assert max(len(line.removeprefix(b".")) for line in body.split(b"\r\n")) <= 76


def test_no_line_of_a_body_ends_the_mail(messages):
    wire = Skeleton.of(messages).for_reader(reader("."))
    assert wire.count(b"\r\n.\r\n") == 1


@given(
    st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=1),
    st.text(st.characters(exclude_categories=("Cs", "Cc"))),
)
def test_any_pieces_around_any_name_are_read_back(pieces, name):
    pieces = [piece.replace("\ue000", "").replace("\ue001", "") for piece in pieces]
    body = Body.of(mark("name_text").join(pieces))
    encoded = Body.of(name.replace("\ue000", "").replace("\ue001", "")).pieces[0]
    wire = body.join({Slot.NAME_TEXT: encoded})
    head = b"Content-Transfer-Encoding: quoted-printable\r\n"
    head += b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
    read = message_from_bytes(head + re.sub(rb"(?m)^\.", b"", wire)).get_payload(
        decode=True
    )
    name = name.replace("\ue000", "").replace("\ue001", "")
    assert read.decode() == name.join(pieces)


@pytest.mark.parametrize("name", ["a\r\nBcc: x@example.nl", "a\u2028b", "a\x00b"])
def test_a_value_that_could_begin_a_header_is_refused(monkeypatch, name):
    sanne = reader("Sanne")
    values = {**sanne.personal.values(), Slot.NAME_TEXT: name}
    monkeypatch.setattr(
        "newsletter.rendering.personal.Personal.values", lambda _self: values
    )
    with pytest.raises(UnsafeMessage):
        refuse_unsafe_values(sanne)
