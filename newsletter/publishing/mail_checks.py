"""Checks of the finished mail: it is made once, as a reader would get it."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from newsletter.issues.blocks import Block
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.markup import CannotRender
from newsletter.publishing.findings import Finding, Severity
from newsletter.publishing.frozen_checks import check_frozen
from newsletter.publishing.places import field_of, name_of
from newsletter.rendering.email import RenderedEmail, render
from newsletter.rendering.personal import Personal

# Gmail hides everything after about 102 kB, the unsubscribe link with it.
TOO_LARGE, LARGE = 90_000, 80_000
_PROBE = "bewijs-dat-afmelden-werkt"


def check_mail(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Render the issue and look at what came out."""
    try:
        rendered = render(issue, blocks)
    except CannotRender as trouble:
        message = _("The mail cannot be made: %(reason)s") % {"reason": trouble}
        yield Finding(Severity.STOP, message, issue)
        return
    yield from _check_failures(rendered, issue, blocks)
    yield from _check_size(rendered, issue)
    yield from _check_leaving(rendered, issue)
    yield from check_frozen(issue, blocks, rendered)


def _check_failures(
    rendered: RenderedEmail, issue: Issue, blocks: Sequence[Block]
) -> Iterator[Finding]:
    for failure in rendered.failures:
        block = blocks[failure.place - 1]
        message = _("%(block)s cannot be shown: %(reason)s") % {
            "block": name_of(failure.place, block),
            "reason": failure.reason,
        }
        yield Finding(Severity.STOP, message, issue, field_of(block, blocks))


def _check_size(rendered: RenderedEmail, issue: Issue) -> Iterator[Finding]:
    size = rendered.size_in_bytes
    if size < LARGE:
        return
    message = _(
        "The mail is %(size)d kB. Gmail cuts off what is larger than 102 kB, "
        "and the link to unsubscribe with it. Leave something out."
    ) % {"size": round(size / 1000)}
    severity = Severity.STOP if size >= TOO_LARGE else Severity.WARN
    yield Finding(severity, message, issue, "content-main")


def _check_leaving(rendered: RenderedEmail, issue: Issue) -> Iterator[Finding]:
    """Fill in one reader's links and see that they arrive in both parts."""
    address = absolute_url("unsubscribe", _PROBE)
    html, text = rendered.preview(Personal("Sanne", address, address))
    if address not in html or address not in text:
        message = _(
            "The link to unsubscribe is missing from the mail. "
            "The law asks for it; tell whoever looks after the templates."
        )
        yield Finding(Severity.STOP, message, issue)
