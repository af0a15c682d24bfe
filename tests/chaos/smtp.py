"""A mail server on loopback that fails as the seed says, and logs what it took."""

import json
import random
import time
from collections import Counter
from pathlib import Path

from aiosmtpd.smtp import SMTP

from tests.chaos.plan import SMTP_FAULTS
from tests.fake_smtp import FakeSmtp

BEFORE_MAIL = {"421": "421 4.3.2 shutting down", "450": "450 4.2.1 busy"}


class UnreliableSmtp(FakeSmtp):
    """Refuses, hangs up and accepts; the log on disk is the truth."""

    def __init__(self, log: Path, dice: random.Random, *, owed: str = "") -> None:
        """Begin.

        Args:
            owed: the fault that the first mail without another meets for certain.
        """
        super().__init__()
        self.log, self.dice, self.owed = log, dice, owed
        self.fired: Counter[str] = Counter()
        self.calm = False
        self._fault = ""

    def _draw(self) -> str:
        if self.calm:
            return ""
        kinds = ["", *SMTP_FAULTS]
        weights = [100 - sum(SMTP_FAULTS.values()), *SMTP_FAULTS.values()]
        fault = self.dice.choices(kinds, weights)[0]
        if not fault:
            fault, self.owed = self.owed, ""
        if fault:
            self.fired[f"smtp: {fault}"] += 1
        return fault

    async def handle_MAIL(self, server, session, envelope, address, options):
        session.fault = self._draw()
        if session.fault == "421":
            return BEFORE_MAIL["421"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if session.fault == "450":
            return BEFORE_MAIL["450"]
        if session.fault == "550":
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope):
        fault = session.fault
        if fault == "cut before":
            server.transport.abort()
            return "451 not taken"
        if fault == "451 after":
            return "451 4.3.0 try later"
        self._write(envelope.rcpt_tos)
        if fault == "cut after":
            server.transport.abort()
        return "250 OK"

    def _write(self, recipients: list[str]) -> None:
        lines = (
            json.dumps({"recipient": address, "at": time.time()})
            for address in recipients
        )
        with self.log.open("a") as file:
            file.write("".join(f"{line}\n" for line in lines))
