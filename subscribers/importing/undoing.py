"""Undoing an import: every row it touched stands as before, and no other.

What somebody did themselves since is theirs: it is not undone with it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.models import (
    Case,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import RawSQL

from subscribers.importing.columns import Standing
from subscribers.importing.tagging import has_tags, take_tags_back
from subscribers.importing.taking_in import BLOCKING, Stretch
from subscribers.models import (
    BY_IMPORT,
    TOOK_IN,
    Consent,
    ImportChange,
    ImportRow,
    ImportState,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)
from subscribers.planning import look_up_by_key
from subscribers.registry import who_was_mailed

TAKEN_OUT, PUT_BACK, FREED = "taken_out", "put_back", "freed"
SILENCED, KEPT = "silenced", "kept"
_ASIDE = "import_undone"
_STOOD = (
    "state",
    "confirmed_at",
    "unsubscribed_at",
    "unsubscribed_through",
    "leaving_reason",
    "paused_until",
)


def undo(stretch: Stretch) -> Counter[str]:
    """Undo a stretch, within a transaction of the caller; return what was done.

    * ``taken_out``: subscriptions that are gone, with readers who came for them.
    * ``put_back``: subscriptions that stand as they stood before.
    * ``freed``: blocks that are lifted.
    * ``silenced``: new readers who got an issue since. Their link to unsubscribe has to
      go on working, so their place stays, unconfirmed, and is not mailed.
    * ``kept``: readers who did something themselves since, or of whom another list says
      as well that they left or cannot be mailed.
    """
    counts = Counter[str]()
    look_up_by_key()
    _tell_the_guard_of_consents(stretch)
    if has_tags(stretch.source):
        take_tags_back(stretch.source, after=stretch.after, last=stretch.last)
    _put_back(stretch, counts)
    _take_out(stretch, counts)
    _free(stretch, counts)
    return counts


def _tell_the_guard_of_consents(stretch: Stretch) -> None:
    """Say which import is undone: PostgreSQL lets go of no other consents."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('newsletter.import_undone', %s, true)",
                [stretch.source.channel],
            )


def _rows(stretch: Stretch) -> "QuerySet[ImportRow]":
    return ImportRow.objects.filter(
        source_id=stretch.source.pk, number__gt=stretch.after, number__lte=stretch.last
    )


def _consents(stretch: Stretch) -> "QuerySet[Consent]":
    return Consent.objects.filter(mailing_list=stretch.source.mailing_list_id)


@contextmanager
def _set_aside(rows: "QuerySet[Any, Any]") -> Iterator[None]:
    """Keep what a question finds in a table of its own that is gone afterwards.

    Each of the statements that follow reads it there: ten thousand keys to and fro
    take longer than what is done with them.
    """
    statement, values = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {_ASIDE} AS {statement}", values)
        cursor.execute(f"CREATE INDEX {_ASIDE}_reader ON {_ASIDE} (reader)")
        yield
        cursor.execute(f"DROP TABLE {_ASIDE}")


def _aside(column: str, *fates: str) -> RawSQL:
    """Return one column of what was set aside, of all or of those with some fate."""
    places = ", ".join(["%s"] * len(fates))
    where = f" WHERE fate IN ({places})" if fates else ""
    return RawSQL(f"SELECT {column} FROM {_ASIDE}{where}", fates)  # noqa: S611, S608


# --- Subscriptions that were there before ---


def _put_back(stretch: Stretch, counts: Counter[str]) -> None:
    changes = ImportChange.objects.filter(
        source=stretch.source, number__gt=stretch.after, number__lte=stretch.last
    )
    places = Subscription.objects.filter(pk__in=changes.values("subscription"))
    # Nobody changes them any more before they are put back.
    touched = len(places.select_for_update().values_list("pk"))
    if not touched:
        return
    with _set_aside(_still_as_left(stretch, changes)):
        theirs = ImportChange.objects.filter(
            source=stretch.source, subscription=OuterRef("pk")
        )
        put_back = Subscription.objects.filter(pk__in=_aside("place")).update(
            **{name: Subquery(theirs.values(name)) for name in _STOOD}
        )
        ours = _consents(stretch).filter(channel=stretch.source.channel)
        _delete(ours.filter(subscriber__in=_aside("reader")))
    counts[PUT_BACK] += put_back
    counts[KEPT] += touched - put_back


def _still_as_left(
    stretch: Stretch, changes: "QuerySet[ImportChange]"
) -> "QuerySet[ImportChange, Any]":
    """Return the changes after which nothing happened any more."""
    channel = stretch.source.channel
    stands = Q(
        subscription__state=SubscriptionState.UNSUBSCRIBED,
        subscription__unsubscribed_through=channel,
    ) | Q(
        state=SubscriptionState.PENDING,
        subscription__state=SubscriptionState.CONFIRMED,
    )
    also = _said_elsewhere(stretch, Standing.UNSUBSCRIBED).values("address_hash")
    who_left = _rows(stretch).filter(standing=Standing.UNSUBSCRIBED)
    of_reader = _consents(stretch).filter(
        subscriber=OuterRef("subscription__subscriber")
    )
    last = Subquery(of_reader.order_by("-pk").values("channel")[:1])
    return (
        changes.annotate(last=last)
        .filter(stands, Q(last=channel) | Q(last=None))
        .filter(subscription__subscriber__erased_at=None)
        .exclude(number__in=who_left.filter(address_hash__in=also).values("number"))
        .values(place=F("subscription"), reader=F("subscription__subscriber"))
    )


