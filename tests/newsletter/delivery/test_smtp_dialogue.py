"""What is said to a mail server word by word, and what its every answer proves."""

import smtplib
import socket
import threading
from contextlib import suppress
from uuid import UUID

import pytest

from newsletter.delivery.clocks import boot_seconds
from newsletter.delivery.messages import IssueMessages, Recipient
from newsletter.delivery.outcomes import NothingLeft
from newsletter.delivery.skeleton import skeleton_of
from newsletter.delivery.smtp import hang_up, send_each

HANG_UP = object()
ENDS_A_GROUP = (NothingLeft, smtplib.SMTPServerDisconnected, ConnectionError)
ENVELOPE = ["250 fine", "250 fine", "354 go on"]


class ScriptedServer:
    """Gives the answers of a script, one to each command or mail it hears."""

    def __init__(self, *scripts, pipelining=True):
        self.scripts = list(scripts)
        self.greeting = "PIPELINING" if pipelining else "8BITMIME"
        self.heard = []
        self.connections = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._listening.close()

    def _serve(self):
        while self.scripts:
            try:
                line, _address = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            # Who is sent away may be gone before the last word.
            with line, suppress(ConnectionError):
                self._talk(line, self.scripts.pop(0))

    def _talk(self, line, script):
        line.sendall(b"220 scripted\r\n")
        file = line.makefile("rb")
        file.readline()
        line.sendall(f"250-scripted\r\n250 {self.greeting}\r\n".encode())
        in_mail = False
        for answer in script:
            words = self._mail(file) if in_mail else file.readline()
            if not words:
                return
            self.heard.append(
                "MAIL" if len(words) > 100 else words.decode().strip().upper()
            )
            if answer is HANG_UP:
                return
            line.sendall(f"{answer}\r\n".encode())
            in_mail = answer.startswith("354")
        # Whatever follows is heard and never answered.
        self.heard += [words.decode().strip() for words in file]

    def _mail(self, file):
        lines = b""
        while (line := file.readline()) not in (b".\r\n", b""):
            lines += line
        return lines + line


@pytest.fixture
def say(settings, scheduled):
    """Return what hands over to so many readers at a server with these scripts."""
    servers = []

    def hand_over(*scripts, readers=2, pipelining=True, deadline=None, again=None):
        server = again or ScriptedServer(*scripts, pipelining=pipelining)
        servers.append(server)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 2
        people = [
            Recipient(pk, f"reader{pk}@example.nl", "", f"t{pk}", pk, UUID(int=pk))
            for pk in range(1, readers + 1)
        ]
        skeleton = skeleton_of(IssueMessages(scheduled.rendition))
        until = boot_seconds() + 60 if deadline is None else deadline
        results = []
        for result in send_each(skeleton, people, until):
            results.append(type(result).__name__ if result else "taken")
            if isinstance(result, ENDS_A_GROUP):
                break
        return server, results

    yield hand_over
    hang_up()
    for server in servers:
        server.close()


@pytest.mark.parametrize("pipelining", [True, False])
def test_two_mails_go_over_one_connection(say, pipelining):
    script = [*ENVELOPE, "250 taken"] * 2
    server, results = say(script, pipelining=pipelining)
    assert results == ["taken", "taken"]
    assert server.heard[:4] == [
        "MAIL FROM:<ZONDAG@NIEUWS.EXAMPLE.NL>",
        "RCPT TO:<READER1@EXAMPLE.NL>",
        "DATA",
        "MAIL",
    ]
    assert server.connections == 1


@pytest.mark.parametrize("pipelining", [True, False])
def test_the_next_batch_uses_the_same_connection(say, pipelining):
    server, _results = say(
        [*ENVELOPE, "250 taken"] * 2, readers=1, pipelining=pipelining
    )
    assert say(again=server, readers=1)[1] == ["taken"]
    assert server.connections == 1


def test_a_refused_reader_after_a_go_ahead_gets_an_empty_end(say):
    # RFC 2920 section 3.1: the server said 354 before it knew that nobody was left.
    refused = ["250 fine", "550 unknown", "354 go on", "554 nobody", "250 reset"]
    server, results = say([*refused, *ENVELOPE, "250 taken"])
    assert results == ["SMTPRecipientsRefused", "taken"]
    assert server.heard[3:6] == [".", "RSET", "MAIL FROM:<ZONDAG@NIEUWS.EXAMPLE.NL>"]


def test_a_refused_reader_leaves_the_next_a_clean_slate(say):
    refused = ["250 fine", "550 unknown", "503 nobody", "250 reset"]
    server, results = say([*refused, *ENVELOPE, "250 taken"])
    assert results == ["SMTPRecipientsRefused", "taken"]
    assert "RSET" in server.heard


def test_without_pipelining_nothing_follows_a_refusal(say):
    refused = ["250 fine", "550 unknown", "250 reset"]
    server, results = say([*refused, *ENVELOPE, "250 taken"], pipelining=False)
    assert results == ["SMTPRecipientsRefused", "taken"]
    assert server.heard[:3] == [
        "MAIL FROM:<ZONDAG@NIEUWS.EXAMPLE.NL>",
        "RCPT TO:<READER1@EXAMPLE.NL>",
        "RSET",
    ]


def test_a_connection_lost_before_the_mail_took_nothing(say):
    _server, results = say(["250 fine", "250 fine", HANG_UP])
    assert results == ["NothingLeft"]


@pytest.mark.parametrize("pipelining", [True, False])
def test_a_connection_lost_after_the_mail_leaves_one_uncertain(say, pipelining):
    _server, results = say([*ENVELOPE, HANG_UP], pipelining=pipelining)
    assert results[0] in ("SMTPServerDisconnected", "ConnectionResetError")
    assert len(results) == 1


def test_a_server_that_takes_ten_per_connection_is_asked_for_another(say):
    server, results = say(
        [*[*ENVELOPE, "250 taken"] * 10, "421 enough for one connection"],
        [*ENVELOPE, "250 taken"] * 2,
        readers=12,
    )
    assert results == ["taken"] * 12
    assert server.connections == 2


def test_a_server_that_sends_everybody_away_is_believed(say):
    server, results = say(["421 busy", "503 no", "503 no"], readers=1)
    assert results == ["SMTPSenderRefused"]
    assert server.connections == 1


def test_a_connection_that_was_closed_meanwhile_costs_nobody_a_mail(say):
    server, _results = say(
        [*ENVELOPE, "250 taken", HANG_UP], [*ENVELOPE, "250 taken"], readers=1
    )
    assert say(again=server, readers=1)[1] == ["taken"]
    assert server.connections == 2


def test_no_content_leaves_after_the_deadline(say):
    server, results = say([*ENVELOPE, "250 taken"], deadline=boot_seconds() - 1)
    assert results == ["NothingLeft"]
    assert "MAIL" not in server.heard


def test_an_answer_that_is_no_answer_proves_nothing_taken_before_the_mail(say):
    _server, results = say(["what?", "what?", "what?"])
    assert results == ["NothingLeft"]
