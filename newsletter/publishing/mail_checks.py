"""Checks of the finished mail: it is made once, as a reader would get it."""

import hashlib
import re
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from newsletter.issues.block import Block
from newsletter.issues.blocks import AdvertorialBlock
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.markup import CannotRender
from newsletter.publishing.contrast_checks import check_contrast
from newsletter.publishing.css_checks import check_css
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.frozen_checks import check_frozen
from newsletter.publishing.html_checks import check_html
from newsletter.publishing.places import field_of, name_of, whole_of
from newsletter.publishing.text_checks import check_text
from newsletter.rendering.email import RenderedEmail, render
from newsletter.rendering.personal import Personal

RENDERS = Check("renders", gettext_lazy("The mail can be made."), is_final=True)
BLOCKS_SHOWN = Check(
    "blocks shown", gettext_lazy("Every block can be shown."), is_final=True
)
SIZE = Check("size", gettext_lazy("The mail is light enough: Gmail shows all of it."))
UNSUBSCRIBE = Check(
    "unsubscribe",
    gettext_lazy("The link to unsubscribe is in it: one mail was made to see it."),
    is_final=True,
    is_quick=False,
)
LABEL = Check(
    "advertorial label",
    gettext_lazy("Above every advertorial stands that it is one."),
    is_final=True,
    is_quick=False,
)
CHECKS = (RENDERS, BLOCKS_SHOWN, SIZE, UNSUBSCRIBE, LABEL)

# Gmail hides everything after about 102 kB, the unsubscribe link with it.
TOO_LARGE, LARGE = 90_000, 80_000
_PROBE = "bewijs-dat-afmelden-werkt"


def check_mail(issue: Issue, blocks: Sequence[Block]) -> Iterator[Finding]:
    """Render the issue and look at what came out."""
    try:
        rendered = render(issue, blocks)
    except CannotRender as trouble:
        yield _cannot_be_made(issue, trouble)
        return
    yield from check_rendered(issue, blocks, rendered)
    address = absolute_url("unsubscribe", _PROBE)
    html, text = rendered.preview(Personal("Sanne", address, address))
    yield from _check_leaving(issue, html, text, address)
    yield from _check_labels(issue, blocks, html)
    yield from check_text(issue, html, text)
    yield from check_html(issue, html)
    yield from check_css(issue, html)
    yield from check_contrast(issue, html)
    yield from check_frozen(issue, blocks, rendered)


def check_rendered(
    issue: Issue, blocks: Sequence[Block], rendered: RenderedEmail
) -> Iterator[Finding]:
    """Look at what making the mail itself tells."""
    for failure in rendered.failures:
        block = blocks[failure.place - 1]
        message = _("%(block)s cannot be shown: %(reason)s") % {
            "block": name_of(failure.place, block),
            "reason": failure.reason,
        }
        yield BLOCKS_SHOWN.finds(
            Severity.STOP,
            message,
            issue,
            field_of(block, blocks),
            text=whole_of(block),
        )
    yield from _check_size(rendered, issue)


def _cannot_be_made(issue: Issue, trouble: CannotRender) -> Finding:
    message = _("The mail cannot be made: %(reason)s") % {"reason": trouble}
    return RENDERS.finds(Severity.STOP, message, issue)


def _check_size(rendered: RenderedEmail, issue: Issue) -> Iterator[Finding]:
    size = rendered.size_in_bytes
    if size < LARGE:
        return
    message = _(
        "The mail is %(size)d kB. Gmail cuts off what is larger than 102 kB, "
        "and the link to unsubscribe with it. Leave something out."
    ) % {"size": round(size / 1000)}
    severity = Severity.STOP if size >= TOO_LARGE else Severity.WARN
    text = hashlib.sha256(rendered.html.encode()).hexdigest()
    yield SIZE.finds(severity, message, issue, "content-main", text=text)


def _check_leaving(
    issue: Issue, html: str, text: str, address: str
) -> Iterator[Finding]:
    """See that one reader's own link arrived in both parts."""
    if address not in html or address not in text:
        message = _(
            "The link to unsubscribe is missing from the mail. "
            "The law asks for it; tell whoever looks after the templates."
        )
        yield UNSUBSCRIBE.finds(Severity.STOP, message, issue)


def _check_labels(
    issue: Issue, blocks: Sequence[Block], html: str
) -> Iterator[Finding]:
    advertorials = sum(isinstance(block, AdvertorialBlock) for block in blocks)
    with override(issue.mailing_list.language):
        label = re.escape(_("Advertisement"))
    if len(re.findall(rf">\s*{label}\b", html)) < advertorials:
        message = _(
            "An advertorial does not say that it is one. "
            "The law asks for it; tell whoever looks after the templates."
        )
        yield LABEL.finds(Severity.STOP, message, issue)
