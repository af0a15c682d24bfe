"""Ways in: topics, links with their QR codes, and the form on other sites."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from newsletter.links import absolute_url
from subscribers.models import FormSite, MailingList, SignUpSource, Topic
from subscribers.origins import InvalidOrigin, clean_origin
from subscribers.qr import png_of, svg_of
from subscribers.snippets import form_code, frame_code, frame_height

_KINDS = {"svg": (svg_of, "image/svg+xml"), "png": (png_of, "image/png")}


@admin.register(Topic)
class TopicAdmin(admin.ModelAdmin):
    """What readers may choose besides."""

    list_display = ("name", "promise", "mailing_list", "position", "is_offered")
    list_filter = ("mailing_list",)
    fields = ("mailing_list", "name", "promise", ("position", "is_offered"))
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A topic that somebody chose is taken off the page, not away from them."""
        if obj is not None and obj.subscriptions.exists():
            return False
        return super().has_delete_permission(request, obj)


@admin.register(SignUpSource)
class SignUpSourceAdmin(admin.ModelAdmin):
    """A place people come from, with its link and code."""

    change_list_template = "admin/subscribers/signupsource/change_list.html"
    list_display = ("name", "mailing_list", "link", "came_by_it")
    list_filter = ("mailing_list",)
    prepopulated_fields = {"slug": ("name",)}
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The link and the code are there once it has been made."""
        named = ("mailing_list", "name", "slug")
        return (*named, "link", "code", "came_by_it") if obj else named

    def get_readonly_fields(
        self, request: HttpRequest, obj: Any = None
    ) -> tuple[str, ...]:
        """What stands on paper stays."""
        return ("mailing_list", "slug", "link", "code", "came_by_it") if obj else ()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Only a new one takes its short name from its name."""
        return {} if obj else self.prepopulated_fields

    @admin.display(description=gettext_lazy("link"))
    def link(self, source: SignUpSource) -> SafeString:
        """Show the address, to be copied."""
        url = absolute_url("sign_up_via", source.slug)
        return format_html('<a href="{0}">{0}</a>', url)

    @admin.display(description=gettext_lazy("QR code"))
    def code(self, source: SignUpSource) -> SafeString:
        """Show the code with what to download."""
        svg, png = (
            reverse("admin:subscribers_signupsource_code", args=[source.pk, kind])
            for kind in ("svg", "png")
        )
        return format_html(
            '<img src="{}" width="200" height="200" alt="{}"><br>'
            '<a href="{}" download>{}</a> · <a href="{}" download>{}</a>',
            svg,
            _("QR code of this link"),
            svg,
            _("SVG, for print"),
            png,
            _("PNG, for screens"),
        )

    @admin.display(description=gettext_lazy("came by it"))
    def came_by_it(self, source: SignUpSource) -> str:
        """Say how many subscriptions began here."""
        count = source.subscriptions().count()
        by_code = source.subscriptions(by_code=True).count()
        return _("%(count)d, of whom %(by_code)d by the code") % {
            "count": count,
            "by_code": by_code,
        }

    def get_urls(self) -> list[URLPattern]:
        """Add the codes, and the page with the code to paste."""
        own = [
            path(
                "<int:pk>/qr.<str:kind>",
                self.admin_site.admin_view(code_file),
                name="subscribers_signupsource_code",
            ),
            path(
                "formulier/",
                self.admin_site.admin_view(form_to_paste),
                name="subscribers_signupsource_form",
            ),
        ]
        return [*own, *super().get_urls()]


def _refuse_who_may_not_see(request: HttpRequest) -> None:
    if not request.user.has_perm("subscribers.view_signupsource"):
        raise PermissionDenied


@require_safe
def code_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Hand out the QR code of a way in."""
    _refuse_who_may_not_see(request)
    if kind not in _KINDS:
        raise Http404("no such kind of code")
    source = get_object_or_404(SignUpSource, pk=pk)
    make, media_type = _KINDS[kind]
    response = HttpResponse(
        make(absolute_url("sign_up_by_code", source.slug)), content_type=media_type
    )
    response["Content-Disposition"] = f'inline; filename="{source.slug}.{kind}"'
    return response


@require_safe
def form_to_paste(request: HttpRequest) -> HttpResponse:
    """Show the code to paste, with a form that works right beside it."""
    _refuse_who_may_not_see(request)
    lists = list(MailingList.objects.prefetch_related("form_sites"))
    context = {
        **admin.site.each_context(request),
        "opts": SignUpSource._meta,
        "title": _("The form on your site"),
        "forms": [_code_of(one) for one in lists],
        "has_several": len(lists) > 1,
        "may_name_sites": request.user.has_perm("subscribers.add_formsite"),
    }
    name = "admin/subscribers/signupsource/form_to_paste.html"
    return TemplateResponse(request, name, context)


def _code_of(mailing_list: MailingList) -> dict[str, Any]:
    return {
        "mailing_list": mailing_list,
        "page": f"{absolute_url('sign_up')}?lijst={mailing_list.slug}",
        "framed": reverse("embedded_form", args=[mailing_list.slug]),
        "sites": [site.origin for site in mailing_list.form_sites.all()],
        "height": frame_height(mailing_list),
        "frame": frame_code(mailing_list),
        "form": form_code(mailing_list),
    }


class FormSiteForm(forms.ModelForm):
    """A site, typed as people do."""

    def clean_origin(self) -> str:
        """Keep it as browsers write it."""
        try:
            return clean_origin(self.cleaned_data["origin"])
        except InvalidOrigin as invalid:
            raise forms.ValidationError(str(invalid)) from invalid


@admin.register(FormSite)
class FormSiteAdmin(admin.ModelAdmin):
    """Which sites may show the form in a frame, or send it by script."""

    form = FormSiteForm
    list_display = ("origin", "mailing_list")
    list_filter = ("mailing_list",)
    fields = ("mailing_list", "origin")
    actions = None
