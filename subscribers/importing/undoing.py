"""Undoing an import: every row it touched stands as before, and no other.

What somebody did themselves since is theirs: it is not undone with it.
"""

from collections import Counter
from collections.abc import Collection

from django.db import connection
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet

from subscribers.importing.columns import Standing
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
from subscribers.registry import who_was_mailed

TAKEN_OUT, PUT_BACK, FREED = "taken_out", "put_back", "freed"
SILENCED, KEPT = "silenced", "kept"


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
    _tell_the_guard_of_consents(stretch)
    _put_back(stretch, counts)
    _take_out(stretch, counts)
    _free(stretch, counts)
    return counts


def _tell_the_guard_of_consents(stretch: Stretch) -> None:
    """Say which import is undone: PostgreSQL lets go of no other consents."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # Compiling these statements takes longer than running them.
            cursor.execute("SET LOCAL jit = off")
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


# --- Subscriptions that were there before ---


def _put_back(stretch: Stretch, counts: Counter[str]) -> None:
    changes = ImportChange.objects.filter(
        source=stretch.source, number__gt=stretch.after, number__lte=stretch.last
    ).select_related("subscription")
    if not changes:
        return
    also = _said_elsewhere(stretch, Standing.UNSUBSCRIBED)
    addresses = dict(_rows(stretch).values_list("number", "address_hash"))
    for change in changes:
        of_reader = _consents(stretch).filter(
            subscriber=change.subscription.subscriber_id
        )
        ours = of_reader.filter(channel=stretch.source.channel)
        newest = ours.order_by("-pk").values_list("pk", flat=True).first() or 0
        has_left_elsewhere = addresses.get(change.number) in also
        did_more = of_reader.filter(pk__gt=newest).exists()
        if has_left_elsewhere or did_more or not _restore(stretch, change):
            counts[KEPT] += 1
            continue
        _delete(ours)
        counts[PUT_BACK] += 1


def _restore(stretch: Stretch, change: ImportChange) -> bool:
    """Put a subscription back, unless it changed since."""
    stands = Q(
        state=SubscriptionState.UNSUBSCRIBED,
        unsubscribed_through=stretch.source.channel,
    )
    if change.state == SubscriptionState.PENDING:
        stands |= Q(state=SubscriptionState.CONFIRMED)
    changed = Subscription.objects.filter(
        stands, pk=change.subscription_id, subscriber__erased_at__isnull=True
    ).update(
        state=change.state,
        confirmed_at=change.confirmed_at,
        unsubscribed_at=change.unsubscribed_at,
        unsubscribed_through=change.unsubscribed_through,
        leaving_reason=change.leaving_reason,
        paused_until=change.paused_until,
    )
    return bool(changed)


# --- Subscriptions and readers that came by it ---


def _take_out(stretch: Stretch, counts: Counter[str]) -> None:
    came = Subscription.objects.filter(token__in=_rows(stretch).values("token"))
    others = _consents(stretch).exclude(channel=stretch.source.channel)
    untouched = came.filter(
        ~Exists(others.filter(subscriber=OuterRef("subscriber"))),
        subscriber__erased_at__isnull=True,
    )
    counts[KEPT] += came.count() - untouched.count()
    mailed = who_was_mailed(stretch.source.mailing_list)
    silenced = dict(
        untouched.filter(subscriber__in=mailed).values_list("pk", "subscriber")
    )
    gone = dict(
        untouched.exclude(subscriber__in=mailed).values_list("pk", "subscriber")
    )
    counts[SILENCED] += len(silenced)
    counts[TAKEN_OUT] += len(gone)
    _delete(
        _consents(stretch).filter(
            subscriber__in=[*gone.values(), *silenced.values()],
            channel=stretch.source.channel,
        )
    )
    Subscription.objects.filter(pk__in=silenced).update(
        state=SubscriptionState.PENDING, confirmed_at=None, unsubscribed_at=None
    )
    ImportChange.objects.filter(subscription__in=gone).delete()
    _delete(Subscription.objects.filter(pk__in=gone))
    _let_go(stretch, gone.values())


def _let_go(stretch: Stretch, keys: Collection[int]) -> None:
    """Delete readers who came by the import and to whom nothing else refers."""
    given = set(_rows(stretch).values_list("uuid", flat=True))
    readers = Subscriber.objects.filter(pk__in=keys).values_list("pk", "uuid")
    came = Subscriber.objects.filter(
        pk__in=[pk for pk, uuid in readers if uuid in given]
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
    for hashed, other in _said_elsewhere(stretch, *BLOCKING).items():
        theirs = blocks.filter(address_hash=hashed)
        counts[KEPT] += theirs.update(note=f"{BY_IMPORT}{other}")
    lifted, _each = blocks.delete()
    counts[FREED] += lifted


def _said_elsewhere(stretch: Stretch, *standings: Standing) -> dict[str, int]:
    """Return of which addresses another import that stands says the same, and which."""
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
    others = said.exclude(source=stretch.source).order_by("source")
    return dict(others.values_list("address_hash", "source"))
