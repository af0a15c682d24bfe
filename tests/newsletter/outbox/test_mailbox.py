"""The local mailbox: whole files, one per message, read back safely."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from newsletter.outbox.mailbox import (
    NoSuchMessage,
    file_name,
    read_mailbox,
    read_message,
)

BACKEND = "newsletter.outbox.mailbox.LocalMailboxBackend"


@pytest.fixture(autouse=True)
def mailbox(settings, tmp_path):
    settings.MAILBOX_DIR = tmp_path / "mailbox"
    return settings.MAILBOX_DIR


def send(*, message_id="<1@nieuws.example.nl>", subject="Zondag", body="Dag Sanne"):
    message = EmailMultiAlternatives(
        subject,
        body,
        "zondag@nieuws.example.nl",
        ["sanne@example.nl"],
        headers={"Message-ID": message_id},
    )
    message.attach_alternative(f"<p>{body}</p>", "text/html")
    return get_connection(BACKEND).send_messages([message])


def test_a_mail_is_kept_as_one_file_named_after_its_message_id(mailbox):
    assert send() == 1
    assert [path.name for path in mailbox.iterdir()] == ["1@nieuws.example.nl.eml"]


def test_the_same_message_twice_leaves_one_file(mailbox):
    send()
    send()
    assert len(list(mailbox.iterdir())) == 1


def test_a_stored_mail_reads_back_with_both_its_parts():
    send(subject="Zo’n zondag ☀️", body="Dag Zoë")
    (stored,) = read_mailbox(10)
    assert (stored.subject, stored.to) == ("Zo’n zondag ☀️", "sanne@example.nl")
    assert stored.text.strip() == "Dag Zoë"
    assert stored.html.strip() == "<p>Dag Zoë</p>"
    assert read_message(stored.name).raw == stored.raw


def test_the_newest_mails_come_first_and_no_more_than_asked(mailbox):
    import os

    for number in range(5):
        send(message_id=f"<{number}@x.nl>")
        os.utime(mailbox / f"{number}@x.nl.eml", (number, number))
    names = [stored.name for stored in read_mailbox(2)]
    assert names == ["4@x.nl.eml", "3@x.nl.eml"]


def test_an_empty_house_has_an_empty_mailbox():
    assert read_mailbox(10) == []


@pytest.mark.parametrize(
    "name",
    ["", "../secret.eml", "a/b.eml", ".hidden.eml", "x.txt", "nobody.eml", "\0.eml"],
)
def test_only_a_message_of_the_mailbox_can_be_read(name):
    send()
    with pytest.raises(NoSuchMessage):
        read_message(name)


@pytest.mark.parametrize(
    "message_id", ["<../../etc/passwd>", "<a/b@x>", "<.@x>", f"<{'a' * 500}@x>", "<>"]
)
def test_a_strange_message_id_still_makes_a_safe_name(message_id, mailbox):
    send(message_id=message_id)
    (path,) = mailbox.iterdir()
    assert path.parent == mailbox
    assert len(path.name) < 200
    assert read_message(path.name).subject == "Zondag"


def test_two_look_alike_message_ids_make_two_files():
    assert file_name("<a/b@x>") != file_name("<a_b@x>")
    assert file_name("<a/b@x>") != file_name("<a:b@x>")


def test_a_write_that_fails_leaves_nothing_and_raises(mailbox, monkeypatch):
    def full(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr("newsletter.outbox.mailbox.os.fsync", full)
    with pytest.raises(OSError, match="disk full"):
        send()
    assert list(mailbox.iterdir()) == []


def test_a_silent_connection_counts_only_what_it_stored(monkeypatch):
    def full(descriptor):
        raise OSError("disk full")

    monkeypatch.setattr("newsletter.outbox.mailbox.os.fsync", full)
    message = EmailMultiAlternatives("a", "b", "c@x.nl", ["d@x.nl"])
    assert get_connection(BACKEND, fail_silently=True).send_messages([message]) == 0
