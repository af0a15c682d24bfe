"""What search knows: the words of each public page, one row for each."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article, ArticleState
from newsletter.delivery.models import Dispatch
from newsletter.issues.models import Issue


class ArchiveEntryQuerySet(models.QuerySet["ArchiveEntry"]):
    """Questions about what can be found."""

    def public(self) -> Self:
        """Those whose page anyone may read now, whatever was true when it was read."""
        left = Dispatch.objects.started().filter(issue=OuterRef("issue"))
        return self.filter(
            Q(article__state=ArticleState.PUBLISHED) | Q(Exists(left)),
        )


class ArchiveEntry(models.Model):
    """The words of one article or issue, as search finds them.

    The database keeps an index beside it that Django does not know of: a column on
    PostgreSQL, a table with triggers on SQLite (migration ``words_of_the_archive``).
    """

    article = models.OneToOneField(Article, models.CASCADE, null=True, related_name="+")
    issue = models.OneToOneField(Issue, models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField()
    # Both without accents and in small letters: a reader types "cafe" for "café".
    folded_title = models.CharField(max_length=400)
    folded_text = models.TextField()
    # The day that stands with it, to put the newest first among equals.
    day = models.DateField()
    read_at = models.DateTimeField()

    objects = ArchiveEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the archive")
        verbose_name_plural = _("entries of the archive")
        constraints = (
            models.CheckConstraint(
                name="archive_entry_is_of_one_page",
                condition=Q(article__isnull=True, issue__isnull=False)
                | Q(article__isnull=False, issue__isnull=True),
            ),
        )

    def __str__(self) -> str:
        return self.title


__all__ = ["ArchiveEntry"]
