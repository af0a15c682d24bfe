"""What a segment may ask of readers: a closed set, each kept as a name and a value.

Never what somebody pressed in a mail: here that says something of their health.
"""

import zoneinfo
from collections.abc import Sequence
from datetime import date
from functools import cache, reduce
from operator import and_, or_
from typing import Any, TypedDict

from django.db.models import Exists, Model, OuterRef, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from subscribers.criterion import NOBODY, Asked, Criterion, Kind
from subscribers.models import MailingList, Subscription, SubscriptionState, Tag, Topic
from subscribers.registry import registered_criteria

MOST_CONDITIONS = 8
# Told by the key of a row.
BY_KEY: dict[Kind, type[Model]] = {
    Kind.TOPIC: Topic,
    Kind.TAG: Tag,
    Kind.LIST: MailingList,
}
# So far back one may look; more is a slip of the finger.
_MOST = {Kind.DAYS: 3650, Kind.ISSUES: 4, Kind.ISSUE: 1_000_000}


class Condition(TypedDict):
    """A condition as it is kept."""

    what: str
    value: Any


# --- What may be asked ---


def _chose(asked: Asked) -> Q:
    chosen = Subscription.topics.through.objects.filter(
        subscription=OuterRef("pk"), topic=asked.value
    )
    return Q(Exists(chosen))


def _has_tag(asked: Asked) -> Q:
    tagged = Tag.subscribers.through.objects.filter(
        subscriber=OuterRef("subscriber"), tag=asked.value
    )
    return Q(Exists(tagged))


def _reads(asked: Asked) -> Q:
    place = Subscription.objects.filter(
        subscriber=OuterRef("subscriber"),
        mailing_list=asked.value,
        state=SubscriptionState.CONFIRMED,
    )
    return Q(Exists(place))


def _since(asked: Asked) -> Q:
    return Q(confirmed_at__gte=asked.begin_of(date.fromisoformat(asked.value)))


def _within(asked: Asked) -> Q:
    return Q(confirmed_at__gte=asked.days_ago())


def _in_zone(asked: Asked) -> Q:
    theirs = Q(subscriber__time_zone=asked.value)
    # Who gave none lives by the clock of the list.
    if asked.value == asked.mailing_list.time_zone:
        return theirs | Q(subscriber__time_zone="")
    return theirs


def _at_domain(asked: Asked) -> Q:
    return Q(subscriber__address_key__endswith=f"@{asked.value}")


def _came_by(asked: Asked) -> Q:
    return Q(source__in=(asked.value, f"{asked.value} (QR)"))


CRITERIA = (
    Criterion(
        "chose_topic", gettext_lazy("chose the topic %(value)s"), Kind.TOPIC, _chose
    ),
    Criterion(
        "chose_no_topic",
        gettext_lazy("did not choose the topic %(value)s"),
        Kind.TOPIC,
        lambda asked: ~_chose(asked),
    ),
    Criterion("has_tag", gettext_lazy("have the tag %(value)s"), Kind.TAG, _has_tag),
    Criterion(
        "has_no_tag",
        gettext_lazy("do not have the tag %(value)s"),
        Kind.TAG,
        lambda asked: ~_has_tag(asked),
    ),
    Criterion("reads_list", gettext_lazy("also read %(value)s"), Kind.LIST, _reads),
    Criterion(
        "reads_no_list",
        gettext_lazy("do not read %(value)s"),
        Kind.LIST,
        lambda asked: ~_reads(asked),
    ),
    Criterion(
        "joined_since",
        gettext_lazy("joined on %(value)s or later"),
        Kind.DAY,
        _since,
    ),
    Criterion(
        "joined_before",
        gettext_lazy("joined before %(value)s"),
        Kind.DAY,
        lambda asked: ~_since(asked),
    ),
    Criterion(
        "joined_within",
        gettext_lazy("joined in the last %(value)s days"),
        Kind.DAYS,
        _within,
    ),
    Criterion(
        "joined_longer_ago",
        gettext_lazy("joined longer than %(value)s days ago"),
        Kind.DAYS,
        lambda asked: ~_within(asked),
    ),
    Criterion(
        "in_zone",
        gettext_lazy("live by the clock of %(value)s"),
        Kind.ZONE,
        _in_zone,
    ),
    Criterion(
        "not_in_zone",
        gettext_lazy("do not live by the clock of %(value)s"),
        Kind.ZONE,
        lambda asked: ~_in_zone(asked),
    ),
    Criterion(
        "at_domain",
        gettext_lazy("have an address at %(value)s"),
        Kind.DOMAIN,
        _at_domain,
    ),
    Criterion(
        "not_at_domain",
        gettext_lazy("have no address at %(value)s"),
        Kind.DOMAIN,
        lambda asked: ~_at_domain(asked),
    ),
    Criterion("came_by", gettext_lazy("came by %(value)s"), Kind.WAY_IN, _came_by),
    Criterion(
        "did_not_come_by",
        gettext_lazy("did not come by %(value)s"),
        Kind.WAY_IN,
        lambda asked: ~_came_by(asked),
    ),
)


