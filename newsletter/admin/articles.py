"""Articles and their people, as the editors keep them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from newsletter.admin.picture_choice import (
    PICTURE_MODULES,
    PICTURE_SCRIPT,
    ChoosesPictures,
)
from newsletter.articles.importing import import_pages, read_pages
from newsletter.articles.models import (
    Article,
    Author,
    Category,
    Expert,
    MustRead,
)
from newsletter.rendering.models import Link

# Whoever types an address without its beginning means a safe one.
HTTPS_FIRST: dict[Any, Any] = {models.URLField: {"assume_scheme": "https"}}

# --- Articles ---


class MustReadInline(admin.TabularInline):
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
    inlines = (MustReadInline,)
    list_display = ("title", "category", "published_on", "reading_time", "state")
    list_filter = ("state", "category", "published_on")
    list_select_related = ("category",)
    search_fields = ("title", "lead", "authors__name", "category__name")
    date_hierarchy = "published_on"
    autocomplete_fields = ("authors", "category", "expert", "picture")
    show_facets = admin.ShowFacets.ALWAYS
    formfield_overrides = HTTPS_FIRST
    change_list_template = "admin/newsletter/article/change_list.html"
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
        context["title"] = str(context.get("original") or context["title"])
        return super().render_change_form(request, context, *args, **kwargs)

    class Media:
        css = {"all": ["newsletter/pictures.css"]}

    def get_urls(self) -> list[URLPattern]:
        """Add the page to take in page texts."""
        take_in = path(
            "inlezen/",
            self.admin_site.admin_view(self.take_in_view),
            name="newsletter_article_take_in",
        )
        return [take_in, *super().get_urls()]

    def take_in_view(self, request: HttpRequest) -> HttpResponseBase:
        """Take in text files of the magazine's pages."""
        if not self.has_add_permission(request):
            return HttpResponse(_("You may not add articles."), status=403)
        pressed = request.method == "POST"
        form = PageFilesForm(
            request.POST if pressed else None, request.FILES if pressed else None
        )
        results: list[dict[str, Any]] = []
        if pressed and form.is_valid():
            results = [_taken_in(file) for file in form.cleaned_data["texts"]]
            _tell(request, results)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Take in pages"),
            "opts": self.opts,
            "form": form,
            "results": results,
        }
        return TemplateResponse(
            request,
            "admin/newsletter/article/take_in.html",
            context,
            status=400 if form.errors else 200,
        )


def _was_mailed(article: Article) -> bool:
    return Link.objects.filter(article=article).exists()


# --- Taking in ---


class SeveralFiles(forms.ClearableFileInput):
    """One button, any number of files."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """The files that were chosen, as a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check every file by itself."""
        files = data if isinstance(data, list | tuple) and data else [None]
        return [forms.FileField.clean(self, file, initial) for file in files]


class PageFilesForm(forms.Form):
    """Text files of the magazine's pages."""

    texts = SeveralFilesField(
        label=gettext_lazy("Text files of pages"),
        help_text=gettext_lazy("You may choose several at once."),
        allow_empty_file=True,
    )


def _taken_in(file: UploadedFile) -> dict[str, Any]:
    name = str(file.name)
    outcomes = import_pages(read_pages(file.read()), file_name=name)
    return {
        "file": name,
        "outcomes": [
            {
                "act": str(outcome.act),
                "title": outcome.title,
                "reason": outcome.reason,
                "address": reverse(
                    "admin:newsletter_article_change", args=[outcome.article.pk]
                )
                if outcome.article
                else "",
            }
            for outcome in outcomes
        ],
    }


def _tell(request: HttpRequest, results: list[dict[str, Any]]) -> None:
    acts = [outcome["act"] for result in results for outcome in result["outcomes"]]
    failed = acts.count("failed")
    if failed:
        messages.warning(
            request, _("Not everything could be read; below you see what and why.")
        )
    elif acts:
        messages.success(request, _("Everything was taken in."))


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
