"""A piece as written once, used in any issue; its pictures and its people."""

import math
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_prose_editor.fields import ProseEditorField

from newsletter.articles.picture_models import Picture
from newsletter.articles.sanitising import PROSE_EXTENSIONS, clean_typed
from newsletter.characters import refuse_in_line, refuse_in_text

WORDS_A_MINUTE = 220


class Author(models.Model):
    """Who wrote a piece."""

    name = models.CharField(
        _("name"), max_length=80, unique=True, validators=[refuse_in_line]
    )

    class Meta:
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """The section of the magazine a piece belongs to (rubriek)."""

    name = models.CharField(
        _("name"), max_length=60, unique=True, validators=[refuse_in_line]
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Expert(models.Model):
    """Who is heard in a piece."""

    name = models.CharField(
        _("name"), max_length=80, unique=True, validators=[refuse_in_line]
    )
    bio = models.TextField(_("about"), blank=True, validators=[refuse_in_text])
    portrait = models.ForeignKey(
        Picture, models.SET_NULL, null=True, blank=True, verbose_name=_("portrait")
    )

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ArticleState(models.TextChoices):
    """Whether readers can open it on our pages."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class SensitiveSubject(models.TextChoices):
    """What asks for care: a help line, and nothing of it on a lock screen."""

    SEX = "sex", _("sex")
    MEDICAL = "medical", _("medical")
    SUICIDE = "suicide", _("suicide")
    EATING = "eating", _("eating disorder")


class ArticleQuerySet(models.QuerySet["Article"]):
    """Questions about articles."""

    def public(self) -> Self:
        """Those that anyone may read on our pages."""
        return self.filter(state=ArticleState.PUBLISHED)

    def offered(self) -> Self:
        """Those that may be put into an issue, also before readers can open them."""
        return self.exclude(state=ArticleState.WITHDRAWN)

    def found_by(self, words: str) -> Self:
        """Those with each of the words in title, category or author's name."""
        found = self
        for word in words.split():
            wrote = Author.objects.filter(article=OuterRef("pk"), name__icontains=word)
            found = found.filter(
                Q(title__icontains=word)
                | Q(category__name__icontains=word)
                | Exists(wrote)
            )
        return found

    def in_order_of_age(self, *, oldest_first: bool = False) -> Self:
        """The newest first, or the oldest; what has no date by the day it came in."""
        day = Coalesce("published_on", TruncDate("created_at"))
        return self.order_by(
            *((day.asc(), "pk") if oldest_first else (day.desc(), "-pk"))
        )


class Article(models.Model):
    """A piece as written once."""

    title = models.CharField(_("title"), max_length=200, validators=[refuse_in_line])
    slug = models.SlugField(_("name in links"), max_length=120, unique=True)
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=ArticleState.choices,
        default=ArticleState.PUBLISHED,
    )
    authors = models.ManyToManyField(Author, blank=True, verbose_name=_("authors"))
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    published_on = models.DateField(_("published on"), null=True, blank=True)
    lead = models.TextField(_("lead"), blank=True, validators=[refuse_in_text])
    body = ProseEditorField(
        _("text"),
        blank=True,
        extensions=PROSE_EXTENSIONS,
        sanitize=clean_typed,
    )
    picture = models.ForeignKey(
        Picture, models.PROTECT, null=True, blank=True, verbose_name=_("picture")
    )
    image_credit = models.CharField(
        _("picture's credit"), max_length=120, blank=True, validators=[refuse_in_line]
    )
    expert = models.ForeignKey(
        Expert, models.PROTECT, null=True, blank=True, verbose_name=_("expert")
    )
    source_url = models.URLField(
        _("address on the magazine's site"),
        blank=True,
        help_text=_("Where “read on” leads; empty leads to our own page."),
    )
    stated_reading_minutes = models.PositiveSmallIntegerField(
        _("reading time in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("Empty: counted from the text."),
    )
    sensitive_subject = models.CharField(
        _("sensitive subject"),
        max_length=10,
        blank=True,
        choices=SensitiveSubject.choices,
        help_text=_("Keeps it off lock screens; asks for a help line where needed."),
    )
    imported_from = models.CharField(
        _("imported from"), max_length=255, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("added"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ("-published_on", "-pk")
        indexes = (
            # What changed last among the public ones, without reading their texts.
            models.Index(fields=("state", "updated_at"), name="article_changed"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def word_count(self) -> int:
        """Words of lead and text together."""
        return len(f"{self.lead} {strip_tags(self.body)}".split())

    @property
    def reading_minutes(self) -> int:
        """The stated reading time, else counted at 220 words a minute."""
        return self.stated_reading_minutes or max(
            1, math.ceil(self.word_count / WORDS_A_MINUTE)
        )

    @cached_property
    def author_names(self) -> list[str]:
        """The names of who wrote it, in their order (see ``authorship``)."""
        if self.pk is None:
            return []
        between = Article.authors.through.objects.filter(article=self)
        return list(between.order_by("pk").values_list("author__name", flat=True))

    @property
    def byline(self) -> str:
        """Who wrote it, as people say it; "" when nobody is named."""
        *others, last = self.author_names or [""]
        if not others:
            return last
        return gettext("%(names)s and %(last)s") % {
            "names": ", ".join(others),
            "last": last,
        }

    @property
    def can_be_opened(self) -> bool:
        """Whether a link in a mail leads a reader to it."""
        return bool(self.source_url) or self.state == ArticleState.PUBLISHED

    @property
    def shown_credit(self) -> str:
        """Who made its picture, as the piece or the picture itself says."""
        return self.picture.credited(self.image_credit) if self.picture else ""


class MustRead(models.Model):
    """A link in an article to another piece worth reading."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="must_reads")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200, validators=[refuse_in_line])
    url = models.URLField(_("address"), blank=True)
    target = models.ForeignKey(
        Article,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our article"),
    )

    class Meta:
        verbose_name = _("must read")
        verbose_name_plural = _("must reads")
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where it leads: its own address, else our page of a public article."""
        if self.url:
            return self.url
        if self.target is None or self.target.state != ArticleState.PUBLISHED:
            return ""
        return self.target.source_url or reverse("article", args=[self.target.slug])


__all__ = [
    "Article",
    "ArticleState",
    "Author",
    "Category",
    "Expert",
    "MustRead",
    "Picture",
]
