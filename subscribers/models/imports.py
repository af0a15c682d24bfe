"""Lists that were taken in from elsewhere: the file, its rows, what each changed."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletter.characters import refuse_in_line, refuse_in_text
from subscribers.importing.columns import Standing
from subscribers.models.desk import Tag
from subscribers.models.mailing_lists import MailingList
from subscribers.models.people import Subscriber, Subscription, SubscriptionState


class ImportState(models.TextChoices):
    """How far an import has come."""

    CHOSEN = "chosen", _("file chosen")
    READING = "reading", _("being looked through")
    READ = "read", _("looked through")
    TAKING_IN = "taking_in", _("being taken in")
    STOPPED = "stopped", _("stopped halfway")
    DONE = "done", _("taken in")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")
    FAILED = "failed", _("could not be read")
    DROPPED = "dropped", _("thrown away")


# Before the number of an import, where something says that it came by one.
BY_IMPORT = "import "
AT_WORK = (ImportState.READING, ImportState.TAKING_IN, ImportState.UNDOING)
# Whose rows may still be undone, or gone on with.
TOOK_IN = (ImportState.STOPPED, ImportState.DONE)


class ImportQuerySet(models.QuerySet["Import"]):
    """Questions about imports."""

    def waiting(self, now: datetime) -> Self:
        """Those with work to do that nobody does; a worker that died is given up."""
        free = Q(busy_until__isnull=True) | Q(busy_until__lte=now)
        return self.filter(free, state__in=AT_WORK)

    def claim(self, pk: int, *, now: datetime, until: datetime) -> bool:
        """Take an import to work on; False when somebody else has it."""
        return bool(self.waiting(now).filter(pk=pk).update(busy_until=until))


class Import(models.Model):
    """One file of readers, from the moment it is chosen until it can be forgotten."""

    mailing_list = models.ForeignKey(
        MailingList,
        models.PROTECT,
        related_name="imports",
        verbose_name=_("newsletter"),
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=ImportState.choices,
        default=ImportState.CHOSEN,
    )
    file_name = models.CharField(_("file"), max_length=200)
    # Below DATA_DIR/imports; empty as soon as its rows are here.
    stored_as = models.CharField(max_length=64, blank=True, editable=False)
    sha256 = models.CharField(max_length=64, blank=True, editable=False)
    layouts = models.JSONField(default=list, editable=False)
    rows_read = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, editable=False)
    result = models.JSONField(default=dict, editable=False)
    trouble = models.CharField(max_length=300, blank=True, editable=False)
    # Names of tags that were not there before.
    tags_made = models.JSONField(default=list, editable=False)
    origin = models.CharField(
        _("where their consent comes from"),
        max_length=200,
        blank=True,
        validators=[refuse_in_line, MinLengthValidator(5)],
        help_text=_(
            "It stays with each of them: where they signed up, such as the form on "
            "our site, kept in Mailchimp. No names, no addresses."
        ),
    )
    wording = models.TextField(
        _("to which words they agreed"),
        max_length=600,
        blank=True,
        validators=[refuse_in_text, MinLengthValidator(5)],
        help_text=_("The sentence beside the button or the box they ticked."),
    )
    agreed_on = models.DateField(
        _("day they agreed"),
        null=True,
        blank=True,
        help_text=_("For rows that do not say when themselves."),
    )
    first_issue_on = models.DateField(
        _("first of four Sundays"),
        null=True,
        blank=True,
        help_text=_(
            "New readers get their first issue spread over four weeks, so that mail "
            "providers get to know us. Empty lets all of them read along at once."
        ),
    )
    # By name as well: it outlives a colleague's account.
    by_name = models.CharField(max_length=150, blank=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    created_at = models.DateTimeField(_("chosen"))
    confirmed_at = models.DateTimeField(_("agreed to"), null=True)
    finished_at = models.DateTimeField(_("done"), null=True)
    busy_until = models.DateTimeField(null=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ("-pk",)
        permissions = (("export_import", "Can export subscribers"),)
        constraints = (
            models.CheckConstraint(
                name="import_names_its_consent",
                condition=Q(confirmed_at__isnull=True)
                | (~Q(origin="") & ~Q(wording="") & Q(agreed_on__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.file_name

    @property
    def channel(self) -> str:
        """How its consents and subscriptions say where they come from."""
        return f"{BY_IMPORT}{self.pk}"


class LeftOut(models.TextChoices):
    """Why a row can never be taken in, whatever we know of its address."""

    INVALID = "invalid", _("cannot be read")
    DOUBLE = "double", _("stands in the file twice")
    NEVER_ASKED = "never_asked", _("never asked for mail, or did not confirm")


class ImportRow(models.Model):
    """One row of a file, with the keys that its reader gets if they are new.

    What a row did is told by these keys: a subscriber with its ``uuid`` and a
    subscription with its ``token`` came by it, and no others. So taking in may be
    repeated after a crash, and undoing finds what it has to undo.
    """

    pk = models.CompositePrimaryKey("source_id", "number")
    source = models.ForeignKey(
        Import, models.CASCADE, related_name="rows", db_index=False
    )
    # Counted over all parts of the file; the line is the row of its own part.
    number = models.PositiveIntegerField()
    part = models.PositiveSmallIntegerField(default=0)
    line = models.PositiveIntegerField()
    address = models.CharField(max_length=254, blank=True)
    address_key = models.CharField(max_length=254, blank=True)
    address_hash = models.CharField(max_length=64, blank=True)
    first_name = models.CharField(max_length=60, blank=True)
    standing = models.CharField(
        max_length=12, choices=Standing.choices, default=Standing.SUBSCRIBED
    )
    agreed_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_out = models.CharField(max_length=11, choices=LeftOut.choices, blank=True)
    reason = models.CharField(max_length=160, blank=True)
    uuid = models.UUIDField()
    token = models.CharField(max_length=32)
    # Names of tags as a list in JSON.
    tags = models.TextField(default="[]")

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        indexes = (
            # Undoing one import asks what the others say of the same addresses.
            models.Index(
                fields=("address_hash",),
                name="rows_of_who_is_gone",
                condition=~Q(standing=Standing.SUBSCRIBED),
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id}, {self.number}"


class ImportChange(models.Model):
    """How a subscription stood before an import changed it, to be put back."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField()
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="import_changes"
    )
    state = models.CharField(max_length=12, choices=SubscriptionState.choices)
    source_of_it = models.CharField(max_length=120, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    unsubscribed_at = models.DateTimeField(null=True)
    unsubscribed_through = models.CharField(max_length=80, blank=True)
    leaving_reason = models.CharField(max_length=15, blank=True)
    paused_until = models.DateField(null=True)
    first_issue_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("change by an import")
        verbose_name_plural = _("changes by an import")
        constraints = (
            models.UniqueConstraint(
                name="one_change_per_import", fields=("source", "subscription")
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id}, {self.number}: {self.state}"


class ImportTag(models.Model):
    """A tag that a reader got by an import, to be taken back."""

    source = models.ForeignKey(
        Import, models.CASCADE, related_name="tags_given", db_index=False
    )
    number = models.PositiveIntegerField()
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("tag by an import")
        verbose_name_plural = _("tags by an import")
        constraints = (
            models.UniqueConstraint(
                name="tag_given_once_per_import", fields=("source", "subscriber", "tag")
            ),
        )
        indexes = (models.Index(name="tags_given_by_row", fields=("source", "number")),)

    def __str__(self) -> str:
        return f"{self.source_id}, {self.number}: {self.tag_id}"
