"""An issue that left, in plain rows."""

from newsletter.delivery.models import Dispatch, DispatchState
from newsletter.rendering.models import Link, Rendition
from tests.factories import IssueFactory


def issue_that_left(now, *articles, issue=None, told=()):
    """Make its dispatch, with links to some articles and from its corrections."""
    issue = issue or IssueFactory.create()
    rendition = Rendition.objects.create(
        issue=issue,
        number=1,
        issue_version=1,
        subject=issue.subject,
        html="<html><head></head><body><p>De mail</p></body></html>",
        text="De mail",
        created_at=now,
    )
    places = [("card", f"https://e.nl/{one.pk}", one) for one in articles]
    places += [("corrections", one, None) for one in told]
    for position, (kind, target, article) in enumerate(places):
        Link.objects.create(
            rendition=rendition,
            position=position,
            target=target,
            block_kind=kind,
            article=article,
        )
    return Dispatch.objects.create(
        issue=issue,
        rendition=rendition,
        state=DispatchState.SENT,
        due_local="2026-11-29T08:00:00",
        time_zone="Europe/Amsterdam",
        due_at=now,
        start_before=now,
        created_at=now,
        started_at=now,
    )
