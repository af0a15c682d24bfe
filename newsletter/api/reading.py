"""What anyone with a token may read: newsletters, issues that left, segments."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router

from newsletter.api.access import client_asking
from newsletter.api.finding import list_called
from newsletter.api.problems import nothing_here
from newsletter.api.schemas import (
    IssueOut,
    IssuesOut,
    ListOut,
    PieceOut,
    SegmentOut,
    Slug,
    TopicOut,
    WhichIssues,
    WholeIssueOut,
)
from newsletter.clients.models import Scope
from newsletter.delivery.models import Dispatch
from newsletter.issues.addresses import issue_url
from newsletter.rendering.personal import replace_slots
from newsletter.rendering.withdrawn_lines import text_without_withdrawn
from subscribers.models import MailingList, Segment, Topic
from subscribers.segments import Count, count

router = Router(tags=["Newsletters and issues"])
ON_ONE_PAGE = 50
# As a database counts.
_LARGEST = 2**31 - 1


@router.get("/lists", response=list[ListOut], summary="Newsletters")
def lists(request: HttpRequest) -> list[ListOut]:
    """Name every newsletter with the topics it offers. Any token may."""
    return [
        ListOut(
            mailing_list=one.slug,
            name=one.name,
            promise=one.promise,
            language=one.language,
            topics=[
                TopicOut(name=topic.name, promise=topic.promise)
                for topic in Topic.objects.offered(one)
            ],
        )
        for one in MailingList.objects.order_by("pk")
    ]


@router.get("/issues", response=IssuesOut, summary="Issues that left")
def issues(request: HttpRequest, asked: Query[WhichIssues]) -> IssuesOut:
    """List what anyone may read, the newest first. Needs the scope `issues`."""
    client_asking(request, Scope.ISSUES)
    start = (asked.page - 1) * ON_ONE_PAGE
    found = _left(list_called(asked.mailing_list)).defer(
        "rendition__html", "rendition__text"
    )
    some = [*found[start : start + ON_ONE_PAGE + 1]]
    return IssuesOut(
        issues=[_told(one) for one in some[:ON_ONE_PAGE]],
        next_page=asked.page + 1 if len(some) > ON_ONE_PAGE else None,
    )


@router.get(
    "/issues/{slug:mailing_list}/{int:number}",
    response=WholeIssueOut,
    summary="One issue",
)
def issue(
    request: HttpRequest, mailing_list: Path[Slug], number: Path[int]
) -> WholeIssueOut:
    """Tell what one issue says and links to. Needs the scope `issues`."""
    client_asking(request, Scope.ISSUES)
    left = _left(list_called(mailing_list)).defer("rendition__html")
    found = left.filter(issue__number=min(number, _LARGEST)).first()
    if found is None:
        raise nothing_here()
    links = found.rendition.links.filter(article__isnull=False)
    pieces = {
        link.article_id: PieceOut(title=link.article.title, url=link.target)
        for link in links.select_related("article").order_by("-position")
        if link.article
    }
    return WholeIssueOut(
        **_told(found).dict(),
        text=replace_slots(
            text_without_withdrawn(found.rendition, found.rendition.text),
            lambda slot: "",
        ),
        pieces=[*reversed(pieces.values())],
    )


def _left(mailing_list: MailingList) -> "QuerySet[Dispatch]":
    left = Dispatch.objects.started().filter(issue__mailing_list=mailing_list)
    return left.select_related("issue__mailing_list", "rendition").order_by(
        "-issue__number"
    )


def _told(dispatch: Dispatch) -> IssueOut:
    return IssueOut(
        mailing_list=dispatch.issue.mailing_list.slug,
        number=dispatch.issue.number,
        subject=dispatch.rendition.subject,
        preheader=dispatch.rendition.preheader,
        url=issue_url(dispatch.issue),
        sent_at=dispatch.started_at or dispatch.due_at,
    )


@router.get("/segments", response=list[SegmentOut], summary="Segments, counted")
def segments(request: HttpRequest) -> list[SegmentOut]:
    """Count how many readers each segment has now. Needs the scope `segments`."""
    client_asking(request, Scope.SEGMENTS)
    now = timezone.now()
    return [
        _counted(one, count(one, now=now))
        for one in Segment.objects.select_related("mailing_list")
    ]


def _counted(segment: Segment, counted: Count) -> SegmentOut:
    return SegmentOut(
        id=segment.pk,
        name=segment.name,
        mailing_list=segment.mailing_list.slug,
        readers=counted.readers,
        mailable=counted.mailable,
    )
