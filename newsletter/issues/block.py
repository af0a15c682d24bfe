"""What every kind of block has, and what those that tell of an article have."""

from typing import TYPE_CHECKING, Any, ClassVar

from content_editor.models import PluginBase
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from newsletter.articles.models import Article, Picture
from newsletter.articles.sanitising import PROSE_EXTENSIONS, clean_typed
from newsletter.characters import refuse_in_line, refuse_in_text
from newsletter.issues.models import Issue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


# Where a block stands is not for its editor to fill in.
_NOT_FILLED_IN = ("id", "parent", "region", "ordering")


def prose_field(label: "StrOrPromise", *, blank: bool = False) -> ProseEditorField:
    """Return a rich text field that is cleaned whenever a form is."""
    return ProseEditorField(
        label, blank=blank, extensions=PROSE_EXTENSIONS, sanitize=clean_typed
    )


def line_field(
    label: "StrOrPromise", *, length: int = 150
) -> "models.CharField[str, str]":
    """Return an optional field of one line without invisible characters."""
    return models.CharField(
        label, max_length=length, blank=True, validators=[refuse_in_line]
    )


def text_field(
    label: "StrOrPromise", *, blank: bool = False
) -> "models.TextField[str, str]":
    """Return a field of plain lines without invisible characters."""
    return models.TextField(label, blank=blank, validators=[refuse_in_text])


def picture_field(
    label: "StrOrPromise",
) -> "models.ForeignKey[Picture | None, Picture | None]":
    """Return an optional picture; a picture in use cannot be deleted."""
    return models.ForeignKey(
        Picture,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


class Block(PluginBase):
    """What every kind has: its issue and its place in it."""

    KIND: ClassVar[str]

    parent = models.ForeignKey(
        Issue, models.CASCADE, related_name="%(app_label)s_%(class)s_set"
    )
    region = models.CharField(max_length=255, default="main")
    ordering = models.IntegerField(default=0)

    class Meta:
        abstract = True
        app_label = "newsletter"
        ordering = ("ordering",)

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def missing_fields(self) -> "list[models.Field[Any, Any]]":
        """The fields that its kind cannot do without and in which nothing stands."""
        return [
            field
            for field in self._meta.concrete_fields
            if field.name not in _NOT_FILLED_IN
            and not field.blank
            and not getattr(self, field.attname)
        ]


class Extent(models.TextChoices):
    """How much of an article stands in the mail itself."""

    WHOLE = "whole", _("the whole text")
    TEASER = "teaser", _("picture, title and teaser")
    COMPACT = "compact", _("small: title and one line")


# What fits beside a small picture on a phone.
ONE_LINE = 110


class ArticleBlock(Block):
    """A block that tells of an article; empty fields come from the article.

    Nothing of the article is copied: what changes there changes here, until the issue
    is frozen.
    """

    article = models.ForeignKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
    )
    extent = models.CharField(
        _("how much of it"),
        max_length=10,
        choices=Extent.choices,
        default=Extent.TEASER,
    )
    title = line_field(_("title"), length=200)
    teaser = text_field(_("teaser"), blank=True)
    picture = picture_field(_("picture"))
    authors = line_field(_("authors"), length=200)
    with_authors = models.BooleanField(_("show the authors"), default=True)
    minutes = models.PositiveSmallIntegerField(
        _("reading time in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    with_minutes = models.BooleanField(_("show the reading time"), default=True)
    url = models.URLField(_("address"), blank=True)
    button_label = line_field(_("words on the button"), length=60)

    class Meta(Block.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.shown_title or super().__str__()

    @property
    def shown_title(self) -> str:
        """Its own title, else the article's."""
        return self.title or (self.article.title if self.article else "")

    @property
    def shown_teaser(self) -> str:
        """Its own teaser, else the article's lead; one line of it when compact."""
        teaser = self.teaser or (self.article.lead if self.article else "")
        if self.extent == Extent.COMPACT:
            return Truncator(" ".join(teaser.split())).chars(ONE_LINE)
        return teaser

    @property
    def shown_body(self) -> str:
        """The article's text, as prose, if all of it is in the mail."""
        is_whole = self.extent == Extent.WHOLE and self.article
        return self.article.body if is_whole and self.article else ""

    @property
    def shown_picture(self) -> Picture | None:
        """Its own picture, else the article's."""
        return self.picture or (self.article.picture if self.article else None)

    @property
    def shown_authors(self) -> str:
        """Who wrote it, as told here, else as the article says; "" when left out."""
        if not self.with_authors:
            return ""
        return self.authors or (self.article.byline if self.article else "")

    @property
    def shown_minutes(self) -> int:
        """Reading time in minutes; 0 when it is left out or unknown."""
        if not self.with_minutes:
            return 0
        return self.minutes or (self.article.reading_minutes if self.article else 0)
