"""The week in five sentences, mailed to colleagues on Monday morning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import dropwhile

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from newsletter.delivery.moments import moment_of
from newsletter.delivery.proofs import colleagues
from newsletter.links import absolute_url
from newsletter.outbox.models import OutgoingMail
from newsletter.outbox.writing import write_mail
from newsletter.reports.growth import Week, monday_of, weeks_of
from newsletter.reports.issue_numbers import (
    COMPARED,
    Numbers,
    dispatches_of,
    mean,
    numbers_with_those_before,
)
from newsletter.reports.models import GrowthCount, NoWeeklySummary
from newsletter.reports.pressed import Pressed, articles_among, links_of
from newsletter.reports.saying import grouped, in_a_hundred, rounded
from subscribers.models import MailingList

PURPOSE = "weekly summary"
# By the clock of the list: after the night in which the week is counted.
MORNING, NOON = time(8), time(12)
_WEEK = timedelta(days=7)
TOP = 3


@dataclass(frozen=True)
class Summary:
    """What a week came to.

    Attributes:
        monday: on which it began.
        sentences: five, in the language that is active.
        numbers: of the issue that left in it; None when none did.
        week: who came and went.
    """

    monday: date
    sentences: tuple[str, ...]
    numbers: Numbers | None
    week: Week

    @property
    def is_worth_a_mail(self) -> bool:
        """Whether anything happened: of a list that sleeps nobody hears each Monday.

        An issue that was not counted yet is in a minute; until then it reached nobody.
        """
        if self.numbers and self.numbers.counted_at is None:
            return False
        return bool(self.numbers or self.week.confirmed or self.week.gone)


# --- What the clock does ---


def send_weekly(now: datetime) -> int:
    """Put the summaries that are due in the outbox, once each; return how many."""
    return sum(_send(one, now=now) for one in MailingList.objects.order_by("pk"))


def week_due(
    mailing_list: MailingList, *, counted_at: datetime | None, now: datetime
) -> date | None:
    """Return the Monday of the week that is to be told of now, if any.

    Monday morning tells of the week before, as soon as its growth was counted; at noon
    with what there is. From Tuesday on it is no news any more.
    """
    local = now.astimezone(mailing_list.zone)
    today = local.date()
    if counted_at is None or today.weekday() or local.time() < MORNING:
        return None
    is_over = moment_of(datetime.combine(today, time()), mailing_list.zone)
    if counted_at < is_over and local.time() < NOON:
        return None
    return today - _WEEK


def _send(mailing_list: MailingList, *, now: datetime) -> int:
    count = GrowthCount.objects.of(mailing_list).first()
    counted_at = count.counted_at if count else None
    monday = week_due(mailing_list, counted_at=counted_at, now=now)
    if monday is None:
        return 0
    keys = {
        f"{PURPOSE}-{mailing_list.pk}-{monday}-{person.pk}": person
        for person in who_wants_it()
    }
    written = OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True)
    missing = {key: keys[key] for key in keys.keys() - set(written)}
    if not missing:
        return 0
    with transaction.atomic(), override(settings.LANGUAGE_CODE):
        summary = summarise(mailing_list, monday, now=now)
        if not summary.is_worth_a_mail:
            return 0
        for key, person in sorted(missing.items()):
            _write(key, person, mailing_list, summary, now=now)
    return len(missing)


def who_wants_it() -> "QuerySet[User]":
    """Return the editors and publishers who did not switch it off."""
    return colleagues().exclude(pk__in=NoWeeklySummary.objects.values("user"))


def _write(
    key: str,
    person: User,
    mailing_list: MailingList,
    summary: Summary,
    *,
    now: datetime,
) -> None:
    numbers = summary.numbers
    write_mail(
        purpose=PURPOSE,
        key=key,
        to=person.email,
        subject=_("The week of %(list)s: %(day)s")
        % {"list": mailing_list.name, "day": date_format(summary.monday, "j F")},
        template="newsletter/email/weekly",
        context={
            "sentences": summary.sentences,
            "figures": numbers
            and absolute_url("admin:newsletter_dispatch_figures", numbers.dispatch.pk),
            "growth": absolute_url("admin:growth"),
            "switch": absolute_url("admin:weekly_summary"),
        },
        from_header=mailing_list.from_header,
        mailing_list=mailing_list,
        now=now,
    )


# --- What it says ---


def summarise(mailing_list: MailingList, monday: date, *, now: datetime) -> Summary:
    """Return the five sentences about a week, in the language that is active."""
    numbers, before = _of_the_week(mailing_list, monday, now=now)
    today = now.astimezone(mailing_list.zone).date()
    ago = (monday_of(today) - monday) // _WEEK
    weeks = weeks_of(mailing_list, count=COMPARED + 1 + ago, today=today)
    *earlier, week = weeks[: COMPARED + 1]
    sentences = (
        _reached(numbers),
        _joined(week),
        _left(week),
        _top(numbers),
        _beside(numbers, before, week, earlier),
    )
    return Summary(monday, sentences, numbers, week)


def _of_the_week(
    mailing_list: MailingList, monday: date, *, now: datetime
) -> tuple[Numbers | None, list[Numbers]]:
    """Return the issue of a week for most readers, and those before it."""
    begin, end = (
        moment_of(datetime.combine(day, time()), mailing_list.zone)
        for day in (monday, monday + _WEEK)
    )
    those = dispatches_of(mailing_list).filter(
        started_at__gte=begin, started_at__lt=end
    )
    dispatch = those.order_by("-audience_count", "-started_at").first()
    if dispatch is None:
        return None, []
    return numbers_with_those_before(dispatch, now=now)


def _reached(numbers: Numbers | None) -> str:
    if numbers is None:
        return _("No issue left last week.")
    words = (
        ngettext(
            "%(issue)s reached %(count)s of %(all)s reader (%(share)s).",
            "%(issue)s reached %(count)s of %(all)s readers (%(share)s).",
            numbers.audience,
        )
        if numbers.is_told
        else ngettext(
            "%(issue)s was accepted for %(count)s of %(all)s reader (%(share)s).",
            "%(issue)s was accepted for %(count)s of %(all)s readers (%(share)s).",
            numbers.audience,
        )
    )
    return words % {
        "issue": numbers.dispatch.issue,
        "count": grouped(numbers.reached),
        "all": grouped(numbers.audience),
        "share": in_a_hundred(100 * numbers.reached / max(numbers.audience, 1)),
    }


def _joined(week: Week) -> str:
    if not week.confirmed:
        return _("Nobody joined.")
    return ngettext(
        "%(count)s reader joined.", "%(count)s readers joined.", week.confirmed
    ) % {"count": grouped(week.confirmed)}


def _left(week: Week) -> str:
    if not week.gone:
        return _("Nobody left.")
    return ngettext(
        "%(count)s reader left: %(left)s unsubscribed, and of %(bounced)s the mail "
        "comes back.",
        "%(count)s readers left: %(left)s unsubscribed, and of %(bounced)s the mail "
        "comes back.",
        week.gone,
    ) % {
        "count": grouped(week.gone),
        "left": grouped(week.left),
        "bounced": grouped(week.bounced),
    }


def _top(numbers: Numbers | None) -> str:
    articles = list(_pressed(numbers))
    if not articles:
        return _("No article was pressed.")
    named = [
        _("“%(title)s” (%(count)s)")
        % {"title": one.words, "count": grouped(one.people)}
        for one in articles
    ]
    return _("Pressed most: %(articles)s.") % {"articles": _listed(named)}


def _pressed(numbers: Numbers | None) -> Iterator[Pressed]:
    if numbers:
        issue = numbers.dispatch.issue
        articles = articles_among(issue, links_of(issue))
        yield from (one for one in articles[:TOP] if one.people)


def _listed(words: Sequence[str]) -> str:
    """Return words as one enumerates them: one, another and a third."""
    *others, last = words
    if not others:
        return last
    return _("%(others)s and %(last)s") % {"others": ", ".join(others), "last": last}


def _beside(
    numbers: Numbers | None, before: Sequence[Numbers], week: Week, earlier: list[Week]
) -> str:
    """Compare with the ten before: issues, and weeks from the first with anything."""
    known = list(dropwhile(lambda one: not (one.confirmed or one.gone), earlier))
    parts = []
    if numbers and before:
        parts += _issues_beside(numbers, before)
    if known:
        parts.append(_growth_beside(week, known))
    if not parts:
        return _("There is no earlier week to put beside it yet.")
    weeks = max(len(known), len(before))
    return ngettext(
        "Beside the week before: %(parts)s.",
        "Beside the %(weeks)d weeks before: %(parts)s.",
        weeks,
    ) % {"weeks": weeks, "parts": _listed(parts)}


def _issues_beside(numbers: Numbers, before: Sequence[Numbers]) -> list[str]:
    usual = mean(one.pressed for one in before)
    return [
        _("a reach of %(now)s against %(usual)s")
        % {
            "now": in_a_hundred(_reach(numbers)),
            "usual": in_a_hundred(mean(_reach(one) for one in before)),
        },
        _("%(now)s presses for a hundred readers against %(usual)s")
        % {"now": rounded(numbers.pressed, 1), "usual": rounded(usual, 1)},
    ]


def _growth_beside(week: Week, known: Sequence[Week]) -> str:
    usual = mean(float(one.net) for one in known)
    return ngettext(
        "a growth of %(now)s reader against %(usual)s",
        "a growth of %(now)s readers against %(usual)s",
        week.net,
    ) % {"now": grouped(week.net), "usual": rounded(usual, 1)}


def _reach(numbers: Numbers) -> float | None:
    if not numbers.audience or numbers.counted_at is None:
        return None
    return 100 * numbers.reached / numbers.audience