# --- Subscriptions and readers that came by it ---


def _take_out(stretch: Stretch, counts: Counter[str]) -> None:
    # Whoever leaves at this moment has left, or waits until it is done.
    list(_came(stretch).select_for_update().values_list("pk"))
    with _set_aside(_who_came(stretch)):
        counts.update(_count_fates())
        ours = _consents(stretch).filter(channel=stretch.source.channel)
        _delete(ours.filter(subscriber__in=_aside("reader", TAKEN_OUT, SILENCED)))
        Subscription.objects.filter(pk__in=_aside("place", SILENCED)).update(
            state=SubscriptionState.PENDING, confirmed_at=None, unsubscribed_at=None
        )
        gone = _aside("place", TAKEN_OUT)
        _delete(ImportChange.objects.filter(subscription__in=gone))
        _delete(Subscription.objects.filter(pk__in=gone))
        _let_go()


def _came(stretch: Stretch) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(token__in=_rows(stretch).values("token"))


def _who_came(stretch: Stretch) -> "QuerySet[Subscription, Any]":
    """Return the subscriptions that came by the rows, and what becomes of each."""
    others = _consents(stretch).exclude(channel=stretch.source.channel)
    did_something = Exists(others.filter(subscriber=OuterRef("subscriber")))
    mailed = who_was_mailed(stretch.source.mailing_list)
    fate = Case(
        When(did_something | Q(subscriber__erased_at__isnull=False), then=Value(KEPT)),
        When(
            Exists(mailed.filter(subscriber=OuterRef("subscriber"))),
            then=Value(SILENCED),
        ),
        default=Value(TAKEN_OUT),
    )
    uuids = _rows(stretch).values("uuid")
    return _came(stretch).values(
        place=F("pk"),
        reader=F("subscriber"),
        fate=fate,
        # Who was known before came by something else.
        came_by_it=Case(When(subscriber__uuid__in=uuids, then=1), default=0),
    )


def _count_fates() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT fate, COUNT(*) FROM {_ASIDE} GROUP BY 1")  # noqa: S608
        return dict(cursor.fetchall())


def _let_go() -> None:
    """Delete readers who came by the import and to whom nothing else refers."""
    came = Subscriber.objects.filter(
        pk__in=RawSQL(  # noqa: S611 (words of ours)
            f"SELECT reader FROM {_ASIDE} WHERE fate = %s AND came_by_it = 1",  # noqa: S608
            [TAKEN_OUT],
        )
    )
    for relation in Subscriber._meta.get_fields(include_hidden=True):
        if relation.one_to_many or relation.one_to_one:
            refers = relation.related_model._base_manager.filter(  # type: ignore[union-attr]
                **{relation.field.name: OuterRef("pk")}  # type: ignore[union-attr]
            )
            came = came.filter(~Exists(refers))
    _delete(came)


def _delete(rows: "QuerySet[Model]") -> None:
    """Delete rows to which nothing refers, without fetching each of them first."""
    rows._raw_delete(rows.db)


# --- Addresses that were blocked by it ---


def _free(stretch: Stretch, counts: Counter[str]) -> None:
    rows = _rows(stretch).filter(standing__in=BLOCKING)
    blocks = Suppression.objects.filter(
        note=stretch.source.channel, address_hash__in=rows.values("address_hash")
    )
    if not blocks.exists():
        return
    also = _said_elsewhere(stretch, *BLOCKING).order_by("source")
    of_others: dict[int, list[str]] = {}
    for hashed, other in dict(also.values_list("address_hash", "source")).items():
        of_others.setdefault(other, []).append(hashed)
    for other, hashes in of_others.items():
        theirs = blocks.filter(address_hash__in=hashes)
        counts[KEPT] += theirs.update(note=f"{BY_IMPORT}{other}")
    lifted, _each = blocks.delete()
    counts[FREED] += lifted


def _said_elsewhere(stretch: Stretch, *standings: Standing) -> "QuerySet[ImportRow]":
    """Return the rows of other imports that stand which say the same of an address."""
    wanted = _rows(stretch).filter(standing__in=standings)
    said = ImportRow.objects.filter(
        standing__in=standings,
        left_out="",
        source__state__in=(ImportState.TAKING_IN, *TOOK_IN),
        number__lte=F("source__rows_done"),
        address_hash__in=wanted.values("address_hash"),
    )
    if Standing.UNSUBSCRIBED in standings:
        said = said.filter(source__mailing_list=stretch.source.mailing_list_id)
    return said.exclude(source=stretch.source)
