"""For whom an issue is: everyone on its list, who chose a topic, or a segment.

As it is kept with what was approved: empty is everyone. A segment keeps what it asked,
so that a later change of it changes no issue that has its yes.
"""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from newsletter.issues.models import Issue
from subscribers.criteria import Condition, fitting
from subscribers.models import MailingList, Match, Segment, Topic

Aim = dict[str, Any]


def aim_of(issue: Issue) -> Aim:
    """Return for whom an issue is as it stands now."""
    aim: Aim = {"topic": issue.topic_id} if issue.topic_id else {}
    if issue.segment:
        aim["segment"] = issue.segment_id
        aim["match"] = issue.segment.match
        aim["conditions"] = issue.segment.conditions
    return aim


def aimed_at(aim: Aim, mailing_list: MailingList, on: date) -> Q:
    """Return which subscriptions of a list an issue is for.

    Args:
        on: the day it leaves, in the zone of the list.
    """
    topic = Condition(what="chose_topic", value=aim.get("topic"))
    of_the_topic = fitting(
        [topic] if "topic" in aim else [],
        match_any=False,
        mailing_list=mailing_list,
        today=on,
    )
    return of_the_topic & fitting(
        aim.get("conditions", []),
        match_any=aim.get("match") == Match.ANY,
        mailing_list=mailing_list,
        today=on,
    )


def aim_in_words(aim: Aim) -> str:
    """Return for whom it is, as one says it; "" for everyone."""
    words = []
    if "topic" in aim:
        topic = Topic.objects.filter(pk=aim["topic"]).first()
        words.append(_("who chose the topic “%(topic)s”") % {"topic": topic or "–"})
    if "segment" in aim:
        segment = Segment.objects.filter(pk=aim["segment"]).first()
        words.append(_("the segment “%(segment)s”") % {"segment": segment or "–"})
    return _(" and ").join(words)


def issues_for(segment: Segment) -> list[str]:
    """Return the names of the issues that a segment was chosen for."""
    return [str(issue) for issue in segment.issues.order_by("-number")]
