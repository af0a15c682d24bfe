"""Beginning an issue: a number nobody else gets, and the next free day of its list."""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F, Max, QuerySet

from newsletter.issues.models import Issue, IssueNumber, SkippedSunday
from subscribers.models import MailingList

# Somebody may move an issue to the very day we chose; then the next one is looked for.
TRIES = 5
WEEK = timedelta(days=7)


def begin_issue(
    mailing_list: MailingList, *, now: datetime, by: AbstractBaseUser | None
) -> Issue:
    """Create an empty issue for the next publication day that has none.

    Two editors who press at the same moment get two numbers and two days: the row
    of the counter is locked until the issue is there.
    """
    for _attempt in range(TRIES - 1):
        try:
            return _begin(mailing_list, now=now, by=by)
        except IntegrityError:
            continue
    return _begin(mailing_list, now=now, by=by)


@transaction.atomic
def _begin(
    mailing_list: MailingList, *, now: datetime, by: AbstractBaseUser | None
) -> Issue:
    hold_days(mailing_list)
    after = last_day_gone(mailing_list, now=now)
    return new_issue(mailing_list, next_free_day(mailing_list, after=after), by=by)


@transaction.atomic
def new_issue(
    mailing_list: MailingList, day: date, *, by: AbstractBaseUser | None
) -> Issue:
    """Create an empty issue with the next number for a day of the list.

    Raises:
        IntegrityError: the day has its issue.
    """
    return Issue.objects.create(
        mailing_list=mailing_list,
        number=take_number(mailing_list),
        publication_date=day,
        updated_by_id=by.pk if by else None,
    )


def hold_days(mailing_list: MailingList) -> "QuerySet[IssueNumber]":
    """Let nobody else plan a day of this list until the transaction ends.

    Writing takes the lock of the row that counts its issues; only then is read which
    days are free.
    """
    counter, _is_new = IssueNumber.objects.get_or_create(mailing_list=mailing_list)
    mine = IssueNumber.objects.filter(pk=counter.pk)
    mine.update(last=F("last"))
    return mine


@transaction.atomic
def take_number(mailing_list: MailingList) -> int:
    """Return a number that no issue of this list had before, also not a deleted one."""
    mine = hold_days(mailing_list)
    mine.update(last=F("last") + 1)
    last = mine.values_list("last", flat=True).get()
    # Issues may have come in beside the counter, from an old system for example.
    highest = Issue.objects.of(mailing_list).aggregate(Max("number"))["number__max"]
    number = max(last, (highest or 0) + 1)
    if number != last:
        mine.update(last=number)
    return number


def last_day_gone(mailing_list: MailingList, *, now: datetime) -> date:
    """Return the last day, in the list's zone, whose moment of sending has passed."""
    local = now.astimezone(mailing_list.zone)
    if local.time() < mailing_list.send_time:
        return local.date() - timedelta(days=1)
    return local.date()


def next_free_day(mailing_list: MailingList, *, after: date) -> date:
    """Return the first publication day later than ``after`` that nothing stands on."""
    taken = days_taken(mailing_list, after=after)
    day = next_day(mailing_list, after=after)
    while day in taken:
        day += WEEK
    return day


def days_taken(mailing_list: MailingList, *, after: date) -> set[date]:
    """Return the later days that have an issue, and those that are skipped."""
    issues = Issue.objects.of(mailing_list).filter(publication_date__gt=after)
    skipped = SkippedSunday.objects.of(mailing_list).filter(day__gt=after)
    return {
        day
        for day in issues.values_list("publication_date", flat=True)
        if day is not None
    } | set(skipped.values_list("day", flat=True))


def next_day(mailing_list: MailingList, *, after: date) -> date:
    """Return the first publication day of the list later than ``after``."""
    ahead = (mailing_list.weekday - after.weekday() - 1) % 7 + 1
    return after + timedelta(days=ahead)
