"""An issue in order, as most tests of publishing need one."""

from newsletter.articles.models import Article, Picture
from newsletter.articles.pictures import safe_picture
from newsletter.issues.blocks import CardBlock, OpeningBlock
from newsletter.issues.models import Issue
from subscribers.models import MailingList
from tests.factories import ArticleFactory, IssueFactory, SubscriptionFactory
from tests.newsletter.articles.images import a_jpeg


def issue_in_order(mailing_list: MailingList, **fields) -> Issue:
    """An issue with an opening and one story, and one reader to get it."""
    issue: Issue = IssueFactory.create(mailing_list=mailing_list, **fields)
    OpeningBlock.objects.create(parent=issue, ordering=10, body="<p>Het is stil.</p>")
    add_card(issue)
    if not mailing_list.subscriptions.exists():
        SubscriptionFactory(
            mailing_list=mailing_list,
            subscriber__address="sanne@example.nl",
            subscriber__first_name="Sanne",
        )
    return issue


def add_card(issue: Issue, article: Article | None = None, **fields) -> CardBlock:
    """One more story at the end."""
    return CardBlock.objects.create(
        parent=issue,
        ordering=20 + CardBlock.objects.filter(parent=issue).count(),
        article=article or ArticleFactory.create(),
        **fields,
    )


def a_kept_picture(alt: str) -> Picture:
    """A picture of ours whose file and crops are really there."""
    return Picture.objects.create(
        image=safe_picture(a_jpeg((600, 400))),
        licence="own",
        portrait_consent="nobody",
        alt=alt,
    )


def change(issue: Issue, **fields) -> None:
    """Save over the issue as the editors' form does: the version grows."""
    for name, value in fields.items():
        setattr(issue, name, value)
    issue.version += 1
    issue.save()
