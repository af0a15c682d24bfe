"""What we had wrong and have put right, in a sentence that readers may read."""

import re
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article, ArticleState
from newsletter.characters import refuse_in_text
from newsletter.delivery.models import Dispatch
from newsletter.issues.models import Issue
from newsletter.rendering.models import Link
from subscribers.models import MailingList

_ANCHOR = "rechtzetting-"
_LEADS_TO = re.compile(rf'#{_ANCHOR}(\d{{1,18}})"')


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Questions about corrections."""

    def public(self) -> Self:
        """Those that readers are told of; not of a piece that is a draft or gone."""
        seen = Q(article=None) | Q(article__state=ArticleState.PUBLISHED)
        return self.filter(seen, is_public=True)

    def about(self, issue: Issue, articles: Any) -> Self:
        """Those of an issue's own words, or of one of these articles."""
        return self.filter(Q(issue=issue, article=None) | Q(article__in=articles))

    def for_readers_of(self, mailing_list: MailingList) -> Self:
        """Those that its readers may have met: not of another newsletter's issue."""
        return self.filter(Q(issue=None) | Q(issue__mailing_list=mailing_list))

    def waiting(self) -> Self:
        """Those for the next issue: no issue that left leads to them yet."""
        left = Dispatch.objects.filter(
            rendition=OuterRef("rendition"), started_at__isnull=False
        )
        anchor = Concat(Value(f"#{_ANCHOR}"), Cast(OuterRef("pk"), CharField()))
        told = Link.objects.filter(
            Exists(left), block_kind="corrections", target__endswith=anchor
        )
        return self.public().filter(~Exists(told), waits=True).order_by("made_at", "pk")


class Correction(models.Model):
    """One thing put right: in an article, or in the words of an issue itself.

    Attributes:
        before: the words as they stood; "" where only something is told.
        sentence: what readers read of it, here, on the web and in the next issue.
        waits: whether the next issue is to tell it.
    """

    article = models.ForeignKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("article"),
    )
    issue = models.ForeignKey(
        Issue,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("issue"),
    )
    before = models.TextField(_("as it stood"), blank=True)
    after = models.TextField(_("as it has to be"), blank=True)
    sentence = models.TextField(
        _("what readers read of it"), max_length=1000, validators=[refuse_in_text]
    )
    is_public = models.BooleanField(
        _("tell readers"),
        default=True,
        help_text=_("Under the article, at the issue and on the page of corrections."),
    )
    waits = models.BooleanField(
        _("in the next issue"),
        default=True,
        help_text=_("Waits for the block “Put right” until an issue told it."),
    )
    # The mail of its own to who had it wrong; one of them is enough.
    mailed_in = models.ForeignKey(
        Issue,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("mailed in"),
    )
    made_at = models.DateTimeField(_("when"), db_index=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(
                name="correction_is_about_something",
                condition=Q(article__isnull=False) | Q(issue__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.article or self.issue)

    @property
    def anchor(self) -> str:
        """Its place on the pages that show it."""
        return f"{_ANCHOR}{self.pk}"

    @property
    def address(self) -> str:
        """Where readers find it: under its article, else among all corrections."""
        article = self.article
        if article is not None and article.state == ArticleState.PUBLISHED:
            return f"{reverse('article', args=[article.slug])}#{self.anchor}"
        return f"{reverse('corrections')}#{self.anchor}"


def told_in(html: str) -> set[int]:
    """Return the keys of the corrections that the text of a block leads to."""
    return {int(number) for number in _LEADS_TO.findall(html)}


__all__ = ["Correction", "told_in"]
