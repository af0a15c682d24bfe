"""A Mailgun on loopback that fails as the seed says, and tells of it by webhook."""

import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos.plan import PROVIDER_FAULTS
from tests.fake_mailgun import FakeMailgun

SIGNING_KEY = "signing-key-of-the-chaos"
WEBHOOK_SECRET = "chaos:secret"
# The first requests are those of the canary wave.
BEFORE_WHAT_IS_OWED = 3


class UnreliableMailgun(FakeMailgun):
    """Answers most requests as it should; each fault is counted."""

    def __init__(self, log: Path, dice: random.Random, *, owed: str = "") -> None:
        """Begin.

        Args:
            owed: the fault that one of the first requests meets for certain.
        """
        super().__init__(log)
        self.dice, self.owed = dice, owed
        self.fired: Counter[str] = Counter()
        self.calm = False
        self.kinds = dict(PROVIDER_FAULTS)
        self.search_lag = 1.0

    def refuses(self, form: dict[str, list[str]]) -> bool:
        """Refuse groups with an address that cannot be, and count them."""
        refused = super().refuses(form)
        if refused:
            self.fired["provider: partial refusal"] += 1
        return refused

    def next_fault(self) -> str:
        """Draw what happens to this request."""
        with self._lock:
            self.requests += 1
            if self.calm:
                return ""
            kinds = ["", *self.kinds]
            weights = [100 - sum(self.kinds.values()), *self.kinds.values()]
            fault = self.dice.choices(kinds, weights)[0]
            if not fault and self.requests > BEFORE_WHAT_IS_OWED:
                fault, self.owed = self.owed, ""
            if fault:
                self.fired[f"provider: {fault}"] += 1
            return fault


class Webhooks:
    """Tells our web what became of mails: twice, late and in any order."""

    def __init__(self, mailgun: UnreliableMailgun, url: str, dice: random.Random):
        self.mailgun, self.url, self.dice = mailgun, url, dice
        self.told: Counter[str] = Counter()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __enter__(self) -> "Webhooks":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._ended.set()
        self._thread.join(10)

    def _tell(self) -> None:
        while not self._ended.wait(0.15):
            lines = self.mailgun.accepted()
            if lines:
                self._tell_of(self.dice.choice(lines))

    def _tell_of(self, line: dict[str, Any]) -> None:
        kinds = ["delivered", "failed", "delivered"]
        self.dice.shuffle(kinds)
        name = uuid.uuid5(uuid.NAMESPACE_URL, line["recipient"]).hex
        for kind in kinds:
            event = _event(kind, f"{kind}-{name}", line)
            if self._post(event):
                self.told[kind] += 1

    def _post(self, payload: dict[str, Any]) -> bool:
        request = urllib.request.Request(
            f"{self.url}/anymail/mailgun/tracking/",
            json.dumps(payload).encode(),
            {
                "Content-Type": "application/json",
                "Authorization": "Basic Y2hhb3M6c2VjcmV0",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            # The web or its database is down: a real provider would try again.
            return False


def _event(kind: str, name: str, line: dict[str, Any]) -> dict[str, Any]:
    timestamp, token = str(int(time.time())), uuid.uuid4().hex
    digest = hmac.new(
        SIGNING_KEY.encode(), (timestamp + token).encode(), hashlib.sha256
    )
    return {
        "signature": {
            "timestamp": timestamp,
            "token": token,
            "signature": digest.hexdigest(),
        },
        "event-data": {
            "event": kind,
            "severity": "temporary",
            "reason": "generic",
            "timestamp": float(timestamp),
            "id": name,
            "recipient": line["recipient"],
            "delivery-status": {"code": 452, "message": "4.2.2 full"},
            "message": {"headers": {"message-id": "x@nieuws.example.nl"}},
            "user-variables": line["variables"],
        },
    }
