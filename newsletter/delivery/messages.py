"""Messages of an issue: one for a whole batch where the provider merges, else one each.

Everything a reader's mail has of its own stands in a ``Recipient``; the rendition is
the same for all.
"""

import re
from base64 import b32decode, b32encode
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID, uuid5

from anymail.message import AnymailMessage

from newsletter.characters import FORBIDDEN_IN_LINE
from newsletter.delivery.providers import Evidence, Provider
from newsletter.outbox.guarding import refuse_unsafe
from newsletter.rendering.models import Rendition
from newsletter.rendering.personal import Personal, Segments
from newsletter.rendering.reply_to import reply_address
from subscribers.links import preferences_url_for, unsubscribe_url_for

# What a provider repeats in its events and finds in its search. Neither changes when a
# backup of the database is put back, as the number of a row would.
ISSUE_VARIABLE = "nl_issue"
READER_VARIABLE = "nl_reader"
# Where a provider looks for the key of a request for one reader (Brevo, "Idempotency").
KEY_HEADER = "idempotencyKey"

# RFC 5322 dot-atom without quoted forms or letters outside ASCII before the @, which
# several providers refuse together with everybody else in the request.
_LOCAL_PART = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_DOMAIN = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?"
_MAILABLE = re.compile(f"{_LOCAL_PART}@{_DOMAIN}")
# RFC 5321 section 4.5.3.1.
_LONGEST_LOCAL_PART, _LONGEST_ADDRESS = 64, 254
# How we make a Message-ID: a reader, and the beginning of an issue.
_OUR_MESSAGE_ID = re.compile(r"<([a-z2-7]{26})\.([0-9a-f]{8})@[^\s<>@]{1,255}>")


def whose_mail(text: str) -> tuple[UUID, str] | None:
    """Return whose mail it names by Message-ID: the reader, and how the issue begins.

    Only who got the mail, and who carried it, can know the reader's id.
    """
    found = _OUR_MESSAGE_ID.search(text)
    if found is None:
        return None
    return UUID(bytes=b32decode(found[1].upper() + "======")), found[2]


def can_be_mailed(address: str) -> bool:
    """Tell whether every provider takes an address of this form."""
    return (
        len(address) <= _LONGEST_ADDRESS
        and address.find("@") <= _LONGEST_LOCAL_PART
        and bool(_MAILABLE.fullmatch(address))
    )


@dataclass(frozen=True)
class Recipient:
    """One reader at the moment of handing over; the address is kept nowhere else."""

    delivery_id: int
    address: str
    first_name: str
    token: str
    subscription_id: int
    uuid: UUID

    @property
    def unsubscribe_url(self) -> str:
        """Where this reader leaves."""
        return unsubscribe_url_for(self.token)

    @property
    def personal(self) -> Personal:
        """What this reader's mail has of its own."""
        return Personal(
            FORBIDDEN_IN_LINE.sub("", self.first_name),
            self.unsubscribe_url,
            preferences_url_for(self.subscription_id),
        )

    @property
    def list_headers(self) -> dict[str, str]:
        """One-click unsubscribing (RFC 8058 section 3.1)."""
        return {
            "List-Unsubscribe": f"<{self.unsubscribe_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }


class IssueMessages:
    """Builds the messages of one rendition; bodies are cut at their slots once."""

    def __init__(self, rendition: Rendition) -> None:
        """Prepare what all readers share."""
        self.rendition = rendition
        self.issue = rendition.issue
        self.mailing_list = rendition.issue.mailing_list

    @property
    def shared_by_all(self) -> tuple[object, ...]:
        """What makes the mails of two batches differ only in what is a reader's own."""
        return (
            self.rendition.sha256,
            self.sender,
            self.reply_to,
            *self.shared_headers().items(),
        )

    @cached_property
    def _html(self) -> Segments:
        return Segments.of(self.rendition.html)

    @cached_property
    def _text(self) -> Segments:
        return Segments.of(self.rendition.text)

    @cached_property
    def sender(self) -> str:
        """The From header."""
        return self.mailing_list.from_header

    @cached_property
    def reply_to(self) -> str:
        """The Reply-To header: the desk for reader mail."""
        return reply_address(self.issue)

    @property
    def domain(self) -> str:
        """The domain our Message-IDs are made in."""
        return self.mailing_list.sender_domain

    def shared_headers(self) -> dict[str, str]:
        """Return the headers that are equal for all readers, in plain ASCII.

        ``Auto-Submitted`` is absent on purpose: people write an issue (RFC 3834
        section 5.2). A non-ASCII List-ID name would become one encoded word.
        """
        return {
            "List-ID": f"<{self.mailing_list.list_id}>",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
            "Precedence": "bulk",
        }

    def message_id(self, reader: UUID) -> str:
        """Return the Message-ID of a reader's mail: equal at every try.

        Short, because a folded Message-ID is not understood everywhere.
        """
        name = b32encode(reader.bytes).decode().rstrip("=").lower()
        return f"<{name}.{self.issue.uuid.hex[:8]}@{self.domain}>"

    def key_of(self, reader: UUID) -> UUID:
        """Return the key of a reader's mail: equal at every try of the same text."""
        return uuid5(self.issue.uuid, f"{reader.hex}.{self.rendition.sha256}")

    def bodies(self, recipient: Recipient) -> tuple[str, str]:
        """Return text and HTML with everything of this reader in its place."""
        values = recipient.personal.values()
        return self._text.join(values), self._html.join(values)

    def single(self, recipient: Recipient, provider: Provider) -> AnymailMessage:
        """Build the message of one reader.

        Raises:
            UnsafeMessage: a character that no mail may carry.
        """
        text, html = self.bodies(recipient)
        headers = {**self.shared_headers(), **recipient.list_headers}
        if provider.keeps_message_id:
            headers["Message-ID"] = self.message_id(recipient.uuid)
        if provider.evidence == Evidence.KEY:
            headers[KEY_HEADER] = str(self.key_of(recipient.uuid))
        message = AnymailMessage(
            subject=self.rendition.subject,
            body=text,
            from_email=self.sender,
            to=[recipient.address],
            reply_to=[self.reply_to],
            headers=headers,
        )
        message.attach_alternative(html, "text/html")
        if provider.takes_metadata:
            message.metadata = {
                ISSUE_VARIABLE: self.issue.uuid.hex,
                READER_VARIABLE: recipient.uuid.hex,
            }
        refuse_unsafe(message)
        return message
