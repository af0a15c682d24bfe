"""The parts an issue is made of: one model per kind.

``KIND`` names the templates (``templates/email/blocks/<kind>.mjml`` and ``.txt``).
"""

from functools import cache

from django.db import connection, models
from django.utils import formats
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from newsletter.articles.models import Article, Expert, Picture
from newsletter.characters import refuse_in_line, refuse_in_text
from newsletter.issues.block import (
    ArticleBlock,
    Block,
    line_field,
    picture_field,
    prose_field,
    text_field,
)
from newsletter.issues.models import Issue


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
        verbose_name = pgettext_lazy("kind of block", "put right")
        verbose_name_plural = pgettext_lazy("kind of block", "put right")


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
    with connection.cursor() as cursor:
        cursor.execute(_which_kinds(), [issue.pk] * len(BLOCK_MODELS))
        return {kind for (kind,) in cursor.fetchall()}


@cache
def _which_kinds() -> str:
    """Return the question as text: putting it together took longer than its answer."""
    return " UNION ALL ".join(
        # The words are ours: names of kinds and of tables.
        f"SELECT '{model.KIND}' WHERE EXISTS"  # noqa: S608
        f" (SELECT 1 FROM {model._meta.db_table} WHERE parent_id = %s)"
        for model in BLOCK_MODELS
    )


def _with_relations(model: type[Block]) -> models.QuerySet[Block]:
    related = [
        field.name
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.name != "parent"
    ]
    return model._default_manager.select_related(*related)
