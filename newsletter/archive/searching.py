"""Finding public pages by their words, the best first.

PostgreSQL compares by its Dutch dictionary. SQLite knows no Dutch, so there a word is
found by its beginning, cut where Dutch words are bent (``words.stem``).
"""

from django.db import connection

from newsletter.archive.models import ArchiveEntry
from newsletter.archive.words import stem, words_of

# Nobody turns further pages; what is not among them wants another word.
MOST_FOUND = 300

_ON_POSTGRESQL = """
    SELECT id FROM newsletter_archiveentry, plainto_tsquery('dutch', %s) AS question
    WHERE words @@ question
    ORDER BY ts_rank_cd(words, question) DESC, day DESC, id DESC LIMIT %s
"""
_ON_SQLITE = """
    SELECT entry.id FROM newsletter_archivewords AS words
    JOIN newsletter_archiveentry AS entry ON entry.id = words.rowid
    WHERE newsletter_archivewords MATCH %s
    ORDER BY bm25(newsletter_archivewords, 8.0, 1.0), entry.day DESC, entry.id DESC
    LIMIT %s
"""


def find(question: str) -> list[int]:
    """Return the ids of the entries with all these words; none for no words."""
    words = words_of(question)
    if not words:
        return []
    on_sqlite = connection.vendor == "sqlite"
    asked = " ".join(f'"{stem(word)}"*' if on_sqlite else word for word in words)
    with connection.cursor() as cursor:
        cursor.execute(_ON_SQLITE if on_sqlite else _ON_POSTGRESQL, [asked, MOST_FOUND])
        ranked = [row[0] for row in cursor.fetchall()]
    public = set(
        ArchiveEntry.objects.public().filter(pk__in=ranked).values_list("pk", flat=True)
    )
    return [pk for pk in ranked if pk in public]


def entries_of(ids: list[int]) -> list[ArchiveEntry]:
    """Return these entries with what their addresses are made of, in this order.

    One that was read anew or taken back meanwhile is left out.
    """
    found = (
        ArchiveEntry.objects.select_related("article__category", "issue__mailing_list")
        .defer("article__body", "folded_text")
        .in_bulk(ids)
    )
    return [found[pk] for pk in ids if pk in found]
