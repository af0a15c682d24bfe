"""Where articles come in from, and what is known of each piece that came.

An arrival outlives its article: a draft that was thrown away does not come back with
the next look at the feed.
"""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article, ArticleState
from newsletter.characters import refuse_in_line

# No poll takes longer; after this time another worker may take over.
POLL_TAKES = timedelta(minutes=10)


class FeedQuerySet(models.QuerySet["Feed"]):
    """Questions about feeds."""

    def due(self, now: datetime) -> Self:
        """Those that are to be asked by now."""
        return self.filter(Q(due_at=None) | Q(due_at__lte=now), is_active=True)

    def claim(self, feed_id: int, now: datetime) -> bool:
        """Take one that is due; False when another worker was first."""
        mine = self.due(now).filter(pk=feed_id)
        return mine.update(due_at=now + POLL_TAKES, asked_at=now) == 1


class Feed(models.Model):
    """An RSS or Atom feed of the magazine's site, asked by the clock."""

    name = models.CharField(_("name"), max_length=80, validators=[refuse_in_line])
    address = models.URLField(
        _("address"),
        max_length=500,
        unique=True,
        help_text=_("Of the RSS or Atom feed, such as https://…/feed/"),
    )
    is_active = models.BooleanField(
        _("ask it"), default=True, help_text=_("Every quarter of an hour.")
    )
    asked_at = models.DateTimeField(_("last asked"), null=True, editable=False)
    due_at = models.DateTimeField(_("next time"), null=True, editable=False)
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    told = models.CharField(
        _("what it said"), max_length=300, blank=True, editable=False
    )
    etag = models.CharField(max_length=200, blank=True, editable=False)
    last_modified = models.CharField(max_length=200, blank=True, editable=False)

    objects = FeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name

    def is_awaited(self, now: datetime) -> bool:
        """Tell whether it is about to be asked, or being asked."""
        if not self.is_active:
            return False
        # What it says, or why it said nothing, gives it another time than this one.
        asking_until = self.asked_at and self.asked_at + POLL_TAKES
        return self.due_at is None or self.due_at <= now or self.due_at == asking_until


class ArrivalQuerySet(models.QuerySet["Arrival"]):
    """Questions about arrivals."""

    def new(self) -> Self:
        """Those whose draft no editor has looked at yet."""
        waiting = self.filter(seen_at=None, article__state=ArticleState.DRAFT)
        return waiting.exclude(feed=None)

    def offering(self) -> Self:
        """Those whose page was changed since, and nobody has decided on it."""
        return self.filter(offer__isnull=False, article__isnull=False)


class Arrival(models.Model):
    """A piece as it came from an address or a feed.

    Attributes:
        guid: SHA-256 of what the feed calls it; "" when no feed does.
        address: where it stands on the site, cleaned; "" when unknown.
        entry: SHA-256 of all that the feed said of it last; the same needs no look.
        fingerprint: of the text that we took in or decided on last.
        offer: a newer text that waits for an editor: title, lead, body, fingerprint.
        remarks: what was left out, as pairs of kind and name.
    """

    feed = models.ForeignKey(
        Feed, models.SET_NULL, null=True, blank=True, related_name="arrivals"
    )
    guid = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=500, blank=True)
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, related_name="arrivals"
    )
    fingerprint = models.CharField(max_length=64)
    entry = models.CharField(max_length=64, blank=True)
    offer: "models.JSONField[Any, Any]" = models.JSONField(null=True)
    remarks: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    arrived_at = models.DateTimeField(_("arrived"))
    seen_at = models.DateTimeField(null=True)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("arrival")
        verbose_name_plural = _("arrivals")
        ordering = ("-arrived_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("address",),
                condition=~Q(address=""),
                name="arrival_once_per_address",
            ),
            models.UniqueConstraint(
                fields=("feed", "guid"),
                condition=~Q(guid=""),
                name="arrival_once_per_guid",
            ),
        )

    def __str__(self) -> str:
        return self.address or str(self.article or "")


__all__ = ["Arrival", "Feed"]
