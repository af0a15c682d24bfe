"""Where an issue is read on our own pages."""

from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from subscribers.models import MailingList


def issue_url(issue: Issue) -> str:
    """Return the address of an issue; the first list's are the short ones."""
    number = issue.number or 0
    if _is_first(issue.mailing_list):
        return absolute_url("issue", number)
    return absolute_url("list_issue", issue.mailing_list.slug, number)


def _is_first(mailing_list: MailingList) -> bool:
    """Tell whether a list has the short addresses; one not saved yet would have."""
    if mailing_list._state.adding:
        return True
    return not MailingList.objects.filter(pk__lt=mailing_list.pk).exists()
