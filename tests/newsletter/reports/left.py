"""Issues that left, as plain rows: nothing is rendered and nothing is sent."""

import uuid
from datetime import timedelta

from newsletter.delivery.models import Batch, Delivery, Dispatch
from newsletter.rendering.models import Link, Rendition
from tests.factories import IssueFactory, SubscriberFactory


def an_issue_that_left(
    mailing_list, *, at, readers=(), provider="mailgun", issue=None, links=(), aim=()
):
    """An issue with one accepted group.

    Args:
        readers: for each what differs in their delivery, and at which ``domain``.
        links: for each its columns.
        aim: for whom it is; empty is everyone.
    """
    issue = issue or IssueFactory.create(
        mailing_list=mailing_list, publication_date=at.date()
    )
    rendition = Rendition.objects.create(
        issue=issue,
        number=issue.renditions.count() + 1,
        issue_version=1,
        subject=issue.subject,
        html="",
        text="",
        sha256="0" * 64,
        engine="none",
        aim=dict(aim),
        created_at=at,
    )
    for place, link in enumerate(links):
        Link.objects.create(
            **{"rendition": rendition, "position": place, "target": "https://a.nl"}
            | link
        )
    dispatch = Dispatch.objects.create(
        issue=issue,
        rendition=rendition,
        state="sent",
        due_local=at.isoformat()[:19],
        time_zone=mailing_list.time_zone,
        due_at=at,
        start_before=at + timedelta(hours=6),
        provider=provider,
        audience_count=len(readers),
        created_at=at,
        started_at=at,
        finished_at=at + timedelta(minutes=5),
    )
    batch = Batch.objects.create(
        dispatch=dispatch,
        number=1,
        rendition=rendition,
        state="done",
        not_before=at,
        idempotency_key=uuid.uuid4(),
        size=len(readers),
        submitted_at=at,
        resolved_at=at + timedelta(minutes=1),
        resolved_by="response",
    )
    for place, reader in enumerate(readers):
        told = dict(reader)
        domain = told.pop("domain", "example.nl")
        address = f"lezer{place}-{dispatch.pk}@{domain}"
        Delivery.objects.create(
            dispatch=dispatch,
            batch=batch,
            subscriber=SubscriberFactory(address=address),
            **told,
        )
    return dispatch
