"""An issue that left, in plain rows."""

from newsletter.delivery.models import DispatchState
from newsletter.rendering.models import Link
from tests.factories import DispatchFactory, IssueFactory, RenditionFactory


def issue_that_left(now, *articles, issue=None, told=()):
    """Make its dispatch, with links to some articles and from its corrections."""
    issue = issue or IssueFactory.create()
    rendition = RenditionFactory.create(
        issue=issue,
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
    return DispatchFactory.create(
        issue=issue,
        rendition=rendition,
        state=DispatchState.SENT,
        due_at=now,
        started_at=now,
    )
