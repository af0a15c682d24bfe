"""What we answer readers, and whether we may print what they wrote."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_text
from newsletter.mistakes.models import ReaderMail


class AnswerText(models.Model):
    """Words to answer with, to begin from."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    text = models.TextField(
        _("text"),
        max_length=5000,
        validators=[refuse_in_text],
        help_text=_("{voornaam} becomes the first name of whoever wrote."),
    )

    class Meta:
        verbose_name = _("answer text")
        verbose_name_plural = _("answer texts")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """What we answered to a reader's mail."""

    reader_mail = models.ForeignKey(ReaderMail, models.CASCADE, related_name="answers")
    # Drawn with the page: pressing twice makes one answer.
    press = models.UUIDField(unique=True)
    text = models.TextField(_("text"))
    written_at = models.DateTimeField(_("when"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ("written_at", "pk")

    def __str__(self) -> str:
        return f"{self.reader_mail}: {self.written_at:%Y-%m-%d %H:%M}"


class PublishingConsent(models.Model):
    """Whether we may print what a reader wrote, asked in which words.

    Attributes:
        said: "" while nobody answered.
        note: how they said it, for whoever asks later.
    """

    reader_mail = models.OneToOneField(
        ReaderMail, models.CASCADE, related_name="publishing_consent"
    )
    wording = models.TextField(_("asked in these words"))
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    said = models.CharField(
        _("said"),
        max_length=3,
        choices=(("yes", _("yes")), ("no", _("no"))),
        blank=True,
    )
    said_at = models.DateTimeField(_("said on"), null=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(_("how they said it"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("consent to print")
        verbose_name_plural = _("consents to print")

    def __str__(self) -> str:
        return f"{self.reader_mail}: {self.get_said_display() or _('asked')}"


__all__ = ["Answer", "AnswerText", "PublishingConsent"]
