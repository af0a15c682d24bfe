"""What is sent and answered. The descriptions are what the documentation says."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict

from subscribers.models import Rhythm

Slug = Annotated[
    str,
    Field(
        pattern=r"^[-a-zA-Z0-9_]+$",
        max_length=50,
        description="Short name of the newsletter.",
        examples=["zondag"],
    ),
]
Address = Annotated[
    str,
    Field(
        min_length=3,
        max_length=320,
        description="E-mail address as the person typed it.",
        examples=["sanne@example.nl"],
    ),
]


class Sent(Schema):
    """Something that is sent to us: what we do not know is a mistake, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Visitor(Sent):
    """Who filled in the form on your site, kept for 30 days as proof of consent."""

    ip_address: str = Field("", max_length=45)
    user_agent: str = Field("", max_length=300)


class SignUp(Sent):
    """Somebody who wants a newsletter."""

    mailing_list: Slug
    address: Address
    first_name: str = Field("", max_length=200)
    topics: list[str] = Field([], max_length=50, description="Names of topics.")
    source: str = Field("", max_length=80, description="Where they signed up.")
    visitor: Visitor | None = None


class SignOff(Sent):
    """Somebody who wants it no longer."""

    mailing_list: Slug
    address: Address


class LookUp(Sent):
    """Whom to look up. In the body, so that no log keeps an address."""

    address: Address


class PersonChange(Sent):
    """What to change about a person; what is left out stays."""

    first_name: str | None = Field(None, max_length=200)
    time_zone: str | None = Field(
        None, max_length=64, description="Empty: that of the newsletter."
    )


class SubscriptionChange(Sent):
    """What to change about one newsletter of a person; what is left out stays."""

    topics: list[str] | None = Field(None, max_length=50)
    rhythm: Rhythm | None = None
    paused_until: date | None = Field(
        None, description="A day gone by ends the pause. At most a year from now."
    )


class WhichIssues(Schema):
    """Of which newsletter, and which page of them."""

    mailing_list: Slug
    page: int = Field(1, ge=1, le=10_000, description="From 1.")


class Accepted(Schema):
    """The same for everybody: whether an address is known is its owner's business."""

    status: str = "accepted"


class TopicOut(Schema):
    """Something a reader may choose besides."""

    name: str
    promise: str


class ListOut(Schema):
    """A newsletter."""

    mailing_list: str
    name: str
    promise: str
    language: str
    topics: list[TopicOut]


class SubscriptionOut(Schema):
    """A person's place on one newsletter."""

    mailing_list: str
    state: str = Field(description="pending, confirmed or unsubscribed")
    is_mailed: bool = Field(description="Confirmed, not paused, not blocked.")
    topics: list[str]
    rhythm: str
    paused_until: date | None
    source: str
    asked_at: datetime
    confirmed_at: datetime | None
    unsubscribed_at: datetime | None


class PersonOut(Schema):
    """What we know of a person."""

    id: UUID
    address: str
    first_name: str
    time_zone: str
    known_since: datetime
    subscriptions: list[SubscriptionOut]


class IssueOut(Schema):
    """An issue that left and that anyone may read."""

    mailing_list: str
    number: int
    subject: str
    preheader: str
    url: str
    sent_at: datetime


class PieceOut(Schema):
    """A piece that an issue links to."""

    title: str
    url: str


class WholeIssueOut(IssueOut):
    """An issue with what it links to, and its words without markup."""

    text: str
    pieces: list[PieceOut]


class IssuesOut(Schema):
    """Some issues, the newest first."""

    issues: list[IssueOut]
    next_page: int | None


class SegmentOut(Schema):
    """A segment and how many readers it has now.

    Attributes:
        mailable: of them those who would get mail today.
    """

    id: int
    name: str
    mailing_list: str
    readers: int
    mailable: int
