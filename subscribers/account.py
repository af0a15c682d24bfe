"""Everything we know of a person, for themselves: to read and to take along.

What this app keeps stands here; every other app tells its own (``registry``).
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from subscribers.models import Consent, Subscriber, Subscription
from subscribers.registry import Chapter, chapters_about


def account_of(subscriber: Subscriber) -> list[Chapter]:
    """Return what is kept about a person, part by part, in words they can read."""
    subscriber = subscriber.now
    return [
        _person(subscriber),
        _subscriptions(subscriber),
        _consents(subscriber),
        _kept_by_colleagues(subscriber),
        _requests(subscriber),
        *chapters_about(subscriber),
    ]


def as_file(chapters: Iterable[Chapter], *, now: datetime) -> dict[str, Any]:
    """Return an account as one JSON object, for another program to read."""
    return {
        "made_at": now.isoformat(),
        **{chapter.name: chapter.rows for chapter in chapters},
    }


def moment(at: datetime | None) -> str:
    """Return a moment as people say it; empty for none."""
    return date_format(localtime(at), "j F Y H:i") if at else ""


def _person(subscriber: Subscriber) -> Chapter:
    row = {
        gettext_noop("address"): subscriber.address,
        gettext_noop("first name"): subscriber.first_name,
        gettext_noop("time zone"): subscriber.time_zone,
        gettext_noop("known since"): moment(subscriber.created_at),
    }
    before = [
        {gettext_noop("address"): one.address, gettext_noop("state"): _("merged")}
        for one in subscriber.rows
        if one.pk != subscriber.pk
    ]
    return Chapter("person", _("You"), [_filled(row), *before])


def _subscriptions(subscriber: Subscriber) -> Chapter:
    places = (
        Subscription.objects.filter(subscriber__in=subscriber.rows)
        .select_related("mailing_list")
        .prefetch_related("topics")
    )
    rows = [_filled(_place(one)) for one in places.order_by("pk")]
    return Chapter("subscriptions", _("Your newsletters"), rows)


def _place(place: Subscription) -> dict[str, str]:
    paused = place.paused_until
    return {
        gettext_noop("newsletter"): place.mailing_list.name,
        gettext_noop("state"): place.get_state_display(),
        gettext_noop("asked"): moment(place.created_at),
        gettext_noop("confirmed"): moment(place.confirmed_at),
        gettext_noop("unsubscribed"): moment(place.unsubscribed_at),
        gettext_noop("unsubscribed through"): _said(place.unsubscribed_through),
        gettext_noop("reason for leaving"): place.get_leaving_reason_display(),
        gettext_noop("paused until"): date_format(paused, "j F Y") if paused else "",
        gettext_noop("how often"): place.get_rhythm_display(),
        gettext_noop("topics"): ", ".join(topic.name for topic in place.topics.all()),
        gettext_noop("source"): _said(place.source),
    }


def _consents(subscriber: Subscriber) -> Chapter:
    acts = Consent.objects.filter(subscriber__in=subscriber.rows).select_related(
        "mailing_list", "evidence"
    )
    rows = [_filled(_act(one)) for one in acts.order_by("-at", "-pk")]
    return Chapter("consents", _("What you agreed to"), rows)


def _act(act: Consent) -> dict[str, str | None]:
    evidence = getattr(act, "evidence", None)
    return {
        gettext_noop("when"): moment(act.at),
        gettext_noop("act"): act.get_act_display(),
        gettext_noop("newsletter"): act.mailing_list.name if act.mailing_list else "",
        gettext_noop("how"): _said(act.channel),
        gettext_noop("in which words"): _said(act.wording),
        gettext_noop("version"): act.version,
        gettext_noop("given on"): date_format(act.given_on, "j F Y")
        if act.given_on
        else "",
        gettext_noop("on what it rests"): act.origin,
        gettext_noop("by whom"): act.by_name,
        gettext_noop("network address"): (evidence.ip_address or "")
        if evidence
        else "",
        gettext_noop("browser"): evidence.user_agent if evidence else "",
    }


def _kept_by_colleagues(subscriber: Subscriber) -> Chapter:
    """Notes and tags: what colleagues wrote down while they helped."""
    rows = [
        {
            gettext_noop("when"): moment(note.at),
            gettext_noop("note"): note.text,
        }
        for note in subscriber.notes.all()
    ]
    if tags := ", ".join(tag.name for tag in subscriber.tags.all()):
        rows.append({gettext_noop("tags"): tags})
    return Chapter("notes", _("What our colleagues noted"), rows)


def _requests(subscriber: Subscriber) -> Chapter:
    rows = [
        {
            gettext_noop("received on"): date_format(one.received_on, "j F Y"),
            gettext_noop("what is asked"): str(one.get_kind_display()),
            gettext_noop("in their words"): one.asked,
            gettext_noop("our answer"): one.answer,
            gettext_noop("outcome"): str(one.get_outcome_display()),
        }
        for one in subscriber.privacy_requests.all()
    ]
    return Chapter(
        "privacy requests",
        _("What you asked us about your data"),
        list(map(_filled, rows)),
    )


def _said(words: str) -> str:
    """Return words of the house in the reader's language, others as they are."""
    return _(words) if words else ""


def _filled(row: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value}
