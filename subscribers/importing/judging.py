"""What would become of each row, asked of the database as it stands now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from subscribers.importing.columns import Standing
from subscribers.models import (
    FormerAddress,
    Import,
    ImportRow,
    LeftOut,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
)


class Verdict(models.TextChoices):
    """What becomes of a row, or would become of it."""

    NEW = "new", _("new")
    CONFIRMED = "confirmed", _("had asked, not confirmed: confirmed by this")
    KNOWN = "known", _("reads along already")
    UNSUBSCRIBED = "unsubscribed", _("left us, and stays away")
    SUPPRESSED = "suppressed", _("blocked, and stays blocked")
    LEAVES = "leaves", _("reads along here and left there: unsubscribed by this")
    LEFT = "left", _("left there: kept as unsubscribed")
    BLOCKS = "blocks", _("bounced or complained there: blocked by this")
    DOUBLE = "double", _("stands in the file twice")
    NEVER_ASKED = "never_asked", _("never asked for mail, or did not confirm")
    INVALID = "invalid", _("cannot be read")


@dataclass(frozen=True)
class JudgedRow:
    """A row as the report shows it."""

    part: int
    line: int
    address: str
    first_name: str
    reason: str


_BLOCK = f"SELECT 1 FROM {Suppression._meta.db_table} AS x WHERE x.address_hash ="  # noqa: S608
_IS_SUPPRESSED = f"""(
    EXISTS ({_BLOCK} r.address_hash)
    OR (n.id IS NOT NULL AND EXISTS ({_BLOCK} n.address_hash))
)"""
# Whoever moved is who they are at the new address; of several the last.
_MOVED = f"""
    SELECT MAX(COALESCE(o.merged_into_id, o.id))
    FROM {FormerAddress._meta.db_table} AS f
    JOIN {Subscriber._meta.db_table} AS o ON o.id = f.subscriber_id
    WHERE f.address_hash = r.address_hash
"""  # noqa: S608 (names of ours)
# The reader of a row r is s, or n: who they are since they moved, or since two turned
# out to be one. Their place on the list is p.
# Each line is asked only when those above it did not answer. An older goodbye does not
# undo that somebody confirmed here since. Whoever left and was asked anew by a form,
# which anybody can fill in, has left. A row without an address was emptied when its
# owner was forgotten.
CASES = f"""
    CASE
        WHEN r.left_out <> '' THEN r.left_out
        WHEN r.standing IN ('{Standing.BOUNCED}', '{Standing.COMPLAINED}',
                            '{Standing.BLOCKED}')
            THEN CASE WHEN {_IS_SUPPRESSED} THEN '{Verdict.SUPPRESSED}'
                      ELSE '{Verdict.BLOCKS}' END
        WHEN r.standing = '{Standing.UNSUBSCRIBED}'
             AND (p.state = '{SubscriptionState.PENDING}'
                  OR p.state = '{SubscriptionState.CONFIRMED}'
                  AND NOT COALESCE(r.left_at < p.confirmed_at, FALSE))
            THEN '{Verdict.LEAVES}'
        WHEN r.address = '' OR {_IS_SUPPRESSED} THEN '{Verdict.SUPPRESSED}'
        WHEN p.state = '{SubscriptionState.UNSUBSCRIBED}'
             OR p.state = '{SubscriptionState.PENDING}'
             AND p.unsubscribed_at IS NOT NULL
            THEN '{Verdict.UNSUBSCRIBED}'
        WHEN p.id IS NULL AND r.standing = '{Standing.UNSUBSCRIBED}'
            THEN '{Verdict.LEFT}'
        WHEN p.state = '{SubscriptionState.CONFIRMED}' THEN '{Verdict.KNOWN}'
        WHEN p.state = '{SubscriptionState.PENDING}' THEN '{Verdict.CONFIRMED}'
        ELSE '{Verdict.NEW}'
    END
"""
FROM = f"""
    FROM {ImportRow._meta.db_table} AS r
    LEFT JOIN {Subscriber._meta.db_table} AS s ON s.address_key = r.address_key
    LEFT JOIN {Subscriber._meta.db_table} AS n
        ON n.id = COALESCE(
            s.merged_into_id, CASE WHEN s.id IS NULL THEN ({_MOVED}) END
        )
    LEFT JOIN {Subscription._meta.db_table} AS p
        ON p.subscriber_id = COALESCE(n.id, s.id) AND p.mailing_list_id = %s
    WHERE r.source_id = %s
"""


def count_verdicts(source: Import) -> dict[str, int]:
    """Return how many rows have each verdict; together they are all rows."""
    statement = f"SELECT {CASES} AS verdict, COUNT(*) {FROM} GROUP BY 1"
    with connection.cursor() as cursor:
        cursor.execute(statement, [source.mailing_list_id, source.pk])
        return {str(verdict): int(count) for verdict, count in cursor.fetchall()}


def rows_with(
    source: Import, verdict: str, *, after: int = 0, most: int = 100
) -> list[tuple[int, JudgedRow]]:
    """Return rows with one verdict in the order of the file, with their numbers.

    Args:
        after: the number of the last row that was shown before.
    """
    # What is left out whatever we know needs no look at anything else.
    is_left_out = verdict in LeftOut.values
    condition = "r.left_out = %s" if is_left_out else f"{CASES} = %s"
    statement = f"""
        SELECT r.number, r.part, r.line, r.address, r.first_name, r.reason
        {FROM} AND r.number > %s AND {condition} ORDER BY r.number LIMIT %s
    """
    values: list[Any] = [source.mailing_list_id, source.pk, after, verdict, most]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [(number, JudgedRow(*row)) for number, *row in cursor.fetchall()]


def in_order(counts: Mapping[str, int]) -> list[tuple[Verdict, int]]:
    """Return the verdicts that occur, the welcome ones first."""
    return [(verdict, counts[verdict]) for verdict in Verdict if counts.get(verdict)]
