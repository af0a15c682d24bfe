"""Doing once what is asked twice: a request with a key, and the answer it got.

Question, act and answer are one transaction. A second request under the same key waits
for the first and gets its answer; when the first failed, it is the first.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from newsletter.clients.models import Client, KeptAnswer

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


class OtherQuestion(Exception):
    """The key was used for something else."""


@dataclass(frozen=True)
class Answer:
    """What a request is answered.

    Attributes:
        body: JSON, or "".
        is_repeated: the act was done before.
    """

    status: int
    body: str = ""
    is_repeated: bool = False


def once(
    client: Client,
    key: str,
    question: bytes,
    act: Callable[[], Answer],
    *,
    now: datetime,
) -> Answer:
    """Act, unless it was done under this key within a day; return the answer.

    Args:
        question: everything by which a request differs from another.

    Raises:
        OtherQuestion: the key belongs to another request.
        Exception: whatever ``act`` raises; then nothing is kept, nor the key.
    """
    asked = _hash(question)
    with transaction.atomic():
        # One that is too old to be repeated is another request.
        KeptAnswer.objects.filter(
            client=client, key=key, made_at__lt=now - KEPT_FOR
        ).delete()
        kept, is_new = KeptAnswer.objects.get_or_create(
            client=client, key=key, defaults={"asked": asked, "made_at": now}
        )
        if not is_new:
            if not hmac.compare_digest(kept.asked, asked):
                raise OtherQuestion
            return Answer(kept.status, kept.body, is_repeated=True)
        answer = act()
        KeptAnswer.objects.filter(pk=kept.pk).update(
            status=answer.status, body=answer.body
        )
    return answer


def forget_old_answers(now: datetime) -> int:
    """Let go of answers that nobody asks for again; return how many."""
    return KeptAnswer.objects.filter(made_at__lt=now - KEPT_FOR).delete()[0]


def _hash(question: bytes) -> str:
    # Keyed: an address can be guessed from a plain hash of what was asked.
    secret = settings.ADDRESS_PEPPER.encode()
    return hmac.new(secret, question, hashlib.sha256).hexdigest()
