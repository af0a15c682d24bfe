"""What readers write to us, and the mistakes they point at."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article
from newsletter.issues.models import Issue


class ReaderMailWay(models.TextChoices):
    """How it came in."""

    FORM = "form", _("form")
    REPLY = "reply", _("reply to an issue")
    MISTAKE_ADDRESS = "mistake", _("mistake address")
    OTHER = "other", _("mail")


class ReaderMailState(models.TextChoices):
    """Where a reader's mail stands."""

    NEW = "new", _("new")
    HANDLED = "handled", _("handled")
    FILED = "filed", _("filed: automatic reply")


class ReaderMail(models.Model):
    """One message of a reader, exactly once. The raw mail is never lost."""

    # Message-ID, else a hash of the message: the same mail twice is one row.
    key = models.CharField(max_length=255, unique=True)
    way = models.CharField(_("how"), max_length=10, choices=ReaderMailWay.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ReaderMailState.choices,
        default=ReaderMailState.NEW,
    )
    received_at = models.DateTimeField(_("received"))
    from_name = models.CharField(_("name"), max_length=120, blank=True)
    from_address = models.CharField(_("address"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    raw = models.BinaryField(null=True, editable=False)
    issue = models.ForeignKey(
        Issue, models.SET_NULL, null=True, blank=True, verbose_name=_("issue")
    )
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, verbose_name=_("article")
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )

    class Meta:
        verbose_name = _("reader's mail")
        verbose_name_plural = _("readers' mail")
        ordering = ("-received_at",)

    def __str__(self) -> str:
        return self.subject or f"{self._meta.verbose_name} {self.pk}"


class MistakeReportState(models.TextChoices):
    """Where a report stands."""

    NEW = "new", _("new")
    LOOKING = "looking", _("being looked at")
    CONFIRMED = "confirmed", _("confirmed")
    NOT_A_MISTAKE = "not_a_mistake", _("not a mistake")
    CORRECTED = "corrected", _("corrected")
    THANKED = "thanked", _("thanked")


class MistakeReport(models.Model):
    """A mistake that a reader pointed at."""

    reader_mail = models.OneToOneField(
        ReaderMail, models.CASCADE, related_name="mistake_report"
    )
    state = models.CharField(
        _("state"),
        max_length=15,
        choices=MistakeReportState.choices,
        default=MistakeReportState.NEW,
    )
    # Taken over from the mail, so that the desk can group by piece.
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, verbose_name=_("article")
    )
    note = models.TextField(_("note of the editors"), blank=True)
    created_at = models.DateTimeField(_("reported"))

    class Meta:
        verbose_name = _("mistake report")
        verbose_name_plural = _("mistake reports")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return str(self.reader_mail)


__all__ = [
    "MistakeReport",
    "MistakeReportState",
    "ReaderMail",
    "ReaderMailState",
    "ReaderMailWay",
]
