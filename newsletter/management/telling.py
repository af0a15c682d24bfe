"""What a person reads once everything runs: one block, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from newsletter.delivery.progress import Progress
from newsletter.issues.models import Issue
from newsletter.links import absolute_url
from newsletter.management.first_login import Login

LINE = "─" * 72


@dataclass(frozen=True)
class Story:
    """What this start has to tell.

    Attributes:
        kept_login: the file with the login made earlier, if it is still there.
        issue: the demo's issue, with how far its dispatch is; likewise draft.
    """

    site_url: str
    login: Login | None = None
    kept_login: Path | None = None
    issue: Issue | None = None
    progress: Progress | None = None
    draft: Issue | None = None
    has_local_mailbox: bool = True


def tell(story: Story) -> str:
    """Return the block of lines."""
    parts = [list(_addresses(story)), list(_news(story)), list(_next_steps(story))]
    lines = [LINE, _("Rock jouw inbox is ready for you."), ""]
    for part in filter(None, parts):
        lines += [*part, ""]
    lines += [_("Stop with Ctrl-C."), LINE]
    return "\n".join(f" {line}".rstrip() for line in lines)


def _addresses(story: Story) -> Iterator[str]:
    rows = [(_("Site"), f"{story.site_url}/")]
    rows.append((_("Admin"), story.site_url + reverse("admin:index")))
    if story.login:
        rows.append((_("User name"), story.login.username))
        kept = _("shown once; kept in %(file)s") % {"file": _near(story.login.kept_in)}
        rows.append((_("Password"), f"{story.login.password}  ({kept})"))
    elif story.kept_login:
        rows.append(
            (_("Log in"), _("as in %(file)s") % {"file": _near(story.kept_login)})
        )
    if story.has_local_mailbox:
        where = absolute_url("mailbox")
        rows.append((_("Mailbox"), where + "  " + _("(every mail stays here)")))
    width = max(len(name) for name, _value in rows) + 3
    for name, value in rows:
        yield name.ljust(width) + value


def _news(story: Story) -> Iterator[str]:
    if story.issue is None or story.progress is None:
        return
    yield "★ " + arrival(story.issue, story.progress)
    yield "  " + _("It left as fast as possible; a real list spreads it.")
    yield "  " + _("Read it as its readers do: %(where)s") % {
        "where": absolute_url("mailbox")
    }


def arrival(issue: Issue, progress: Progress) -> str:
    """Say from the ledger how many readers have the issue, and in what time."""
    words = {
        "number": issue.number,
        "subject": issue.subject,
        "accepted": number_format(progress.accepted, force_grouping=True),
        "audience": number_format(progress.audience, force_grouping=True),
    }
    if progress.started_at is None or progress.finished_at is None:
        return (
            _(
                "Issue %(number)s “%(subject)s” is on its way: it arrived for "
                "%(accepted)s of %(audience)s subscribers"
            )
            % words
        )
    seconds = (progress.finished_at - progress.started_at).total_seconds()
    words["seconds"] = number_format(max(round(seconds, 1), 0.1), decimal_pos=1)
    return (
        _(
            "Issue %(number)s “%(subject)s” arrived for %(accepted)s of %(audience)s "
            "subscribers in %(seconds)s s"
        )
        % words
    )


def _next_steps(story: Story) -> Iterator[str]:
    if story.draft is None or story.draft.publication_date is None:
        return
    day = date_format(story.draft.publication_date, "l j F")
    page = reverse("admin:newsletter_issue_change", args=[story.draft.pk])
    yield _("What now?")
    yield "· " + _("Make issue %(number)s, the draft for %(day)s: %(where)s") % {
        "number": story.draft.number,
        "day": day,
        "where": story.site_url + page,
    }
    yield "· " + _("Subscribe yourself: %(where)s") % {"where": absolute_url("sign_up")}
    yield "· " + _("Look at the archive: %(where)s") % {
        "where": absolute_url("archive")
    }


def _near(path: Path) -> str:
    """Return a path as short as it is from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
