"""The parts an issue is made of: one model per kind.

``KIND`` names the templates (``templates/email/blocks/<kind>.mjml`` and ``.txt``).
An article block takes what is left empty from its article.
"""

from typing import TYPE_CHECKING, Any, ClassVar

from content_editor.models import PluginBase
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import formats
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from newsletter.articles.models import Article, Expert, Picture
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


class OpeningBlock(Block):
    """The editor's good morning."""

    KIND = "opening"
    greeting = line_field(_("greeting"), length=60)
    body = prose_field(_("text"))
    signed_by = line_field(_("signed by"), length=60)
    portrait = picture_field(_("portrait"))

    class Meta(Block.Meta):
        verbose_name = _("opening")
        verbose_name_plural = _("openings")


class HeroBlock(ArticleBlock):
    """The story of the week, large."""

    KIND = "hero"

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("main story")
        verbose_name_plural = _("main stories")


class CardBlock(ArticleBlock):
    """A story, smaller."""

    KIND = "card"

    class Meta(ArticleBlock.Meta):
        abstract = False
        verbose_name = _("story")
        verbose_name_plural = _("stories")


class TextBlock(Block):
    """Free prose."""

    KIND = "text"
    heading = line_field(_("heading"))
    body = prose_field(_("text"))

    class Meta(Block.Meta):
        verbose_name = _("text")
        verbose_name_plural = _("texts")


class QuoteBlock(Block):
    """Somebody's words, large."""

    KIND = "quote"
    text = text_field(_("quote"))
    speaker = line_field(_("who said it"), length=120)

    class Meta(Block.Meta):
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")


class TipsBlock(Block):
    """Three to five tips, complete without pressing anything."""

    KIND = "tips"
    heading = line_field(_("heading"))
    tips = models.TextField(
        _("tips"), validators=[refuse_in_text], help_text=_("One tip on each line.")
    )

    class Meta(Block.Meta):
        verbose_name = _("tips")
        verbose_name_plural = _("tips")

    @property
    def lines(self) -> list[str]:
        """The tips, one by one."""
        return [line.strip() for line in self.tips.splitlines() if line.strip()]


