"""A test mail: the issue as it was saved, to a colleague or the test group.

Above it stands that it is a test and what to look at. Readers never get that: it is
put above a copy, after rendering.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.audit.recording import record_act
from newsletter.delivery.trial_group import GroupMember, TrialMail, names_for
from newsletter.issues.aiming import aim_in_words, aim_of
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.markup import CannotRender
from newsletter.outbox.guarding import UnsafeMessage, refuse_unsafe
from newsletter.outbox.messages import message_of
from newsletter.outbox.models import OutgoingMail
from newsletter.rendering.email import RenderedEmail, render
from newsletter.rendering.personal import Personal
from newsletter.rendering.reply_to import reply_address

PURPOSE = "test of an issue"
# The line that an inbox shows comes first in a mail, so the banner comes after it.
_BEFORE_THE_MAIL = re.compile(r'<body[^>]*>\s*(?:<div style="display:none;.*?</div>)?')


class CannotSendTest(Exception):
    """The test mail does not leave; the text says why."""


@dataclass(frozen=True)
class _To:
    """Whose test mail it is.

    Attributes:
        first_name: as whom; "" is a reader without one.
        key: the same key twice is one mail.
    """

    name: str
    address: str
    first_name: str
    key: str


# --- Acts ---


def send_test(issue: Issue, *, to: str, by: User, now: datetime) -> OutgoingMail:
    """Put the saved issue in the outbox for one colleague; the sweep sends it.

    Nobody waits for the provider, and saving and asking are one transaction.

    Raises:
        CannotSendTest: no address, or a block that cannot be shown.
    """
    if not to:
        raise CannotSendTest(
            _("There is no e-mail address with your name yet. Ask the administrator.")
        )
    # A reader without a name is the one who is forgotten. Every press is a new mail.
    myself = _To(_name_of(by), to, "", f"test-{uuid.uuid4()}")
    [mail] = _send(issue, [myself], by=by, now=now)
    return mail


def send_to_test_group(
    issue: Issue, *, by: User, now: datetime, press: uuid.UUID
) -> int:
    """Put the saved issue in the outbox for the whole test group; return for how many.

    Args:
        press: the same press twice sends once.

    Raises:
        CannotSendTest: nobody is in the group, or a block cannot be shown.
    """
    group = list(GroupMember.objects.filter(mailing_list=issue.mailing_list))
    if not group:
        raise CannotSendTest(_("Nobody is in the test group yet. Put somebody in."))
    names = names_for([one.first_name for one in group], turn=issue.version)
    to = [
        _To(one.name, one.address, name, f"test-{press}-{one.pk}")
        for one, name in zip(group, names, strict=True)
    ]
    return len(_send(issue, to, by=by, now=now))


def _send(
    issue: Issue, to: list[_To], *, by: User, now: datetime
) -> list[OutgoingMail]:
    keys = [one.key for one in to]
    sent = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True))
    to = [one for one in to if one.key not in sent]
    mails = _mails(issue, to, by=by, now=now)
    with transaction.atomic():
        for mail, one in zip(mails, to, strict=True):
            mail.save()
            TrialMail.objects.create(
                issue=issue,
                issue_version=issue.version,
                to_name=one.name,
                first_name=one.first_name,
                mail=mail,
                asked_at=now,
                asked_by=by,
            )
        if mails:
            record_act("test mail sent", issue, by=by, now=now, mails=len(mails))
    return mails


def _mails(
    issue: Issue, to: list[_To], *, by: User, now: datetime
) -> list[OutgoingMail]:
    try:
        rendered = render(issue, strict=True)
        mails = [_mail(issue, rendered, one, by=by, now=now) for one in to]
        for mail in mails:
            refuse_unsafe(message_of(mail))
    except (CannotRender, UnsafeMessage) as broken:
        raise CannotSendTest(str(broken)) from broken
    return mails


# --- The mail ---


def _mail(
    issue: Issue, rendered: RenderedEmail, to: _To, *, by: User, now: datetime
) -> OutgoingMail:
    # Links of a test lead home.
    home = absolute_url("sign_up")
    html, text = rendered.preview(Personal(to.first_name, home, home))
    html, text = _with_banner(html, text, _banner(issue, to, by=by, now=now))
    return mail_to_a_colleague(
        issue,
        to=to.address,
        key=to.key,
        purpose=PURPOSE,
        subject=_("[TEST] %(subject)s") % {"subject": rendered.subject},
        text=text,
        html=html,
        now=now,
    )


def _banner(issue: Issue, to: _To, *, by: User, now: datetime) -> tuple[str, str]:
    """Return what stands above the mail, in HTML and in plain text."""
    values = {
        "issue": issue,
        "aim": aim_in_words(aim_of(issue)),
        "first_name": to.first_name,
        "asked_by": _name_of(by),
        "asked_at": now.astimezone(issue.mailing_list.zone).replace(tzinfo=None),
    }
    with override(settings.LANGUAGE_CODE):
        return (
            render_to_string("newsletter/email/test_banner.html", values),
            render_to_string("newsletter/email/test_banner.txt", values),
        )


def _with_banner(html: str, text: str, banner: tuple[str, str]) -> tuple[str, str]:
    html_banner, text_banner = banner
    found = _BEFORE_THE_MAIL.search(html)
    place = found.end() if found else 0
    return (
        f"{html[:place]}{html_banner}{html[place:]}",
        f"{text_banner.strip()}\n\n{text}",
    )


def _name_of(person: User) -> str:
    return (person.get_full_name() or person.get_username())[:80]


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
        from_header=mailing_list.from_header,
        reply_to=reply_address(issue),
        subject=subject[:200],
        text=text,
        html=html,
        headers={"X-Auto-Response-Suppress": "OOF, AutoReply"},
        not_before=now,
        created_at=now,
    )
