"""Readers, as those who help them see them: what they chose, agreed to, and why not."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, re_path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_http_methods

from newsletter.characters import refuse_in_line
from subscribers.addresses import InvalidAddress, address_hash, clean_address
from subscribers.consent import change_name, unsubscribe
from subscribers.look import LogoField, LookAdmin
from subscribers.models import (
    Consent,
    MailingList,
    Subscriber,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from subscribers.privacy import erase
from subscribers.suppression import lift, suppress

CHANNEL = "admin"
# The ways on record, in a place where translators find them.
_WAYS = (
    gettext_noop("sign-up page"),
    gettext_noop("confirmation page"),
    gettext_noop("preferences page"),
    gettext_noop("unsubscribe page"),
    gettext_noop("one-click"),
    gettext_noop("admin"),
)


class LookOnly:
    """Rows that are read here and never changed by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Acts write these rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What happened stays."""
        return False


# --- Lists ---


@admin.register(MailingList)
class MailingListAdmin(LookAdmin, admin.ModelAdmin):
    """A newsletter: its sender, its moment, its look."""

    list_display = ("name", "sender_address", "moment", "needs_approval")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    formfield_overrides = {
        models.URLField: {"assume_scheme": "https"},
        models.ImageField: {"form_class": LogoField},
    }
    fieldsets = (
        (None, {"fields": ("name", "slug", "promise", "language")}),
        (gettext_lazy("Sender"), {"fields": ("sender_name", "sender_address")}),
        (
            gettext_lazy("When"),
            {
                "fields": (
                    ("weekday", "send_time"),
                    "time_zone",
                    "own_morning",
                    ("needs_approval", "who_approves"),
                    "proof_minutes",
                )
            },
        ),
        (
            gettext_lazy("Reminders"),
            {
                "fields": (
                    "has_reminders",
                    ("empty_reminder_days", "empty_reminder_time"),
                    ("unready_reminder_days", "unready_reminder_time"),
                    "reserve_use",
                )
            },
        ),
        (
            gettext_lazy("How fast"),
            {"fields": ("pace_minutes", "has_first_wave", "group_size")},
        ),
        (
            gettext_lazy("When it goes wrong"),
            {
                "description": gettext_lazy(
                    "An issue is held by itself above these shares, with the reason. "
                    "A publisher looks and lets it go on, or stops it."
                ),
                "fields": (
                    "pause_above_complaints",
                    "pause_above_permanent",
                    "pause_above_temporary",
                    "pause_limits_from",
                ),
            },
        ),
        (
            gettext_lazy("Below every mail"),
            {"fields": ("organisation", "postal_address", "registration", "website")},
        ),
        (gettext_lazy("Technical"), {"fields": ("list_id",)}),
        # Last: the sample stands right below it.
        (
            gettext_lazy("Look"),
            {"fields": ("accent_colour", "second_colour", "logo")},
        ),
    )

    @admin.display(description=gettext_lazy("leaves"))
    def moment(self, mailing_list: MailingList) -> str:
        """Say when it leaves."""
        return _("%(day)s %(time)s") % {
            "day": mailing_list.get_weekday_display(),
            "time": mailing_list.send_time.strftime("%H:%M"),
        }


# --- Readers ---


class SubscriptionInline(LookOnly, admin.TabularInline):
    """The lists someone chose."""

    model = Subscription
    extra = 0
    fields = (
        "newsletter_name",
        "state",
        "confirmed_at",
        "paused_until",
        "unsubscribed_at",
        "unsubscribed_through",
        "source",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("newsletter"))
    def newsletter_name(self, subscription: Subscription) -> str:
        """Name the list."""
        return subscription.mailing_list.name


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


class BlockForm(forms.Form):
    """Why an address is never to be mailed again."""

    note = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        validators=[refuse_in_line],
        help_text=gettext_lazy(
            "For your colleagues. No name and no address: this stays for ever."
        ),
        widget=forms.TextInput({"class": "vTextField"}),
    )


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


# --- Acts on one reader ---

ACTS = {
    "afmelden": ("subscribers.change_subscriber", gettext_lazy("Unsubscribe")),
    "blokkeren": ("subscribers.add_suppression", gettext_lazy("Block the address")),
    "vergeten": ("subscribers.delete_subscriber", gettext_lazy("Forget")),
}
_QUESTIONS = {
    "afmelden": gettext_lazy("%(who)s gets no newsletter of ours any more."),
    "blokkeren": gettext_lazy(
        "%(who)s is never mailed again, whatever happens. Only we can undo this."
    ),
    "vergeten": gettext_lazy(
        "We forget everything about %(who)s. This cannot be undone."
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act_view(request: HttpRequest, subscriber_id: str, act: str) -> HttpResponse:
    """Ask, then act."""
    subscriber = get_object_or_404(Subscriber, pk=subscriber_id)
    if subscriber.erased_at:
        return redirect("admin:subscribers_subscriber_change", subscriber.pk)
    permission, words = ACTS[act]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = BlockForm(posted) if act == "blokkeren" else None
    if request.method == "POST" and (form is None or form.is_valid()):
        note = form.cleaned_data["note"] if form else ""
        messages.success(request, _do(act, subscriber, note, by=_user(request)))
        return redirect("admin:subscribers_subscriber_change", subscriber.pk)
    context = {
        **admin.site.each_context(request),
        "opts": Subscriber._meta,
        "title": words,
        "subscriber": subscriber,
        "question": str(_QUESTIONS[act]) % {"who": subscriber.address},
        "words": words,
        "form": form,
    }
    return TemplateResponse(
        request,
        "admin/subscribers/subscriber/act.html",
        context,
        status=400 if request.method == "POST" else 200,
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _do(act: str, subscriber: Subscriber, note: str, *, by: User) -> str:
    now = timezone.now()
    if act == "afmelden":
        for subscription in subscriber.subscriptions.exclude(
            state=SubscriptionState.UNSUBSCRIBED
        ):
            unsubscribe(subscription, through=CHANNEL, now=now)
        return _("Unsubscribed.")
    if act == "blokkeren":
        suppress(subscriber.address, SuppressionReason.STAFF, now, note, by=by)
        return _("Blocked: this address is never mailed again.")
    erase(subscriber, channel=CHANNEL, now=now, by=by)
    return _("Forgotten.")


# --- Blocked addresses ---


class SuppressionForm(forms.ModelForm):
    """An address to be blocked, whether we know it or not."""

    address = forms.CharField(
        label=gettext_lazy("address"),
        max_length=320,
        widget=forms.TextInput({"class": "vTextField"}),
        help_text=gettext_lazy("Only a code made of it is kept, not the address."),
    )

    def clean_address(self) -> str:
        """Take any address that could be mailed."""
        try:
            return clean_address(self.cleaned_data["address"])
        except InvalidAddress as trouble:
            raise ValidationError(str(trouble)) from trouble


@admin.register(Suppression)
class SuppressionAdmin(admin.ModelAdmin):
    """Addresses we never mail. They are kept as a code, so search the whole address."""

    list_display = ("__str__", "reason", "at", "note")
    list_filter = ("reason", "at")
    search_fields = ("note",)
    search_help_text = gettext_lazy("A whole address, or words of the note")
    actions = None

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Ask for an address when one is added."""
        if obj is None:
            kwargs["form"] = SuppressionForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Show the reason and moment of what is there."""
        return ("address", "note") if obj is None else ("reason", "at", "note")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A block is added or lifted, not rewritten."""
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find a whole address by its code."""
        if "@" in search_term:
            return queryset.filter(address_hash=address_hash(search_term)), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(
        self, request: HttpRequest, obj: Suppression, form: Any, change: bool
    ) -> None:
        """Block it as staff do, on record."""
        address = form.cleaned_data["address"]
        now = timezone.now()
        suppress(address, SuppressionReason.STAFF, now, obj.note, by=_user(request))
        row = Suppression.objects.get(
            address_hash=address_hash(address), reason=SuppressionReason.STAFF
        )
        obj.pk, obj.address_hash, obj.reason, obj.at = (
            row.pk,
            row.address_hash,
            row.reason,
            row.at,
        )

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        """Lift it, on record."""
        lift(
            obj.address_hash,
            SuppressionReason(obj.reason),
            timezone.now(),
            by=_user(request),
        )
