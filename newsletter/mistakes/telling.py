"""Telling readers what was put right: as a block has it, or in a mail of its own."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from html import escape
from itertools import count

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import override

from newsletter.audit.recording import record_act
from newsletter.delivery.correcting import versions_of
from newsletter.delivery.models import Dispatch
from newsletter.issues.blocks import CorrectionsBlock, TextBlock
from newsletter.issues.models import Issue
from newsletter.issues.numbering import hold_days, new_issue
from newsletter.mistakes.handling import ChangedMeanwhile
from newsletter.mistakes.models import Correction
from subscribers.criteria import Condition
from subscribers.models import MailingList, Segment

_PREHEADER = 150  # As Issue.preheader.


def as_prose(corrections: Iterable[Correction]) -> str:
    """Return them as the block tells them; the link is how we know that it did."""
    return "".join(
        f'<p><a href="{escape(settings.SITE_URL + one.address)}">{escape(str(one))}</a>'
        f": {escape(one.sentence, quote=False)}</p>"
        for one in corrections
    )


def has_two_texts(dispatch: Dispatch) -> bool:
    """Tell whether the rest of an issue got another text than its first readers."""
    return sum(1 for one in versions_of(dispatch) if one.handed_over) > 1


def begin_mail(
    correction: Correction,
    dispatch: Dispatch,
    *,
    only_earlier_text: bool = False,
    by: AbstractBaseUser,
    now: datetime,
) -> Issue:
    """Begin a small issue for who has the mistake in their mailbox; once.

    It is an issue like any other: looked over, approved and sent by a publisher.

    Args:
        only_earlier_text: not for who got the issue after it was corrected.

    Raises:
        ChangedMeanwhile: there is such a mail already.
    """
    wrong = dispatch.issue
    mailing_list = wrong.mailing_list
    with transaction.atomic(), override(mailing_list.language):
        hold_days(mailing_list)
        issue = new_issue(mailing_list, _free_day(mailing_list, now=now), by=by)
        mine = Correction.objects.filter(pk=correction.pk, mailed_in=None)
        if not mine.update(mailed_in=issue):
            raise ChangedMeanwhile(_("A mail about this is being made already."))
        issue.segment = _readers_of(wrong, only_earlier_text=only_earlier_text)
        issue.subject = _("We put something right in issue %(number)s") % {
            "number": wrong.number
        }
        issue.preheader = Truncator(correction.sentence).chars(_PREHEADER)
        issue.save(update_fields=["segment", "subject", "preheader", "updated_at"])
        _write(issue, correction)
        record_act("correction mail begun", issue, by=by, now=now, wrong=wrong.number)
    correction.refresh_from_db(fields=("mailed_in",))
    return issue


def _write(issue: Issue, correction: Correction) -> None:
    sorry = _("Something in our last mail was not right, and we are sorry about that.")
    TextBlock.objects.create(parent=issue, ordering=10, body=f"<p>{escape(sorry)}</p>")
    told = as_prose([correction])
    CorrectionsBlock.objects.create(parent=issue, ordering=20, body=told)


def _readers_of(wrong: Issue, *, only_earlier_text: bool) -> Segment:
    """Return the segment of who has an issue, made once for each."""
    what = "got_earlier_text_of" if only_earlier_text else "got_issue"
    name = (
        _("Got issue %(number)s before it was corrected")
        if only_earlier_text
        else _("Got issue %(number)s")
    ) % {"number": wrong.number}
    conditions = [Condition(what=what, value=wrong.number)]
    return next(
        one for one in _named(wrong, name, conditions) if _asks(one, conditions)
    )


def _named(wrong: Issue, name: str, conditions: list[Condition]) -> Iterator[Segment]:
    """Return the segment of this name, and then of the same with a number."""
    for number in count(1):
        segment, _is_new = Segment.objects.get_or_create(
            mailing_list=wrong.mailing_list,
            name=name if number == 1 else f"{name} ({number})",
            defaults={"conditions": conditions},
        )
        yield segment


def _asks(segment: Segment, conditions: list[Condition]) -> bool:
    """Tell whether it asks this: a colleague may have made or changed it."""
    return list(segment.conditions) == conditions


def _free_day(mailing_list: MailingList, *, now: datetime) -> date:
    """Return today, or the first day after it without an issue."""
    day = now.astimezone(mailing_list.zone).date()
    taken = set(
        Issue.objects.of(mailing_list)
        .filter(publication_date__gte=day)
        .values_list("publication_date", flat=True)
    )
    while day in taken:
        day += timedelta(days=1)
    return day
