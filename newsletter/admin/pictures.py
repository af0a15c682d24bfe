"""Pictures with their words, their rights and the point that no crop may lose."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from newsletter.admin.picture_choice import (
    PICTURE_MODULES,
    PICTURE_SCRIPT,
    choose_view,
    picture_context,
)
from newsletter.admin.picture_forms import PictureForm
from newsletter.admin.scripts import ScriptsWithNonce
from newsletter.articles.models import Picture
from newsletter.articles.picture_models import (
    PictureQuerySet,
    PortraitConsent,
    crop_url,
)
from newsletter.publishing.picture_checks import troubles_with
from newsletter.rendering.models import Rendition


class RightsFilter(admin.SimpleListFilter):
    """What asks for attention: rights that are missing, gone or nearly gone."""

    title = _("rights")
    parameter_name = "rechten"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name what may be asked."""
        return [
            ("soon", _("expires soon")),
            ("expired", _("expired")),
            ("missing", _("not noted")),
            ("pending", _("consent not given yet")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Picture]
    ) -> QuerySet[Picture]:
        """Show those of which it is so today."""
        pictures = PictureQuerySet(Picture).filter(pk__in=queryset.values("pk"))
        today = timezone.localdate()
        match self.value():
            case "soon":
                return pictures.expiring(today).order_by("expires_on")
            case "expired":
                return pictures.expired(today)
            case "missing":
                return pictures.without_rights()
            case "pending":
                return pictures.filter(portrait_consent=PortraitConsent.PENDING)
        return queryset


@admin.register(Picture)
class PictureAdmin(ScriptsWithNonce, admin.ModelAdmin):
    """Pictures with their words and their rights."""

    form = PictureForm
    scripts = (PICTURE_SCRIPT,)
    modules = PICTURE_MODULES
    change_form_template = "admin/newsletter/picture/change_form.html"
    list_display = ("thumbnail", "alt", "credit", "licence", "expires_on", "remark")
    list_display_links = ("thumbnail", "alt")
    list_filter = (RightsFilter, "licence", "portrait_consent", "ai_use")
    search_fields = ("alt", "credit", "source", "licence_number")
    show_facets = admin.ShowFacets.ALWAYS
    actions = None
    fieldsets = (
        (None, {"fields": ("image", "point_of_interest", "alt", "credit")}),
        (
            _("Rights"),
            {
                "fields": (
                    "licence",
                    "licence_number",
                    "creative_commons",
                    "source",
                    ("for_newsletter", "for_website", "for_social"),
                    "expires_on",
                    "portrait_consent",
                    "ai_use",
                )
            },
        ),
    )

    class Media:
        css = {"all": ["newsletter/pictures.css"]}

    @admin.display(description=_("picture"))
    def thumbnail(self, picture: Picture) -> SafeString | str:
        """Show it small."""
        if not picture.image:
            return ""
        return format_html(
            '<img src="{}" alt="{}" width="120" height="80" class="desk-thumbnail">',
            crop_url(picture, "small"),
            # It is a link, and a link has a name.
            picture,
        )

    @admin.display(description=_("remark"))
    def remark(self, picture: Picture) -> str:
        """Say what would stop it, or be told of it, today."""
        troubles = troubles_with(picture, day=timezone.localdate())
        return capfirst(next((one.message for one in troubles), "–"))

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """Show how the picture comes out in every place."""
        context["pictures"] = picture_context(context.get("original"))
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Add what the window asks in which pictures are chosen."""
        choose = path(
            "kiezen/",
            self.admin_site.admin_view(lambda request: choose_view(self, request)),
            name="newsletter_picture_choose",
        )
        return [choose, *super().get_urls()]

    def has_delete_permission(
        self, request: HttpRequest, obj: Picture | None = None
    ) -> bool:
        """Keep what stands in an issue that was frozen: readers still load it."""
        if obj is not None and obj.image and _is_in_an_issue(obj):
            return False
        return super().has_delete_permission(request, obj)


def _is_in_an_issue(picture: Picture) -> bool:
    stem = str(picture.image.name).rpartition("/")[2].rpartition(".")[0]
    return Rendition.objects.filter(html__contains=stem).exists()
