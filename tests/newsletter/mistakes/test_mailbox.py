"""Mail from a mailbox elsewhere: each once, marked only when it is kept."""

import imaplib
from datetime import timedelta

import pytest
from django.db import DataError, OperationalError

from newsletter.checks import the_mailbox_can_be_found
from newsletter.mistakes import mailbox
from newsletter.mistakes.mailbox import (
    MAILBOX_AWAY,
    BadMailbox,
    mailbox_at,
    take_in_mail,
)
from newsletter.mistakes.models import ReaderMail
from newsletter.tasks import fetch_mail
from tests.fake_imap import FakeImap


def letter(number, words="Er staat een fout in."):
    head = f"From: ben@example.nl\r\nMessage-ID: <{number}@example.nl>\r\n"
    return f"{head}Subject: Foutje\r\n\r\n{words}\r\n".encode()


def taken_in(server, now, within=timedelta(minutes=1)):
    return take_in_mail(mailbox_at(server.url), clock=lambda: now, within=within)


def test_what_is_unread_is_kept_and_then_marked(db, now):
    with FakeImap(letter(1), letter(2)) as server:
        assert taken_in(server, now) == 2
        assert taken_in(server, now) == 0

    assert ReaderMail.objects.count() == 2
    assert server.seen == {1, 2}
    assert not [one for one in server.commands if "EXPUNGE" in one or "Deleted" in one]


def test_who_falls_between_keeping_and_marking_keeps_it_once(db, now):
    with FakeImap(letter(1), letter(2)) as server:
        server.hang_ups = 1
        with pytest.raises(MAILBOX_AWAY):
            taken_in(server, now)
        assert (ReaderMail.objects.count(), server.seen) == (1, set())

        taken_in(server, now)

    assert (ReaderMail.objects.count(), server.seen) == (2, {1, 2})


def test_while_the_database_is_away_nothing_is_marked(db, now, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(mailbox, "receive", away)
    with FakeImap(letter(1)) as server, pytest.raises(OperationalError):
        taken_in(server, now)

    assert not server.seen


@pytest.mark.parametrize("trouble", [ArithmeticError, DataError])
def test_one_that_cannot_be_taken_in_stays_unread_and_holds_up_nobody(
    db, now, monkeypatch, trouble
):
    def particular(raw, **kwargs):
        if b"<1@" in raw:
            raise trouble

    monkeypatch.setattr(mailbox, "receive", particular)
    with FakeImap(letter(1), letter(2)) as server:
        taken_in(server, now)

    assert server.seen == {2}


def test_of_a_huge_mail_the_words_are_taken_in(db, now, monkeypatch):
    monkeypatch.setattr(mailbox, "LARGEST_MAIL", 200)
    with FakeImap(letter(1, "Kijk op de foto. " + "x" * 1000)) as server:
        taken_in(server, now)

    assert ReaderMail.objects.get().said.startswith("Kijk op de foto.")


def test_what_was_removed_meanwhile_is_passed_over(db, now):
    with FakeImap(letter(1), letter(2)) as server:
        del server.messages[1]
        assert taken_in(server, now) == 1


def test_when_time_is_up_the_rest_waits_for_the_next_time(db, now):
    with FakeImap(letter(1)) as server:
        assert taken_in(server, now, within=timedelta(0)) == 0


@pytest.mark.parametrize("change", [("geheim", "anders"), ("/", "/Elders")])
def test_who_is_not_let_in_hears_so(now, change):
    with FakeImap() as server:
        head, _, tail = server.url.rpartition(change[0])
        url = f"{head}{change[1]}{tail}"
        with pytest.raises(imaplib.IMAP4.error):
            take_in_mail(mailbox_at(url), clock=lambda: now, within=timedelta(1))


def test_the_clock_fetches_only_where_a_mailbox_is_named(db, settings):
    with FakeImap(letter(1)) as server:
        fetch_mail()
        assert not server.commands
        settings.INBOUND_IMAP_URL = server.url
        fetch_mail()

    assert ReaderMail.objects.get().kind == "mistake"


def test_a_mailbox_that_is_away_is_tried_again_without_a_fuss(settings, caplog):
    settings.INBOUND_IMAP_URL = "imap://els:geheim@127.0.0.1:1/"

    fetch_mail()

    assert "does not let us in" in caplog.text
    assert "geheim" not in caplog.text


def test_an_address_is_read_with_what_is_encoded_in_it():
    found = mailbox_at("imaps://els%40example.nl:g%2Fh@imap.example.nl/Foutjes%20in")

    assert (found.user, found.password) == ("els@example.nl", "g/h")
    assert (found.host, found.port, found.folder) == (
        "imap.example.nl",
        993,
        "Foutjes in",
    )
    assert "g/h" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["pop3://a:b@c", "imaps://imap.example.nl", "imaps://a:b@c:x/", "imap://a:b@c/é"],
)
def test_an_address_that_is_none_is_found_before_it_matters(settings, url):
    settings.INBOUND_IMAP_URL = url
    with pytest.raises(BadMailbox):
        mailbox_at(url)
    assert [one.id for one in the_mailbox_can_be_found(None)] == ["newsletter.E012"]