def criteria() -> dict[str, Criterion]:
    """Return everything that may be asked, by name, what others registered last."""
    return {one.name: one for one in (*CRITERIA, *registered_criteria())}


# --- Asking it ---


def fitting(
    conditions: Sequence[Condition],
    *,
    match_any: bool,
    mailing_list: MailingList,
    today: date,
) -> Q:
    """Return which subscriptions of a list fit conditions; without any, all do."""
    if not conditions:
        return Q()
    asked = questions(conditions, mailing_list=mailing_list, today=today)
    return reduce(or_ if match_any else and_, asked)


def questions(
    conditions: Sequence[Condition], *, mailing_list: MailingList, today: date
) -> list[Q]:
    """Return what each condition asks of a subscription of a list.

    A condition that cannot be read any more fits nobody: mail that goes to fewer can
    be sent later, mail that went to too many cannot be taken back.
    """
    known = criteria()
    return [
        known[one["what"]].question(Asked(one["value"], mailing_list, today))
        if is_condition(one) and _is_there(one)
        else NOBODY
        for one in conditions
    ]


def is_condition(one: Any) -> bool:
    """Tell whether something is a condition as we keep them, with a value that fits."""
    if not isinstance(one, dict) or one.keys() != {"what", "value"}:
        return False
    criterion = criteria().get(one["what"]) if isinstance(one["what"], str) else None
    return criterion is not None and _is_value(criterion.kind, one["value"])


def _is_there(one: Condition) -> bool:
    """Tell whether what it names still exists: of no tag at all, nobody has none."""
    model = BY_KEY.get(criteria()[one["what"]].kind)
    return model is None or model._default_manager.filter(pk=one["value"]).exists()


def _is_value(kind: Kind, value: Any) -> bool:
    if kind in BY_KEY:
        return type(value) is int and 0 < value < 2**63
    if kind in _MOST:
        return type(value) is int and 0 < value <= _MOST[kind]
    if not isinstance(value, str) or not 0 < len(value) <= 254 or "\0" in value:
        return False
    return kind != Kind.DAY or _is_day(value)


def _is_day(value: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(value).year < 3000
    except ValueError:
        return False


def most_of(kind: Kind) -> int:
    """Return the highest number that may be told with a condition of this kind."""
    return _MOST[kind]


# --- Saying it ---


def condition_in_words(one: Condition, mailing_list: MailingList) -> str:
    """Return a condition as it reads after “Readers who …”."""
    if not is_condition(one):
        return _("a condition that is no longer there, and that nobody fits")
    criterion = criteria()[one["what"]]
    value = _named(criterion.kind, one["value"], mailing_list)
    return str(criterion.words) % {"value": value}


def _named(kind: Kind, value: Any, mailing_list: MailingList) -> str:
    if kind in BY_KEY:
        row = BY_KEY[kind]._default_manager.filter(pk=value).first()
        return f"“{row}”" if row else _("something that is no longer there")
    if kind == Kind.DAY:
        return date_format(date.fromisoformat(value), "j F Y")
    if kind == Kind.ZONE:
        return str(value).rpartition("/")[2].replace("_", " ")
    if kind == Kind.WAY_IN:
        way_in = mailing_list.sources.filter(slug=value).first()
        return way_in.name if way_in else str(value)
    return str(value)


@cache
def zones() -> list[str]:
    """Return the names of time zones by continent and city, as people choose them.

    To know them Python looks into hundreds of files: once is enough.
    """
    return sorted(
        name
        for name in zoneinfo.available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
