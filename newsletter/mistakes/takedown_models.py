"""An article that was taken off everywhere, and what is kept of it as evidence."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article
from newsletter.characters import refuse_in_text


class Takedown(models.Model):
    """One act: article, web issues, feeds and perhaps a picture, gone at once.

    Attributes:
        evidence: a zip file of what was there, made before anything was taken away.
        picture_calmed_at: when the calm picture stood in the place of the other one.
    """

    article = models.ForeignKey(
        Article,
        models.PROTECT,
        related_name="takedowns",
        verbose_name=_("article"),
    )
    reason = models.TextField(_("why"), max_length=2000, validators=[refuse_in_text])
    with_picture = models.BooleanField(_("with the picture"), default=False)
    picture_calmed_at = models.DateTimeField(null=True)
    evidence = models.BinaryField()
    made_at = models.DateTimeField(_("when"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("takedown")
        verbose_name_plural = _("takedowns")
        ordering = ("-made_at", "-pk")

    def __str__(self) -> str:
        return f"{self.article}: {self.made_at:%Y-%m-%d %H:%M}"


__all__ = ["Takedown"]
