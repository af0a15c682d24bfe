"""A mail server of our own on loopback that keeps the bytes it was given."""

import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class FakeSmtp:
    """Keeps what arrives; answers can be set by recipient, or for the next DATA."""

    def __init__(self, *, pipelines: bool = False) -> None:
        self.pipelines = pipelines
        self.received: list[tuple[str, bytes]] = []
        self.connections = 0
        # What RCPT TO answers, by recipient.
        self.refusals: dict[str, str] = {}
        # What the next DATA answers, after keeping the mail; "cut" hangs up instead.
        self.after_data: list[str] = []
        self.before_mail: list[str] = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    def __enter__(self) -> "FakeSmtp":
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        if self.pipelines:
            responses.insert(1, "250-PIPELINING")
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if self.before_mail and (answer := self.before_mail.pop(0)):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope):
        self.received += [(to, envelope.content) for to in envelope.rcpt_tos]
        answer = self.after_data.pop(0) if self.after_data else ""
        if answer == "cut":
            server.transport.abort()
        return answer or "250 OK"
