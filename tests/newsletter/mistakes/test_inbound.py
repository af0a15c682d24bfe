"""Mail that comes in: understood where it can be, lost never."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from newsletter.mistakes import reporting
from newsletter.mistakes.inbound import receive
from newsletter.mistakes.models import (
    MistakeReport,
    ReaderMail,
    ReaderMailState,
    ReaderMailWay,
)
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.reply_to import mistake_address, reply_address
from subscribers.limits import Limit
from tests.factories import ArticleFactory, IssueFactory, UserFactory
from tests.newsletter.admin.colleagues import role_of

PAYLOADS = Path(__file__).parents[2] / "payloads" / "inbound"


@pytest.fixture
def issue(db):
    return IssueFactory()


@pytest.fixture
def article(db):
    return ArticleFactory()


@pytest.fixture
def message(issue, article):
    """Return a sample with the tagged addresses of this issue filled in."""

    def fill(name):
        raw = (PAYLOADS / name).read_bytes()
        reply = reply_address(issue).encode()
        mistake = mistake_address(issue, article.pk).encode()
        return raw.replace(b"@REPLY@", reply).replace(b"@MISTAKE@", mistake)

    return fill


def test_a_reply_is_kept_with_its_issue(message, issue, now):
    mail = receive(message("gmail-reply.eml"), now=now)
    assert (mail.way, mail.issue) == (ReaderMailWay.REPLY, issue)
    assert (mail.from_name, mail.from_address) == ("Zoë van Dam", "zoe@example.com")
    assert mail.text.startswith("Wat een fijne editie! ❤")


def test_a_reply_is_not_yet_a_mistake_report(message, now):
    receive(message("gmail-reply.eml"), now=now)
    assert not MistakeReport.objects.exists()


def test_a_mail_to_the_mistake_address_becomes_a_report_on_its_article(
    message, article, now
):
    mail = receive(message("mistake-note.eml"), now=now)
    report = MistakeReport.objects.get()
    assert (report.reader_mail, report.article) == (mail, article)
    assert mail.way == ReaderMailWay.MISTAKE_ADDRESS


def test_the_same_message_twice_is_kept_once(message, now):
    receive(message("mistake-note.eml"), now=now)
    receive(message("mistake-note.eml"), now=now)
    assert ReaderMail.objects.count() == MistakeReport.objects.count() == 1


def test_the_raw_message_is_kept_byte_for_byte(message, now):
    raw = message("mistake-note.eml")
    mail = receive(raw, now=now)
    mail.refresh_from_db()
    assert mail.raw is not None
    assert bytes(mail.raw) == raw


@pytest.mark.parametrize("name", ["outlook-absence.eml", "bounce.eml"])
def test_a_machines_mail_is_filed_and_tells_no_editor(
    name, message, now, editor_with_mail
):
    mail = receive(message(name), now=now)
    assert mail.state == ReaderMailState.FILED
    assert not notices_to(editor_with_mail)


def test_a_person_who_says_no_to_robots_is_a_person(message, now):
    mail = receive(message("person-who-says-no-robot.eml"), now=now)
    assert (mail.state, mail.way) == (ReaderMailState.NEW, ReaderMailWay.OTHER)


def test_html_of_an_unknown_charset_becomes_text_without_script(message, now):
    mail = receive(message("html-only-unknown-charset.eml"), now=now)
    assert mail.text == "De link werkt niet."
    assert mail.subject


def test_a_mail_without_message_id_is_kept_once(message, now):
    receive(message("no-message-id.eml"), now=now)
    receive(message("no-message-id.eml"), now=now)
    assert ReaderMail.objects.get().key.startswith("sha256:")


def test_what_is_no_mail_at_all_is_kept_too(message, now):
    assert receive(message("broken.eml"), now=now).pk


def test_a_changed_tag_loses_the_article_but_not_the_mail(message, now):
    raw = message("mistake-note.eml").replace(b"fout+", b"fout+9")
    mail = receive(raw, now=now)
    assert (mail.way, mail.article) == (ReaderMailWay.OTHER, None)


def test_the_envelopes_recipient_counts_when_the_header_hides_it(
    message, issue, article, now
):
    raw = message("person-who-says-no-robot.eml")
    mail = receive(raw, recipient=mistake_address(issue, article.pk), now=now)
    assert mail.article == article


def test_an_editor_gets_notice_of_a_readers_mail(message, now, editor_with_mail):
    receive(message("mistake-note.eml"), now=now)
    assert len(notices_to(editor_with_mail)) == 1


def test_a_flood_of_mail_does_not_flood_colleagues_but_need_is_always_told(
    mailing_list, editor_with_mail, monkeypatch, now
):
    one = (Limit("one", 1, timedelta(hours=1)),)
    monkeypatch.setattr(reporting, "NOTICES_OF_READER_MAIL", one)

    for words in ("Mooi!", "Fijn!", "Ik wil niet meer leven."):
        receive(f"Subject: {words}\n\n{words}".encode(), now=now)

    assert ReaderMail.objects.filter(state=ReaderMailState.NEW).count() == 3
    assert len(notices_to(editor_with_mail)) == 2


class AnyBytes(TestCase):
    @hypothesis_settings(max_examples=20)
    @given(st.binary(max_size=400))
    def test_no_bytes_are_too_strange_to_keep(self, raw):
        assert receive(b"Subject: x\r\n" + raw, now=timezone.now()).pk


def notices_to(editor):
    return OutgoingMail.objects.filter(to_address=editor.email)


@pytest.fixture
def editor_with_mail(db):
    editor = UserFactory.create(username="els", email="els@example.nl")
    editor.groups.add(role_of("Redactie"))
    return editor


def test_two_messages_that_share_an_id_are_both_kept(message, now):
    receive(message("mistake-note.eml"), now=now)
    other = message("mistake-note.eml").replace(b"zonder t", b"zonder dt")
    receive(other, now=now)
    assert ReaderMail.objects.count() == 2


def test_a_line_that_a_server_added_does_not_make_another_message(message, now):
    raw = message("mistake-note.eml")
    receive(raw, now=now)
    receive(b"Received: from mx.example.nl\r\n" + raw, now=now)
    assert ReaderMail.objects.count() == 1
