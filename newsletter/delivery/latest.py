"""The issue of a list that left last, for those who come in after it."""

from newsletter.delivery.models import Dispatch
from newsletter.issues.addresses import issue_url
from subscribers.models import MailingList
from subscribers.registry import LatestIssue


def latest_issue(mailing_list: MailingList) -> LatestIssue | None:
    """Return what was sent last and may be read by anybody; None before the first."""
    last = (
        Dispatch.objects.started()
        .aimed({})
        .filter(issue__mailing_list=mailing_list)
        .select_related("issue__mailing_list", "rendition")
        .defer("rendition__html", "rendition__text")
        .order_by("-issue__number", "-pk")
        .first()
    )
    if last is None:
        return None
    return LatestIssue(
        subject=last.rendition.subject,
        preheader=last.rendition.preheader,
        url=issue_url(last.issue),
    )
