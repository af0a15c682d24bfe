"""A test mail: the issue as it was saved, to a colleague, marked as a test."""

import uuid
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.markup import CannotRender
from newsletter.outbox.guarding import UnsafeMessage, refuse_unsafe
from newsletter.outbox.messages import from_header, message_of
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.email import render
from newsletter.rendering.personal import Personal
from newsletter.rendering.reply_to import reply_address

PURPOSE = "test of an issue"


class CannotSendTest(Exception):
    """The test mail does not leave; the text says why."""


def send_test(
    issue: Issue, *, to: str, by: AbstractBaseUser, now: datetime
) -> OutgoingMail:
    """Put the saved issue in the outbox for one colleague; the sweep sends it.

    Nobody waits for the provider, and saving and asking are one transaction.

    Raises:
        CannotSendTest: no address, or a block that cannot be shown.
    """
    if not to:
        raise CannotSendTest(
            _("There is no e-mail address with your name yet. Ask the administrator.")
        )
    try:
        mail = _mail(issue, to, now)
        refuse_unsafe(message_of(mail))
    except (CannotRender, UnsafeMessage) as broken:
        raise CannotSendTest(str(broken)) from broken
    mail.save()
    record_act("test mail sent", issue, by=by, now=now)
    return mail


def _mail(issue: Issue, to: str, now: datetime) -> OutgoingMail:
    rendered = render(issue, strict=True)
    # A reader without a name is the one who is forgotten; links of a test lead home.
    html, text = rendered.preview(
        Personal("", absolute_url("sign_up"), absolute_url("sign_up"))
    )
    return mail_to_a_colleague(
        issue,
        to=to,
        # Every press is a mail of its own.
        key=f"test-{uuid.uuid4()}",
        purpose=PURPOSE,
        subject=_("[TEST] %(subject)s") % {"subject": rendered.subject},
        text=text,
        html=html,
        now=now,
    )


def mail_to_a_colleague(
    issue: Issue,
    *,
    to: str,
    key: str,
    purpose: str,
    subject: str,
    text: str,
    html: str,
    now: datetime,
) -> OutgoingMail:
    """Build a mail that looks like the issue's own, from the same sender; not saved."""
    mailing_list = issue.mailing_list
    return OutgoingMail(
        purpose=purpose,
        key=key,
        to_address=to,
        from_header=from_header(mailing_list.sender_name, mailing_list.sender_address),
        reply_to=reply_address(issue),
        subject=subject[:200],
        text=text,
        html=html,
        headers={"X-Auto-Response-Suppress": "OOF, AutoReply"},
        not_before=now,
        created_at=now,
    )
