"""What readers write to us, and the mistakes they point at."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article
from newsletter.issues.models import Issue
from newsletter.mistakes.correction_models import Correction
from subscribers.models import Subscriber


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
    FILED = "filed", _("filed")


class ReaderMailKind(models.TextChoices):
    """What it is, as far as a machine can tell."""

    MISTAKE = "mistake", _("mistake report")
    QUESTION = "question", _("question")
    UNSUBSCRIBE = "unsubscribe", _("wants to unsubscribe")
    OTHER = "other", _("something else")
    AUTOMATIC = "automatic", _("automatic reply")
    BOUNCE = "bounce", _("could not be delivered")
    COMPLAINT = "complaint", _("reported as spam")
    SPAM = "spam", _("spam")


# No person waits for an answer to these.
KINDS_OF_MACHINES = (
    ReaderMailKind.AUTOMATIC,
    ReaderMailKind.BOUNCE,
    ReaderMailKind.COMPLAINT,
    ReaderMailKind.SPAM,
)


class ReaderMailAct(models.TextChoices):
    """What the machine did with it by itself."""

    UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
    LINK_MAILED = "link_mailed", _("link to unsubscribe mailed")


class Crisis(models.TextChoices):
    """Whether who wrote may be in need."""

    SUGGESTED = "suggested", _("perhaps in need")
    YES = "yes", _("in need")
    NO = "no", _("not in need")


class ReaderMail(models.Model):
    """One message of a reader, exactly once. The raw mail is never lost."""

    # A hash of what is equal for one message, however often it comes in.
    key = models.CharField(max_length=255, unique=True)
    # What the provider calls this arrival: also without a Message-ID it is one mail.
    provider_id = models.CharField(  # noqa: DJ001 (unique, so "" would clash)
        max_length=150, unique=True, null=True, editable=False
    )
    way = models.CharField(_("how"), max_length=10, choices=ReaderMailWay.choices)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ReaderMailState.choices,
        default=ReaderMailState.NEW,
    )
    kind = models.CharField(
        _("kind"),
        max_length=12,
        choices=ReaderMailKind.choices,
        default=ReaderMailKind.OTHER,
    )
    # What decided the kind: a header, or the words of whoever wrote.
    because = models.CharField(_("because of"), max_length=120, blank=True)
    acted = models.CharField(
        _("done by itself"), max_length=12, choices=ReaderMailAct.choices, blank=True
    )
    received_at = models.DateTimeField(_("received"))
    from_name = models.CharField(_("name"), max_length=120, blank=True)
    from_address = models.CharField(_("address"), max_length=254, blank=True)
    # Where they ask to be answered, if that is elsewhere.
    answer_address = models.CharField(
        _("answers to"), max_length=254, blank=True, default="", editable=False
    )
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    # Of the text what the person wrote now, without what they quote.
    said = models.TextField(_("what was written"), blank=True)
    # Its Message-ID, and those it answers, oldest first: an answer of ours joins them.
    message_id = models.CharField(max_length=255, blank=True, editable=False)
    thread = models.TextField(blank=True, editable=False)
    raw = models.BinaryField(null=True, editable=False)
    issue = models.ForeignKey(
        Issue, models.SET_NULL, null=True, blank=True, verbose_name=_("issue")
    )
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, verbose_name=_("article")
    )
    # Whose address it came from, if that is true: From proves nothing.
    subscriber = models.ForeignKey(
        Subscriber,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reader_mails",
        verbose_name=_("subscriber"),
    )
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for"),
    )
    # Somebody who may be in need: the machine suggests it, a colleague says so.
    crisis = models.CharField(
        _("in need"), max_length=10, choices=Crisis.choices, blank=True, default=""
    )
    first_answered_at = models.DateTimeField(_("first answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("reader's mail")
        verbose_name_plural = _("readers' mail")
        ordering = ("-received_at",)
        indexes = (
            # What waits is asked on every page of the desk, and is little of it all.
            models.Index(fields=("state", "received_at"), name="reader_mail_state"),
        )

    def __str__(self) -> str:
        return self.subject or f"{self._meta.verbose_name} {self.pk}"

    @property
    def answers_go_to(self) -> str:
        """Where we write back; "" when nobody left an address."""
        return self.answer_address or self.from_address

    @property
    def may_be_in_need(self) -> bool:
        """Tell whether it goes before everything else."""
        return self.crisis in (Crisis.SUGGESTED, Crisis.YES)

    @property
    def words(self) -> str:
        """What the person wrote now, else all that came."""
        return self.said or self.text

    @property
    def is_of_a_machine(self) -> bool:
        """Tell whether nobody waits for an answer."""
        return self.kind in KINDS_OF_MACHINES

    @property
    def answering_headers(self) -> dict[str, str]:
        """Return what puts an answer of ours below it (RFC 5322 section 3.6.4)."""
        if not self.message_id:
            return {}
        return {
            "In-Reply-To": self.message_id,
            "References": f"{self.thread} {self.message_id}".strip(),
        }


class WhyNot(models.TextChoices):
    """Why an attachment is not handed out."""

    TYPE = "type", _("may do harm")
    SIZE = "size", _("too large")
    COUNT = "count", _("one too many")


class ReaderMailAttachment(models.Model):
    """A file that came with a mail. Its bytes stay inside the raw message."""

    reader_mail = models.ForeignKey(
        ReaderMail, models.CASCADE, related_name="attachments"
    )
    # Which part of the message it is, counted from the outside in.
    part = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=120, blank=True)
    content_type = models.CharField(_("type"), max_length=100)
    # In bytes, decoded.
    size = models.PositiveIntegerField(_("size"))
    refused = models.CharField(
        _("not handed out"), max_length=5, choices=WhyNot.choices, blank=True
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ("reader_mail", "part")
        constraints = (
            models.UniqueConstraint(
                name="attachment_once_per_part", fields=("reader_mail", "part")
            ),
        )

    def __str__(self) -> str:
        return self.name or self.content_type


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
    # The report of the same mistake that came first: one correction thanks them all.
    same_as = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="doubles",
        verbose_name=_("the same mistake as"),
    )
    correction = models.ForeignKey(
        Correction,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("correction"),
    )
    note = models.TextField(_("note of the editors"), blank=True)
    created_at = models.DateTimeField(_("reported"))

    class Meta:
        verbose_name = _("mistake report")
        verbose_name_plural = _("mistake reports")
        ordering = ("-created_at",)
        constraints = (
            models.CheckConstraint(
                name="report_is_no_double_of_itself",
                condition=Q(same_as=None) | ~Q(same_as=F("pk")),
            ),
        )

    def __str__(self) -> str:
        return str(self.reader_mail)

    @property
    def joined(self) -> "models.QuerySet[MistakeReport]":
        """It and every report of the same mistake, the first one first."""
        together = MistakeReport.objects.filter(Q(pk=self.pk) | Q(same_as=self.pk))
        return together.order_by("created_at", "pk")


__all__ = [
    "KINDS_OF_MACHINES",
    "Correction",
    "MistakeReport",
    "MistakeReportState",
    "ReaderMail",
    "ReaderMailAct",
    "ReaderMailAttachment",
    "ReaderMailKind",
    "ReaderMailState",
    "ReaderMailWay",
    "WhyNot",
]
