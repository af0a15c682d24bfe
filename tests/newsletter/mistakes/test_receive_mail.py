"""The pipe of a mail server: its exit code decides whether it hands in once more."""

import io
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from newsletter.management.commands import receive_mail
from newsletter.mistakes.models import ReaderMail


@pytest.fixture
def pipe(monkeypatch):
    def hand_in(raw, **options):
        stdin = SimpleNamespace(buffer=io.BytesIO(raw))
        monkeypatch.setattr(receive_mail.sys, "stdin", stdin)
        call_command("receive_mail", stdout=io.StringIO(), **options)

    return hand_in


def test_a_mail_from_the_pipe_is_kept_byte_for_byte(db, pipe):
    raw = b"From: ben@example.nl\r\nSubject: caf\xe9\r\n\r\n\x00Foutje\xff"
    pipe(raw)
    pipe(raw)

    assert bytes(ReaderMail.objects.get().raw) == raw


def test_what_could_not_be_kept_is_to_be_handed_in_again(pipe, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(receive_mail, "receive", away)

    with pytest.raises(CommandError) as refusal:
        pipe(b"Subject: hoi\n\nhoi")
    assert refusal.value.returncode == 75


def test_nothing_is_no_mail(pipe):
    with pytest.raises(CommandError) as refusal:
        pipe(b" \n")
    assert refusal.value.returncode == 65
