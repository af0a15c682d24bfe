"""A second pair of eyes: the yes comes from somebody else than the last editor.

Whoever said last who is in the segment that an issue is for is an editor of it too.
"""

from datetime import datetime

from django.contrib.auth.models import User
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from newsletter.issues.aiming import aim_of
from newsletter.issues.models import Issue
from newsletter.publishing.deputies import approvers, deputies_of
from newsletter.publishing.models import Approval
from subscribers.models import MailingList, WhoApproves
from subscribers.segments import last_said_by


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
    is_theirs = issue.updated_by_id == by.pk
    if not (is_theirs or _said_whom_it_is_for(issue, by)):
        return ""
    if not asks_for_somebody_else(issue.mailing_list):
        return ""
    others = who_else(issue, by, now=now)
    if is_theirs:
        return _said_of_the_text(others)
    if not others and issue.mailing_list.who_approves == WhoApproves.ANOTHER_OF_TWO:
        # Each of the two had a hand in it, and one of them must be able to say yes.
        return ""
    return _said_of_the_segment(str(issue.segment), others)


def who_else(issue: Issue, by: User, *, now: datetime) -> list[User]:
    """Return who could approve instead, deputies of today included."""
    able = list(approvers())
    either = {one.pk: one for one in (*able, *deputies_of(able, now=now))}
    own = (by.pk, issue.updated_by_id)
    return [one for one in either.values() if one.pk not in own]


def name_of(person: User) -> str:
    """Return what a colleague is called."""
    return person.get_full_name() or person.get_username()


def _said_whom_it_is_for(issue: Issue, by: User) -> bool:
    """Tell whether the readers are as this person put them together, seen by nobody."""
    if issue.segment is None or last_said_by(issue.segment) != by.pk:
        return False
    same_readers = Approval.objects.filter(rendition__aim=aim_of(issue))
    return not same_readers.exclude(approved_by=by).exists()


def _said_of_the_text(others: list[User]) -> str:
    if others:
        return _(
            "You changed this issue last, so somebody else looks at it with fresh "
            "eyes. Ask %(names)s to approve it."
        ) % {"names": _one_of(others)}
    return _(
        "You changed this issue last, and nobody else may approve it. Name a deputy, "
        "or ask the administrator to make a colleague publisher."
    )


def _said_of_the_segment(segment: str, others: list[User]) -> str:
    if others:
        return _(
            "You said last who is in “%(segment)s”, and this issue is for them; so "
            "somebody else looks at it with fresh eyes. Ask %(names)s to approve it."
        ) % {"segment": segment, "names": _one_of(others)}
    return _(
        "You said last who is in “%(segment)s”, this issue is for them, and nobody "
        "else may approve it. Name a deputy, or ask the administrator to make a "
        "colleague publisher."
    ) % {"segment": segment}


def _one_of(people: list[User]) -> str:
    return get_text_list([name_of(one) for one in people], _("or"))
