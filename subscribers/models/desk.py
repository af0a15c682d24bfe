"""What colleagues keep about a reader while they help: notes and tags."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line, refuse_in_text
from subscribers.models.people import Subscriber


class Tag(models.Model):
    """A word by which colleagues find readers again. Readers may ask to see it."""

    name = models.CharField(_("name"), max_length=40, validators=[refuse_in_line])
    subscribers = models.ManyToManyField(
        Subscriber, related_name="tags", blank=True, verbose_name=_("subscribers")
    )

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="tag_once_in_any_case",
                violation_error_message=_("This tag is there already."),
            ),
        )

    def __str__(self) -> str:
        return self.name


class Note(models.Model):
    """What a colleague wants others to know of a reader. Readers may ask to see it."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="notes")
    text = models.TextField(_("note"), max_length=2000, validators=[refuse_in_text])
    at = models.DateTimeField(_("when"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("who"),
    )
    author_name = models.CharField(_("who, by name"), max_length=150)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.author_name} {self.at:%Y-%m-%d %H:%M}"
