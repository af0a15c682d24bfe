"""What the tests of the front page share: it, and issues that left."""

from datetime import datetime

from django.urls import reverse

from newsletter.delivery.models import Batch, BatchState, Dispatch, DispatchState
from newsletter.delivery.preparation import start
from newsletter.issues.models import Issue
from subscribers.models import MailingList
from tests.factories import DispatchFactory, IssueFactory
from tests.newsletter.admin.colleagues import log_in
from tests.newsletter.delivery.sunday import add_readers


def front_page(client, role):
    """The front page as somebody of this role sees it."""
    log_in(client, role, role.lower())
    return client.get(reverse("admin:index")).content.decode()


def a_dispatch_that_left(
    mailing_list: MailingList,
    *,
    readers: int,
    at: datetime,
    issue: Issue | None = None,
) -> Dispatch:
    """An issue that every one of so many readers has, without blocks if not told."""
    add_readers(mailing_list, readers - mailing_list.subscriptions.count())
    issue = issue or IssueFactory.create(
        mailing_list=mailing_list, publication_date=at.date()
    )
    dispatch = DispatchFactory.create(issue=issue, due_at=at, provider="mailgun")
    assert start(dispatch.pk, now=at)
    Batch.objects.filter(dispatch=dispatch).update(
        state=BatchState.DONE, resolved_at=at
    )
    Dispatch.objects.filter(pk=dispatch.pk).update(
        state=DispatchState.SENT, finished_at=at
    )
    dispatch.refresh_from_db()
    return dispatch
