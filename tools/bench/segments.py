"""Questions about many readers, who differ as readers do: segments, growth, desk."""

import json
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import django
from django.core.management import call_command
from django.db import connection

from tools.bench.sunday import freeze, prepare

# A fifth chose the topic; four ways in; they joined over the last years.
_DIFFER = (
    "UPDATE subscribers_subscription SET"
    " source = (ARRAY['poster', 'podcast', '', 'import'])[1 + id % 4],"
    " created_at = now() - (id % 1000) * interval '1 day',"
    " confirmed_at = now() - (id % 1000) * interval '1 day'",
    "INSERT INTO subscribers_subscription_topics (subscription_id, topic_id)"
    " SELECT id, %(topic)s FROM subscribers_subscription WHERE id % 5 = 0",
    "INSERT INTO subscribers_tag_subscribers (tag_id, subscriber_id)"
    " SELECT %(tag)s, id FROM subscribers_subscriber WHERE id % 50 = 0",
    "INSERT INTO subscribers_suppression (address_hash, reason, at, note)"
    " SELECT address_hash, 'hard_bounce', now() - (id % 200) * interval '1 day', ''"
    " FROM subscribers_subscriber WHERE id % 100 = 0",
    "UPDATE newsletter_batch SET state = 'done'",
    "UPDATE newsletter_delivery SET event = 'bounced', event_at = now()"
    " WHERE id % 200 = 0",
    "INSERT INTO subscribers_consent (subscriber_id, mailing_list_id, act, at,"
    " channel, wording, language) SELECT subscriber_id, mailing_list_id, act,"
    " confirmed_at, 'sign-up page', 'Elke zondag', 'nl' FROM subscribers_subscription,"
    " unnest(ARRAY['requested', 'confirmed']) AS acts (act)",
    "ANALYZE",
)


def main() -> None:
    """``python -m tools.bench.segments READERS``: print the seconds of each."""
    django.setup()
    call_command("migrate", verbosity=0)
    freeze(prepare(int(sys.argv[1])))
    topic, tag = _make_rows()
    print(json.dumps(_measure(topic, tag)), flush=True)


def _make_rows() -> tuple[int, int]:
    from subscribers.models import MailingList, Tag, Topic

    mailing_list = MailingList.objects.get()
    topic = Topic.objects.create(mailing_list=mailing_list, name="Slaap").pk
    tag = Tag.objects.create(name="proeflezer").pk
    with connection.cursor() as cursor:
        for statement in _DIFFER:
            text = statement.replace("%(topic)s", str(topic)).replace(
                "%(tag)s", str(tag)
            )
            cursor.execute(text)
    return topic, tag


def _measure(topic: int, tag: int) -> dict[str, float]:
    from django.utils import timezone

    from newsletter.reports.counting import count_growth
    from newsletter.reports.growth import retention_of, sources_of, weeks_of
    from subscribers.models import MailingList, Match, Segment
    from subscribers.segments import count

    mailing_list, now = MailingList.objects.get(), timezone.now()
    asked = {
        "topic": ("chose_topic", topic),
        "tag": ("has_tag", tag),
        "no tag": ("has_no_tag", tag),
        "joined": ("joined_since", str((now - timedelta(days=90)).date())),
        "zone": ("not_in_zone", "Europe/London"),
        "domain": ("at_domain", "example.nl"),
        "way in": ("came_by", "poster"),
        "got the last": ("got_last", 1),
        "got none": ("got_none_of_last", 1),
        "came back": ("came_back_within", 30),
    }
    conditions = {
        name: {"what": what, "value": value} for name, (what, value) in asked.items()
    }
    segments = {
        f"segment: {name}": Segment(mailing_list=mailing_list, conditions=[one])
        for name, one in conditions.items()
    }
    several = [conditions[name] for name in ("topic", "joined", "domain", "tag")]
    for match in Match:
        segments[f"segment: {match} of four"] = Segment(
            mailing_list=mailing_list, conditions=several, match=match
        )
    seconds = {
        name: _seconds(lambda one=one: count(one, now=now))  # type: ignore[misc]
        for name, one in segments.items()
    }
    seconds["growth: counting all"] = _seconds(
        lambda: count_growth(mailing_list, now=now)
    )
    today = now.date()
    seconds["growth: what the page asks"] = _seconds(
        lambda: (
            weeks_of(mailing_list, count=52, today=today),
            sources_of(mailing_list, count=52, today=today),
            retention_of(mailing_list, today=today),
        )
    )
    return seconds | {f"desk: {name}": _seconds(ask) for name, ask in _desk().items()}


def _desk() -> dict[str, Callable[[], object]]:
    """Return what a page of readers asks, by what somebody looks for."""
    from django.contrib.admin import site
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    from subscribers.models import Subscriber

    looked_for = {
        "the newest": {},
        "one address": {"q": "lezer12345@"},
        "part of many addresses": {"q": "zer99"},
        "a name that all have": {"q": "sanne"},
        "who reads": {"subscriptions__state__exact": "confirmed"},
        "who has a label": {"tags__id__exact": "1"},
    }
    colleague = get_user_model().objects.create_superuser("els")

    def page(asked: dict[str, str]) -> object:
        request = RequestFactory().get("/", asked)
        request.user = colleague
        shown = site.get_model_admin(Subscriber).get_changelist_instance(request)
        return list(shown.result_list)

    return {name: partial(page, asked) for name, asked in looked_for.items()}


def _seconds(work: Callable[[], object]) -> float:
    """Return the better of two: the first also reads the disk."""
    found = []
    for _run in range(2):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


if __name__ == "__main__":
    main()
