"""What became of the last issues, in words and small plots."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.delivery.models import Dispatch
from newsletter.delivery.progress import Progress
from newsletter.publishing.calendar import local_time
from newsletter.reports.plots import columns
from newsletter.reports.recent import Account
from newsletter.reports.saying import grouped
from subscribers.models import MailingList

PLOT_WIDTH, PLOT_HEIGHT = 160, 44
SHOWN_ISSUES = 4
_Number = Callable[[Account], int | None]

# What is plotted, under which heading.
PLOTS: tuple[tuple[Any, _Number], ...] = (
    (gettext_lazy("Accepted"), lambda account: account.progress.accepted),
    (gettext_lazy("Came back"), lambda account: account.bounced),
    (gettext_lazy("Reported as spam"), lambda account: account.complained),
    (gettext_lazy("Unsubscribed"), lambda account: account.unsubscribed),
)


def recent(accounts: list[Account], mailing_list: MailingList) -> dict[str, Any]:
    """Return the last issues as the front page shows them, newest first.

    One issue alone makes no plot: there is nothing to compare it with.
    """
    oldest_first = accounts[::-1]
    return {
        "issues": [
            _issue(account, mailing_list) for account in accounts[:SHOWN_ISSUES]
        ],
        "plots": [
            _plot(heading, number, oldest_first)
            for heading, number in PLOTS
            if len(accounts) > 1
        ],
        "plot_width": PLOT_WIDTH,
        "plot_height": PLOT_HEIGHT,
    }


def account_in_words(dispatch: Dispatch, progress: Progress) -> str:
    """Return where it stands in one line: state, accepted, uncertain."""
    state = str(dispatch.get_state_display()).capitalize()
    return " · ".join([state, *_figures(progress)])


def _issue(account: Account, mailing_list: MailingList) -> dict[str, Any]:
    dispatch = account.dispatch
    started = dispatch.started_at
    return {
        "dispatch": dispatch,
        "when": local_time(started, mailing_list.zone) if started else None,
        "words": " · ".join([*_figures(account.progress), *_afterwards(account)]),
    }


def _figures(progress: Progress) -> list[str]:
    words = [_("%(count)s accepted") % {"count": grouped(progress.accepted)}]
    if progress.unknown:
        words.append(_("%(count)s uncertain") % {"count": grouped(progress.unknown)})
    if progress.rejected:
        words.append(_("%(count)s refused") % {"count": grouped(progress.rejected)})
    return words


def _afterwards(account: Account) -> list[str]:
    told = (
        (account.bounced, _("%(count)s came back")),
        (account.complained, _("%(count)s reported as spam")),
        (account.unsubscribed, _("%(count)s unsubscribed")),
    )
    return [words % {"count": grouped(count)} for count, words in told if count]


def _plot(heading: Any, number: _Number, accounts: list[Account]) -> dict[str, Any]:
    values = [number(account) for account in accounts]
    return {
        "heading": str(heading),
        "latest": "–" if values[-1] is None else grouped(values[-1]),
        "difference": difference_in_words(values[-1], values[-2]),
        "columns": columns(values, width=PLOT_WIDTH, height=PLOT_HEIGHT),
        "description": ", ".join(
            f"{account.dispatch.issue}: {_told(value)}"
            for account, value in zip(accounts, values, strict=True)
        ),
    }


def difference_in_words(latest: int | None, before: int | None) -> str:
    """Return how much more or less it is than the time before."""
    if latest is None:
        return _("the mail provider does not tell")
    if before is None:
        return ""
    more = latest - before
    if more == 0:
        return _("as many as last time")
    words = (
        _("%(count)s more than last time")
        if more > 0
        else _("%(count)s fewer than last time")
    )
    return words % {"count": grouped(abs(more))}


def _told(value: int | None) -> str:
    return _("not known") if value is None else grouped(value)
