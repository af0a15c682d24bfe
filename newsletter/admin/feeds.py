"""The feeds of the magazine's site: which are asked, and what they said."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.admin.articles import HTTPS_FIRST
from newsletter.articles.arrivals import Feed
from newsletter.articles.polling import ask_soon


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):
    """Beheer says which are asked; editors see what they say, and may ask now."""

    list_display = ("name", "address", "is_active", "asked_at", "said")
    fields = ("name", "address", "is_active", "asked_at", "said", "due_at")
    readonly_fields = ("asked_at", "said", "due_at")
    search_fields = ("name", "address")
    formfield_overrides = HTTPS_FIRST
    change_list_template = "admin/newsletter/feed/change_list.html"
    actions = None

    def get_fields(self, request: HttpRequest, obj: Feed | None = None) -> Any:
        """A new one has said nothing yet."""
        return self.fields if obj else self.fields[:3]

    def save_model(
        self, request: HttpRequest, obj: Feed, form: Any, change: bool
    ) -> None:
        """Ask it soon and from the start when its address is another."""
        if "address" in form.changed_data or "is_active" in form.changed_data:
            obj.due_at, obj.failures = None, 0
            obj.etag = obj.last_modified = ""
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("what it said"))
    def said(self, feed: Feed) -> str:
        """Say what came of the last time, or that it is being asked again."""
        if feed.asked_at and feed.is_awaited(timezone.now()):
            return _("Is being asked …")
        return feed.told or _("Not asked yet; that happens within a minute.")

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Let the list follow by itself while a feed is being asked."""
        now = timezone.now()
        awaited = any(feed.is_awaited(now) for feed in Feed.objects.all())
        return super().changelist_view(
            request, {**(extra_context or {}), "is_moving": awaited}
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the button to ask now."""
        ask = path(
            "nu-vragen/",
            self.admin_site.admin_view(require_POST(self.ask_now)),
            name="newsletter_feed_ask",
        )
        return [ask, *super().get_urls()]

    def ask_now(self, request: HttpRequest) -> HttpResponse:
        """Have every feed that is on asked; a worker does it, the page follows."""
        if not self.has_view_permission(request):
            return HttpResponse(_("You may not ask feeds."), status=403)
        ask_soon(timezone.now())
        messages.success(request, _("The feeds are asked one by one. Stay and see."))
        return HttpResponseRedirect(reverse("admin:newsletter_feed_changelist"))
