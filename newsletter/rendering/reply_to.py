"""Addresses that readers write back to; a tag in them says what it is about."""

from django.conf import settings

from newsletter.issues.models import Issue
from newsletter.signing import make_tag

_OURS = ("fout+", "reactie+", "afmelden+")


def inbound_domain(issue: Issue) -> str:
    """Return the domain whose mail comes in to us."""
    sender = issue.mailing_list.sender_address
    return settings.INBOUND_DOMAIN or sender.rpartition("@")[2]


def mistake_tag(issue: Issue, article_id: int | None) -> str:
    """Return the tag of an issue and, where there is one, an article in it."""
    return make_tag("mistake", issue.pk or 0, article_id or 0)


def mistake_address(issue: Issue, article_id: int | None) -> str:
    """Return where "Foutje gezien? Mail ons." leads."""
    return f"fout+{mistake_tag(issue, article_id)}@{inbound_domain(issue)}"


def is_ours(address: str) -> bool:
    """Tell whether mail to an address comes in to us."""
    local, _at, domain = address.casefold().rpartition("@")
    if settings.INBOUND_DOMAIN and domain == settings.INBOUND_DOMAIN.casefold():
        return True
    return local.startswith(_OURS)


def reply_address(issue: Issue) -> str:
    """Return where an answer to the issue goes."""
    return f"reactie+{make_tag('reply', issue.pk or 0)}@{inbound_domain(issue)}"
