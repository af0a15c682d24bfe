"""A single mail of ours that came back: found by its Message-ID, and noted at it."""

import re

from django.utils.translation import gettext as _

from newsletter.discretion import without_readers
from newsletter.outbox.messages import message_id
from newsletter.outbox.models import OutgoingMail, OutgoingMailState

_OUR_MESSAGE_ID = re.compile(r"<mail\.(\d{1,18})\.[0-9a-f]{24}@[^\s<>@]{1,255}>")


def mail_called(text: str) -> OutgoingMail | None:
    """Return the mail that is named by its Message-ID.

    Its end follows from what only we know of the mail, so that nobody makes one up.
    """
    for found in _OUR_MESSAGE_ID.finditer(text):
        mail = OutgoingMail.objects.filter(pk=int(found[1])).first()
        if mail and message_id(mail) == found[0]:
            return mail
    return None


def note_return(mail: OutgoingMail, words: str) -> None:
    """Write down at a mail what a server said of it; the address in it is left out."""
    said = _("Came back: %(words)s") % {"words": without_readers(words)}
    OutgoingMail.objects.filter(pk=mail.pk, state=OutgoingMailState.ACCEPTED).update(
        last_error=said[:300]
    )
