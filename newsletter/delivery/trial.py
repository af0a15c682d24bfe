"""A test mail: the issue as it stands, to a colleague, marked as a test."""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from newsletter.audit.recording import record_act
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.markup import CannotRender
from newsletter.outbox.guarding import UnsafeMessage, refuse_unsafe
from newsletter.outbox.messages import from_header
from newsletter.rendering.email import render
from newsletter.rendering.personal import Personal
from newsletter.rendering.reply_to import reply_address


class CannotSendTest(Exception):
    """The test mail did not leave; the text says why."""


def send_test(issue: Issue, *, to: str, by: AbstractBaseUser, now: datetime) -> None:
    """Send the saved issue at once to one colleague.

    Raises:
        CannotSendTest: no address, a block that cannot be shown, or no provider.
    """
    if not to:
        raise CannotSendTest(
            _("There is no e-mail address with your name yet. Ask the administrator.")
        )
    try:
        message = _message(issue, to)
        refuse_unsafe(message)
        message.send()
    except (CannotRender, UnsafeMessage) as broken:
        raise CannotSendTest(str(broken)) from broken
    except Exception as error:
        # Whatever a provider says, the editor keeps her page and reads one sentence.
        raise CannotSendTest(
            _("The mail provider did not take the test mail (%(why)s).")
            % {"why": type(error).__name__}
        ) from error
    record_act("test mail sent", issue, by=by, now=now)


def _message(issue: Issue, to: str) -> EmailMultiAlternatives:
    rendered = render(issue, strict=True)
    # The reader with no name is the one who is forgotten; links of a test lead home.
    html, text = rendered.preview(
        Personal("", absolute_url("sign_up"), absolute_url("sign_up"))
    )
    mailing_list = issue.mailing_list
    message = EmailMultiAlternatives(
        subject=_("[TEST] %(subject)s") % {"subject": rendered.subject},
        body=text,
        from_email=from_header(mailing_list.sender_name, mailing_list.sender_address),
        to=[to],
        reply_to=[reply_address(issue)],
    )
    message.attach_alternative(html, "text/html")
    return message
