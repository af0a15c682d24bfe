"""An outgoing mail as a message that Django's email backends take."""

import hashlib
from email.utils import parseaddr

from django.core.mail import EmailMultiAlternatives

from newsletter.outbox.models import OutgoingMail


def message_of(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Build the message: text first, HTML after it, its own Message-ID."""
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.from_header,
        to=[mail.to_address],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers={**mail.headers, "Message-ID": message_id(mail)},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def message_id(mail: OutgoingMail) -> str:
    """Return the Message-ID, equal at every try, so that a mailbox knows a copy.

    Its number leads back to the row when the mail comes back (``returned``).
    """
    digest = hashlib.sha256(f"{mail.key} {mail.created_at.isoformat()}".encode())
    domain = parseaddr(mail.from_header)[1].rpartition("@")[2] or "localhost"
    return f"<mail.{mail.pk or 0}.{digest.hexdigest()[:24]}@{domain}>"
