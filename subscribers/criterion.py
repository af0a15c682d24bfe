"""One thing that a segment may ask of a reader, as a question to the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise

from subscribers.models.mailing_lists import MailingList

# No row has such a key. An empty list Django would leave out of the question, and an
# audience cannot be frozen from a question that it left out.
NOBODY = Q(pk__lt=0)


class Kind(StrEnum):
    """What is told along with a condition."""

    TOPIC = "topic"
    TAG = "tag"
    LIST = "list"
    DAY = "day"
    DAYS = "days"
    ISSUES = "issues"
    ISSUE = "issue"
    ZONE = "zone"
    DOMAIN = "domain"
    WAY_IN = "way_in"


@dataclass(frozen=True)
class Asked:
    """A condition as it is asked on one day.

    Attributes:
        value: as it is kept: a primary key, a number, a day (ISO 8601) or words.
        today: the day in the zone of the list.
    """

    value: Any
    mailing_list: MailingList
    today: date

    def begin_of(self, day: date) -> datetime:
        """Return the first moment of a day on the clock of the list."""
        return datetime.combine(day, time.min, self.mailing_list.zone)

    def days_ago(self) -> datetime:
        """Return the first moment of the day so many days before today."""
        return self.begin_of(self.today - timedelta(days=self.value))


@dataclass(frozen=True)
class Criterion:
    """A kind of condition.

    Attributes:
        name: as it is kept in segments, for ever.
        words: with ``%(value)s``, after “Readers who …”.
        question: of a subscription.
    """

    name: str
    words: str | Promise
    kind: Kind
    question: Callable[[Asked], Q]

    def label(self) -> str:
        """Return the words with the value still open."""
        return str(self.words) % {"value": "…"}
