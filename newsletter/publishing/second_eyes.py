"""A second pair of eyes: the yes comes from somebody else than the last editor."""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from newsletter.issues.models import Issue
from newsletter.publishing.deputies import approvers, deputies_of
from subscribers.models import MailingList, WhoApproves


def asks_for_somebody_else(mailing_list: MailingList) -> bool:
    """Tell whether the last editor may not approve.

    Where only one person may approve, nobody could say yes to what she mended herself;
    so the rule holds from two on, unless the list says otherwise.
    """
    if mailing_list.who_approves == WhoApproves.ANOTHER_OF_TWO:
        return approvers().count() > 1
    return mailing_list.who_approves == WhoApproves.ANOTHER


def why_somebody_else(issue: Issue, *, by: User, now: datetime) -> str:
    """Return why this person does not approve the issue; "" when they may."""
    if issue.updated_by_id != by.pk or not asks_for_somebody_else(issue.mailing_list):
        return ""
    others = who_else(by, now=now)
    if others:
        return _(
            "You changed this issue last, so somebody else looks at it with fresh "
            "eyes. Ask %(names)s to approve it."
        ) % {"names": get_text_list([name_of(one) for one in others], _("or"))}
    return _(
        "You changed this issue last, and nobody else may approve it. Name a deputy, "
        "or ask the administrator to make a colleague publisher."
    )


def who_else(by: User, *, now: datetime) -> list[User]:
    """Return who could approve instead, deputies of today included."""
    able = list(approvers())
    either = {one.pk: one for one in (*able, *deputies_of(able, now=now))}
    return [one for one in either.values() if one.pk != by.pk]


def name_of(person: User) -> str:
    """Return what a colleague is called."""
    return person.get_full_name() or person.get_username()
