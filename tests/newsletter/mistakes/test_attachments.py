"""Files that came along: listed, judged, handed out to colleagues only."""

from email.message import EmailMessage

import pytest
from django.urls import reverse

from newsletter.mistakes import attachments
from newsletter.mistakes.attachments import NotHandedOut, bytes_of, keep_list
from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import ReaderMail, WhyNot
from newsletter.mistakes.reading import Enclosure
from tests.newsletter.admin.colleagues import log_in

PICTURE = b"\x89PNG\r\n\x1a\n and the rest"


def with_files(*files):
    message = EmailMessage()
    message["From"] = "ben@example.nl"
    message["Message-ID"] = "<1@example.nl>"
    message.set_content("Zie de foto.")
    for name, kind, content in files:
        message.add_attachment(content, *kind.split("/"), filename=name)
    return message.as_bytes()


@pytest.fixture
def photo(db, now):
    raw = with_files(("bord.png", "image/png", PICTURE))
    return receive(raw, now=now).attachments.get()


def test_a_photo_comes_out_as_it_went_in(photo):
    assert (photo.name, photo.size, photo.refused) == ("bord.png", len(PICTURE), "")
    assert bytes_of(photo) == PICTURE


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("factuur.exe", "application/octet-stream"),
        ("foto.png.exe", "image/png"),
        ("foto.svg", "image/svg+xml"),
        ("bladzij.html", "text/html"),
        ("winmail.dat", "application/ms-tnef"),
    ],
)
def test_what_may_do_harm_is_noted_and_not_handed_out(db, now, name, kind):
    refused = receive(with_files((name, kind, b"x")), now=now).attachments.get()

    assert (refused.name, refused.refused) == (name, WhyNot.TYPE)
    with pytest.raises(NotHandedOut):
        bytes_of(refused)


def test_what_is_too_large_or_one_too_many_is_noted(db, now, monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST", 20)
    monkeypatch.setattr(attachments, "MOST", 2)
    files = [
        (f"{n}.png", "image/png", b"x" * size) for n, size in enumerate([30, 1, 1])
    ]

    kept = receive(with_files(*files), now=now).attachments

    assert list(kept.values_list("refused", flat=True)) == ["size", "", "count"]


def test_a_colleague_gets_it_as_a_file_and_never_as_a_page(client, photo):
    log_in(client, "Lezersservice")

    answer = client.get(reverse("attachment", args=[photo.pk]))

    assert answer.content == PICTURE
    assert answer["Content-Disposition"] == 'attachment; filename="bord.png"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_nobody_else_gets_it(client, photo):
    address = reverse("attachment", args=[photo.pk])
    assert client.get(address).status_code == 302

    log_in(client, "Beheer")
    assert client.get(address).status_code == 403


def test_what_was_refused_or_forgotten_says_so(client, photo):
    log_in(client, "Redactie")
    photo.reader_mail.raw = None
    photo.reader_mail.save()

    answer = client.get(reverse("attachment", args=[photo.pk]))

    assert answer.status_code == 410
    assert "bord.png" not in answer.content.decode()


def test_a_type_that_no_database_could_hold_loses_no_mail(db, now):
    raw = with_files(("bord.png", "image/png", PICTURE))

    mail = receive(raw.replace(b"image/png", b"image/p\0ng"), now=now)

    assert mail.attachments.get().content_type == "image/png"


def test_a_file_behind_more_parts_than_can_be_counted_is_left_in_the_mail(db, now):
    mail = ReaderMail.objects.create(key="veel", way="reply", received_at=now)

    keep_list(mail, [Enclosure(32_768, "bord.png", "image/png", 5)])

    assert not mail.attachments.exists()
