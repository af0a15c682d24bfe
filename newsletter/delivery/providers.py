"""What each provider can do, in one table; the surprises stand in the margin."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.conf import settings


class Way(StrEnum):
    """How the readers of a batch are handed over."""

    FORM = "form"  # one request: one body, merge fields filled in by the provider
    JSON = "json"  # one request: a mail of their own for each reader, in one list
    ONE_BY_ONE = "one by one"


class Evidence(StrEnum):
    """How an uncertain batch can be settled."""

    MAILBOX = "mailbox"  # our own files: look whether they are there
    SEARCH = "search"  # the provider tells what it accepted
    KEY = "key"  # the same request once more: the provider answers as it did before
    NONE = "none"  # nobody can tell; a person decides


@dataclass(frozen=True)
class Provider:
    """One provider as the engine sees it.

    Attributes:
        batch_limit: most recipients of one request.
        evidence: where an uncertain batch is looked up.
        key_lives: for how long a key is recognised.
        finds_each: a search tells of each reader apart, so that who is not found among
            others was not taken either.
        keeps_message_id: our own Message-ID reaches the reader; the others write
            theirs, or want a switch of their own for it.
        takes_metadata: carries our ids along and repeats them in its events; without
            them an event is kept, but not known to be about a delivery.
    """

    name: str
    way: Way = Way.ONE_BY_ONE
    batch_limit: int = 1
    evidence: Evidence = Evidence.NONE
    key_lives: timedelta = timedelta(0)
    finds_each: bool = False
    keeps_message_id: bool = False
    takes_metadata: bool = True

    @property
    def in_one_request(self) -> bool:
        """Whether a batch is one request, taken or refused as a whole."""
        return self.way != Way.ONE_BY_ONE

    def batch_size(self, group_size: int) -> int:
        """Return how many readers make one batch: the unit of intent."""
        return self.batch_limit if self.in_one_request else max(1, group_size)


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider(
            "local", evidence=Evidence.MAILBOX, finds_each=True, keeps_message_id=True
        ),
        Provider("smtp", keeps_message_id=True),
        # 1,000 per call; recipient-variables merge body and headers (Mailgun's
        # "Batch sending"); events are kept three days at least and found by v:.
        Provider("mailgun", Way.FORM, 1000, Evidence.SEARCH),
        # "Batch emails": 100 mails. "Idempotency keys": 24 hours, and the same body.
        Provider("resend", Way.JSON, 100, Evidence.KEY, key_lives=timedelta(hours=23)),
        # "Send API v3.1": 50 mails. Deduplicating is per campaign, not per request.
        Provider("mailjet", Way.JSON, 50),
        # "Batch emails": 500 mails and 50 MB, so 100 of ours; "Messages API" finds them
        # by recipient for 45 days.
        Provider("postmark", Way.JSON, 100, Evidence.SEARCH, finds_each=True),
        # "Mail Send": 1,000 personalizations; with neither key nor search a crash
        # leaves a whole request unknown, so it is kept smaller.
        Provider("sendgrid", Way.JSON, 100),
        # One body a request. "Idempotency": 15 minutes once, 30 now; the second request
        # is refused as a duplicate_parameter.
        Provider("brevo", evidence=Evidence.KEY, key_lives=timedelta(minutes=14)),
        # SES merges only stored templates; its events carry no batch of ours.
        Provider("amazon_ses"),
        Provider("mailersend", takes_metadata=False),
        Provider("mailtrap"),
        Provider("mandrill"),
        Provider("postal", takes_metadata=False),
        Provider("scaleway"),
        Provider("sparkpost"),
        # django-anymail's own back end that keeps what it was given (its tests').
        Provider("test"),
    )
}


class UnknownProvider(LookupError):
    """EMAIL_PROVIDER names nothing we know; the text lists what we do."""


def provider_named(name: str) -> Provider:
    """Return the provider of this name.

    Raises:
        UnknownProvider: no such name.
    """
    try:
        return PROVIDERS[name]
    except KeyError as error:
        known = ", ".join(sorted(PROVIDERS))
        raise UnknownProvider(f"{name!r} is none of: {known}") from error


def current_provider() -> Provider:
    """Return the provider of this installation."""
    return provider_named(settings.EMAIL_PROVIDER)
