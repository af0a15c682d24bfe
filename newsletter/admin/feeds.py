"""The feeds of the magazine's site: which are asked, and what they said."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsletter.admin.articles import HTTPS_FIRST
from newsletter.articles.arrivals import Feed
from newsletter.articles.polling import poll

# Who presses twice asks once.
_JUST_NOW = timedelta(seconds=30)


@admin.register(Feed)
class FeedAdmin(admin.ModelAdmin):
    """Beheer says which are asked; editors see what they say, and may ask now."""

    list_display = ("name", "address", "is_active", "asked_at", "told")
    fields = ("name", "address", "is_active", "asked_at", "told", "due_at")
    readonly_fields = ("asked_at", "told", "due_at")
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
    def told(self, feed: Feed) -> str:
        """Say what came of the last time."""
        return feed.told or _("Not asked yet; that happens within a minute.")

    def get_urls(self) -> list[URLPattern]:
        """Add the button to ask now."""
        ask = path(
            "nu-vragen/",
            self.admin_site.admin_view(require_POST(self.ask_now)),
            name="newsletter_feed_ask",
        )
        return [ask, *super().get_urls()]

    def ask_now(self, request: HttpRequest) -> HttpResponse:
        """Ask every feed that is on, without waiting for the clock."""
        if not self.has_view_permission(request):
            return HttpResponse(_("You may not ask feeds."), status=403)
        now = timezone.now()
        feeds: QuerySet[Feed] = Feed.objects.filter(is_active=True)
        for feed in feeds[:3]:
            feeds.filter(pk=feed.pk).exclude(asked_at__gt=now - _JUST_NOW).update(
                due_at=now
            )
            poll(feed.pk, now=now)
        messages.success(request, _("The feeds were asked; here is what they said."))
        return HttpResponseRedirect(reverse("admin:newsletter_feed_changelist"))
