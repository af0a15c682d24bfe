"""Readers, as those who help them see them: what they chose, agreed to, and why not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from subscribers.admin.acts import ACTS, CHANNEL, act_view
from subscribers.admin.looking import LookOnly
from subscribers.choices import change_name
from subscribers.models import (
    Consent,
    Subscriber,
    Subscription,
    Suppression,
)

# The ways on record, in a place where translators find them.
_WAYS = (
    gettext_noop("sign-up page"),
    gettext_noop("form in a frame"),
    gettext_noop("form on a site"),
    gettext_noop("confirmation page"),
    gettext_noop("preferences page"),
    gettext_noop("own data page"),
    gettext_noop("unsubscribe page"),
    gettext_noop("one-click"),
    gettext_noop("admin"),
    # What was changed, where the words themselves are nobody's business.
    gettext_noop("first name"),
    gettext_noop("address"),
)


class SubscriptionInline(LookOnly, admin.TabularInline):
    """The lists someone chose."""

    model = Subscription
    extra = 0
    fields = (
        "newsletter_name",
        "state",
        "confirmed_at",
        "chosen",
        "paused_until",
        "unsubscribed_at",
        "unsubscribed_through",
        "leaving_reason",
        "source",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("newsletter"))
    def newsletter_name(self, subscription: Subscription) -> str:
        """Name the list."""
        return subscription.mailing_list.name

    @admin.display(description=gettext_lazy("chosen"))
    def chosen(self, subscription: Subscription) -> str:
        """Say how often they read and about what besides."""
        topics = [topic.name for topic in subscription.topics.all()]
        return ", ".join([subscription.get_rhythm_display(), *topics])

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Subscription]":
        """Fetch lists and topics along."""
        places = super().get_queryset(request)
        return places.select_related("mailing_list").prefetch_related("topics")


class ConsentInline(LookOnly, admin.TabularInline):
    """What someone agreed to, in the order in which it happened."""

    model = Consent
    extra = 0
    fields = ("at", "act", "newsletter_name", "how", "words")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Consent]":
        """Fetch the names of the lists along."""
        return super().get_queryset(request).select_related("mailing_list")

    @admin.display(description=gettext_lazy("newsletter"))
    def newsletter_name(self, consent: Consent) -> str:
        """Name the list, for what concerns one."""
        return consent.mailing_list.name if consent.mailing_list else "–"

    @admin.display(description=gettext_lazy("how"))
    def how(self, consent: Consent) -> str:
        """Say by which way, in words of the house where there are any."""
        return _(consent.channel) if consent.channel else ""

    @admin.display(description=gettext_lazy("in which words"))
    def words(self, consent: Consent) -> str:
        """Show the words agreed to, or what was changed."""
        return _(consent.wording) if consent.wording else ""


class SubscriberForm(forms.ModelForm):
    """The name by which a reader is greeted."""

    def clean_first_name(self) -> str:
        """Refuse a name that no newsletter would ever say."""
        name = str(self.cleaned_data["first_name"])
        if name != self.initial["first_name"] and not self._has_a_subscription():
            raise ValidationError(
                _("Nobody is greeted here: this reader has no subscription."),
                code="nobody_to_greet",
            )
        return name

    def _has_a_subscription(self) -> bool:
        return Subscription.objects.filter(subscriber=self.instance.pk).exists()


@admin.register(Subscriber)
class SubscriberAdmin(admin.ModelAdmin):
    """One reader: what they chose and agreed to."""

    form = SubscriberForm
    change_form_template = "admin/subscribers/subscriber/change_form.html"
    list_display = ("__str__", "first_name", "standing", "created_at")
    list_filter = ("subscriptions__state", "subscriptions__mailing_list")
    search_fields = ("address", "address_key", "first_name")
    search_help_text = gettext_lazy("Any part of an address, or a first name")
    readonly_fields = ("address", "blocked", "created_at", "erased_at")
    fields = ("address", "first_name", "blocked", "created_at", "erased_at")
    inlines = (SubscriptionInline, ConsentInline)
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers sign up themselves, so that their consent is theirs."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who is forgotten has nothing left to change."""
        if obj is not None and obj.erased_at:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Readers are forgotten by the page for it, which keeps the account whole."""
        return False

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Subscriber]":
        """Fetch the subscriptions of a page of readers at once."""
        return super().get_queryset(request).prefetch_related("subscriptions")

    @admin.display(description=gettext_lazy("subscription"))
    def standing(self, subscriber: Subscriber) -> str:
        """Say where someone stands with each list."""
        return ", ".join(
            str(one.get_state_display()) for one in subscriber.subscriptions.all()
        )

    @admin.display(description=gettext_lazy("blocked"))
    def blocked(self, subscriber: Subscriber) -> str:
        """Say why we never mail this address, if we never do."""
        rows = Suppression.objects.filter(address_hash=subscriber.address_hash)
        return "; ".join(_reason(row) for row in rows) or _("no")

    def save_model(
        self, request: HttpRequest, obj: Subscriber, form: Any, change: bool
    ) -> None:
        """Change the name as the reader would have done, and keep that on record."""
        subscription = obj.subscriptions.select_related("mailing_list").first()
        if subscription and "first_name" in form.changed_data:
            change_name(
                subscription, obj.first_name, channel=CHANNEL, now=timezone.now()
            )

    def get_urls(self) -> list[URLPattern]:
        """Add the acts."""
        act = re_path(
            rf"^(?P<subscriber_id>\d+)/(?P<act>{'|'.join(ACTS)})/$",
            self.admin_site.admin_view(act_view),
            name="subscribers_subscriber_act",
        )
        return [act, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer the acts that this person may do."""
        if request.method == "POST" and _is_forgotten(object_id):
            messages.warning(
                request, _("This reader was forgotten meanwhile. Nothing was changed.")
            )
            return redirect("admin:subscribers_subscriber_change", object_id)
        acts = [
            {"act": act, "words": words}
            for act, (permission, words) in ACTS.items()
            if request.user.has_perm(permission)
        ]
        extra_context = {**(extra_context or {}), "acts": acts}
        return super().change_view(request, object_id, form_url, extra_context)


def _is_forgotten(object_id: str) -> bool:
    return (
        object_id.isdecimal()
        and Subscriber.objects.filter(pk=object_id, erased_at__isnull=False).exists()
    )


def _reason(row: Suppression) -> str:
    note = f" ({row.note})" if row.note else ""
    return f"{row.get_reason_display()}{note}"