class ImageBlock(Block):
    """A picture on its own."""

    KIND = "image"
    picture = models.ForeignKey(
        Picture, models.PROTECT, related_name="+", verbose_name=_("picture")
    )
    caption = line_field(_("caption"), length=200)
    url = models.URLField(_("address"), blank=True)

    class Meta(Block.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class ButtonBlock(Block):
    """One button."""

    KIND = "button"
    label = models.CharField(
        _("words on the button"), max_length=60, validators=[refuse_in_line]
    )
    url = models.URLField(_("address"))

    class Meta(Block.Meta):
        verbose_name = _("button")
        verbose_name_plural = _("buttons")


class ExpertBlock(Block):
    """Who was heard this week."""

    KIND = "expert"
    expert = models.ForeignKey(
        Expert, models.PROTECT, related_name="+", verbose_name=_("expert")
    )
    text = text_field(_("other text than the expert's own"), blank=True)

    class Meta(Block.Meta):
        verbose_name = _("expert")
        verbose_name_plural = _("experts")


class MustReadBlock(Block):
    """One beloved piece from the archive."""

    KIND = "must_read"
    article = models.ForeignKey(
        Article,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("article"),
    )
    title = line_field(_("title"), length=200)
    url = models.URLField(_("address"), blank=True)
    note = line_field(_("note"), length=120)

    class Meta(Block.Meta):
        verbose_name = _("must read")
        verbose_name_plural = _("must reads")

    @property
    def shown_title(self) -> str:
        """Its own title, else the article's."""
        return self.title or (self.article.title if self.article else "")

    @property
    def shown_note(self) -> str:
        """Its own note, else when the article appeared."""
        return self.note or (appeared(self.article) if self.article else "")


def appeared(article: Article) -> str:
    """Return when an article was first published, in words; "" when unknown."""
    if article.published_on is None:
        return ""
    month = formats.date_format(article.published_on, "F Y")
    return gettext("appeared earlier: %(month)s") % {"month": month}


class QuestionBlock(Block):
    """A question to the readers, with one answer of last week."""

    KIND = "question"
    heading = line_field(_("heading"))
    question = text_field(_("question"))
    answer = text_field(_("last week's answer"), blank=True)
    answered_by = line_field(_("first name"), length=60)

    class Meta(Block.Meta):
        verbose_name = _("readers' question")
        verbose_name_plural = _("readers' questions")


class PauseMomentBlock(Block):
    """Thirty words, one breath, no link."""

    KIND = "pause_moment"
    heading = line_field(_("heading"))
    text = text_field(_("text"))

    class Meta(Block.Meta):
        verbose_name = _("moment of rest")
        verbose_name_plural = _("moments of rest")


class AdvertorialBlock(Block):
    """Somebody's paid words; the label “Advertentie” cannot be taken off."""

    KIND = "advertorial"
    advertiser = line_field(_("advertiser"), length=80)
    title = models.CharField(_("title"), max_length=150, validators=[refuse_in_line])
    body = prose_field(_("text"))
    picture = picture_field(_("picture"))
    url = models.URLField(_("address"), blank=True)
    button_label = line_field(_("words on the button"), length=60)

    class Meta(Block.Meta):
        verbose_name = _("advertorial")
        verbose_name_plural = _("advertorials")


class HelpLine(models.TextChoices):
    """Where readers in need are helped (Netherlands)."""

    SUICIDE = "113", _("113 Suicide Prevention: 113 or 0800-0113, 113.nl")
    LISTENING = "luisterlijn", _("De Luisterlijn: 088 0767 000, deluisterlijn.nl")
    EATING = "slankofniet", _("Eating disorders: weet.info, 088 383 83 83")
    VIOLENCE = "veiligthuis", _("Veilig Thuis: 0800-2000, veiligthuis.nl")


class HelpLineBlock(Block):
    """Where to find help, under a piece about something hard."""

    KIND = "help_line"
    help_line = models.CharField(
        _("help line"), max_length=20, choices=HelpLine.choices
    )
    text = text_field(_("words before it"), blank=True)

    class Meta(Block.Meta):
        verbose_name = _("help line")
        verbose_name_plural = _("help lines")


class CorrectionsBlock(Block):
    """What we had wrong and have put right."""

    KIND = "corrections"
    body = prose_field(_("text"))

    class Meta(Block.Meta):
        verbose_name = _("put right")
        verbose_name_plural = _("put right")


class DividerBlock(Block):
    """A line of air."""

    KIND = "divider"

    class Meta(Block.Meta):
        verbose_name = _("divider")
        verbose_name_plural = _("dividers")


BLOCK_MODELS: tuple[type[Block], ...] = (
    OpeningBlock,
    HeroBlock,
    CardBlock,
    TextBlock,
    QuoteBlock,
    TipsBlock,
    ImageBlock,
    ButtonBlock,
    ExpertBlock,
    MustReadBlock,
    QuestionBlock,
    PauseMomentBlock,
    AdvertorialBlock,
    HelpLineBlock,
    CorrectionsBlock,
    DividerBlock,
)

__all__ = [model.__name__ for model in BLOCK_MODELS]


def blocks_of(issue: Issue) -> list[Block]:
    """Return the saved blocks of an issue in reading order.

    One query for the kinds it holds, and one for each of those.
    """
    blocks: list[Block] = []
    kinds = _kinds_in(issue)
    for model in BLOCK_MODELS:
        if model.KIND in kinds:
            blocks += _with_relations(model).filter(parent=issue)
    for block in blocks:
        # Known already: nobody has to ask for it again.
        block.parent = issue
    return sorted(blocks, key=lambda block: (block.ordering, block.pk))


def _kinds_in(issue: Issue) -> set[str]:
    first, *others = (
        model._default_manager.filter(parent=issue)
        .order_by()
        .values_list(models.Value(model.KIND))
        for model in BLOCK_MODELS
    )
    return {kind for (kind,) in first.union(*others, all=True)}


def _with_relations(model: type[Block]) -> models.QuerySet[Block]:
    related = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.name != "parent"
    ]
    return model._default_manager.select_related(*related)
