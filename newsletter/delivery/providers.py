"""What each provider can do, in one table; the surprises stand in the margin."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings


class Evidence(StrEnum):
    """How an uncertain batch can be settled."""

    MAILBOX = "mailbox"  # our own files: look whether they are there
    SEARCH = "search"  # the provider tells what it accepted
    NONE = "none"  # nobody can tell; a person decides


@dataclass(frozen=True)
class Provider:
    """One provider as the engine sees it.

    Attributes:
        merges_inline: takes one body with merge fields, own headers and metadata per
            recipient in one request, without a stored template.
        batch_limit: most recipients of one request, where it merges inline.
        evidence: where an uncertain batch is looked up.
        keeps_message_id: our own Message-ID reaches the reader; the others write
            theirs, or want a switch of their own for it.
        takes_metadata: carries our ids along and repeats them in its events; without
            them an event is kept, but not known to be about a delivery.
    """

    name: str
    merges_inline: bool = False
    batch_limit: int = 1
    evidence: Evidence = Evidence.NONE
    keeps_message_id: bool = False
    takes_metadata: bool = True

    def batch_size(self, group_size: int) -> int:
        """Return how many readers make one batch: the unit of intent."""
        return self.batch_limit if self.merges_inline else max(1, group_size)


PROVIDERS = {
    provider.name: provider
    for provider in (
        Provider("local", evidence=Evidence.MAILBOX, keeps_message_id=True),
        Provider("smtp", keeps_message_id=True),
        # 1,000 per call; recipient-variables merge body and headers (Mailgun's
        # "Batch sending"); events are kept three days at least and found by v:.
        Provider("mailgun", True, 1000, Evidence.SEARCH),
        # Templates only where bodies differ: one message a reader.
        Provider("brevo"),
        Provider("mailjet"),
        Provider("sendgrid"),
        Provider("postmark"),
        # SES merges only stored templates; its events carry no batch of ours.
        Provider("amazon_ses"),
        Provider("resend"),
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
