"""Beginning an issue: a number nobody else gets, and the next free day of its list."""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import F, Max

from newsletter.issues.models import Issue, IssueNumber
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
    number = take_number(mailing_list)
    after = last_day_gone(mailing_list, now=now)
    return Issue.objects.create(
        mailing_list=mailing_list,
        number=number,
        publication_date=next_free_day(mailing_list, after=after),
        updated_by_id=by.pk if by else None,
    )


@transaction.atomic
def take_number(mailing_list: MailingList) -> int:
    """Return a number that no issue of this list had before, also not a deleted one."""
    counter, _is_new = IssueNumber.objects.get_or_create(mailing_list=mailing_list)
    mine = IssueNumber.objects.filter(pk=counter.pk)
    # Writing first takes the lock of the row; only then is the number read.
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
    """Return the first publication day later than ``after`` that has no issue yet."""
    taken = set(
        Issue.objects.of(mailing_list)
        .filter(publication_date__gt=after)
        .values_list("publication_date", flat=True)
    )
    day = next_day(mailing_list, after=after)
    while day in taken:
        day += WEEK
    return day


def next_day(mailing_list: MailingList, *, after: date) -> date:
    """Return the first publication day of the list later than ``after``."""
    ahead = (mailing_list.weekday - after.weekday() - 1) % 7 + 1
    return after + timedelta(days=ahead)
