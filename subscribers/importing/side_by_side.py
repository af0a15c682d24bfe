"""Two stretches at a time, where the database can: each keeps a processor busy.

The first moves the mark before it begins, which locks the mark until it is committed.
The second moves it when everything else is done. There it waits, in the database, for
the first: and finds the mark at its own beginning; or, when the first came to nothing,
it does not, and comes to nothing as well. So a mark means what it means with one hand.
"""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections

from subscribers.importing.tagging import has_tags
from subscribers.models import FormerAddress, Import, ImportRow, Subscriber


@contextmanager
def another_hand(source: Import) -> Iterator[Executor | None]:
    """Lend a thread with a connection of its own; None where one has to do.

    SQLite lets one write at a time, and within a transaction nobody else sees the rows.
    Tags are made by whoever meets them first, so these lists are taken one by one.
    """
    alone = connection.vendor != "postgresql" or connection.in_atomic_block
    if alone or has_tags(source):
        yield None
        return
    with ThreadPoolExecutor(max_workers=1) as hand:
        try:
            yield hand
        finally:
            hand.submit(connections.close_all)


def can_be_apart(source: Import, *, after: int, last: int) -> bool:
    """Tell whether no two of these rows can be of one person.

    They can, of somebody who moved or was merged: one row may say that they read along
    and another that they left. Then which is later decides.
    """
    rows = ImportRow.objects.filter(source=source, number__gt=after, number__lte=last)
    moved = FormerAddress.objects.values("address_hash")
    merged = Subscriber.objects.filter(merged_into__isnull=False).values("address_key")
    return not (
        rows.filter(address_hash__in=moved).exists()
        or rows.filter(address_key__in=merged).exists()
    )
