"""Articles and their people, as the editors keep them."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.article_form import ArticleForm
from newsletter.admin.offers import CameInByItself, arrival_of, newcomers, offer_urls
from newsletter.admin.picture_choice import (
    PICTURE_MODULES,
    PICTURE_SCRIPT,
    ChoosesPictures,
)
from newsletter.admin.takedown import takedown_urls
from newsletter.admin.taking_in import taking_in_urls
from newsletter.articles.models import (
    Article,
    Author,
    Category,
    Expert,
    MustRead,
)
from newsletter.articles.taking_in import look_at
from newsletter.rendering.models import Link

# Whoever types an address without its beginning means a safe one.
HTTPS_FIRST: dict[Any, Any] = {models.URLField: {"assume_scheme": "https"}}

# --- Articles ---


class MustReadInline(admin.StackedInline):
    """Other pieces worth reading, in their order."""

    model = MustRead
    fk_name = "article"
    extra = 0
    fields = ("position", "title", "target", "url")
    autocomplete_fields = ("target",)
    formfield_overrides = HTTPS_FIRST


@admin.register(Article)
class ArticleAdmin(ChoosesPictures, admin.ModelAdmin):
    """Pieces as written once, used in any issue."""

    scripts = (PICTURE_SCRIPT,)
    modules = PICTURE_MODULES
    form = ArticleForm
    inlines = (MustReadInline,)
    list_display = ("title", "category", "published_on", "reading_time", "state")
    list_filter = (CameInByItself, "state", "category", "published_on")
    list_select_related = ("category",)
    search_fields = ("title", "lead", "authors__name", "category__name")
    date_hierarchy = "published_on"
    autocomplete_fields = ("authors", "category", "expert", "picture")
    show_facets = admin.ShowFacets.ALWAYS
    formfield_overrides = HTTPS_FIRST
    change_list_template = "admin/newsletter/article/change_list.html"
    change_form_template = "admin/newsletter/article/change_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    "slug",
                    "state",
                    ("category", "published_on"),
                    "authors",
                    "lead",
                    "body",
                )
            },
        ),
        (
            gettext_lazy("Picture"),
            {"fields": ("picture", "image_credit")},
        ),
        (
            gettext_lazy("Further"),
            {
                "fields": (
                    "expert",
                    "source_url",
                    "stated_reading_minutes",
                    "sensitive_subject",
                )
            },
        ),
    )

    @admin.display(description=gettext_lazy("reading time"))
    def reading_time(self, article: Article) -> str:
        """Say how long it takes to read."""
        return _("%(minutes)d min") % {"minutes": article.reading_minutes}

    def get_readonly_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> tuple[str, ...]:
        """Keep the name in links once readers were sent to it."""
        return ("slug",) if obj is not None and _was_mailed(obj) else ()

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Article | None = None
    ) -> dict[str, Sequence[str]]:
        """Make the name in links from the title of a new article."""
        return {} if obj is not None else {"slug": ("title",)}

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Head the page with the article's own title."""
        article = context.get("original")
        context["title"] = str(article or context["title"])
        if article:
            context["arrival"] = arrival_of(article)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(
        self, request: HttpRequest, obj: Article, form: Any, change: bool
    ) -> None:
        """Save it; who saved it looked at it."""
        super().save_model(request, obj, form, change)
        look_at(obj, now=timezone.now())

    class Media:
        css = {"all": ["newsletter/pictures.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the pages on which articles come in."""
        own = [*taking_in_urls(self), *offer_urls(self), *takedown_urls(self)]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show above the list what came in by itself."""
        waiting = {"newcomers": newcomers()}
        return super().changelist_view(request, {**waiting, **(extra_context or {})})


def _was_mailed(article: Article) -> bool:
    return Link.objects.filter(article=article).exists()


# --- People and sections ---


@admin.register(Author, Category)
class NamedAdmin(admin.ModelAdmin):
    """Authors and categories: a name."""

    search_fields = ("name",)


@admin.register(Expert)
class ExpertAdmin(ChoosesPictures, admin.ModelAdmin):
    """Who is heard in a piece."""

    scripts = (PICTURE_SCRIPT,)
    modules = PICTURE_MODULES

    list_display = ("name", "bio_start")
    search_fields = ("name", "bio")
    autocomplete_fields = ("portrait",)

    class Media:
        css = {"all": ["newsletter/pictures.css"]}

    @admin.display(description=gettext_lazy("about"))
    def bio_start(self, expert: Expert) -> str:
        """Show how the words about them begin."""
        return expert.bio[:100]
