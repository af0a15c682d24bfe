"""Tags that a list brings along: given with its rows, and taken back with them.

A reader who had a tag before keeps it, whatever is undone; so what was given is
written down before it is. Of what another list says as well, both have it written down;
what a colleague gives or takes off by hand is written down no longer.
"""

import csv
import json

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletter.characters import without_forbidden
from subscribers.importing.columns import Meaning
from subscribers.importing.inserting import insert_what_is_missing
from subscribers.importing.judging import Verdict
from subscribers.importing.trouble import UnreadableFile
from subscribers.models import Import, ImportRow, ImportTag, Segment, Subscriber, Tag

# More is no column of tags: remarks, or addresses.
MOST_IN_ONE_LIST = 200
_MOST_OF_ONE_READER = 20
_LONGEST_CELL = 2000
NO_TAGS = "[]"
# Who reads along; the others are not looked for by it.
_WELCOME = [str(Verdict.NEW), str(Verdict.CONFIRMED), str(Verdict.KNOWN)]
_WORN = Subscriber.tags.through
# A tag may have all readers, a reader has few tags: no database looks there by tag.
_TAG_ID = "tag_id + 0"
_TAG, _GIVEN = Tag._meta.db_table, ImportTag._meta.db_table


def names_in(cell: str) -> list[str]:
    """Return the tags in a cell, each once, as the programs that export them write.

    >>> names_in('"VIP","Pers, radio"'), names_in("vip; VIP; leden "), names_in("[]")
    (['VIP', 'Pers, radio'], ['vip', 'leden'], [])
    """
    line = " ".join(cell[:_LONGEST_CELL].split()).removeprefix("[").removesuffix("]")
    comma = ";" if ";" in line and "," not in line else ","
    cells = next(csv.reader([line], delimiter=comma, skipinitialspace=True), [])
    longest = Tag._meta.get_field("name").max_length
    names = (without_forbidden(name).strip()[:longest].strip() for name in cells)
    once = {name.casefold(): name for name in reversed([one for one in names if one])}
    return list(reversed(once.values()))[:_MOST_OF_ONE_READER]


def as_kept(cell: str) -> str:
    """Return the tags in a cell as a row keeps them."""
    return json.dumps(names_in(cell), ensure_ascii=False) if cell else NO_TAGS


def has_tags(source: Import) -> bool:
    """Tell whether a column of the list has tags."""
    return any(Meaning.TAGS in layout["meanings"] for layout in source.layouts)


def refuse_no_tags(source: Import) -> None:
    """See that what was called tags are some words for many readers.

    Raises:
        UnreadableFile: there are too many different ones.
    """
    statement = f"""
        SELECT COUNT(*) FROM (
            SELECT DISTINCT LOWER(e.value)
            FROM {ImportRow._meta.db_table} AS r {_each_tag()}
            WHERE r.source_id = %s
        ) AS named
    """  # noqa: S608 (names of ours)
    with connection.cursor() as cursor:
        cursor.execute(statement, [source.pk])
        (count,) = cursor.fetchone()
    if count > MOST_IN_ONE_LIST:
        raise UnreadableFile(
            _(
                "The column of tags says more than %(most)d different things, so it is "
                "none. Leave it out, and look through the file again."
            )
            % {"most": MOST_IN_ONE_LIST}
        )


def give_tags(source: Import, judged: str, *, after: int, last: int) -> None:
    """Give the readers of a stretch their tags, in the transaction that takes it in.

    Args:
        judged: the table with the rows of the stretch and what became of them.
        after: the number of the last row before the stretch.
    """
    _make_tags(source, judged)
    insert_what_is_missing(
        ImportTag,
        {
            "source": ("%s", [source.pk]),
            "number": ("r.number", []),
            "subscriber": ("r.reader", []),
            "tag": ("t.id", []),
        },
        f"""FROM {judged} AS r {_each_tag()}
            JOIN {_TAG} AS t ON LOWER(t.name) = LOWER(e.value)
            WHERE r.verdict IN (%s, %s, %s) AND NOT EXISTS (
                SELECT 1 FROM {_WORN._meta.db_table} AS x
                WHERE x.subscriber_id = r.reader AND x.{_TAG_ID} = t.id
                AND NOT EXISTS (
                    SELECT 1 FROM {_GIVEN} AS y
                    WHERE y.subscriber_id = r.reader AND y.{_TAG_ID} = t.id))""",  # noqa: S608
        _WELCOME,
    )
    insert_what_is_missing(
        _WORN,
        {"subscriber": ("g.subscriber_id", []), "tag": ("g.tag_id", [])},
        f"""FROM {_GIVEN} AS g
            WHERE g.source_id = %s AND g.number > %s AND g.number <= %s
            AND NOT EXISTS (
                SELECT 1 FROM {_WORN._meta.db_table} AS x
                WHERE x.subscriber_id = g.subscriber_id AND x.{_TAG_ID} = g.tag_id)""",  # noqa: S608
        [source.pk, after, last],
    )


def take_tags_back(source: Import, *, after: int, last: int) -> None:
    """Take from the readers of a stretch the tags they got by it, and no others."""
    worn = _WORN._meta.db_table
    statement = f"""
        DELETE FROM {worn} WHERE id IN (
            SELECT x.id FROM {_GIVEN} AS g
            JOIN {worn} AS x
                ON x.subscriber_id = g.subscriber_id AND x.{_TAG_ID} = g.tag_id
            WHERE g.source_id = %s AND g.number > %s AND g.number <= %s
            AND NOT EXISTS (
                SELECT 1 FROM {_GIVEN} AS y
                WHERE y.subscriber_id = g.subscriber_id AND y.{_TAG_ID} = g.tag_id
                AND y.source_id <> g.source_id))
    """  # noqa: S608 (names of ours)
    with connection.cursor() as cursor:
        cursor.execute(statement, [source.pk, after, last])
    given: QuerySet[ImportTag] = ImportTag.objects.filter(
        source=source, number__gt=after, number__lte=last
    )
    given.delete()


def let_go_of_made_tags(source: Import) -> None:
    """Delete tags that an import made, where nobody has or asks for them any more."""
    asked = {
        condition.get("value")
        for conditions in Segment.objects.values_list("conditions", flat=True)
        for condition in conditions
        if condition.get("what") in ("has_tag", "has_no_tag")
    }
    made = Tag.objects.filter(name__in=source.tags_made, subscribers=None)
    made.exclude(pk__in=asked).delete()


def _make_tags(source: Import, judged: str) -> None:
    statement = f"""
        SELECT DISTINCT e.value FROM {judged} AS r {_each_tag()}
        WHERE r.verdict IN (%s, %s, %s) AND NOT EXISTS (
            SELECT 1 FROM {_TAG} AS t WHERE LOWER(t.name) = LOWER(e.value))
        ORDER BY e.value
    """  # noqa: S608 (names of ours)
    with connection.cursor() as cursor:
        cursor.execute(statement, _WELCOME)
        names = [name for (name,) in cursor.fetchall()]
    if not names:
        return
    Tag.objects.bulk_create((Tag(name=name) for name in names), ignore_conflicts=True)
    source.tags_made = [*source.tags_made, *names]
    Import.objects.filter(pk=source.pk).update(tags_made=source.tags_made)


def _each_tag() -> str:
    """Return the join of a row ``r`` with each of its tags, in ``e.value``."""
    if connection.vendor == "postgresql":
        each = "LATERAL jsonb_array_elements_text(r.tags::jsonb) AS e(value)"
    else:
        each = "json_each(r.tags) AS e"
    return f"CROSS JOIN {each}"
