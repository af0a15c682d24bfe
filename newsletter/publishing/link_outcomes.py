"""What came out of trying the links of an issue, as findings."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from newsletter.issues.block import Block
from newsletter.issues.models import Issue
from newsletter.publishing.calendar import local_time
from newsletter.publishing.finding_models import LinkCheck, LinkState
from newsletter.publishing.findings import Check, Finding, Severity
from newsletter.publishing.link_checks import found_at, is_private, named
from newsletter.publishing.placed_links import PlacedLink, links_of
from newsletter.publishing.trying_links import key_of
from newsletter.rendering.links import WRAPPED_SCHEMES, scheme_of

LINKS_ANSWER = Check(
    "links answer", gettext_lazy("Every link opens a page."), is_quick=False
)
CHECKS = (LINKS_ANSWER,)

MOST_NAMED = 3


def addresses_in(blocks: Sequence[Block]) -> list[str]:
    """Return the addresses on the web that can be tried, each once."""
    return list(
        dict.fromkeys(link.address for link in links_of(blocks) if _can_be_tried(link))
    )


def _can_be_tried(link: PlacedLink) -> bool:
    return (
        scheme_of(link.address) in WRAPPED_SCHEMES
        and bool(link.host)
        and not link.is_ours
        and not is_private(link.host)
    )


def known_of(blocks: Sequence[Block]) -> dict[str, LinkCheck]:
    """Return what is known of the addresses in an issue."""
    keys = [key_of(address) for address in addresses_in(blocks)]
    return {row.address: row for row in LinkCheck.objects.filter(key__in=keys)}


# --- What came out ---


def check_outcomes(
    issue: Issue, blocks: Sequence[Block], known: Mapping[str, LinkCheck]
) -> Iterator[Finding]:
    """Tell which links lead nowhere, and which nobody knows of yet."""
    waiting, untold = [], []
    for link in links_of(blocks):
        if not _can_be_tried(link):
            continue
        row = known.get(link.address)
        if row is None or not row.state:
            waiting.append(link)
        elif row.state == LinkState.UNTOLD:
            untold.append(link)
        elif trouble := _trouble(link, row, issue):
            yield found_at(link, blocks, LINKS_ANSWER, *trouble)
    yield from _not_known(issue, waiting, untold)


def _trouble(
    link: PlacedLink, row: LinkCheck, issue: Issue
) -> tuple[Severity, str] | None:
    tried = local_time(row.tried_at, issue.mailing_list.zone) if row.tried_at else None
    words = {
        "words": named(link),
        "reason": row.reason,
        "time": f"{tried:%H:%M}" if tried else "",
    }
    if row.state == LinkState.GONE and row.reason.isdecimal():
        return Severity.STOP, _(
            "“%(words)s” leads to a page that is not there (%(reason)s, at %(time)s)."
        ) % words
    if row.state == LinkState.GONE:
        return Severity.STOP, _(
            "“%(words)s” leads nowhere: %(reason)s (at %(time)s)"
        ) % words
    if row.state == LinkState.FAILING and row.reason.isdecimal():
        return Severity.WARN, _(
            "the site behind “%(words)s” answers with an error (%(reason)s, at "
            "%(time)s). Look whether it recovers."
        ) % words
    if row.state == LinkState.FAILING:
        return Severity.WARN, _(
            "“%(words)s” does not open now: %(reason)s (at %(time)s)"
        ) % words
    return None


def _not_known(
    issue: Issue, waiting: Sequence[PlacedLink], untold: Sequence[PlacedLink]
) -> Iterator[Finding]:
    if waiting:
        message = ngettext(
            "%(count)d link is still being tried. Look again in a minute.",
            "%(count)d links are still being tried. Look again in a minute.",
            len(waiting),
        ) % {"count": len(waiting)}
        yield LINKS_ANSWER.finds(Severity.HINT, message, issue, text="waiting")
    if untold:
        shown = dict.fromkeys(f"“{named(link)}”" for link in untold)
        message = _(
            "Whether these links open could not be told from here: %(names)s. "
            "Press them once yourself."
        ) % {"names": _some_of(list(shown))}
        yield LINKS_ANSWER.finds(Severity.HINT, message, issue, text="untold")


def _some_of(names: Sequence[str]) -> str:
    some = ", ".join(names[:MOST_NAMED])
    return f"{some} …" if len(names) > MOST_NAMED else some
